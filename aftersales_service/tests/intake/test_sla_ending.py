from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaEnding(SlaCommon):
    """What becomes of the promises when the work ends or is called off."""

    def _solve(self, request, when=None):
        request.with_user(self.agent)._solve_remote(self.agent, when, "Cleaned it")

    # --------------------------------------------------------- broken promises

    def test_broken_promise_is_missed_when_done(self):
        self._create_policy({"limit": 2})
        request = self._create_request(received_at=self._ago(hours=5))
        clock = self._get_clock(request)
        self._run()
        self.assertEqual(clock.state, "breached")
        self._solve(request)
        self.assertEqual(clock.state, "missed")
        self.assertEqual(clock.stopped_at, request.done_at)
        self.assertTrue(clock.breached_at)
        self.assertFalse(request.activity_ids)
        self.assertFalse(request.sla_state)

    def test_late_before_the_run_saw_it(self):
        self._create_policy({"limit": 2})
        request = self._create_request(received_at=self._ago(hours=5))
        self._solve(request)
        self.assertEqual(self._get_clock(request).state, "missed")

    def test_in_time_is_cancelled(self):
        self._create_policy({"limit": 8})
        request = self._create_request(received_at=self._ago(hours=5))
        self._solve(request)
        self.assertEqual(self._get_clocks(request).mapped("state"), ["cancelled"])

    def test_done_in_time_and_entered_late(self):
        self._create_policy({"limit": 2})
        request = self._create_request(received_at=self._ago(hours=5))
        self._run()
        self._solve(request, self._ago(hours=4))
        clock = self._get_clocks(request)
        self.assertEqual((clock.state, clock.breached_at), ("cancelled", False))
        self.assertIn("withdrawn", " ".join(request.message_ids.mapped("body")))

    def test_cancelled_request_keeps_what_was_known(self):
        self._create_policy({"limit": 2}, {"kind": "repair", "limit": 50})
        request = self._create_request(received_at=self._ago(hours=5))
        self._run()
        request.action_cancel()
        states = {clock.kind: clock.state for clock in self._get_clocks(request)}
        self.assertEqual(states, {"arrival": "missed", "repair": "cancelled"})

    def test_cancelled_request_before_the_run_saw_it(self):
        self._create_policy({"limit": 2})
        request = self._create_request(received_at=self._ago(hours=5))
        request.action_cancel()
        self.assertEqual(self._get_clocks(request).state, "cancelled")

    # ------------------------------------------------------------------ pauses

    def test_pause_ends_with_the_work(self):
        """Done at ten, entered at twelve: nobody waited from ten to twelve."""
        self._create_policy({"kind": "callback_service", "limit": 2})
        request = self._create_request(received_at=self._ago(hours=9))
        request._sla_wait("customer", self._ago(hours=8))
        done = self._ago(hours=3).replace(microsecond=0)
        self._solve(request, done)
        pauses = request.sudo().pause_ids
        self.assertEqual(pauses.ended_at, done)
        clock = self._get_clock(request, "callback_service")
        self.assertEqual(clock.deadline, done + timedelta(hours=2))

    # ---------------------------------------------------------------- calendar

    def test_shown_deadline_decides(self):
        """Hours that are added to the calendar later break no kept promise."""
        self._create_policy({"limit": 4, "basis": "working"})
        request = self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        clock = self._get_clock(request)
        shown = clock.deadline
        self.assertEqual(shown, self._at("2026-03-09 03:00:00"))
        self.calendar.attendance_ids.write({"hour_to": 23})
        request._sla_event("arrived", shown - timedelta(minutes=1))
        self.assertEqual((clock.state, clock.deadline), ("met", shown))

    def test_missed_stays_missed_with_a_longer_calendar(self):
        self._create_policy({"limit": 4, "basis": "working"})
        request = self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        clock = self._get_clock(request)
        self.calendar.attendance_ids.write({"hour_from": 14})
        request._sla_event("arrived", clock.deadline + timedelta(minutes=1))
        self.assertEqual(clock.state, "missed")

    def test_stopped_while_paused(self):
        self._create_policy({"limit": 4})
        request = self._create_request(received_at=self._ago(hours=9))
        request._sla_wait("customer", self._ago(hours=8))
        clock = self._get_clock(request)
        self.assertFalse(clock.deadline)
        request._sla_event("arrived", self._ago(hours=1))
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.used_seconds, 3600)
        self.assertLess(fields.Datetime.now(), clock.deadline + timedelta(hours=3))

    def test_late_pause_moves_the_deadline(self):
        self._create_policy({"limit": 4})
        request = self._create_request(received_at=self._ago(hours=9))
        clock = self._get_clock(request)
        request._sla_wait("customer", self._ago(hours=8))
        request._sla_resume(self._ago(hours=4))
        request._sla_event("arrived", self._ago(hours=2))
        self.assertEqual(clock.state, "met")

    def test_restarted_by_another_calendar(self):
        """No hours on the new day's calendar: the budget and its frame agree."""
        self._create_policy({"limit": 4, "basis": "working"})
        received = self._at("2026-03-06 09:00:00")
        request = self._create_request(received_at=received)
        clock = self._get_clock(request)
        self.assertEqual(clock.calendar_id, self.calendar)
        self.calendar.attendance_ids.unlink()
        request.received_at = received - timedelta(hours=3)
        self.assertTrue(clock.is_fallback)
        self.assertFalse(clock.calendar_id)
        self.assertEqual(clock.deadline, received + timedelta(hours=1))
