from odoo import fields, models


class AftersalesFaultCasePart(models.Model):
    """A part that the solution of a case needs."""

    _name = "aftersales.fault.case.part"
    _description = "Part of a Fault Case"
    _inherit = ["aftersales.fault.case.line.mixin"]
    _rec_name = "product_id"

    product_id = fields.Many2one(
        "product.product", "Part", required=True, index=True, check_company=True
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    product_uom_id = fields.Many2one(related="product_id.uom_id")

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be greater than zero."
    )
