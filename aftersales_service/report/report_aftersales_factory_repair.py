from odoo import models


class ReportAftersalesFactoryRepair(models.AbstractModel):
    """Print of the machine repair register sheet (设备维修情况登记表), 001 App.10."""

    _name = "report.aftersales_service.report_aftersales_factory_repair"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Register Sheet"

    _print_model = "aftersales.factory.repair"

    def _get_orders(self, sheet):
        """Numbers of the pre-repair orders that hold."""
        orders = sheet.prerepair_ids.filtered(
            lambda order: order.state not in ("refused", "cancelled")
        )
        return ", ".join(orders.mapped("name"))

    def _get_quotation(self, sheet):
        """The price quoted: of the order, else the estimate the customer signed."""
        order = sheet.sale_order_id
        if order:
            return order.currency_id.format(order.amount_total)
        estimates = sheet.prerepair_ids.filtered(
            lambda order: order.state in ("signed", "closed")
        )
        total = sum(estimates.mapped("amount_estimate"))
        return sheet.currency_id.format(total) if estimates else ""

    def _get_parts(self, sheet):
        """Rows of the parts replaced: name, specification, quantity, price."""
        currency = sheet.currency_id
        return [
            {
                "name": self._product_name(product) if product else name,
                "specification": self._specification(product) or "",
                "quantity": self._quantity(quantity),
                "price": self._money(price, currency),
                "amount": self._money(amount, currency),
            }
            for product, name, quantity, price, amount in sheet._get_parts_replaced()
        ]

    def _get_cause(self, sheet):
        """Area, cause and remedy in codes."""
        codes = sheet.area_code_id | sheet.cause_code_id | sheet.remedy_code_id
        return ", ".join(codes.mapped("name"))

    def _get_settlement(self, sheet):
        """Number, amount and day of payment of the settlement."""
        order = sheet.sale_order_id.filtered(lambda o: o.state == "sale")
        return {
            "number": order.name or "",
            "amount": order.currency_id.format(order.amount_total) if order else "",
            "paid_on": self._time(sheet.settled_at, "yyyy-MM-dd"),
        }
