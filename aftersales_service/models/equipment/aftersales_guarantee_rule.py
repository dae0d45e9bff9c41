from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...engine.guarantee import Rule


class AftersalesGuaranteeRule(models.Model):
    """When a right to exchange or refund arises (三包, handbook 9.2, 17.7).

    All thresholds are data; 0 means that the rule does not ask for it.
    """

    _name = "aftersales.guarantee.rule"
    _description = "Three-Guarantees Rule"
    _inherit = ["aftersales.text.mixin", "aftersales.preset.mixin"]

    period_months = fields.Integer(
        "Period (Months)",
        help="How long after the purchase rights may arise. 0: as long as the"
        " warranty lasts.",
    )
    # --- repairs and time lost
    repairs = fields.Integer(
        "Repairs before Exchange",
        help="The right arises when the same fault comes back after so many repairs.",
    )
    repair_days = fields.Integer(
        "Days of One Repair",
        help="The right arises when one repair takes longer.",
    )
    total_days = fields.Integer(
        "Days of All Repairs",
        help="The right arises when all repairs together take longer.",
    )
    parts_days = fields.Integer(
        "Days without Parts",
        help="The right arises when a repair waits longer for parts.",
    )
    warn_repairs = fields.Integer("Warn so many Repairs before", default=1)
    warn_days = fields.Integer("Warn so many Days before", default=10)
    # --- from the day of purchase
    refund_days = fields.Integer(
        "Refund within Days of Purchase",
        help="The right arises when a fault is reported within so many days.",
    )
    exchange_days = fields.Integer(
        "Exchange within Days of Purchase",
        help="The right arises when a fault is reported within so many days.",
    )
    answer_days = fields.Integer(
        "Answer within Days",
        help="For reading: the clocks of the service promises measure answers.",
    )
    easy_fault_days = fields.Integer(
        "Busy Season: Days for an Easy Fault",
        help="For reading: the clocks of the service promises measure repairs.",
    )
    busy_fault_days = fields.Integer(
        "Busy Season: Days for Other Faults",
        help="For reading: the clocks of the service promises measure repairs.",
    )
    works_days = fields.Integer(
        "Repaired Machine Works Days",
        help="A machine that is out of order again sooner counts as not repaired,"
        " whatever the fault is.",
    )
    parts_years = fields.Integer(
        "Parts Kept Years after Production",
        help="For reading: a promise to the customer, measured nowhere.",
    )
    unrepairable_exchange = fields.Boolean(
        "Exchange if Not Repairable",
        help="For reading: whether a machine can be repaired is decided by people.",
    )
    # --- what time lost does
    prolongs_warranty = fields.Boolean(
        "Repair Time Prolongs the Warranty",
        help="An adjustment by the days in repair is proposed after each repair.",
    )
    exchange_restarts = fields.Boolean("Period Restarts after Exchange")
    depreciation_rate = fields.Float("Depreciation per Day (%)", digits=(16, 4))
    depreciation_excludes_repair = fields.Boolean("Depreciation without Days in Repair")
    is_reference = fields.Boolean(
        "Public Reference",
        help="A public rule to compare with: it holds only where it is chosen, not by"
        " applying its preset.",
    )
    note = fields.Text("Source", translate=True)
    is_default = fields.Boolean(compute="_compute_is_default")

    _threshold_check = models.Constraint(
        "CHECK (repairs >= 0 AND repair_days >= 0 AND total_days >= 0"
        " AND parts_days >= 0 AND warn_repairs >= 0 AND warn_days >= 0"
        " AND period_months >= 0 AND depreciation_rate >= 0"
        " AND refund_days >= 0 AND exchange_days >= 0 AND answer_days >= 0"
        " AND easy_fault_days >= 0 AND busy_fault_days >= 0 AND works_days >= 0"
        " AND parts_years >= 0)",
        "Thresholds must not be negative.",
    )

    @api.depends_context("company")
    @api.depends("company_id")
    def _compute_is_default(self):
        default = self.env.company.sudo().aftersales_guarantee_rule_id
        for rule in self:
            rule.is_default = rule._origin == default

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("company.id", "company.aftersales_bundle_id.id")
    def _get_bundle_rule_id(self, company):
        """The rule that came with the preset of ``company``, where none is chosen."""
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("bundle_id", "=", company.aftersales_bundle_id.id),
                    ("bundle_id", "!=", False),
                    ("is_reference", "=", False),
                ],
                limit=1,
            )
            .id
        )

    def action_make_default(self):
        """Let this rule hold for the machines of its company that name no other."""
        self.ensure_one()
        self.check_access("write")
        if not self.company_id:
            raise ValidationError(self.env._("A template rules nobody: copy it first."))
        self.company_id.sudo().aftersales_guarantee_rule_id = self

    def _prepare_rule(self):
        """The thresholds as the engine takes them."""
        self.ensure_one()
        return Rule(
            repairs=self.repairs,
            repair_days=self.repair_days,
            total_days=self.total_days,
            parts_days=self.parts_days,
            refund_days=self.refund_days,
            exchange_days=self.exchange_days,
            works_days=self.works_days,
            warn_repairs=self.warn_repairs,
            warn_days=self.warn_days,
        )
