from odoo import api, fields, models


class AftersalesPartProductMixin(models.AbstractModel):
    """What the parts store knows of a part. Part of ``product.template``."""

    _name = "aftersales.part.product.mixin"
    _description = "Spare Part"

    aftersales_key_part = fields.Boolean(
        "Key Part",
        help="Its arrival is promised within a fixed time of the requisition.",
    )
    aftersales_substitute_ids = fields.Many2many(
        "product.product",
        string="Substitutes",
        compute="_compute_aftersales_substitute_ids",
        inverse="_inverse_aftersales_substitute_ids",
        help="Parts that may be issued instead of this one when it is short.",
    )

    @api.depends("product_variant_ids.aftersales_substitute_ids")
    def _compute_aftersales_substitute_ids(self):
        for template in self:
            template.aftersales_substitute_ids = (
                template.product_variant_ids.aftersales_substitute_ids
                if len(template.product_variant_ids) == 1
                else False
            )

    def _inverse_aftersales_substitute_ids(self):
        for template in self:
            if len(template.product_variant_ids) == 1:
                variant = template.product_variant_ids
                variant.aftersales_substitute_ids = template.aftersales_substitute_ids
