from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestSeveralDispatches(AftersalesCommon):
    """One case, several visits: the request is done when all of them are."""

    def _finish(self, dispatch):
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        mine.action_returned()

    def _check_card(self, dispatch):
        dispatch.card_ids.with_user(self.engineer_user).action_hand_in()
        dispatch.card_ids.with_user(self.dispatcher).action_check()

    def test_second_visit_with_other_orders_open(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        second = self._issue_dispatch(request)
        self.assertEqual(request.dispatch_ids, second | first)
        self._finish(first)
        self._check_card(first)
        self.assertNotEqual(request.state, "done")
        self._finish(second)
        self.assertNotEqual(request.state, "done")
        self._check_card(second)
        self.assertEqual(request.state, "done")

    def test_planned_order_keeps_the_case_open(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        self._create_dispatch(request)
        self._finish(first)
        self._check_card(first)
        self.assertEqual(request.state, "confirm")

    def test_cancelled_order_does_not(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        planned = self._create_dispatch(request)
        self._finish(first)
        first.card_ids.with_user(self.engineer_user).action_hand_in()
        planned.action_cancel()
        first.card_ids.with_user(self.dispatcher).action_check()
        self.assertEqual(request.state, "done")

    def test_request_does_not_fall_back(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        self._finish(first)
        self.assertEqual(request.state, "confirm")
        self._issue_dispatch(request)
        self.assertEqual(request.state, "confirm")

    def test_new_visit_after_reopening(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        self._finish(first)
        self._check_card(first)
        self.assertEqual(request.state, "done")
        with self.assertRaisesRegex(UserError, "is finished"):
            self._create_dispatch(request).action_submit()
        request.action_reopen()
        second = self._issue_dispatch(request)
        self.assertEqual(request.state, "dispatched")
        self._finish(second)
        self._check_card(second)
        self.assertEqual(request.state, "done")
        self.assertEqual(request.reopen_count, 1)

    def test_two_engineers_on_two_orders(self):
        request = self._create_request()
        self._issue_dispatch(request)
        other = self._issue_dispatch(request, engineer_id=self.other_engineer.id)
        mine = other.with_user(self.other_engineer_user)
        mine.action_contacted()
        self.assertEqual(mine.state, "contacted")
        seen = request.with_user(self.other_engineer_user)
        seen.invalidate_recordset()
        self.assertEqual(seen.dispatch_count, 1)

    def test_many_orders_in_one_go(self):
        request = self._create_request()
        dispatches = self._issue_dispatch(request) | self._issue_dispatch(request)
        mine = dispatches.with_user(self.engineer_user)
        for step in ("contacted", "departed", "arrived", "finished", "returned"):
            getattr(mine, f"action_{step}")()
        self.assertEqual(dispatches.mapped("state"), ["returned", "returned"])
