from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaPause(SlaCommon):
    """Waiting for the customer, for parts, for the road."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy(
            {"limit": 36, "pauses_customer": True},
            {
                "kind": "repair",
                "limit": 100,
                "pauses_customer": False,
                "pauses_parts": True,
            },
        )
        cls.received = cls._ago(hours=20)
        cls.request = cls()._create_request(received_at=cls.received)
        cls.arrival = cls()._get_clock(cls.request)
        cls.repair = cls()._get_clock(cls.request, "repair")

    def _wait(self, reason="customer", hours=10, **kwargs):
        self.request._sla_wait(reason, self._ago(hours=hours), **kwargs)

    def test_open_pause_holds_its_clocks_only(self):
        self._wait()
        self.assertEqual(self.arrival.state, "paused")
        self.assertFalse(self.arrival.deadline)
        self.assertEqual(self.repair.state, "running")
        self.assertEqual(self.request.wait_reason, "customer")
        self.assertEqual(self.request.sla_kind, "repair")
        self.assertFalse(self._run())

    def test_the_time_waited_is_added(self):
        self._wait(hours=10)
        self.request._sla_resume(self._ago(hours=4))
        self.assertEqual(self.arrival.state, "running")
        self.assertEqual(self.arrival.deadline, self.received + timedelta(hours=42))
        self.assertEqual(self.repair.deadline, self.received + timedelta(hours=100))
        self.assertFalse(self.request.wait_reason)
        self._assert_plan(self.arrival)

    def test_all_paused(self):
        self._wait()
        self._wait("parts", 5)
        self.assertEqual(self.request.sla_state, "paused")
        self.assertFalse(self.request.sla_deadline)
        self.assertEqual(self.request.wait_reason, "parts")
        self.request._sla_resume(reason="parts")
        self.assertEqual(self.request.wait_reason, "customer")
        self.assertEqual(self.arrival.state, "paused")
        self.assertEqual(self.repair.state, "running")

    def test_overlapping_pauses_count_once(self):
        for since, until in ((12, 8), (10, 6), (11, 9)):
            self._wait(hours=since)
            self.request._sla_resume(self._ago(hours=until))
        self.assertEqual(self.arrival.deadline, self.received + timedelta(hours=42))

    def test_pause_entered_late_withdraws_a_breach(self):
        self.request.received_at = self._ago(hours=40)
        self._run()
        self.assertEqual(self.arrival.state, "breached")
        self._wait(hours=30)
        self.assertEqual(self.arrival.state, "paused")
        self.request._sla_resume(self._ago(hours=20))
        self.assertEqual(self.arrival.state, "running")
        self.assertFalse(self.arrival.breached_at)
        self.assertFalse(
            self.request.activity_ids.filtered(
                lambda a: a.aftersales_clock_id == self.arrival
            )
        )

    def test_broken_before_the_wait_stays_broken(self):
        self.request.received_at = self._ago(hours=40)
        self._run()
        self._wait(hours=1)
        self.assertEqual(self.arrival.state, "breached")

    def test_arrival_while_waiting(self):
        self._wait(hours=10)
        self.request._sla_event("arrived", self._ago(hours=3))
        self.assertEqual(self.arrival.state, "met")
        self.assertEqual(self.arrival.used_seconds, 10 * 3600)

    def test_warning_survives_a_pause(self):
        self.request.received_at = self._ago(hours=30)
        self._run()
        self.assertEqual(self.arrival.state, "warning")
        warned = self.arrival.warned_at
        self._wait(hours=0)
        self.request._sla_resume()
        self.assertEqual(self.arrival.state, "warning")
        self.assertEqual(self.arrival.warned_at, warned)
        self.assertFalse(self._run(), "Nobody is warned twice")

    def test_twice(self):
        self._wait()
        with self.assertRaisesRegex(UserError, "already waiting"):
            self._wait()
        self.request._sla_resume()
        with self.assertRaisesRegex(UserError, "not waiting"):
            self.request._sla_resume()

    def test_reason_from_before_the_ledger(self):
        self.request.sudo().wait_reason = "parts"
        self.request.action_resume()
        self.assertFalse(self.request.wait_reason)

    def test_absurd_input(self):
        future = fields.Datetime.now() + timedelta(hours=1)
        for reason, since in (
            ("holidays", None),
            (False, None),
            ("customer", future),
            ("customer", self._ago(days=5)),
            ("customer", "yesterday"),
        ):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self.request._sla_wait(reason, since)
        self._wait(hours=5)
        for at in (future, self._ago(hours=6), "rubbish"):
            with self.subTest(at=at), self.assertRaises(UserError):
                self.request._sla_resume(at)
        self.assertEqual(self.request.wait_reason, "customer")

    def test_closing_ends_the_pause(self):
        self._wait()
        self.request.action_cancel()
        self.assertFalse(self.request.wait_reason)
        self.assertTrue(self.request.sudo().pause_ids.ended_at)
        self.assertEqual(self.arrival.state, "cancelled")
        self.assertEqual(self.repair.state, "cancelled")
        self.assertFalse(self.request.sla_state)

    def test_closed_request_does_not_wait(self):
        self.request.action_cancel()
        with self.assertRaises(UserError):
            self.request._sla_wait("customer")

    def test_by_the_dialog(self):
        action = self.request.with_user(self.agent).action_wait()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({"reason": "traffic", "note": "Road closed"})
        )
        wizard.action_wait()
        self.assertEqual(self.request.wait_reason, "traffic")
        self.assertIn("Road closed", str(self.request.story))
        self.request.with_user(self.agent).action_resume()
        self.assertFalse(self.request.wait_reason)
        self.assertIn("The work goes on", str(self.request.story))

    def test_nobody_writes_the_reason(self):
        for user in (self.agent, self.dispatcher, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.request.with_user(user).wait_reason = "parts"

    def test_reader_does_not_make_it_wait(self):
        reader = self.signers["superior"]
        with self.assertRaises(AccessError):
            self.request.with_user(reader)._sla_wait("customer")
        with self.assertRaises(AccessError):
            self.request.with_user(reader).action_resume()


@tagged("post_install", "-at_install")
class TestSlaExtraHours(SlaCommon):
    """Longer where traffic is bad (Art.18(2)), with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy({"limit": 36, "traffic_extra_hours": 12})
        cls.request = cls()._create_request(received_at=cls._ago(hours=30))
        cls.clock = cls()._get_clock(cls.request)

    def _extend(self, hours, reason="Snow", user=None):
        self.clock.with_user(user or self.dispatcher)._extend(hours, reason)

    def test_by_the_dialog(self):
        due = self.clock.deadline
        action = self.clock.with_user(self.dispatcher).action_extend()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.dispatcher)
            .with_context(**action["context"])
            .create({"reason": "Snow on the pass"})
        )
        self.assertEqual(wizard.hours, 12)
        wizard.action_extend()
        self.assertEqual(self.clock.deadline, due + timedelta(hours=12))
        self.assertEqual(self.clock.extra_reason, "Snow on the pass")
        self.assertEqual(self.request.sla_deadline, self.clock.deadline)
        self.assertIn("Snow on the pass", self.request.message_ids[0].body)
        self.assertEqual(
            self.request.message_ids[0].author_id, self.dispatcher.partner_id
        )

    def test_hours_add_up(self):
        self._extend(2)
        self._extend(3, "Ice")
        self.assertEqual(self.clock.extra_seconds, 5 * 3600)
        self.assertEqual(self.clock.extra_reason, "Snow\nIce")

    def test_breach_is_withdrawn(self):
        self.request.received_at = self._ago(hours=40)
        self._run()
        self._extend(10)
        self.assertEqual(self.clock.state, "running")
        self.assertFalse(self.request.activity_ids)

    def test_absurd_input(self):
        for hours in (0, -1, 240.5, float("inf"), float("nan")):
            with self.subTest(hours=hours), self.assertRaises(UserError):
                self._extend(hours)
        with self.assertRaisesRegex(UserError, "reason"):
            self._extend(1, "  ")
        self.assertFalse(self.clock.extra_seconds)

    def test_only_a_dispatcher(self):
        for user in (self.agent, self.engineer_user, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self._extend(1, user=user)

    def test_finished_clock(self):
        self.request._sla_event("arrived")
        with self.assertRaisesRegex(UserError, "not running"):
            self._extend(1)
