from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaReopen(SlaCommon):
    """Serve until satisfied: a reopened case is a new promise."""

    def _close(self, request):
        request.with_user(self.agent)._solve_remote(self.agent, None, "Cleaned it")

    def test_received_anew(self):
        self._create_policy({"kind": "arrival"}, {"kind": "response", "limit": 4})
        request = self._create_request(received_at=self._ago(days=3))
        self._close(request)
        old = self._get_clocks(request)
        self.assertEqual(
            {clock.kind: clock.state for clock in old},
            {"arrival": "missed", "response": "missed"},
        )
        request.action_reopen()
        clock = self._get_clock(request, state="running")
        self.assertNotIn(clock, old)
        self.assertGreater(clock.started_at, self._ago(minutes=5))
        self.assertEqual(request.sla_deadline, clock.deadline)
        self.assertIn("Reopened", str(request.story))
        self.assertEqual(set(old.mapped("state")), {"missed"})

    def test_facts_change_after_reopening(self):
        """Only what happened since the reopening is chosen anew."""
        self._create_policy({"limit": 48})
        self._create_policy({"limit": 12}, fault_level="1")
        request = self._create_request(fault_level="3", received_at=self._ago(days=3))
        self._close(request)
        request.action_reopen()
        reopened = self._get_clock(request, state="running").started_at
        request.fault_level = "1"
        clock = self._get_clock(request, state="running")
        self.assertEqual((clock.limit, clock.started_at), (12, reopened))

    def test_receipt_changed_after_reopening(self):
        self._create_policy({})
        request = self._create_request(received_at=self._ago(days=3))
        self._close(request)
        request.action_reopen()
        clock = self._get_clock(request, state="running")
        before = clock.started_at
        request.received_at = self._ago(days=4)
        self.assertEqual(self._get_clock(request, state="running"), clock)
        self.assertEqual(clock.started_at, before)

    def test_cancelled_request(self):
        self._create_policy({}, {"kind": "callback_first_use", "limit": 10})
        request = self._create_request()
        request.action_cancel()
        self.assertEqual(set(self._get_clocks(request).mapped("state")), {"cancelled"})
        request.action_reopen()
        self.assertEqual(len(self._get_clocks(request, state="running")), 2)

    def test_deleted_request_leaves_nothing(self):
        self._create_policy({})
        request = self._create_request()
        request._sla_event("contacted")
        request._sla_wait("customer")
        request_id = request.id
        request.with_user(self.manager).unlink()
        for model in ("clock", "event", "pause"):
            self.assertFalse(
                self.env[f"aftersales.sla.{model}"].search_count(
                    [
                        ("res_model", "=", "aftersales.service.request"),
                        ("res_id", "=", request_id),
                    ]
                )
            )

    def test_copy_starts_afresh(self):
        self._create_policy({})
        request = self._create_request(received_at=self._ago(days=9))
        request._sla_wait("customer")
        copy = request.copy()
        self.assertFalse(copy.wait_reason)
        self.assertEqual(self._get_clock(copy).state, "running")
        self.assertFalse(copy.sudo().pause_ids)
