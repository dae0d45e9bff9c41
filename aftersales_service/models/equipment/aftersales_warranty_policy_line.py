from odoo import api, fields, models

MOST_MONTHS = 1200
COVERS = [
    ("whole_machine", "Whole Machine"),
    ("main_component", "Main Component"),
    ("accessory", "Accessory"),
    ("wear_part", "Wear Part"),
    ("software", "Software"),
]


class AftersalesWarrantyPolicyLine(models.Model):
    """A cover line: what is covered, for how long (handbook 9.1, coverage rows)."""

    _name = "aftersales.warranty.policy.line"
    _description = "Warranty Cover"
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "aftersales.warranty.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    cover = fields.Selection(COVERS, required=True, default="whole_machine")
    parts = fields.Boolean(default=True)
    labour = fields.Boolean(default=True)
    travel = fields.Boolean(default=True)
    months = fields.Integer(
        required=True,
        default=12,
        help="0 with a cover other than the whole machine: named as not covered.",
    )
    contract_months = fields.Integer(
        "Months in a Project",
        help="Instead of the months, when the machine was sold for a project by"
        " contract. 0: the same. The whole machine takes the contract's own months.",
    )
    hours_limit = fields.Float(
        "Hours on the Meter",
        help="Ends the cover when the meter is beyond. 0: no limit.",
    )

    _months_check = models.Constraint(
        f"CHECK (months BETWEEN 0 AND {MOST_MONTHS}"
        f" AND contract_months BETWEEN 0 AND {MOST_MONTHS} AND hours_limit >= 0)",
        "Months lie between 0 and 1,200, and hours must not be negative.",
    )
    _aspect_check = models.Constraint(
        "CHECK (parts OR labour OR travel)",
        "A cover line covers parts, labour or travel.",
    )

    @api.depends("cover", "months")
    @api.depends_context("lang")
    def _compute_display_name(self):
        covers = dict(self._fields["cover"]._description_selection(self.env))
        for line in self:
            line.display_name = self.env._(
                "%(cover)s %(months)s months",
                cover=covers.get(line.cover, ""),
                months=line.months,
            )

    def _get_months(self, product_months, contract_months):
        """Months of this line for a machine, None when it promises nothing."""
        self.ensure_one()
        if self.cover != "whole_machine":
            return (contract_months and self.contract_months) or self.months
        if contract_months:
            return contract_months
        if self.policy_id.months_from_product:
            return product_months or None
        return self.months or None

    def _prepare_terms(self, months):
        return {
            "cover": self.cover,
            "parts": self.parts,
            "labour": self.labour,
            "travel": self.travel,
            "months": months,
            "is_excluded": not months,
            "hours_limit": self.hours_limit,
        }
