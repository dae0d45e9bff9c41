from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .aftersales_expense_item_mixin import BUDGET_CLASSES


class AftersalesBudget(models.Model):
    """Annual budget of after-sales (年度预算), 004 §5.1, handbook 10.4.

    One per year and region or department; one without either is for the whole
    company. Once it is approved its months change by adjustments only.
    """

    _name = "aftersales.budget"
    _description = "After-Sales Budget"
    _inherit = ["aftersales.approval.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "region_id", "department_id"]

    _form_sequence = ("aftersales.budget", "YS")
    _form_protected = frozenset({"name", "state", "approval_state", "submitted_by_id"})
    _approval_content = frozenset({"year", "region_id", "department_id"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year
    )
    region_id = fields.Many2one(
        "aftersales.region", index="btree_not_null", check_company=True
    )
    department_id = fields.Many2one(
        "hr.department", index="btree_not_null", check_company=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "aftersales.budget.line",
        "budget_id",
        "Monthly Amounts",
        copy=True,
        default=lambda self: self._default_line_ids(),
    )
    adjustment_ids = fields.One2many(
        "aftersales.budget.adjustment", "budget_id", "Adjustments"
    )
    report_ids = fields.One2many(
        "aftersales.budget.report", "budget_id", "Execution", readonly=True
    )
    amount_total = fields.Monetary(
        "Budget", compute="_compute_amount_total", store=True
    )
    used_total = fields.Monetary("Used", compute="_compute_used")
    balance = fields.Monetary(compute="_compute_used")
    execution = fields.Float("Execution (%)", compute="_compute_used", digits=(16, 1))
    warning = fields.Text(compute="_compute_used")
    note = fields.Text("Remarks")

    _scope_uniq = models.UniqueIndex(
        "(company_id, year, COALESCE(region_id, 0), COALESCE(department_id, 0))"
        " WHERE state != 'cancelled'",
        "There is already a budget of this year for this region or department.",
    )
    _year_check = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2999)", "Enter the year with four digits."
    )
    _one_scope_check = models.Constraint(
        "CHECK (region_id IS NULL OR department_id IS NULL)",
        "A budget is for a region or for a department, not for both.",
    )

    # -------------------------------------------------------------- computes

    @api.model
    def _default_line_ids(self):
        return [Command.create({"budget_class": key}) for key, _label in BUDGET_CLASSES]

    @api.depends("year", "region_id.name", "department_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for budget in self.filtered("display_name"):
            scope = budget.region_id.name or budget.department_id.name
            scope = scope or budget.company_id.name
            budget.display_name = f"{budget.name} {scope} {budget.year}"
        return result

    @api.depends("line_ids.total", "adjustment_ids.amount")
    def _compute_amount_total(self):
        for budget in self:
            changes = sum(budget.adjustment_ids.mapped("amount"))
            budget.amount_total = sum(budget.line_ids.mapped("total")) + changes

    @api.depends("line_ids.total", "adjustment_ids.amount", "state")
    @api.depends_context("lang")
    def _compute_used(self):
        """Execution from posted entries, of all budgets in one query."""
        rows = {}
        for budget, key, amount, used in self.env[
            "aftersales.budget.report"
        ]._read_group(
            [("budget_id", "in", self._origin.ids)],
            ["budget_id", "budget_class"],
            ["amount:sum", "used:sum"],
        ):
            rows.setdefault(budget.id, []).append((key, amount, used))
        labels = dict(
            self.env["aftersales.budget.line"]
            ._fields["budget_class"]
            ._description_selection(self.env)
        )
        for budget in self:
            mine = rows.get(budget._origin.id, [])
            used = sum(row[2] for row in mine)
            budget.used_total = used
            budget.balance = budget.amount_total - used
            budget.execution = (
                100 * used / budget.amount_total if budget.amount_total else 0.0
            )
            limit = budget._get_warning_percent()
            over = [
                self.env._(
                    "%(kind)s: %(used)s of %(budget)s are used.",
                    kind=labels[key],
                    used=budget.currency_id.format(spent),
                    budget=budget.currency_id.format(amount),
                )
                for key, amount, spent in sorted(mine)
                if spent > 0 and limit and spent >= amount * limit / 100
            ]
            budget.warning = "\n".join(over)

    def _get_warning_percent(self):
        """From which execution on a class of the budget is warned about."""
        self.ensure_one()
        return self.company_id._aftersales_parameter("budget_warning_percent")

    # ----------------------------------------------------------- constraints

    def write(self, vals):
        content = self._approval_content | {"line_ids"}
        if not self.env.su and content & vals.keys():
            self._form_check_state("draft", "signing", "refused")
        return super().write(vals)

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return self.amount_total

    def _approval_done(self):
        self.write({"state": "approved"})

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put the budget before those who approve it."""
        budgets = self._form_begin("draft", "refused")
        for budget in budgets:
            if not budget.currency_id.compare_amounts(budget.amount_total, 0) > 0:
                raise UserError(
                    self.env._(
                        "Enter the monthly amounts of %(name)s first.",
                        name=budget.name,
                    )
                )
        budgets.write({"state": "signing"})
        budgets._approval_submit()

    def action_close(self):
        """The year is over: the budget takes no more adjustments."""
        self._form_begin("approved").write({"state": "closed"})

    def action_cancel(self):
        """Drop a budget that is not in force."""
        budgets = self._form_begin("draft", "signing", "refused")
        budgets.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        budgets.write({"state": "cancelled"})
        budgets.flush_recordset(["state"])  # frees the year for another one

    def action_view_execution(self):
        """The months of this budget with what is used of each."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_budget_report_action"
        )
        return {**action, "domain": [("budget_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------ adjustments

    def _check_adjustable(self):
        """:raises ValidationError: unless the budget is in force"""
        for budget in self:
            if budget.state != "approved":
                raise ValidationError(
                    self.env._(
                        "%(budget)s is not in force: change its months themselves, or"
                        " leave it as it was closed.",
                        budget=budget.name,
                    )
                )
