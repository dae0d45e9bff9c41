from odoo import api, fields, models


class AftersalesSlaClockExtend(models.TransientModel):
    """Extra hours for a promise because of bad traffic (001 Art.18(2))."""

    _name = "aftersales.sla.clock.extend"
    _description = "Extra Hours"

    clock_id = fields.Many2one("aftersales.sla.clock", "Promise", required=True)
    deadline = fields.Datetime(related="clock_id.deadline")
    hours = fields.Float(
        "Extra Hours", compute="_compute_hours", store=True, readonly=False
    )
    reason = fields.Text(required=True)

    @api.depends("clock_id")
    def _compute_hours(self):
        """What the promise allows for bad traffic, else what the company does."""
        for wizard in self:
            clock = wizard.clock_id
            wizard.hours = clock.timer_id.traffic_extra_hours or (
                clock.company_id
                and clock.company_id._aftersales_parameter("arrive_traffic_extension")
            )

    def action_extend(self):
        """Grant the hours; the reason goes into the file."""
        self.ensure_one()
        self.clock_id._extend(self.hours, self.reason)
        return {"type": "ir.actions.act_window_close"}
