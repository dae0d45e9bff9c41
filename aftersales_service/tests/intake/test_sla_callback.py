from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaCallback(SlaCommon):
    """Advice by phone brings a call-back within two hours (001 App.8 #2)."""

    def _solve(self, when=None, **vals):
        request = self._create_request(received_at=self._ago(hours=5), **vals)
        request.with_user(self.agent)._solve_remote(self.agent, when, "Cleaned it")
        return request

    def test_call_back_is_due(self):
        self._create_policy({"kind": "callback_phone", "limit": 2})
        advised = self._ago(hours=1)
        request = self._solve(advised)
        followup = request.followup_ids
        self.assertEqual(followup.followup_type, "phone_advice")
        self.assertEqual(followup.due_at, advised + timedelta(hours=2))
        self.assertEqual(followup.state, "due")
        clock = self._get_clock(request, "callback_phone")
        self.assertEqual((clock.state, clock.deadline), ("running", followup.due_at))
        followup.with_user(self.agent).satisfaction = "5"
        followup.with_user(self.agent).action_done()
        self.assertEqual(clock.state, "met")
        self.assertEqual(request.state, "archived")

    def test_not_reached_keeps_the_clock(self):
        self._create_policy({"kind": "callback_phone", "limit": 2})
        request = self._solve()
        followup = request.followup_ids.with_user(self.agent)
        followup.is_reached = False
        followup.action_done()
        self.assertEqual(self._get_clock(request, "callback_phone").state, "running")

    def test_once(self):
        self._create_policy({"kind": "callback_phone", "limit": 2})
        request = self._solve()
        request.sudo()._sla_create_callback(self.agent)
        self.assertEqual(len(request.followup_ids), 1)

    def test_again_after_reopening(self):
        self._create_policy({"kind": "callback_phone", "limit": 2})
        with self.freeze(fields.Datetime.now()):  # all in one second
            request = self._solve()
            request.followup_ids.with_user(self.agent).write({"satisfaction": "1"})
            request.followup_ids.with_user(self.agent).action_done()
            self.assertEqual(request.state, "accepted")
            request.with_user(self.agent)._solve_remote(self.agent, None, "Once more")
        self.assertEqual(sorted(request.followup_ids.mapped("state")), ["done", "due"])

    def test_none_is_promised(self):
        self._create_policy({"kind": "arrival"})
        request = self._solve()
        self.assertFalse(request.followup_ids)
        self.assertEqual(self._get_clocks(request).state, "cancelled")
        self.assertFalse(request.sla_state)

    def test_advice_stops_a_clock(self):
        self._create_policy(
            {"kind": "response", "stop_event": "advised", "limit": 4},
            {"kind": "repair", "limit": 4},
        )
        request = self._solve(self._ago(hours=2))
        self.assertEqual(self._get_clock(request, "response").state, "met")
        self.assertEqual(self._get_clock(request, "repair").state, "met")
        self.assertEqual(self._get_clock(request, "repair").used_seconds, 3 * 3600)

    def test_due_now_when_the_clock_stands_still(self):
        self._create_policy(
            {"kind": "callback_phone", "limit": 2, "needs_urgent": True}
        )
        request = self._solve(urgency="normal")
        self.assertFalse(request.followup_ids, "Not promised to this customer")
        request = self._solve(urgency="high")
        self.assertGreater(request.followup_ids.due_at, fields.Datetime.now())
