from odoo import models


class ReportAftersalesVanCount(models.AbstractModel):
    """Print of the stock count of an engineer (盘点单), handbook 7.3."""

    _name = "report.aftersales_service.report_aftersales_van_count"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Stock Count"

    _print_model = "aftersales.van.count"

    def _shows_value(self):
        """Cost is for the department, not for the engineer's copy."""
        return self.env.user.has_group("aftersales_service.group_aftersales_user")
