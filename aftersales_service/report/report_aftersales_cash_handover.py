from odoo import models


class ReportAftersalesCashHandover(models.AbstractModel):
    """Print of the cash handover sheet (缴款单)."""

    _name = "report.aftersales_service.report_aftersales_cash_handover"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Cash Handover Sheet"

    _print_model = "aftersales.cash.handover"

    def _get_receipts(self, sheet):
        """The receipts in the order of their numbers."""
        return sheet.collection_ids.sorted("receipt_no")

    def _get_difference_boxes(self, sheet):
        """The superior's box, where a difference is booked."""
        if sheet._needs_signature() or sheet.signature_ids:
            return self._get_boxes(sheet)
        return []
