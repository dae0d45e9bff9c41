from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AftersalesHandoverEntryMixin(models.AbstractModel):
    """The one entry of a handover sheet, and what it closes.

    ::

        Dr cash (or outstanding receipts of the bank)    counted
        Dr cash with engineers (his debt), or loss       shortage
            Cr cash with engineers, a line per receipt   receipts
            Cr cash with engineers                       earlier shortage he pays
            Cr cash with engineers, or gain              surplus

    Each line of the engineer is matched with the line it closes, so that what is
    open on the account is what he holds. A difference that stays on his account makes
    up for earlier ones the other way: what he brought too much on one sheet may lack
    on the next. The model that inherits this is ``aftersales.cash.handover``.
    """

    _name = "aftersales.handover.entry.mixin"
    _description = "Entry of a Handover Sheet"

    def _post_entry(self):
        """Post and match the entry of this one sheet; called with sudo.

        :return: the posted ``account.move``
        :raises UserError: on a locked period or a missing account; nothing is posted
        """
        self.ensure_one()
        self._check_lock_date()
        self.collection_ids._book()  # receipts from before custody had an account
        rows = self._prepare_rows()
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .with_context(mail_create_nolog=True, tracking_disable=True)
            .create(self._prepare_move_vals(rows))
        )
        move._post(soft=False)
        # The lines were made in the order of the rows.
        for row, line in zip(rows, move.line_ids.sorted("id"), strict=True):
            closes = row["closes"].filtered(lambda other: not other.reconciled)
            if closes:
                (closes | line).reconcile()
        return move

    def _check_lock_date(self):
        self.ensure_one()
        company = self.company_id
        locks = company._get_violated_lock_dates(self.date, False, self.journal_id)
        if locks:
            raise UserError(
                self.env._(
                    "The books of %(company)s are closed until %(lock)s; the handover"
                    " of %(day)s cannot be booked. Enter a later day.",
                    company=company.name,
                    lock=format_date(self.env, locks[-1][0]),
                    day=format_date(self.env, self.date),
                )
            )

    def _prepare_move_vals(self, rows):
        self.ensure_one()
        return {
            "move_type": "entry",
            "aftersales_handover_id": self.id,
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "ref": " ".join(filter(None, (self.name, self.deposit_slip))),
            "line_ids": [Command.create(row["vals"]) for row in rows],
        }

    def _prepare_rows(self):
        """The lines of the entry: dicts with ``vals`` and the lines it ``closes``."""
        none = self.env["account.move.line"]
        custody = self.company_id._aftersales_get("custody_account")
        rows = []
        for collection in self.collection_ids:
            line = collection._get_custody_lines()
            rows.append(
                self._prepare_row(
                    -collection.amount,
                    line.account_id or custody,
                    f"{collection.name} {collection.receipt_no}",
                    line.partner_id or self._get_custodian(),
                    line,
                )
            )
        if self.debt_amount:
            rows.append(
                self._prepare_row(
                    -self.debt_amount,
                    custody,
                    self.env._("Earlier shortage paid in"),
                    self._get_custodian(),
                    self._get_debt_lines(),
                )
            )
        if not self.currency_id.is_zero(self.counted_amount):
            rows.append(
                self._prepare_row(
                    self.counted_amount,
                    self._get_money_account(),
                    self.name,
                    self._get_custodian(),
                    none,
                )
            )
        if not self.currency_id.is_zero(self.difference):
            rows.append(self._prepare_difference_row())
        return self._balance(rows)

    def _prepare_difference_row(self):
        shortage = -self.difference
        closes = self.env["account.move.line"]
        if self.difference_way == "engineer":
            account = self.company_id._aftersales_get("custody_account")
            closes = (
                self._get_surplus_lines() if shortage > 0 else self._get_debt_lines()
            )
        else:
            account = self._get_difference_account()
        return self._prepare_row(
            shortage,
            account,
            self.env._("Shortage") if shortage > 0 else self.env._("Surplus"),
            self._get_custodian(),
            closes,
        )

    def _prepare_row(self, amount, account, label, partner, closes):
        company = self.company_id
        balance = self.currency_id._convert(
            amount, company.currency_id, company, self.date
        )
        return {
            "closes": closes,
            "vals": {
                "name": label,
                "account_id": account.id,
                "partner_id": partner.id,
                "currency_id": self.currency_id.id,
                "amount_currency": amount,
                "balance": balance,
                "date_maturity": self.date,
            },
        }

    def _balance(self, rows):
        """Cents of converting line by line go to the last line."""
        currency = self.company_id.currency_id
        rest = currency.round(sum(row["vals"]["balance"] for row in rows))
        if not currency.is_zero(rest):
            rows[-1]["vals"]["balance"] -= rest
        return rows

    # --------------------------------------------------------------- accounts

    def _get_custodian(self):
        return self.engineer_id._aftersales_get_custodian()

    def _get_debt_lines(self):
        """Open lines of earlier shortages of the engineer, in this currency."""
        return self._get_difference_lines(">")

    def _get_surplus_lines(self):
        """Open lines of what he brought too much earlier, in this currency."""
        return self._get_difference_lines("<")

    def _get_difference_lines(self, operator):
        # The records themselves, also while the sheet is being written.
        company = self.company_id._origin
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", company.sudo().aftersales_custody_account_id.id),
                ("partner_id", "=", self.engineer_id._origin.work_contact_id.id),
                ("company_id", "=", company.id),
                ("currency_id", "=", self.currency_id._origin.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", operator, 0),
                ("move_id.aftersales_handover_id", "!=", False),
            ],
            order="date, id",
        )

    def _get_money_account(self):
        """Cash goes to the account of the journal; a deposit is on its way to the
        bank until Odoo's reconciliation finds it on the statement."""
        self.ensure_one()
        journal = self.journal_id
        if self.way == "bank":
            lines = journal.inbound_payment_method_line_ids
            account = lines.payment_account_id[:1] or self.env["account.payment"].new(
                {"company_id": self.company_id.id, "journal_id": journal.id}
            )._get_outstanding_account("inbound")
        else:
            account = journal.default_account_id
        if not account:
            raise UserError(
                self.env._(
                    "Journal %(journal)s has no account; set it in Accounting first.",
                    journal=journal.display_name,
                )
            )
        return account

    def _get_difference_account(self):
        """Odoo's own accounts of cash differences."""
        self.ensure_one()
        company, journal = self.company_id, self.journal_id
        if self.difference < 0:
            account = (
                journal.loss_account_id
                or company.default_cash_difference_expense_account_id
            )
        else:
            account = (
                journal.profit_account_id
                or company.default_cash_difference_income_account_id
            )
        if not account:
            raise UserError(
                self.env._(
                    "Set the accounts of cash differences of journal %(journal)s"
                    " first.",
                    journal=journal.display_name,
                )
            )
        return account
