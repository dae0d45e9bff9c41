from odoo import api, models


class AftersalesSlaScreenMixin(models.AbstractModel):
    """What a request shows of its clocks beside what the SLA mixin tells."""

    _name = "aftersales.sla.screen.mixin"
    _description = "SLA on Screen"

    @api.depends("wait_reason")
    def _compute_sla_info(self):
        """A clock that stands still says what it waits for."""
        result = super()._compute_sla_info()
        labels = dict(self._fields["wait_reason"]._description_selection(self.env))
        for request in self:
            info = request.sla_info
            if info and info["state"] == "paused" and request.wait_reason:
                request.sla_info = {**info, "reason": labels[request.wait_reason]}
        return result
