from odoo import fields, models


class AftersalesCommissionTier(models.Model):
    """From which amount and price a deal earns which rate."""

    _name = "aftersales.commission.tier"
    _description = "Commission Tier"
    _order = "scale_id, amount_from, ratio_from"
    _rec_name = "rate"

    scale_id = fields.Many2one(
        "aftersales.commission.scale", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="scale_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="scale_id.currency_id")
    amount_from = fields.Monetary(
        "Deal From", help="Amount of the deal without tax (成交额)."
    )
    ratio_from = fields.Float(
        "Price From (%)",
        digits=(16, 2),
        help="Share of the list price the deal was sold at (成交价/标价).",
    )
    rate = fields.Float("Rate (%)", digits=(16, 3))

    _tier_uniq = models.Constraint(
        "UNIQUE (scale_id, amount_from, ratio_from)",
        "Two tiers begin at the same amount and price.",
    )
    _number_check = models.Constraint(
        "CHECK (amount_from >= 0 AND ratio_from >= 0 AND rate >= 0 AND rate <= 100)",
        "Amount, price and rate of a tier must not be negative, the rate not above"
        " 100 %.",
    )
