from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    aftersales_substitute_ids = fields.Many2many(
        "product.product",
        "aftersales_product_substitute_rel",
        "product_id",
        "substitute_id",
        "Substitutes",
        check_company=True,
        domain="[('id', '!=', id), ('type', '=', 'consu')]",
        help="Parts that may be issued instead of this one when it is short. The"
        " other way round holds only where it is entered there too.",
    )
