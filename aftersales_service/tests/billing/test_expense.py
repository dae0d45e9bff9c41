from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_cost import ITEM, CostCommon


@tagged("post_install", "-at_install")
class TestExpense(CostCommon):
    """Expenses of a visit: entered by the engineer, held until the card is in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._finish_visit(hours=2)
        cls.request = cls.visit.request_id

    # ------------------------------------------------------------------- entry

    def test_entered_from_the_visit(self):
        expense = self._expense(self.visit, 120)
        self.assertEqual(expense.aftersales_dispatch_id, self.visit)
        self.assertEqual(expense.aftersales_request_id, self.request)
        self.assertEqual(expense.aftersales_partner_id, self.customer)
        self.assertEqual(expense.employee_id, self.engineer)
        self.assertEqual(expense.aftersales_cost_item, "lodging")
        self.assertEqual(expense.aftersales_borne_by, "company")
        self.assertEqual(expense.state, "draft")

    def test_every_item_of_the_handbook_is_there(self):
        items = self.env["hr.expense"]._fields["aftersales_cost_item"].selection
        for key, _label in items:
            product = self.env.ref(ITEM + key)
            self.assertEqual(product.aftersales_cost_item, key)
            self.assertEqual(product.can_be_expensed, key != "compensation")

    def test_total_on_the_visit(self):
        self._expense(self.visit, 120)
        self._expense(self.visit, 30, "phone")
        mine = self.visit.with_user(self.engineer_user)
        self.assertEqual((mine.expense_total, mine.expense_count), (150, 2))
        seen = self.visit.with_user(self.dispatcher)
        seen.invalidate_recordset()
        self.assertEqual((seen.expense_total, seen.expense_count), (150, 2))

    def test_no_expense_before_the_order_is_issued(self):
        draft = self._create_dispatch()
        with self.assertRefused("is not issued yet"):
            draft.with_user(self.engineer_user).action_new_expense()

    def test_colleague_sees_neither_visit_nor_expense(self):
        expense = self._expense(self.visit)
        with self.assertRaises(AccessError):
            expense.with_user(self.other_engineer_user).read(["name"])
        with self.assertRaises(AccessError):
            self.visit.with_user(self.other_engineer_user).action_new_expense()

    def test_case_of_another_visit(self):
        other = self._create_request()
        with self.assertRefused("belongs to another", ValidationError):
            self._expense(self.visit, aftersales_request_id=other.id)

    def test_voucher_time(self):
        now = fields.Datetime.now()
        with self.assertRefused("lies in the future", ValidationError):
            self._expense(self.visit, aftersales_voucher_at=now + timedelta(days=1))
        old = now - timedelta(days=30)
        expense = self._expense(self.visit, aftersales_voucher_at=old)
        self.assertIn("older than the journey", expense.aftersales_voucher_note)
        expense.aftersales_voucher_at = self.visit.departed_at
        self.assertFalse(expense.aftersales_voucher_note)

    def test_customer_without_a_case(self):
        with self.assertRefused("Name the service request", ValidationError):
            self.env["hr.expense"].with_user(self.engineer_user).create(
                {
                    "name": "Stamps",
                    "product_id": self.env.ref(ITEM + "other").id,
                    "total_amount_currency": 5,
                    "aftersales_borne_by": "customer",
                }
            )

    # ------------------------------------------------------------ precondition

    def test_card_must_be_handed_in(self):
        expense = self._expense(self.visit)
        self.assertFalse(expense.aftersales_is_card_in)
        card = self.visit.card_ids
        expense.action_submit()
        with self.assertRefused(f"hand in the service card.*{card.name}"):
            expense.with_user(self.boss).action_approve()
        self.assertEqual(expense.state, "submitted")
        self._hand_in(self.visit)
        self.assertTrue(expense.aftersales_is_card_in)
        expense.with_user(self.boss).action_approve()
        self.assertEqual(expense.state, "approved")

    def test_no_way_around_the_card(self):
        expense = self._expense(self.visit)
        expense.with_user(self.engineer_user).action_submit()
        with self.assertRefused("hand in the service card"):
            expense.with_user(self.boss).write({"approval_state": "approved"})
        with self.assertRaises(UserError):
            wizard = self.env["hr.expense.post.wizard"].with_user(self.finance)
            wizard = wizard.with_context(active_ids=expense.ids).create({})
            wizard.action_post_entry()
        self.assertFalse(expense.sudo().account_move_id)

    def test_no_way_around_by_having_no_approver(self):
        """Odoo approves by itself where there is nobody to ask."""
        expense = self._expense(self.visit)
        self.engineer.expense_manager_id = False
        expense.sudo().manager_id = self.engineer_user
        with self.assertRefused("hand in the service card"):
            expense.with_user(self.engineer_user).action_submit()

    def test_company_may_do_without_the_card(self):
        self.company.aftersales_expense_needs_card = False
        expense = self._expense(self.visit)
        self._approve(expense)
        self.assertEqual(expense.state, "approved")

    def test_held_engineer(self):
        self._hand_in(self.visit)
        expense = self._expense(self.visit)
        employees = type(self.env["hr.employee"])
        self.patch(
            employees,
            "_aftersales_get_holds",
            lambda self, step: ["Cash is overdue."] if step == "expense" else [],
        )
        expense.action_submit()
        with self.assertRefused("Cash is overdue"):
            expense.with_user(self.boss).action_approve()
        self.assertEqual(expense.state, "submitted")

    def test_expenses_of_others_are_left_alone(self):
        """An expense without a case asks for nothing of ours."""
        expense = (
            self.env["hr.expense"]
            .with_user(self.engineer_user)
            .create(
                {
                    "name": "Stamps",
                    "product_id": self.env.ref(ITEM + "other").id,
                    "total_amount_currency": 5,
                }
            )
        )
        self._approve(expense)
        self.assertEqual(expense.state, "approved")

    # ----------------------------------------------------------------- posting

    def test_entry_carries_the_case(self):
        self._hand_in(self.visit)
        expense = self._spend(self.visit, 100)
        self.assertEqual(expense.state, "posted")
        item = expense.sudo().account_move_id.line_ids.filtered("debit")
        account = self.request.sudo().analytic_account_id
        self.assertIn(account, item.distribution_analytic_account_ids)
        self.assertEqual(
            self._get_kinds(self.request), {"labour": -100, "travel": -100}
        )
        self.assertEqual(
            self._get_kinds(self.request, is_posted=True), {"travel": -100}
        )

    def test_double_post(self):
        self._hand_in(self.visit)
        expense = self._spend(self.visit, 100)
        with self.assertRefused("approved expense"):
            self._post(expense)
        self.assertEqual(self._get_ledger_balance(self.request), -100)

    def test_finance_posts_expenses_of_cases_only(self):
        private = (
            self.env["hr.expense"]
            .with_user(self.engineer_user)
            .create(
                {
                    "name": "Stamps",
                    "product_id": self.env.ref(ITEM + "other").id,
                    "total_amount_currency": 5,
                }
            )
        )
        with self.assertRaises(AccessError):
            private.with_user(self.finance).read(["name"])

    def test_agent_reads_and_does_not_write(self):
        expense = self._expense(self.visit)
        mine = expense.with_user(self.agent)
        self.assertEqual(mine.read(["total_amount"])[0]["total_amount"], 100)
        with self.assertRaises(AccessError):
            mine.write({"name": "Changed"})

    # ------------------------------------------------------------ re-invoicing

    def test_customer_bears_it_on_the_next_settlement(self):
        self._hand_in(self.visit)
        expense = self._spend(self.visit, 80, aftersales_borne_by="customer")
        self._spend(self.visit, 20)
        order = self._settle(self.request).sudo()
        line = order.order_line.filtered(lambda line: line.name == expense.name)
        self.assertEqual(line.price_subtotal, 80)
        self.assertEqual(expense.sudo().sale_order_line_id, line)
        self.assertEqual(len(order.order_line.filtered("expense_ids")), 1)
        with self.assertRefused("nothing to charge"):
            self._settle(self.request)

    def test_cancelled_settlement_frees_it(self):
        self._hand_in(self.visit)
        expense = self._spend(self.visit, 80, aftersales_borne_by="customer")
        order = self._settle(self.request)
        order.action_cancel()
        again = self._settle(self.request).sudo()
        self.assertEqual(expense.sudo().sale_order_line_id.order_id, again)

    def test_customer_bears_it_on_the_open_settlement(self):
        """Odoo's own re-invoicing, where the settlement is there already."""
        self._hand_in(self.visit)
        order = self._settle(self.request)
        order.action_confirm()
        before = order.sudo().order_line
        expense = self._spend(self.visit, 80, aftersales_borne_by="customer")
        line = order.sudo().order_line - before
        self.assertEqual(line.price_unit * line.product_uom_qty, 80)
        self.assertTrue(line.is_expense)
        self.assertEqual(expense.sudo().sale_order_line_id, line)
        invoice = self._invoice(order)
        self.assertIn(80, invoice.invoice_line_ids.mapped("price_subtotal"))

    def test_posted_once_billed_once(self):
        self._hand_in(self.visit)
        order = self._settle(self.request)
        order.action_confirm()
        self._spend(self.visit, 80, aftersales_borne_by="customer")
        with self.assertRefused("nothing to charge"):
            self._settle(self.request)

    # ----------------------------------------------------- beside Odoo's expenses

    def test_odoo_refuses_first(self):
        """Our checks read as the system; what they read is not for everybody."""
        expense = self._expense(self.visit)
        expense.with_user(self.engineer_user).action_submit()
        self.env.flush_all()
        self.env.invalidate_all()
        stranger = new_test_user(
            self.env,
            "approver",
            "base.group_user,hr_expense.group_hr_expense_team_approver",
        )
        with self.assertRaises(AccessError):
            expense.with_user(stranger).action_approve()

    def test_items_stand_after_odoos_own(self):
        """The first ones the selection shows are those of everybody."""
        products = self.env["product.product"].search(
            [("can_be_expensed", "=", True), ("default_code", "!=", False)]
        )
        ours = products.filtered("aftersales_cost_item")
        others = products - ours
        self.assertTrue(others)
        self.assertEqual(products, others + ours)

    def test_items_of_an_older_database_move_there(self):
        script = self._load_migration("19.0.1.3.0/post-expense-codes.py")
        lodging, meal = (self.env.ref(ITEM + key) for key in ("lodging", "meals"))
        lodging.default_code = "AS-X03"
        meal.default_code = "MEAL"
        script.migrate(self.env.cr, "")
        self.assertEqual(lodging.default_code, "AS-X03", "a new database needs nothing")
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(lodging.default_code, "X03")
        self.assertEqual(meal.default_code, "MEAL", "somebody's own")
