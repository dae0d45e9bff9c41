from odoo import api, fields, models


class AftersalesEquipmentSupply(models.Model):
    """A tool or spare that was supplied with a machine (随机工具、备件)."""

    _name = "aftersales.equipment.supply"
    _description = "Supplied with the Machine"
    _inherit = ["aftersales.machine.line.mixin", "aftersales.text.mixin"]
    _order = "equipment_id, sequence, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("tool", "Tool"), ("spare", "Spare Part")], required=True, default="tool"
    )
    product_id = fields.Many2one("product.product", check_company=True)
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    note = fields.Char()

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity supplied must be greater than zero."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for supply in self:
            supply.name = supply.product_id.display_name or supply.name
