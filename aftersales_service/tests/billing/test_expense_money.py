from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_cost import ITEM, CostCommon


@tagged("post_install", "-at_install")
class TestExpenseMoney(CostCommon):
    """Expenses in Odoo's other ways: paid by the company, split, reset, in euros."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=1)
        cls.request = cls.visit.request_id

    def _activate_euro(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids = [
            Command.create(
                {
                    "name": "2020-01-01",
                    "rate": 0.5,
                    "company_id": self.company.root_id.id,
                }
            )
        ]
        return euro

    def test_paid_by_the_company(self):
        """The card of the company: a payment instead of a receipt, the same cost."""
        expense = self._expense(
            self.visit, 90, "transport_long", payment_mode="company_account"
        )
        self._approve(expense)
        expense.with_user(self.finance).sudo().action_post()
        self.assertEqual(expense.sudo().account_move_id.state, "posted")
        self.assertEqual(self._get_kinds(self.request, is_posted=True), {"travel": -90})
        self.assertEqual(self._get_ledger_balance(self.request), -90)
        sheet = self.request.with_user(self.finance)
        self.assertFalse(sheet.cost_difference_text)

    def test_company_card_waits_for_the_service_card(self):
        self.visit.sudo().card_ids.write({"state": "signed"})
        expense = self._expense(self.visit, 90, payment_mode="company_account")
        expense.action_submit()
        expense.sudo().approval_state = False
        with self.assertRaises(UserError):
            expense.with_user(self.boss).action_approve()
        self.assertFalse(expense.sudo().account_move_id)

    def test_foreign_currency(self):
        """50 euros at 0.5 are 100 in the books, and on the sheet."""
        euro = self._activate_euro()
        expense = self._expense(self.visit, 50, currency_id=euro.id)
        self.assertEqual(expense.total_amount, 100)
        self._approve(expense)
        self._post(expense)
        self.assertEqual(
            self._get_kinds(self.request, is_posted=True), {"travel": -100}
        )
        self.assertEqual(self._get_ledger_balance(self.request), -100)

    def test_split_stays_on_the_visit(self):
        expense = self._expense(self.visit, 100)
        action = expense.action_split_wizard()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.engineer_user)
        for line in wizard.expense_split_line_ids:
            line.total_amount_currency = 50
        wizard.action_split_expense()
        mine = self.visit.with_user(self.engineer_user)
        mine.invalidate_recordset()
        self.assertEqual((mine.expense_total, mine.expense_count), (100, 2))
        self.assertEqual(mine.expense_ids.aftersales_request_id, self.request)

    def test_reset_takes_it_off_the_settlement(self):
        order = self._settle(self.request)
        order.action_confirm()
        expense = self._spend(self.visit, 80, aftersales_borne_by="customer")
        line = expense.sudo().sale_order_line_id
        self.assertEqual(line.product_uom_qty, 1)
        expense.sudo().account_move_id.button_draft()
        self.assertEqual(line.product_uom_qty, 0)

    def test_assistant_enters_his_own(self):
        visit = self._visit(hours=1, assistant_ids=self.other_engineer.ids)
        self.other_engineer.expense_manager_id = self.boss
        expense = self._expense(visit, 40, user=self.other_engineer_user)
        self.assertEqual(expense.employee_id, self.other_engineer)
        self.assertEqual(visit.with_user(self.engineer_user).expense_total, 0)
        rows = expense.sudo().analytic_distribution
        other = self._expense(visit, 40, "phone")
        self.assertNotEqual(rows, other.sudo().analytic_distribution)

    def test_refused_does_not_count(self):
        expense = self._expense(self.visit, 40)
        expense.action_submit()
        expense.with_user(self.boss)._do_refuse("Private")
        mine = self.visit.with_user(self.engineer_user)
        mine.invalidate_recordset()
        self.assertEqual((mine.expense_total, mine.expense_count), (0, 0))

    def test_engineer_does_not_approve_or_post(self):
        expense = self._expense(self.visit, 40)
        expense.action_submit()
        with self.assertRaises(UserError):
            expense.with_user(self.engineer_user).action_approve()
        expense.with_user(self.boss).action_approve()
        with self.assertRaises(UserError):  # which an AccessError is too
            action = expense.with_user(self.engineer_user).action_post()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard.with_user(self.engineer_user).with_context(
                **action["context"]
            ).action_post_entry()
        self.assertFalse(expense.sudo().account_move_id)

    def test_region_without_a_province_is_the_engineers(self):
        region = self.env["aftersales.region"].create({"name": "East", "code": "XE"})
        self.engineer.aftersales_region_id = region
        self.customer.state_id = False
        self.assertEqual(self._expense(self.visit).aftersales_region_id, region)

    def test_bill_without_item_is_outside_work(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Crane",
                            "quantity": 1,
                            "price_unit": 70,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": (
                                self.request.sudo()._aftersales_get_distribution()
                            ),
                        }
                    )
                ],
            }
        )
        self.assertNotIn("outside", self._get_kinds(self.request))
        bill.action_post()
        self.assertEqual(self._get_kinds(self.request)["outside"], -70)

    def test_half_of_a_bill(self):
        """A bill that two cases share: each has its part."""
        other = self._create_request().sudo()
        share = {
            **dict.fromkeys(other._aftersales_get_distribution(), 30),
            **dict.fromkeys(self.request.sudo()._aftersales_get_distribution(), 70),
        }
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.env.ref(ITEM + "freight").id,
                            "quantity": 1,
                            "price_unit": 200,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": share,
                        }
                    )
                ],
            }
        ).action_post()
        self.assertEqual(self._get_kinds(self.request)["freight"], -140)
        self.assertEqual(self._get_kinds(other), {"freight": -60})
        for request in (self.request, other):
            self.assertEqual(
                self._get_ledger_balance(request), self._get_analytic_sum(request)
            )

    def test_periodic_part_has_no_entry(self):
        """Without perpetual valuation the move alone says what it cost."""
        self.part_category.property_valuation = "periodic"
        dispatch = self._issue_dispatch(self.request)
        self._issue_parts(dispatch, [(self.seal, 2)])
        self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 2, charge="free", charge_reason="Goodwill")
        dispatch.with_user(self.engineer_user).action_finished()
        rows = self._get_rows(self.request, kind="parts")
        self.assertEqual(rows.mapped("source"), ["analytic"])
        self.assertEqual(rows.mapped("margin"), [-80])
        self.assertFalse(rows.is_posted)
        sheet = self.request.with_user(self.finance)
        self.assertEqual(sheet.cost_difference, 80)
        self.assertIn("Parts free of charge", sheet.cost_difference_text)
