from odoo import api, models
from odoo.exceptions import AccessError


class ReportAftersalesCaseCost(models.AbstractModel):
    """Print of the cost sheet of a case, for finance and managers (10.4, pain 7)."""

    _name = "report.aftersales_service.report_aftersales_case_cost"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Cost Sheet"

    _print_model = "aftersales.service.request"

    @api.model
    def _get_report_values(self, docids, data=None):
        """:raises AccessError: for who may not see costs; the print is made by sudo"""
        for request in self.env[self._print_model].browse(docids):
            if not request._may_see_costs():
                raise AccessError(
                    self.env._("Cost sheets are for finance and managers.")
                )
        return super()._get_report_values(docids, data=data)

    def _get_lines(self, request):
        """The lines of the sheet, by kind and day."""
        report = self.env["aftersales.cost.report"]
        kinds = [key for key, _label in report._fields["kind"].selection]
        lines = report.search([("request_id", "=", request.id)])
        return lines.sorted(lambda line: (kinds.index(line.kind), line.date, line.id))
