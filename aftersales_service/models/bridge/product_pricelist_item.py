from odoo import api, fields, models
from odoo.exceptions import UserError


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

    # The rules of the after-sales pricelist are those of signed price lists.

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._aftersales_check_signed()
        return rules

    def write(self, vals):
        self._aftersales_check_signed()
        result = super().write(vals)
        self._aftersales_check_signed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aftersales(self):
        self._aftersales_check_signed()

    def _aftersales_check_signed(self):
        """:raises UserError: when somebody changes the prices of after-sales by hand"""
        if not self.env.su and self.sudo().pricelist_id.filtered("aftersales_service"):
            raise UserError(
                self.env._(
                    "The prices of after-sales are those of a signed price list. Make a"
                    " new version of it."
                )
            )
