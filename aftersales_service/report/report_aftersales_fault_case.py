from odoo import models


class ReportAftersalesFaultCase(models.AbstractModel):
    """Print of one fault case (故障案例), handbook 14.6."""

    _name = "report.aftersales_service.report_aftersales_fault_case"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of a Fault Case"

    _print_model = "aftersales.fault.case"
