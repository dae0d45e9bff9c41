from odoo import api, fields, models
from odoo.exceptions import UserError

NEXT_EVENTS = {
    "issued": "contacted",
    "contacted": "departed",
    "departed": "arrived",
    "arrived": "finished",
    "finished": "returned",
}


class AftersalesDispatchEvent(models.TransientModel):
    """The next step of a visit with the time when it really happened."""

    _name = "aftersales.dispatch.event"
    _description = "Record a Step of the Visit"

    dispatch_id = fields.Many2one("aftersales.dispatch", required=True)
    event = fields.Selection(
        [
            ("contacted", "Customer Contacted"),
            ("departed", "Departed"),
            ("arrived", "Arrived"),
            ("finished", "Finished"),
            ("returned", "Returned"),
        ],
        "Step",
        compute="_compute_event",
    )
    event_time = fields.Datetime(
        "Happened At", required=True, default=fields.Datetime.now
    )

    @api.depends("dispatch_id.state")
    def _compute_event(self):
        for wizard in self:
            wizard.event = NEXT_EVENTS.get(wizard.dispatch_id.state)

    def action_record(self):
        """Record the step at the time entered."""
        self.ensure_one()
        if not self.event:
            raise UserError(self.env._("No step of the visit is due now."))
        getattr(self.dispatch_id, f"action_{self.event}")(self.event_time)
        return {"type": "ir.actions.act_window_close"}
