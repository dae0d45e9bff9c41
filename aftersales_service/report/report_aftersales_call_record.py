from odoo import models


class ReportAftersalesCallRecord(models.AbstractModel):
    """Print of the call record (客户咨询/投诉电话记录表), 001 App.18."""

    _name = "report.aftersales_service.report_aftersales_call_record"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Call Record"

    _print_model = "aftersales.call.record"
