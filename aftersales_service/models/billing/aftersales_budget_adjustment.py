from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .aftersales_expense_item_mixin import BUDGET_CLASSES


class AftersalesBudgetAdjustment(models.Model):
    """A change of a budget in force (调整记录): written once, kept for good, and told
    on the budget with its reason."""

    _name = "aftersales.budget.adjustment"
    _description = "Budget Adjustment"
    _order = "budget_id, date desc, id desc"
    _check_company_auto = True

    budget_id = fields.Many2one(
        "aftersales.budget", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="budget_id.currency_id")
    budget_class = fields.Selection(BUDGET_CLASSES, required=True)
    month = fields.Integer(required=True, help="1 to 12.")
    amount = fields.Monetary("Change", required=True)
    reason = fields.Char(required=True)
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        "Adjusted By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _month_check = models.Constraint(
        "CHECK (month BETWEEN 1 AND 12)", "A month is a number from 1 to 12."
    )
    _amount_check = models.Constraint(
        "CHECK (amount != 0)", "An adjustment of nothing says nothing."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # Who and when are no matter of choice, in the context neither.
            stamp = {
                "user_id": self.env.uid,
                "date": fields.Date.context_today(self),
            }
            vals_list = [{**vals, **stamp} for vals in vals_list]
        adjustments = super().create(vals_list)
        adjustments.budget_id._check_adjustable()
        adjustments._check_month_left()
        adjustments.sudo()._tell()
        return adjustments

    @api.constrains("reason")
    def _check_reason(self):
        for row in self:
            if not row.reason.strip():
                raise ValidationError(
                    self.env._("Write down why the budget is adjusted.")
                )

    def _tell(self):
        """Put the change before those who follow the budget they signed."""
        labels = dict(self._fields["budget_class"]._description_selection(self.env))
        for row in self:
            row.budget_id.message_post(
                body=self.env._(
                    "%(kind)s, month %(month)s: %(amount)s, because: %(reason)s. The"
                    " budget is %(total)s now.",
                    kind=labels[row.budget_class],
                    month=row.month,
                    amount=row.currency_id.format(row.amount),
                    reason=row.reason,
                    total=row.currency_id.format(row.budget_id.amount_total),
                )
            )

    def _check_month_left(self):
        """:raises ValidationError: when a month would be below zero"""
        for row in self:
            line = row.budget_id.line_ids.filtered(
                lambda line, row=row: line.budget_class == row.budget_class
            )
            planned = sum(line.mapped(f"amount_{row.month:02d}"))
            changes = row.budget_id.adjustment_ids.filtered(
                lambda a, row=row: (a.budget_class, a.month)
                == (row.budget_class, row.month)
            )
            left = planned + sum(changes.mapped("amount"))
            if row.currency_id.compare_amounts(left, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "Month %(month)s would be left with %(amount)s.",
                        month=row.month,
                        amount=row.currency_id.format(left),
                    )
                )

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._("An adjustment stays as it is: write another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Adjustments are kept: write another one."))
