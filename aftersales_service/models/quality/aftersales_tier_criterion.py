from odoo import api, fields, models
from odoo.exceptions import ValidationError

SOURCES = [
    ("purchases", "Purchases in 12 Months"),
    ("machines", "Installed Machines"),
    ("payment", "Paid on Time (%)"),
    ("strategic", "Strategic Value"),
    ("contract", "Service Contracts in 12 Months"),
]


class AftersalesTierCriterion(models.Model):
    """What customers are judged by in the yearly review, handbook 13.2.

    Weights and thresholds are data. Criteria without company serve every company
    that has none of its own.
    """

    _name = "aftersales.tier.criterion"
    _description = "Tier Criterion"
    _inherit = ["aftersales.shared.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        copy=False,
        default=lambda self: self.env.company,
        help="Empty: for all companies; only an administrator changes these.",
    )
    source = fields.Selection(
        SOURCES,
        required=True,
        help="Purchases: posted customer invoices of the last 12 months, without tax,"
        " in company currency.\n"
        "Installed machines: machines in use at the customer.\n"
        "Paid on time: share of what fell due in 12 months that is not overdue.\n"
        "Strategic value: 1 for an agent, 1 more for a reference project.\n"
        "Service contracts: confirmed sales of the category below in 12 months.",
    )
    category_id = fields.Many2one(
        "product.category",
        "Service Contracts Are Sold As",
        help="Products of this category and its sub-categories.",
    )
    weight = fields.Float(default=1.0, required=True, digits=(6, 2))
    threshold_ids = fields.One2many(
        "aftersales.tier.threshold", "criterion_id", "Points", copy=True
    )

    _code_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)",
        "The code of a criterion must be unique per company.",
    )
    _weight_check = models.Constraint(
        "CHECK (weight >= 0)", "A weight must not be negative."
    )

    @api.constrains("source", "active", "company_id")
    def _check_one_per_source(self):
        """A source counts once: its value is known by its source alone."""
        for criterion in self.filtered("active"):
            twins = self.search_count(
                [
                    ("source", "=", criterion.source),
                    ("company_id", "=", criterion.company_id.id),
                    ("id", "!=", criterion.id),
                ]
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "There is already a criterion that measures “%(name)s”.",
                        name=dict(
                            self._fields["source"]._description_selection(self.env)
                        )[criterion.source],
                    )
                )

    def _get_for(self, company):
        """Criteria by which ``company`` judges: its own, else the common ones."""
        criteria = self.sudo().search([("company_id", "in", (company.id, False))])
        return criteria.filtered("company_id") or criteria
