from odoo import fields, models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    """The after-sales pricelist is for service: no ordinary order falls back on it."""

    _inherit = "product.pricelist"

    aftersales_service = fields.Boolean(
        "After-Sales Prices",
        readonly=True,
        copy=False,
        help="Holds the approved price lists of after-sales; used for settlements, and"
        " for a customer who was given it by name.",
    )

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        return list(Domain(domain) & Domain("aftersales_service", "=", False))
