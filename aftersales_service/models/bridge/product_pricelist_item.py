from odoo import fields, models


class ProductPricelistItem(models.Model):
    """A rule that came from a price list of after-sales asks for the case."""

    _inherit = "product.pricelist.item"

    aftersales_price_line_id = fields.Many2one(
        "aftersales.price.list.line",
        "Line of the Price List",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )

    def _is_applicable_for(self, product, qty_in_product_uom):
        """Prices for a region, model or warranty state fit only such a case; the
        settlement tells it in the context."""
        applicable = super()._is_applicable_for(product, qty_in_product_uom)
        line = self.sudo().aftersales_price_line_id
        if not (applicable and line):
            return applicable
        return line._fits(self.env.context.get("aftersales_case"))
