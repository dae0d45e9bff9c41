from odoo import models


class ReportAftersalesPrerepairOrder(models.AbstractModel):
    """Print of the pre-repair order (准维修工单), 001 App.9.

    The customer's page shows the same: nothing here is internal.
    """

    _name = "report.aftersales_service.report_aftersales_prerepair_order"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Pre-Repair Order"

    _print_model = "aftersales.prerepair.order"

    def _get_lines(self, order, kind):
        """Proposed work or parts in order."""
        return order.line_ids.filtered(lambda line: line.kind == kind)

    def _get_items(self, order, fluid):
        """What is left with the machine, or how its fluids stand, as one text."""
        parts = []
        for item in order.item_ids:
            if (item.kind == "fluid") == fluid:
                text = item.name
                if not fluid and item.quantity != 1:
                    text += f" × {self._quantity(item.quantity)}"
                if item.condition:
                    text += f" ({item.condition})"
                parts.append(text)
        return "; ".join(parts)

    def _get_photos(self, order):
        """Pictures that fit on paper, at most four, as data addresses."""
        return order.photo_ids.filtered(
            lambda photo: (photo.mimetype or "").startswith("image/")
        )[:4]
