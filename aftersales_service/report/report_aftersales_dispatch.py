from odoo import models


class ReportAftersalesDispatch(models.AbstractModel):
    """Print of the dispatch order (产品售后派工单), 001 App.6."""

    _name = "report.aftersales_service.report_aftersales_dispatch"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Dispatch Order"

    _print_model = "aftersales.dispatch"

    def _get_machines(self, dispatch):
        """Models and serials of the machines to visit, as two texts."""
        machines = dispatch.equipment_ids
        products = machines.product_id or dispatch.product_id
        serials = machines.mapped("serial") or [dispatch.serial or ""]
        return self._product_name(products), ", ".join(serials)

    def _get_agreements(self, dispatch):
        """What was agreed with the customer before the visit: number and amount."""
        return ", ".join(
            f"{agreement.name}: {self._money(agreement.amount, agreement.currency_id)}"
            for agreement in dispatch.request_id.agreement_ids
            if agreement.state == "agreed"
        )
