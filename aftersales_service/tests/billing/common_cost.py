from odoo import Command
from odoo.tests import new_test_user

from ..bridge.common import SettlementCommon

ITEM = "aftersales_service.product_expense_"


class CostCommon(SettlementCommon):
    """Finished visits with expenses, a boss who approves them, accounts to book on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = new_test_user(
            cls.env,
            login="as_boss",
            name="Boss",
            lang="en_US",
            groups="hr_expense.group_hr_expense_user",
        )
        cls.engineer.expense_manager_id = cls.boss
        cls.company.aftersales_hour_cost = 50
        accounts = cls.env["account.account"].with_company(cls.company)
        cls.accounts = {}
        for key, code, kind in (
            ("charge", "AS.141", "asset_current"),
            ("commission", "AS.641", "expense"),
            ("provision_expense", "AS.642", "expense"),
            ("provision", "AS.241", "liability_current"),
        ):
            account = accounts.create(
                {"name": f"After-Sales {key}", "code": code, "account_type": kind}
            )
            cls.company[f"aftersales_{key}_account_id"] = account
            cls.accounts[key] = account

    # --------------------------------------------------------------- expenses

    def _visit(self, hours=0, parts=(), **vals):
        """A finished visit whose card is handed in."""
        visit = self._finish_visit(parts, hours=hours, **vals)
        self._hand_in(visit)
        return visit

    def _hand_in(self, visit):
        visit.sudo().card_ids.write({"state": "handed_in"})

    def _expense(self, visit, amount=100.0, item="lodging", user=None, **vals):
        """An expense as the engineer enters it from his visit."""
        user = user or self.engineer_user
        context = visit.with_user(user).action_new_expense()["context"]
        return (
            self.env["hr.expense"]
            .with_user(user)
            .with_context(**context)
            .create(
                {
                    "name": f"{item} {amount}",
                    "product_id": self.env.ref(ITEM + item).id,
                    "total_amount_currency": amount,
                    **vals,
                }
            )
        )

    def _approve(self, expense):
        expense.with_user(self.engineer_user).action_submit()
        expense.invalidate_recordset()
        return expense.with_user(self.boss).action_approve()

    def _post(self, expense):
        """The accountant posts through Odoo's own dialog."""
        mine = expense.with_user(self.finance)
        action = mine.action_post()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.finance).with_context(**action["context"])
        wizard.action_post_entry()
        self.env.invalidate_all()
        return expense.sudo().account_move_id

    def _spend(self, visit, amount=100.0, item="lodging", **vals):
        """A posted expense."""
        expense = self._expense(visit, amount, item, **vals)
        self._approve(expense)
        self._post(expense)
        return expense

    # ---------------------------------------------------------------- figures

    def _get_rows(self, request, **filters):
        domain = [("request_id", "=", request.id)]
        domain += [(name, "=", value) for name, value in filters.items()]
        self.env.flush_all()
        return self.env["aftersales.cost.report"].search(domain)

    def _get_kinds(self, request, **filters):
        """``{kind: margin}`` of the report."""
        kinds = {}
        for row in self._get_rows(request, **filters):
            kinds[row.kind] = round(kinds.get(row.kind, 0.0) + row.margin, 2)
        return kinds

    def _get_ledger_balance(self, request):
        """What the journal items on the account of the case add up to, by SQL that
        shares nothing with the report."""
        account = request.sudo().analytic_account_id
        self.env.flush_all()
        rows = self.env["account.move.line"].search(
            [
                ("parent_state", "=", "posted"),
                ("analytic_distribution", "in", account.ids),
            ]
        )
        total = 0.0
        for item in rows:
            for keys, share in item.analytic_distribution.items():
                if str(account.id) in keys.split(","):
                    total -= item.balance * share / 100
        return round(total, 2)

    def _get_analytic_sum(self, request):
        """Sum of the analytic lines of the case."""
        account = request.sudo().analytic_account_id
        column = self.env.ref("aftersales_service.analytic_plan_case")._column_name()
        lines = self.env["account.analytic.line"].search([(column, "=", account.id)])
        return round(sum(lines.mapped("amount")), 2)

    # ------------------------------------------------------------- commission

    def _sell(self, visit, amount=10000.0, discount=0.0, user=None):
        """The engineer's lead, sold by an order that is confirmed."""
        wizard = (
            self.env["aftersales.dispatch.sell"]
            .with_user(user or self.engineer_user)
            .create({"dispatch_id": visit.id, "subject": "Second machine"})
        )
        wizard.action_create_lead()
        lead = self.env["crm.lead"].search([], order="id desc", limit=1)
        product = self.env["product.product"].create(
            {
                "name": "Marking Paint",
                "type": "service",
                "invoice_policy": "order",
                "lst_price": amount,
                "taxes_id": False,
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": lead.partner_id.id,
                "opportunity_id": lead.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "discount": discount,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _pay(self, invoice, amount=None):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "journal_id": journal.id,
                "amount": amount or invoice.amount_residual,
                "payment_date": invoice.invoice_date,
            }
        )._create_payments()

    def _sell_and_pay(self, visit, amount=10000.0, discount=0.0):
        order = self._sell(visit, amount, discount)
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        return order, invoice

    @classmethod
    def _scale(cls, *tiers, method="whole", active=True):
        """A scale since 2020; tiers ``(amount, ratio, rate)``."""
        scale = cls.env["aftersales.commission.scale"].create(
            {
                "name": "Level 2",
                "company_id": cls.company.id,
                "method": method,
                "date_from": "2020-01-01",
                "tier_ids": [
                    Command.create(
                        {"amount_from": amount, "ratio_from": ratio, "rate": rate}
                    )
                    for amount, ratio, rate in tiers
                ],
            }
        )
        if active:
            scale.with_user(cls.manager).action_activate()
        return scale

    def _statement(self, employee=None, user=None, **vals):
        return (
            self.env["aftersales.commission.statement"]
            .with_user(user or self.finance)
            .create({"employee_id": (employee or self.engineer).id, **vals})
        )
