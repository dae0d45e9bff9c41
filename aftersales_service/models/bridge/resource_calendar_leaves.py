from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Holidays of all are part of the cached working time of the clocks; the time
    off of one person is not, and must not empty the cache every day."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._aftersales_clear_working_time()
        return leaves

    def write(self, vals):
        self._aftersales_clear_working_time()
        result = super().write(vals)
        if "resource_id" in vals:
            self._aftersales_clear_working_time()
        return result

    def unlink(self):
        self._aftersales_clear_working_time()
        return super().unlink()

    def _aftersales_clear_working_time(self):
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()
