from odoo import fields, models

from .aftersales_sla_pause import PAUSE_REASONS


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
            ("1", "Level 1: Stopped"),
            ("2", "Level 2: At Risk"),
            ("3", "Level 3: Partly Degraded"),
            ("4", "Level 4: Intermittent"),
        ],
        help="1: the machine does not run or cannot do its basic work.\n"
        "2: a latent danger that it breaks down or loses basic functions.\n"
        "3: a function or its performance is partly degraded.\n"
        "4: an intermittent or indirect effect on the work.",
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
        PAUSE_REASONS,
        "Waiting",
        readonly=True,
        copy=False,
    )
    is_escalated = fields.Boolean("Escalated", copy=False)
