from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestCommission(CostCommon):
    """Follow-on sales: lead from a visit, paid invoice, statement (Art.37)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=1)

    def _collect(self, **vals):
        statement = self._statement(**vals)
        statement.action_collect()
        return statement

    def _confirm(self, statement):
        statement.action_submit()
        self._sign(statement, "marketing_centre", "finance_head")
        return statement

    def _refund(self, invoice, amount=None):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Returned", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        if amount:
            refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        return refund

    # -------------------------------------------------------------------- lead

    def test_lead_from_the_visit(self):
        order = self._sell(self.visit)
        lead = order.opportunity_id
        self.assertEqual(lead.aftersales_dispatch_id, self.visit)
        self.assertEqual(lead.aftersales_engineer_id, self.engineer)
        self.assertEqual(lead.aftersales_equipment_id, self.equipment)
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(lead.type, "opportunity")
        self.assertFalse(lead.user_id)
        self.assertEqual(self.visit.lead_count, 1)

    def test_only_his_own_visit(self):
        with self.assertRaises(AccessError):
            self._sell(self.visit, user=self.other_engineer_user)
        order = self._sell(self.visit, user=self.dispatcher)
        self.assertEqual(order.opportunity_id.aftersales_engineer_id, self.engineer)

    def test_negative_expectation(self):
        wizard = (
            self.env["aftersales.dispatch.sell"]
            .with_user(self.engineer_user)
            .create(
                {
                    "dispatch_id": self.visit.id,
                    "subject": "Machine",
                    "expected_revenue": -1,
                }
            )
        )
        with self.assertRefused("must not be negative"):
            wizard.action_create_lead()

    # ------------------------------------------------------------------- scale

    def test_no_scale_no_commission(self):
        """The handbook names no number: nothing is made up."""
        self._sell_and_pay(self.visit)
        statement = self._statement()
        with self.assertRefused("no commission scale in force"):
            statement.action_collect()
        self.assertFalse(statement.line_ids)

    def test_scale_without_numbers(self):
        scale = self._scale(active=False)
        with self.assertRefused("has no tiers.*enter those of the company"):
            scale.with_user(self.manager).action_activate()
        self.assertEqual(scale.state, "draft")

    def test_scale_in_force_does_not_change(self):
        scale = self._scale((0, 0, 2))
        with self.assertRefused("does not change"):
            scale.method = "progressive"
        with self.assertRefused("does not change"):
            scale.tier_ids = [Command.clear()]
        with self.assertRefused("is kept"):
            scale.unlink()
        with self.assertRefused("in force on days"):
            self._scale((0, 0, 3))
        with self.assertRaises(AccessError):
            scale.with_user(self.finance).action_end()

    def test_next_version(self):
        scale = self._scale((0, 0, 2))
        scale.action_end()
        self.assertEqual(scale.date_to, fields.Date.today())
        following = scale.copy()
        self.assertEqual(following.state, "draft")
        self.assertEqual(following.date_from, fields.Date.add(scale.date_to, days=1))
        self.assertEqual(following.tier_ids.rate, 2)
        following.action_activate()
        self.assertEqual(following.state, "active")

    # --------------------------------------------------------------- statement

    def test_paid_invoice_counts(self):
        self._scale((0, 0, 2), (5000, 0, 3))
        order, invoice = self._sell_and_pay(self.visit, 10000)
        statement = self._collect()
        line = statement.line_ids
        self.assertEqual(line.move_id, invoice)
        self.assertEqual(line.order_id, order)
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual((line.amount, line.rate, line.commission), (10000, 3, 300))
        self.assertEqual(line.price_ratio, 100)
        self.assertEqual(statement.commission_total, 300)
        self.assertEqual(statement.sales_total, 10000)

    def test_only_paid_ones(self):
        self._scale((0, 0, 2))
        order = self._sell(self.visit)
        invoice = order._create_invoices()
        self.assertFalse(self._collect().line_ids)
        invoice.action_post()
        statement = self.env["aftersales.commission.statement"].search([])
        statement.action_collect()
        self.assertFalse(statement.line_ids)
        self._pay(invoice, 4000)
        statement.action_collect()
        self.assertFalse(statement.line_ids, "partly paid is not paid")
        self._pay(invoice)
        statement.action_collect()
        self.assertEqual(statement.commission_total, 200)

    def test_price_below_the_list(self):
        self._scale((0, 0, 1), (0, 95, 3))
        self._sell_and_pay(self.visit, 1000, discount=10)
        line = self._collect().line_ids
        self.assertEqual((line.price_ratio, line.rate, line.commission), (90, 1, 9))

    def test_collected_twice(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._collect()
        statement.action_collect()
        self.assertEqual(len(statement.line_ids), 1)
        self.assertEqual(statement.commission_total, 200)

    def test_one_statement_a_month(self):
        self._statement()
        with self.assertRaisesRegex(Exception, "aftersales_commission_statement"):
            with self.env.cr.savepoint():
                self._statement(period=fields.Date.today())

    def test_invoice_once(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        self._confirm(self._collect())
        following = fields.Date.add(fields.Date.today(), months=1)
        again = self._collect(period=following)
        self.assertFalse(again.line_ids)
        with self.assertRefused("is empty"):
            again.action_submit()

    def test_cancelled_statement_frees_its_invoices(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        first = self._confirm(self._collect())
        first.action_cancel()
        self.assertEqual(self._collect().commission_total, 200)

    def test_refund_reduces_the_next_one(self):
        self._scale((0, 0, 2))
        _order, invoice = self._sell_and_pay(self.visit)
        self._confirm(self._collect()).action_create_bill()
        self._refund(invoice, 2500)
        self._sell_and_pay(self.visit, 3000)
        following = fields.Date.add(fields.Date.today(), months=1)
        statement = self._collect(period=following)
        self.assertEqual(sorted(statement.line_ids.mapped("commission")), [-50, 60])
        self.assertEqual(statement.commission_total, 10)
        back = statement.line_ids.filtered(lambda line: line.amount < 0)
        self.assertEqual(back.origin_line_id.move_id, invoice)
        self._confirm(statement)
        later = self._collect(period=fields.Date.add(following, months=1))
        self.assertFalse(later.line_ids, "taken back once")

    def test_more_taken_back_than_earned(self):
        """Below zero is carried until something pays it."""
        self._scale((0, 0, 2))
        _order, invoice = self._sell_and_pay(self.visit)
        self._confirm(self._collect()).action_create_bill()
        self._refund(invoice, 5000)
        following = fields.Date.add(fields.Date.today(), months=1)
        statement = self._confirm(self._collect(period=following))
        self.assertEqual(statement.commission_total, -100)
        with self.assertRefused("nothing to pay out"):
            statement.action_create_bill()
        self._sell_and_pay(self.visit, 20000)
        later = self._collect(period=fields.Date.add(following, months=1))
        self.assertEqual(later.carried, -100)
        self.assertEqual(later.commission_total, 300)

    def test_reversed_before_it_was_paid_out(self):
        self._scale((0, 0, 2))
        order = self._sell(self.visit)
        invoice = order._create_invoices()
        invoice.action_post()
        invoice._reverse_moves([{"invoice_date": fields.Date.today()}], cancel=True)
        self.assertFalse(self._collect().line_ids)

    def test_deal_in_two_invoices(self):
        """The tier is reached by the deal, not by one invoice of it."""
        self._scale((0, 0, 1), (10000, 0, 2))
        order = self._sell(self.visit, 10000)
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 40}
        ).create_invoices()
        order.invoice_ids.action_post()
        self._pay(order.invoice_ids)
        statement = self._collect()
        self.assertEqual(statement.commission_total, 80)
        rest = order._create_invoices(final=True)
        rest.action_post()
        self._pay(rest)
        statement.action_collect()
        self.assertEqual(sorted(statement.line_ids.mapped("commission")), [80, 120])

    def test_other_engineers_sales_are_his(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        self.assertFalse(self._collect(employee=self.other_engineer).line_ids)

    # ----------------------------------------------------------------- payment

    def test_bill(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._collect()
        with self.assertRefused("needs “Confirmed”"):
            statement.action_create_bill()
        self._confirm(statement)
        statement.action_create_bill()
        bill = statement.sudo().bill_id
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "draft"))
        self.assertEqual(bill.partner_id, self.engineer.work_contact_id)
        self.assertEqual(bill.amount_total, 200)
        self.assertEqual(bill.invoice_line_ids.account_id, self.accounts["commission"])
        with self.assertRefused("needs"):
            statement.action_create_bill()
        with self.assertRefused("needs"):
            statement.action_cancel()

    def test_payroll(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._confirm(self._collect())
        statement.action_payroll()
        self.assertEqual(statement.state, "payroll")
        self.assertFalse(statement.sudo().bill_id)

    def test_account_must_be_chosen(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._confirm(self._collect())
        self.company.aftersales_commission_account_id = False
        with self.assertRefused("Commission Expense"):
            statement.action_create_bill()
        self.assertEqual(statement.state, "approved")

    # ------------------------------------------------------------------ rights

    def test_engineer_reads_his_own(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._collect()
        mine = statement.with_user(self.engineer_user)
        self.assertEqual(mine.commission_total, 200)
        self.assertEqual(mine.line_ids.read(["commission"])[0]["commission"], 200)
        with self.assertRaises(AccessError):
            mine.action_collect()
        with self.assertRaises(AccessError):
            statement.with_user(self.other_engineer_user).read(["name"])
        with self.assertRaises(AccessError):
            self._statement(user=self.agent)

    def test_nobody_signs_for_himself(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._collect()
        self.assertIn(self.engineer_user, statement.sudo()._approval_author_users())

    def test_lines_are_not_typed(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        statement = self._collect()
        with self.assertRaises(AccessError):
            statement.line_ids.with_user(self.manager).write({"commission": 9999})
        with self.assertRaises(UserError):
            statement.with_user(self.manager).write({"line_ids": [Command.clear()]})
        with self.assertRefused("its invoices already"):
            statement.with_user(self.finance).period = "2020-01-01"

    def test_lead_given_to_a_colleague(self):
        """What was paid to the first one is not paid again to the second."""
        self._scale((0, 0, 2))
        order, _invoice = self._sell_and_pay(self.visit)
        first = self._collect()
        self.assertEqual(len(first.line_ids), 1)
        order.opportunity_id.aftersales_engineer_id = self.other_engineer
        second = self._collect(employee=self.other_engineer)
        self.assertFalse(second.line_ids)
        following, _invoice = self._sell_and_pay(self.visit, 5000)
        following.opportunity_id.aftersales_engineer_id = self.other_engineer
        second.action_collect()
        self.assertEqual(second.line_ids.order_id, following)
