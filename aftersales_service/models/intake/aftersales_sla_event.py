from odoo import fields, models

# What may start or stop a clock (handbook 4.5, 6.4).
EVENTS = [
    ("received", "Report Received"),
    ("accepted", "Accepted"),
    ("dispatched", "Dispatch Issued"),
    ("supported", "Given to Remote Support"),
    ("contacted", "Customer Contacted"),
    ("plan_agreed", "Plan Agreed"),
    ("departed", "Departed"),
    ("arrived", "Arrived"),
    ("repaired", "Repaired"),
    ("advised", "Advised by Phone"),
    ("signed", "Card Signed"),
    ("handed_in", "Card Handed In"),
    ("returned", "Returned"),
    ("called_back", "Called Back"),
    ("parts_requested", "Parts Requested"),
    ("parts_arrived", "Parts Arrived"),
    ("answered", "Answered"),
]


class AftersalesSlaEvent(models.Model):
    """What happened on a document and when: the ledger from which clocks start
    and stop.

    ``event_time`` is when it happened, ``create_date`` when it was entered.
    Nobody writes here by hand; a row is never changed, only voided when the
    document that caused it is cancelled.
    """

    _name = "aftersales.sla.event"
    _description = "SLA Event"
    _order = "event_time, id"
    _rec_name = "event"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    event_time = fields.Datetime("Happened At", required=True, readonly=True)
    source = fields.Char("Caused By", readonly=True, help="Model and id, or empty.")
    is_void = fields.Boolean("Void", readonly=True)
