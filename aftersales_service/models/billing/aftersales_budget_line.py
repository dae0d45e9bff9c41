from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_expense_item_mixin import BUDGET_CLASSES

MONTHS = [f"amount_{month:02d}" for month in range(1, 13)]


class AftersalesBudgetLine(models.Model):
    """One class of a budget: a row of twelve months, as on paper."""

    _name = "aftersales.budget.line"
    _description = "Budget Class"
    _order = "budget_id, sequence, id"
    _rec_name = "budget_class"
    _check_company_auto = True

    budget_id = fields.Many2one(
        "aftersales.budget", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="budget_id.currency_id")
    sequence = fields.Integer(compute="_compute_sequence", store=True, precompute=True)
    budget_class = fields.Selection(BUDGET_CLASSES, required=True)
    amount_01 = fields.Monetary("January")
    amount_02 = fields.Monetary("February")
    amount_03 = fields.Monetary("March")
    amount_04 = fields.Monetary("April")
    amount_05 = fields.Monetary("May")
    amount_06 = fields.Monetary("June")
    amount_07 = fields.Monetary("July")
    amount_08 = fields.Monetary("August")
    amount_09 = fields.Monetary("September")
    amount_10 = fields.Monetary("October")
    amount_11 = fields.Monetary("November")
    amount_12 = fields.Monetary("December")
    total = fields.Monetary(
        "Year",
        compute="_compute_total",
        inverse="_inverse_total",
        store=True,
        help="Entered here, the amount is spread over the twelve months.",
    )

    _class_uniq = models.Constraint(
        "UNIQUE (budget_id, budget_class)", "A class stands in a budget once."
    )

    @api.depends("budget_class")
    def _compute_sequence(self):
        order = [key for key, _label in BUDGET_CLASSES]
        for line in self:
            key = line.budget_class
            line.sequence = order.index(key) if key in order else len(order)

    @api.depends(*MONTHS)
    def _compute_total(self):
        for line in self:
            line.total = sum(line[month] for month in MONTHS)

    @api.onchange("total")
    def _inverse_total(self):
        """Twelve equal months; the last one takes the rest of the division."""
        for line in self:
            currency = line.currency_id or self.env.company.currency_id
            total = line.total
            if not currency.compare_amounts(total, sum(line[m] for m in MONTHS)):
                continue
            share = currency.round(total / 12)
            for month in MONTHS[:-1]:
                line[month] = share
            line[MONTHS[-1]] = total - share * 11

    @api.constrains(*MONTHS)
    def _check_amounts(self):
        for line in self:
            if any(line[month] < 0 for month in MONTHS):
                raise ValidationError(
                    self.env._("The amount of a month must not be negative.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_budget_open()
        lines.budget_id._approval_content_changed()
        return lines

    def write(self, vals):
        if {"budget_id", "budget_class", "total", *MONTHS} & vals.keys():
            self._check_budget_open()
        budgets = self.budget_id
        result = super().write(vals)
        if {"budget_id", "budget_class", "total", *MONTHS} & vals.keys():
            self._check_budget_open()
            (budgets | self.budget_id)._approval_content_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_budget_open()
        self.budget_id._approval_content_changed()

    def _check_budget_open(self):
        """:raises UserError: once the budget is in force; see the adjustments"""
        if not self.env.su:
            self.budget_id._form_check_state("draft", "signing", "refused")
