from odoo import fields, models

from .aftersales_tier_criterion import SOURCES


class AftersalesTierReviewLine(models.Model):
    """One criterion of a review: what was measured and what it is worth.

    Written by the review alone; weight and points are frozen, so that a later
    change of the criteria alters no review.
    """

    _name = "aftersales.tier.review.line"
    _description = "Measured Criterion"
    _order = "review_id, sequence, id"

    review_id = fields.Many2one(
        "aftersales.tier.review", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="review_id.company_id", store=True, precompute=True
    )
    criterion_id = fields.Many2one(
        "aftersales.tier.criterion", readonly=True, ondelete="restrict"
    )
    sequence = fields.Integer(readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    value = fields.Float("Measured", readonly=True)
    points = fields.Float(readonly=True, digits=(5, 2), aggregator="avg")
    weight = fields.Float(readonly=True, digits=(6, 2))
