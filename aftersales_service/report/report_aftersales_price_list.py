from odoo import models


class ReportAftersalesPriceList(models.AbstractModel):
    """Print of the price list (收费标准) for the engineer's bag, handbook 10.1."""

    _name = "report.aftersales_service.report_aftersales_price_list"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Price List"

    _print_model = "aftersales.price.list"

    def _get_groups(self, price_list):
        """The prices by item, in the order of the items.

        :return: list of ``(label of the item, lines)``
        """
        labels = dict(self._options("aftersales.price.list.line", "fee"))
        by_fee = price_list.line_ids.grouped("fee")
        return [(label, by_fee[fee]) for fee, label in labels.items() if fee in by_fee]

    def _get_conditions(self, line):
        """Where the price applies, in words; empty for everywhere."""
        words = [
            self._product_name(line.model_id),
            line.categ_id.name,
            line.region_id.name,
            line.warranty_state and self._selection(line, "warranty_state"),
        ]
        return ", ".join(filter(None, words))
