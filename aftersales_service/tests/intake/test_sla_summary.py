from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaSummary(SlaCommon):
    """The most urgent promise on the request, and what the widget shows of it."""

    def test_most_urgent_first(self):
        self._create_policy(
            {"kind": "response", "limit": 4}, {"kind": "arrival", "limit": 36}
        )
        request = self._create_request()
        self.assertEqual(request.sla_kind, "response")
        request.with_user(self.agent).action_accept()
        self.assertEqual(request.sla_kind, "arrival")
        request._sla_event("arrived")
        self.assertEqual(
            (request.sla_kind, request.sla_state, request.sla_deadline),
            (False, False, False),
        )
        self.assertFalse(request.sla_info)

    def test_search_by_deadline(self):
        self._create_policy({"limit": 36})
        late = self._create_request(received_at=self._ago(hours=40))
        good = self._create_request()
        found = self.env["aftersales.service.request"].search(
            [("sla_deadline", "<", "now"), ("id", "in", (late | good).ids)]
        )
        self.assertEqual(found, late)

    def test_time_left_around_the_clock(self):
        self._create_policy({"limit": 10})
        now = fields.Datetime.now()
        with self.freeze(now):
            request = self._create_request(received_at=now - timedelta(hours=4))
            self.assertEqual(
                request.sla_info,
                {
                    "kind": "Arrival on Site",
                    "state": "running",
                    "deadline": fields.Datetime.to_string(now + timedelta(hours=6)),
                    "remaining": 6 * 3600,
                    "ticking": True,
                    "ticks_until": request.sla_info["ticks_until"],
                    "budget": 36000,
                },
            )

    def test_time_left_when_late(self):
        self._create_policy({"limit": 10})
        request = self._create_request(received_at=self._ago(hours=12))
        self._run()
        self.assertAlmostEqual(request.sla_info["remaining"], -7200, delta=30)
        self.assertEqual(request.sla_info["state"], "breached")

    def test_working_time_ticks_in_working_time(self):
        self._create_policy({"limit": 10, "basis": "working"})
        with self.freeze("2026-03-05 09:30:00"):
            request = self._create_request(received_at=self._at("2026-03-05 09:00:00"))
            info = request.sla_info
            self.assertEqual(info["remaining"], 9.5 * 3600)
            self.assertTrue(info["ticking"])
            self.assertEqual(info["ticks_until"], "2026-03-05 10:00:00")
        request.invalidate_recordset(["sla_info"])
        with self.freeze("2026-03-05 12:00:00"):
            info = request.sla_info
            self.assertEqual(info["remaining"], 9 * 3600)
            self.assertFalse(info["ticking"])
            self.assertFalse(info["ticks_until"])

    def test_paused(self):
        self._create_policy({"limit": 10})
        request = self._create_request(received_at=self._ago(hours=4))
        request._sla_wait("customer", self._ago(hours=3))
        info = request.sla_info
        self.assertEqual((info["state"], info["ticking"]), ("paused", False))
        self.assertAlmostEqual(info["remaining"], 9 * 3600, delta=5)
        self.assertFalse(info["deadline"])

    def test_unsaved_request(self):
        self.assertFalse(self.env["aftersales.service.request"].new({}).sla_info)
