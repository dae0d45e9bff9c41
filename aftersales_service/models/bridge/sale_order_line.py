from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    aftersales_dispatch_id = fields.Many2one(
        "aftersales.dispatch", "Dispatch", index="btree_not_null", copy=False
    )
    aftersales_part_use_ids = fields.One2many(
        "aftersales.part.use", "sale_line_id", "Parts Used"
    )

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Parts used on site were delivered by the engineer: no second delivery."""
        van = self.filtered(lambda line: line.sudo().aftersales_part_use_ids)
        return super(SaleOrderLine, self - van)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
