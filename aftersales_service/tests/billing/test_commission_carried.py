from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestCommissionCarried(CostCommon):
    """What a statement is below zero is made up for once, whatever is cancelled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.visit = self._visit(hours=1)
        self._scale((0, 0, 2))
        _order, invoice = self._sell_and_pay(cls.visit)
        first = self._collect(0)
        first.action_submit()
        self._sign(first, "marketing_centre", "finance_head")
        first.action_create_bill()
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Returned", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        refund.invoice_line_ids.price_unit = 5000
        refund.action_post()
        cls.first, cls.refund = first, refund

    def _collect(self, months, **vals):
        """A statement of so many months from now."""
        period = fields.Date.today() + relativedelta(months=months)
        statement = self._statement(period=period, **vals)
        statement.action_collect()
        return statement

    def _get_taken_back(self):
        """What all standing statements together take back for the refund."""
        statements = self.env["aftersales.commission.statement"].search(
            [("state", "!=", "cancelled"), ("employee_id", "=", self.engineer.id)]
        )
        lines = sum(statements.line_ids.mapped("commission"))
        carried = sum(statements.mapped("carried"))
        waiting = sum(statements.filtered("carried_to_id").mapped("commission_total"))
        self.assertEqual(carried, waiting, "what is carried is carried from somewhere")
        return lines - self.first.commission_total

    def test_not_cancelled_while_it_is_carried(self):
        negative = self._collect(1)
        self.assertEqual(negative.commission_total, -100)
        later = self._collect(2)
        self.assertEqual((later.carried, later.commission_total), (-100, -100))
        self.assertEqual(negative.carried_to_id, later)
        with self.assertRefused(f"{later.name} carries.*Cancel {later.name} first"):
            negative.action_cancel()
        with self.assertRefused(f"{later.name} carries"):
            negative.action_collect()
        self.assertEqual(self._get_taken_back(), -100)

    def test_taken_back_once_after_both_were_cancelled(self):
        """Before, the refund was taken back by the new statement and carried by the
        later one as well."""
        negative, later = self._collect(1), self._collect(2)
        later.action_cancel()
        self.assertFalse(negative.carried_to_id)
        negative.action_cancel()
        again = self._collect(1)
        self.assertEqual(again.commission_total, -100)
        last = self._collect(2)
        self.assertEqual(last.carried, -100)
        self.assertFalse(last.line_ids)
        self.assertEqual(self._get_taken_back(), -100)

    def test_cancelled_carrier_gives_back(self):
        negative, later = self._collect(1), self._collect(2)
        later.action_cancel()
        following = self._collect(3)
        self.assertEqual(following.carried, -100)
        self.assertEqual(negative.carried_to_id, following)
        self.assertEqual(self._get_taken_back(), -100)

    def test_month_written_in_between(self):
        """A statement written late for an earlier month carries nothing twice."""
        negative = self._collect(1)
        last = self._collect(3)
        between = self._collect(2)
        self.assertEqual((last.carried, between.carried), (-100, 0))
        self.assertEqual(negative.carried_to_id, last)
        self.assertEqual(self._get_taken_back(), -100)

    def test_one_that_the_next_did_not_carry(self):
        """The statement of the month before was written first: the next one takes
        what is left over, not only what the latest left over."""
        self._sell_and_pay(self.visit, 1000)
        positive = self._collect(2)
        self.assertEqual(positive.commission_total, -80)
        positive.action_cancel()
        between = self._statement(period=fields.Date.today() + relativedelta(months=2))
        negative = self._collect(1)
        self.assertEqual(negative.commission_total, -80)
        self.assertFalse(between.carried)
        last = self._collect(3)
        self.assertEqual(last.carried, -80)

    def test_collected_again_carries_once(self):
        self._collect(1)
        later = self._collect(2)
        for _again in range(2):
            later.action_collect()
            self.assertEqual(later.carried, -100)
        self.assertEqual(self._get_taken_back(), -100)

    def test_chain(self):
        """Below zero over three months, made up for in the fourth."""
        self._collect(1)
        second = self._collect(2)
        third = self._collect(3)
        self.assertEqual((second.carried, third.carried), (-100, -100))
        self._sell_and_pay(self.visit, 20000)
        fourth = self._collect(4)
        self.assertEqual((fourth.carried, fourth.commission_total), (-100, 300))
        self.assertEqual(third.carried_to_id, fourth)

    def test_of_a_colleague(self):
        self._collect(1)
        other = self._collect(2, employee=self.other_engineer)
        self.assertEqual(other.carried, 0)

    def test_carried_is_not_typed(self):
        """Finance may write the statement; what is carried is counted."""
        later = self._collect(2)
        for vals in ({"carried": 500}, {"carried_to_id": self.first.id}):
            with self.assertRefused("button", AccessError):
                later.with_user(self.finance).write(vals)
        with self.assertRefused("button", AccessError):
            self._statement(
                period=fields.Date.today() + relativedelta(months=5), carried=500
            )
