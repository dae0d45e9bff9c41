from datetime import datetime

from pytz import timezone, utc

from odoo import fields, models


class AftersalesCompanyPriceMixin(models.AbstractModel):
    """Settings of a company for prices and relief; inherited by ``res.company``."""

    _name = "aftersales.company.price.mixin"
    _description = "After-Sales Prices of a Company"
    _inherit = ["aftersales.company.mixin"]

    aftersales_pricelist_id = fields.Many2one(
        "product.pricelist",
        "After-Sales Pricelist",
        check_company=True,
        help="Approved price lists are written into it; settlements use it unless the"
        " customer has a pricelist of his own.",
    )
    aftersales_relief_product_id = fields.Many2one(
        "product.product",
        "Relief",
        domain=[("type", "=", "service")],
        help="The line of a settlement that an approved relief becomes.",
    )
    aftersales_goodwill_product_id = fields.Many2one(
        "product.product",
        "Goodwill",
        domain=[("type", "=", "service")],
        help="The line of a settlement that approved goodwill becomes.",
    )
    aftersales_relief_account_id = fields.Many2one(
        "account.account",
        "Relief Account",
        check_company=True,
        help="Reductions of income; empty: the income account of the product.",
    )
    aftersales_goodwill_account_id = fields.Many2one(
        "account.account",
        "Goodwill Account",
        check_company=True,
        help="Expense of goodwill; empty: the income account of the product.",
    )

    def _aftersales_setup_extra(self):
        result = super()._aftersales_setup_extra()
        for kind in ("relief", "goodwill"):
            fname = f"aftersales_{kind}_product_id"
            if not self[fname]:
                self[fname] = self.env.ref(
                    f"aftersales_service.product_{kind}", raise_if_not_found=False
                )
        return result

    def _aftersales_get_pricelist(self):
        """The after-sales pricelist, made when the first price list is approved."""
        self.ensure_one()
        company = self.sudo()
        if not company.aftersales_pricelist_id:
            pricelists = self.env["product.pricelist"].sudo()
            company.aftersales_pricelist_id = pricelists.create(
                {
                    "name": self.env._("After-Sales Prices"),
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "aftersales_service": True,
                    "sequence": 99,
                }
            )
        return company.aftersales_pricelist_id

    def _aftersales_get_day(self, moment=None):
        """The date of ``moment`` (naive UTC, now by default) where the company works;
        in UTC for an empty company."""
        zone = timezone(self.sudo().resource_calendar_id.tz or "UTC")
        moment = moment or fields.Datetime.now()
        return utc.localize(moment).astimezone(zone).date()

    def _aftersales_get_moment(self, day, clock):
        """The time of ``day`` at ``clock`` where the company works, as naive UTC."""
        self.ensure_one()
        zone = timezone(self.sudo().resource_calendar_id.tz or "UTC")
        moment = zone.localize(datetime.combine(day, clock))
        return moment.astimezone(utc).replace(tzinfo=None)
