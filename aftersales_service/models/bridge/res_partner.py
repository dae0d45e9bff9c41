from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_tier = fields.Selection(
        [("a", "A: Key"), ("b", "B: Important"), ("c", "C: General")],
        "Customer Tier",
        index="btree_not_null",
        tracking=True,
    )
