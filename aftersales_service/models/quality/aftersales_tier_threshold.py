from odoo import fields, models


class AftersalesTierThreshold(models.Model):
    """From which measured value a customer gets how many points."""

    _name = "aftersales.tier.threshold"
    _description = "Points of a Tier Criterion"
    _inherit = ["aftersales.shared.mixin"]
    _order = "criterion_id, minimum desc"
    _rec_name = "criterion_id"

    criterion_id = fields.Many2one(
        "aftersales.tier.criterion", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="criterion_id.company_id", store=True, precompute=True
    )
    minimum = fields.Float("From Value", required=True)
    points = fields.Float(required=True, digits=(5, 2))

    _minimum_uniq = models.Constraint(
        "UNIQUE (criterion_id, minimum)", "Each value has its points once."
    )
    _points_check = models.Constraint(
        "CHECK (points >= 0 AND points <= 100)", "Points lie between 0 and 100."
    )
