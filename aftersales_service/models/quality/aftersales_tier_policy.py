from odoo import api, fields, models

TIERS = [("a", "A: Key"), ("b", "B: Important"), ("c", "C: General")]


class AftersalesTierPolicy(models.Model):
    """What a customer tier asks for (客户分级), handbook 13.2.

    A policy without company serves every company that has none of its own.
    """

    _name = "aftersales.tier.policy"
    _description = "Customer Tier"
    _inherit = ["aftersales.shared.mixin"]
    _order = "company_id, tier"
    _rec_name = "tier"

    tier = fields.Selection(TIERS, required=True)
    min_score = fields.Float("From Score", digits=(5, 2))
    note = fields.Text("What the Customer Gets", translate=True)
    company_id = fields.Many2one(
        "res.company",
        copy=False,
        default=lambda self: self.env.company,
        help="Empty: for all companies; only an administrator changes these.",
    )

    _tier_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), tier)", "There is one line per tier and company."
    )
    _min_score_check = models.Constraint(
        "CHECK (min_score >= 0 AND min_score <= 100)",
        "A score lies between 0 and 100.",
    )

    @api.depends("tier")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["tier"]._description_selection(self.env))
        for policy in self:
            policy.display_name = labels.get(policy.tier)

    def _get_limits(self, company):
        """Scores from which a tier is reached in ``company``.

        :return: list of ``(minimum score, tier)``
        """
        policies = self.sudo().search([("company_id", "in", (company.id, False))])
        own = policies.filtered("company_id")
        return [(policy.min_score, policy.tier) for policy in own or policies]
