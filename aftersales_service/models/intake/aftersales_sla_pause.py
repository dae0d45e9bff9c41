from odoo import fields, models

PAUSE_REASONS = [
    ("customer", "Waiting for Customer"),
    ("parts", "Waiting for Parts"),
    ("traffic", "Bad Traffic"),
]


class AftersalesSlaPause(models.Model):
    """A time in which a document could not be worked on, and why (handbook 4.5).

    The ledger of the paused spans: which of them hold a clock was fixed when the
    clock started. Spans may overlap and may be entered late.
    """

    _name = "aftersales.sla.pause"
    _description = "SLA Pause"
    _inherit = ["aftersales.text.mixin"]
    _order = "started_at, id"
    _rec_name = "reason"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    reason = fields.Selection(PAUSE_REASONS, required=True, readonly=True)
    started_at = fields.Datetime("From", required=True, readonly=True)
    ended_at = fields.Datetime("Until", readonly=True)
    note = fields.Text(readonly=True)

    _open_uniq = models.UniqueIndex(
        "(res_model, res_id, reason) WHERE ended_at IS NULL",
        "This document is already waiting for this reason.",
    )
    _span_check = models.Constraint(
        "CHECK (ended_at IS NULL OR ended_at >= started_at)",
        "The end of a pause must not be before its start.",
    )
