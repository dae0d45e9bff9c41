from odoo import api, fields, models


class AftersalesPrerepairItem(models.Model):
    """What the customer leaves with his machine: tools, papers, fluids (App.9)."""

    _name = "aftersales.prerepair.item"
    _description = "Item Left with a Machine"
    _inherit = ["aftersales.text.mixin"]
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.prerepair.order",
        "Pre-Repair Order",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("accessory", "Accessory"),
            ("tool", "Tool"),
            ("paper", "Paper"),
            ("fluid", "Fluid"),
            ("other", "Other"),
        ],
        "Type",
        required=True,
        default="accessory",
    )
    name = fields.Char("Item", required=True)
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    condition = fields.Char(help="Damage, or how full.")
    returned = fields.Boolean("Given Back", copy=False)

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )

    def _get_content(self):
        """What the customer signs of it."""
        self.ensure_one()
        return [self.kind, self.name, self.quantity, self.condition]

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        if not self.env.su:
            items.order_id._check_writer()
        items.order_id._content_changed()
        return items

    def write(self, vals):
        # Things are given back when the work is long done.
        if vals.keys() <= {"returned"}:
            return super().write(vals)
        orders = self.order_id
        if not self.env.su:
            orders._check_writer()
        result = super().write(vals)
        orders |= self.order_id
        if not self.env.su:
            orders._check_writer()
        orders._content_changed()
        return result

    def unlink(self):
        orders = self.order_id
        if not self.env.su:
            orders._check_writer()
        result = super().unlink()
        orders._content_changed()
        return result
