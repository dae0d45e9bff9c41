from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTierReviewPrepare(models.TransientModel):
    """Make the drafts of a year's tier reviews (handbook 13.2: review yearly)."""

    _name = "aftersales.tier.review.prepare"
    _description = "Prepare Tier Reviews"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    year = fields.Char(
        required=True,
        size=4,
        default=lambda self: str(fields.Date.context_today(self).year),
    )

    def action_prepare(self):
        """Make what is missing and open the reviews of the year.

        :raises UserError: when no customer is left to review
        """
        self.ensure_one()
        reviews = self.env["aftersales.tier.review"]
        reviews.check_access("create")
        today = fields.Date.context_today(self)
        made = reviews._prepare_year(self.company_id, (self.year or "").strip(), today)
        if not made:
            raise UserError(
                self.env._(
                    "Every customer with machines has a review for %(year)s already.",
                    year=self.year,
                )
            )
        return {
            **made._get_records_action(),
            "name": self.env._("Tier Reviews %(year)s", year=self.year),
        }
