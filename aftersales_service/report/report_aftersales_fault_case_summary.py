from odoo import models


class ReportAftersalesFaultCaseSummary(models.AbstractModel):
    """Print of the month's fault cases (产品故障处理案例汇总表), 001 Art.9."""

    _name = "report.aftersales_service.report_aftersales_fault_case_summary"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Month's Fault Cases"

    _print_model = "aftersales.fault.case.summary"

    def _get_parts(self, case):
        """The parts changed in one cell, with their quantities."""
        return "\n".join(
            f"{self._quantity(line.quantity)} × {self._product_name(line.product_id)}"
            for line in case.part_ids
        )
