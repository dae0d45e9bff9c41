from odoo import fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["aftersales.factory.sale.line.mixin", "sale.order.line"]

    aftersales_dispatch_id = fields.Many2one(
        "aftersales.dispatch", "Dispatch", index="btree_not_null", copy=False
    )
    aftersales_part_use_ids = fields.One2many(
        "aftersales.part.use", "sale_line_id", "Parts Used"
    )

    aftersales_contract_months = fields.Integer(
        "Contract Warranty (Months)",
        help="The contract promises its own warranty for the machines of this line.",
    )
    aftersales_contract_ref = fields.Char("Contract")

    _aftersales_contract_check = models.Constraint(
        "CHECK (aftersales_contract_months >= 0)", "Months must not be negative."
    )

    def _aftersales_prepare_contract(self):
        """What the contract says of the machines that this line delivers."""
        if not self.aftersales_contract_months:
            return {}
        reference = self.aftersales_contract_ref
        return {
            "contract_months": self.aftersales_contract_months,
            "contract_ref": reference or self.order_id.name,
        }

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Parts used on site were delivered by the engineer: no second delivery."""
        van = self.filtered(lambda line: line.sudo().aftersales_part_use_ids)
        return super(SaleOrderLine, self - van)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
