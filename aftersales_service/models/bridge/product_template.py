from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_tracked = fields.Boolean(
        "After-Sales Tracked",
        help="A machine record is made for each serial number delivered.",
    )
    aftersales_warranty_months = fields.Integer(
        "Warranty (Months)", help="Counted from acceptance, delivery or purchase."
    )

    _aftersales_warranty_check = models.Constraint(
        "CHECK (aftersales_warranty_months >= 0)",
        "The warranty must not be negative.",
    )
