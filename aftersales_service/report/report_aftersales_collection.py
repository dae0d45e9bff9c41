from odoo import models


class ReportAftersalesCollection(models.AbstractModel):
    """Print of the receipt (收据): a copy for the customer and one for finance."""

    _name = "report.aftersales_service.report_aftersales_collection"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Receipt"

    _print_model = "aftersales.collection"

    def _get_copies(self):
        """Titles of the copies on one sheet."""
        return [self.env._("Customer's Copy"), self.env._("Copy for Finance")]

    def _get_purpose(self, collection):
        """What the customer paid for: settlement, case, machine."""
        request = collection.request_id
        machine = self._product_name(request.product_id)
        parts = [collection.sale_order_id.name, request.name, machine, request.serial]
        return ", ".join(filter(None, parts))
