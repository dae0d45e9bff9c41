from random import Random

from odoo import Command, fields
from odoo.tests import tagged

from .common_cost import ITEM, CostCommon


@tagged("post_install", "-at_install")
class TestCostSheetWays(CostCommon):
    """What becomes of a case's figures by the ordinary ways of the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=2)
        cls.request = cls.visit.request_id

    def _bill(self, amount, shares=None, item="outside", post=True, **vals):
        """A vendor bill on cases: ``{request: percent}``, all on ours by default."""
        distribution = {}
        for request, percent in (shares or {self.request: 100}).items():
            for key in request.sudo()._aftersales_get_distribution():
                distribution[key] = percent
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "On the case",
                            "product_id": self.env.ref(ITEM + item).id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": distribution,
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    def _settle_and_bill(self):
        order = self._settle(self.request).with_env(self.env)
        order.action_confirm()
        return order, self._invoice(order)

    def _sheet(self, request=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return (request or self.request).with_user(self.finance)

    def assertTiesToTheLedger(self, request=None):
        request = request or self.request
        sheet = self._sheet(request)
        posted = round(sheet.cost_margin_posted, 2)
        self.assertEqual(posted, self._get_analytic_sum(request))
        self.assertEqual(posted, self._get_ledger_balance(request))
        self.assertEqual(posted, round(sheet.cost_income - sheet.cost_posted, 2))

    # ------------------------------------------------------------------- costs

    def test_draft_bill_is_no_cost(self):
        bill = self._bill(200, post=False)
        self.assertEqual(self._sheet().cost_posted, 0)
        bill.action_post()
        self.assertEqual(self._sheet().cost_posted, 200)
        bill.button_draft()
        self.assertEqual(self._sheet().cost_posted, 0)
        bill.action_post()
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertEqual(self._sheet().cost_posted, 0)
        self.assertTiesToTheLedger()

    def test_bill_shared_by_two_cases(self):
        other = self._create_request()
        self._bill(100.01, {self.request: 30, other: 70})
        mine, his = self._sheet().cost_posted, self._sheet(other).cost_posted
        self.assertAlmostEqual(mine, 30, 2)
        self.assertAlmostEqual(mine + his, 100.01, 2)
        self.assertEqual(self._get_kinds(other), {"outside": -round(his, 2)})

    def test_bill_in_another_currency(self):
        """The sheet is in the currency of the company."""
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        self._bill(70, currency_id=euro.id)
        self.assertEqual(self._sheet().cost_posted, 140)
        self.assertEqual(self._sheet().cost_currency_id, self.company.currency_id)
        self.assertTiesToTheLedger()

    def test_items_of_expenses(self):
        """Each item of the handbook stands in its row, and all in the total."""
        amounts = {"transport_long": 11, "lodging": 7, "meals": 5, "freight": 3}
        for item, amount in amounts.items():
            self._spend(self.visit, amount, item)
        self.assertEqual(self._sheet().cost_posted, sum(amounts.values()))
        rows = self._get_rows(self.request, is_posted=True)
        self.assertEqual(
            {row.item: -row.margin for row in rows},
            {item: float(amount) for item, amount in amounts.items()},
        )
        self.assertEqual(rows.engineer_id, self.engineer)

    def test_expense_refused(self):
        expense = self._expense(self.visit, 80)
        self._approve(expense)
        self.assertEqual(self._sheet().cost_posted, 0, "approved is not booked")
        self.assertEqual(self.visit.with_user(self.finance).expense_total, 80)

    def test_charge_to_the_person(self):
        """Decided it stands apart; booked it lowers what the case cost."""
        expense = self._spend(self.visit, 60, "transport_long")
        charge = (
            self.env["aftersales.cost.charge"]
            .with_user(self.dispatcher)
            .with_context(default_expense_id=expense.id)
            .create({"reason": "Late", "amount": 40, "effect": "entry"})
        )
        charge.action_submit()
        self._sign(charge, "superior")
        sheet = self._sheet()
        self.assertEqual(sheet.cost_posted, 60)
        apart = self._get_rows(self.request, is_posted=False, kind="charge")
        self.assertEqual(sum(apart.mapped("margin")), 40)
        charge.sudo().move_id.action_post()
        self.assertEqual(self._sheet().cost_posted, 20)
        self.assertFalse(self._get_rows(self.request, is_posted=False, kind="charge"))
        self.assertTiesToTheLedger()

    # ------------------------------------------------------------------ income

    def test_credit_note_lowers_the_income(self):
        _order, invoice = self._settle_and_bill()
        income = self._sheet().cost_income
        self.assertAlmostEqual(income, invoice.amount_untaxed, 2)
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.invoice_line_ids[1:].unlink()
        refund.action_post()
        self.assertAlmostEqual(
            self._sheet().cost_income, income - refund.amount_untaxed, 2
        )
        self.assertTiesToTheLedger()

    def test_income_of_a_draft_is_none(self):
        order = self._settle(self.request).with_env(self.env)
        order.action_confirm()
        invoice = order._create_invoices()
        self.assertEqual(self._sheet().cost_income, 0)
        invoice.action_post()
        self.assertAlmostEqual(self._sheet().cost_income, order.amount_untaxed, 2)

    def test_relief_is_no_income(self):
        order = self._settle(self.request).with_env(self.env)
        before = order.amount_untaxed
        relief = (
            self.env["aftersales.relief"]
            .with_user(self.engineer_user)
            .create({"order_id": order.id, "amount": 10, "reason": "Long wait"})
        )
        relief.action_submit()
        self._sign(relief, "superior")
        order.action_confirm()
        self._invoice(order)
        self.assertAlmostEqual(self._sheet().cost_income, before - 10, 2)
        self.assertTiesToTheLedger()

    # --------------------------------------------------------------- the sheet

    def test_sheet_says_what_the_rows_say(self):
        self._spend(self.visit, 120, "transport_long")
        self._bill(30)
        self._settle_and_bill()
        sheet = self._sheet()
        data = sheet.cost_sheet
        rows = {row["kind"]: row for row in data["rows"]}
        self.assertEqual(rows["travel"]["posted"], 120)
        self.assertEqual(rows["outside"]["posted"], 30)
        self.assertAlmostEqual(rows["income"]["posted"], sheet.cost_income)
        self.assertEqual(rows["labour"]["posted"], 0)
        self.assertAlmostEqual(rows["labour"]["apart"], 100, delta=1)
        self.assertEqual(rows["travel"]["apart_text"], "")
        cost, margin, everything = data["totals"]
        self.assertAlmostEqual(cost["posted"], 150)
        self.assertAlmostEqual(margin["posted"], sheet.cost_margin_posted)
        self.assertAlmostEqual(everything["posted"], sheet.cost_margin)
        self.assertEqual(data["differences"], [])
        self.assertIn("120.00", rows["travel"]["posted_text"])

    def test_several_cases_at_once(self):
        """Each has its own figures, also asked for together."""
        other = self._visit(hours=1).request_id
        self._bill(10)
        self._bill(20, {other: 100})
        both = self._sheet() | self._sheet(other)
        self.assertEqual(both.mapped("cost_posted"), [10, 20])
        labour = both.mapped("cost_labour")
        self.assertAlmostEqual(labour[0], 100, delta=1)
        self.assertAlmostEqual(labour[1], 50, delta=1)

    def test_any_books_tie(self):
        """Bills, credit notes, expenses and set-backs in any order: sheet, analytic
        lines and journal items say the same after each step."""
        dice = Random(20260131)
        bills = []
        for _step in range(12):
            kind = dice.choice(["bill", "bill", "expense", "back", "reverse"])
            amount = dice.randrange(1, 50_000) / 100
            if kind == "bill":
                bills.append(
                    self._bill(amount, item=dice.choice(["outside", "freight"]))
                )
            elif kind == "expense":
                self._spend(self.visit, amount, dice.choice(["meals", "lodging"]))
            elif bills and kind == "back":
                bills.pop(dice.randrange(len(bills))).button_draft()
            elif bills:
                bill = bills.pop(dice.randrange(len(bills)))
                bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
            self.assertTiesToTheLedger()
