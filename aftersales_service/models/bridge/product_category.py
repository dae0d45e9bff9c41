from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    aftersales_warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        "Warranty Policy",
        company_dependent=True,
        help="For the machines of this category and of those below it.",
    )
    aftersales_guarantee_rule_id = fields.Many2one(
        "aftersales.guarantee.rule",
        "Three-Guarantees Rule",
        company_dependent=True,
        help="For the machines of this category and of those below it.",
    )
