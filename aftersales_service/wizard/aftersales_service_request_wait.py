from odoo import fields, models

from ..models.intake.aftersales_sla_pause import PAUSE_REASONS


class AftersalesServiceRequestWait(models.TransientModel):
    """What the work on a request waits for, and since when."""

    _name = "aftersales.service.request.wait"
    _description = "Wait"

    request_id = fields.Many2one("aftersales.service.request", required=True)
    reason = fields.Selection(
        PAUSE_REASONS, "Waits Because", required=True, default="customer"
    )
    since = fields.Datetime(required=True, default=fields.Datetime.now)
    note = fields.Text()

    def action_wait(self):
        """Record the pause; the promises that it holds stand still."""
        self.ensure_one()
        self.request_id._sla_wait(self.reason, self.since, self.note)
        return {"type": "ir.actions.act_window_close"}
