from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaCorrection(SlaCommon):
    """Event time against entry time: what is entered late corrects the clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy({"limit": 36})
        cls.received = cls._ago(hours=50)
        cls.request = cls()._create_request(received_at=cls.received)
        cls.clock = cls()._get_clock(cls.request)

    def test_in_time(self):
        when = self.received + timedelta(hours=36)
        self.request._sla_event("arrived", when)
        self.assertEqual(self.clock.state, "met")
        self.assertEqual(self.clock.stopped_at, when)
        self.assertGreater(self.clock.stop_entered_at, when)
        self.assertEqual(self.clock.used_seconds, 36 * 3600)

    def test_one_second_late(self):
        when = self.received + timedelta(hours=36, seconds=1)
        self.request._sla_event("arrived", when)
        self.assertEqual(self.clock.state, "missed")

    def test_breach_is_withdrawn(self):
        self._run()
        self.assertEqual(self.clock.state, "breached")
        self.assertTrue(self.request.activity_ids)
        messages = len(self.request.message_ids)
        self.request._sla_event("arrived", self._ago(hours=20))
        self.assertEqual(self.clock.state, "met")
        self.assertFalse(self.clock.breached_at)
        self.assertFalse(self.request.activity_ids)
        self.assertEqual(len(self.request.message_ids), messages + 1)
        self.assertIn("withdrawn", self.request.message_ids[0].body)
        self.assertFalse(self.request.sla_state)

    def test_breach_that_was_one(self):
        self._run()
        messages = len(self.request.message_ids)
        self.request._sla_event("arrived")
        self.assertEqual(self.clock.state, "missed")
        self.assertTrue(self.clock.breached_at)
        self.assertFalse(self.request.activity_ids)
        self.assertEqual(len(self.request.message_ids), messages)

    def test_before_the_start(self):
        self.request._sla_event("arrived", self.received - timedelta(hours=1))
        self.assertEqual(self.clock.state, "running")
        # The receipt was entered wrongly: now the arrival counts.
        self.request.received_at = self.received - timedelta(hours=3)
        self.assertEqual(self.clock.state, "met")
        self.assertEqual(self.clock.used_seconds, 2 * 3600)

    def test_future(self):
        with self.assertRaisesRegex(UserError, "future"):
            self.request._sla_event(
                "arrived", fields.Datetime.now() + timedelta(minutes=1)
            )
        self.assertEqual(self.clock.state, "running")

    def test_unknown_event(self):
        with self.assertRaises(ValueError):
            self.request._sla_event("lunch")

    def test_only_the_first_stop_counts(self):
        self.request._sla_event("arrived", self.received + timedelta(hours=30))
        self.request._sla_event("arrived", self.received + timedelta(hours=49))
        self.assertEqual(self.clock.used_seconds, 30 * 3600)

    def test_entry_is_kept(self):
        when = self._ago(hours=20)
        self.request.with_user(self.engineer_user)._sla_event("arrived", when)
        event = self.env["aftersales.sla.event"].search(
            [("res_id", "=", self.request.id), ("event", "=", "arrived")]
        )
        self.assertEqual(event.event_time, when)
        self.assertEqual(event.create_uid, self.engineer_user)
        self.assertEqual(event.company_id, self.company)


@tagged("post_install", "-at_install")
class TestSlaPromise(SlaCommon):
    """Something promised by a fixed time, without a policy."""

    def test_kept(self):
        request = self._create_request()
        due = fields.Datetime.now() + timedelta(hours=3)
        request._sla_promise("answer", due)
        clock = self._get_clock(request, "answer")
        self.assertEqual((clock.deadline, clock.stop_event), (due, "answered"))
        self.assertEqual(request.sla_deadline, due)
        request._sla_event("answered")
        self.assertEqual(clock.state, "met")

    def test_promised_anew(self):
        request = self._create_request(received_at=self._ago(hours=5))
        start = self._ago(hours=4)
        request._sla_promise("answer", start + timedelta(hours=1), start)
        self._run()
        clock = self._get_clock(request, "answer")
        self.assertEqual(clock.state, "breached")
        due = fields.Datetime.now() + timedelta(hours=2)
        request._sla_promise("answer", due)
        self.assertEqual((clock.state, clock.deadline), ("running", due))

    def test_not_touched_by_facts_and_pauses(self):
        request = self._create_request()
        due = fields.Datetime.now() + timedelta(hours=3)
        request._sla_promise("answer", due)
        request._sla_wait("customer")
        request.fault_level = "1"
        clock = self._get_clock(request, "answer")
        self.assertEqual((clock.state, clock.deadline), ("running", due))

    def test_several_requests_at_once(self):
        requests = self._create_request() | self._create_request()
        requests._sla_promise("answer", fields.Datetime.now() + timedelta(hours=1))
        self.assertEqual(requests.mapped("sla_kind"), ["answer", "answer"])
