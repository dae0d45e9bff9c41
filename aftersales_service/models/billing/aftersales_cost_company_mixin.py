from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesCostCompanyMixin(models.AbstractModel):
    """Settings of expenses, cost charges, commission and provision."""

    _name = "aftersales.cost.company.mixin"
    _description = "After-Sales Cost Settings"
    _inherit = ["aftersales.company.mixin"]

    aftersales_expense_needs_card = fields.Boolean(
        "Expenses Need the Service Card",
        default=True,
        help="An expense of a visit is approved only when its card is handed in.",
    )
    aftersales_hour_cost = fields.Float(
        "Cost of an Engineer's Hour",
        digits="Product Price",
    )
    aftersales_cost_readers = fields.Boolean(
        "Readers See Costs",
        help="Everybody in the department sees cost sheets, not only finance.",
    )
    aftersales_charge_effect = fields.Selection(
        [
            ("record", "Record Only"),
            ("entry", "Draft Entry for the Accountant"),
        ],
        "Effect of a Cost Charge",
        required=True,
        default="record",
        help="Whether the law allows to deduct a charge from wages is not checked.",
    )
    aftersales_charge_account_id = fields.Many2one(
        "account.account",
        "Receivable from Employees",
        check_company=True,
        domain="[('account_type', 'in', ('asset_receivable', 'asset_current'))]",
    )
    aftersales_cost_journal_id = fields.Many2one(
        "account.journal",
        "Journal of After-Sales Entries",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    aftersales_commission_pay = fields.Selection(
        [("bill", "Vendor Bill"), ("payroll", "Payroll List")],
        "Commission Is Paid By",
        required=True,
        default="bill",
    )
    aftersales_commission_account_id = fields.Many2one(
        "account.account",
        "Commission Expense",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
    )
    aftersales_provision_expense_account_id = fields.Many2one(
        "account.account",
        "Warranty Expense",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
    )
    aftersales_provision_account_id = fields.Many2one(
        "account.account",
        "Warranty Provision",
        check_company=True,
        domain="[('account_type', 'in',"
        " ('liability_current', 'liability_non_current'))]",
    )

    def _aftersales_setup_extra(self):
        """A journal for entries that after-sales proposes."""
        result = super()._aftersales_setup_extra()
        if not self.aftersales_cost_journal_id and self.chart_template:
            self.aftersales_cost_journal_id = self.env["account.journal"].search(
                [("type", "=", "general"), ("company_id", "=", self.id)],
                order="sequence, id",
                limit=1,
            )
        return result

    def _aftersales_get_account(self, name):
        """An account the accountant has chosen; none is ever guessed.

        :param str name: field name without ``aftersales_`` and ``_account_id``
        :raises UserError: when it is not chosen, with where to do it
        """
        self.ensure_one()
        fname = f"aftersales_{name}_account_id"
        account = self.sudo()[fname]
        if not account:
            raise UserError(
                self.env._(
                    "Choose the account “%(setting)s” of %(company)s in the After-Sales"
                    " settings first.",
                    setting=self._fields[fname]._description_string(self.env),
                    company=self.name,
                )
            )
        return account
