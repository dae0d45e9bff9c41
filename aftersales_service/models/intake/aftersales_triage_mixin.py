from odoo import fields, models


class AftersalesTriageMixin(models.AbstractModel):
    """How grave, how urgent, which way: the judgement on a request (handbook 4.3)."""

    _name = "aftersales.triage.mixin"
    _description = "Triage"

    request_type = fields.Selection(
        [
            ("consultation", "Consultation"),
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("installation", "Installation"),
            ("training", "Training"),
            ("complaint", "Complaint"),
            ("exchange", "Exchange or Refund"),
            ("parts", "Parts"),
        ],
        required=True,
        default="repair",
    )
    request_class = fields.Selection(
        [
            ("consultation", "General Consultation"),
            ("simple", "Simple Fault"),
            ("complex", "Complex Fault"),
            ("major", "Major Incident"),
        ],
        "Class",
    )
    fault_level = fields.Selection(
        [
            ("1", "Level 1: Stopped or No Basic Function"),
            ("2", "Level 2: Latent Danger of Breakdown"),
            ("3", "Level 3: Function Partly Degraded"),
            ("4", "Level 4: Intermittent or Indirect"),
        ],
        help="Fault level of 001 Art.17; 1 is the gravest.",
    )
    urgency = fields.Selection(
        [("low", "Can Wait"), ("normal", "Normal"), ("high", "Urgent")],
        "Urgency of the Customer's Job",
        required=True,
        default="normal",
    )
    charge_agreed = fields.Boolean(help="The after-sales charge is settled (Art.18).")
    is_verified = fields.Boolean("Genuine and in Scope")
    handling = fields.Selection(
        [("remote", "Phone or Remote"), ("visit", "Visit"), ("factory", "Factory")],
        copy=False,
    )
    wait_reason = fields.Selection(
        [("customer", "Waiting for Customer"), ("parts", "Waiting for Parts")],
        "Waiting",
        copy=False,
    )
    is_escalated = fields.Boolean("Escalated", copy=False)
