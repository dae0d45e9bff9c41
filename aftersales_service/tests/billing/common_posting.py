from odoo import Command

from .common_analytic import AnalyticCommon


class PostingCommon(AnalyticCommon):
    """A part with stock, cost and income accounts of its own, so that nothing else
    moves them; two pieces were bought at 40, two at 60."""

    def _create_account(self, name, code, account_type="expense"):
        company = self.company
        accounts = self.env["account.account"].with_company(company)
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(code),
                "account_type": account_type,
                "company_ids": [Command.link(company.id)],
            }
        )

    def _set_up_part(self, method, valuation, continental=False):
        """The part, its category and accounts; continental with a variation account."""
        self.stock_account = self._create_account(
            "Parts in Stock", "118000", "asset_current"
        )
        self.cost_account = self._create_account(
            "Cost of Parts Sold", "508000", "expense_direct_cost"
        )
        self.variation_account = self._create_account("Variation of Parts", "608000")
        self.purchase_account = self._create_account("Purchases of Parts", "607000")
        self.company.anglo_saxon_accounting = not continental
        if continental:
            self.stock_account.account_stock_variation_id = self.variation_account
            self.stock_account.account_stock_expense_id = self.purchase_account
        category = self.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_valuation": valuation,
                "property_cost_method": method,
                "property_stock_valuation_account_id": self.stock_account.id,
                "property_account_expense_categ_id": self.cost_account.id,
            }
        )
        self.part = self._new_part(f"Part {method} {valuation}", categ_id=category.id)
        self._receive(self.part, 2)
        second = self._receive(self.part, 2).move_ids
        if method != "standard":
            second.value_manual = 120.0
        if valuation == "real_time":
            self._book_purchase(self.part.total_value)
        self._close()

    def _book_purchase(self, value):
        """The bill of the receipts, which puts a perpetual part on its account."""
        bill = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company.account_stock_journal_id.id,
                "line_ids": [
                    Command.create(
                        {"account_id": self.stock_account.id, "debit": value}
                    ),
                    Command.create(
                        {"account_id": self.purchase_account.id, "credit": value}
                    ),
                ],
            }
        )
        bill.action_post()

    def _close(self):
        """The closing entry of Odoo for the stock, posted; none where all ties."""
        before = self.env["account.move"].search([], order="id desc", limit=1)
        if self.company._action_close_stock_valuation():
            self.company.action_close_stock_valuation(auto_post=True)
        return self.env["account.move"].search([("id", ">", before.id or 0)])

    def _get_costs(self):
        """``(after-sales expense, cost of sales, stock)`` of the ledger now."""
        sold = (
            self.cost_account
            | self.variation_account
            | self.purchase_account
            | self.company.expense_account_id
        )
        return (
            self._get_balance(self.expense_account),
            sum(self._get_balance(account) for account in sold),
            self._get_balance(self.stock_account),
        )

    def _get_stock_value(self):
        self.part.invalidate_recordset()
        return self.part.with_company(self.company).total_value
