from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.intake.aftersales_sla_event import EVENTS
from ...models.intake.aftersales_sla_timer import KIND_EVENTS, KINDS, LIMIT_MAX
from ..common_company import TwoCompaniesCommon
from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaTimer(SlaCommon, TwoCompaniesCommon):
    """One promise: from which event to which, how long, and what is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy()
        cls.timers = cls.env["aftersales.sla.timer"]
        foreign = [("company_id", "=", cls.sister.id)]
        cls.policy.search(foreign).active = False

    def _create_timer(self, user=None, **vals):
        return self.timers.with_user(user or self.manager).create(
            {"policy_id": self.policy.id, "kind": "arrival", **vals}
        )

    # -------------------------------------------------------------- defaults

    def test_every_kind_has_its_events(self):
        self.assertEqual(set(KIND_EVENTS), {kind for kind, _label in KINDS})
        known = {event for event, _label in EVENTS}
        for kind, events in KIND_EVENTS.items():
            timer = self._create_timer(kind=kind)
            with self.subTest(kind=kind):
                self.assertEqual((timer.start_event, timer.stop_event), events)
                self.assertLessEqual(set(events), known)
                self.assertNotEqual(*events)

    def test_what_is_not_said(self):
        timer = self._create_timer()
        self.assertEqual(timer.limit, 1.0)
        self.assertEqual(timer.unit, "hour")
        self.assertEqual(timer.basis, "always")
        self.assertEqual(timer.province, "any")
        self.assertEqual(timer.warn_percent, 80)
        self.assertTrue(timer.pauses_customer)
        self.assertFalse(timer.pauses_parts or timer.pauses_traffic)
        self.assertFalse(timer.max_level or timer.escalate_line)
        self.assertEqual(timer.company_id, self.company)

    def test_events_chosen_by_hand(self):
        timer = self._create_timer(start_event="accepted", stop_event="signed")
        self.assertEqual(timer.start_event, "accepted")
        timer.limit = 5
        self.assertEqual(timer.stop_event, "signed", "another field leaves them")
        timer.kind = "repair"
        self.assertEqual(timer.start_event, "received")
        self.assertEqual(timer.stop_event, "repaired")

    def test_typed_in_the_form_of_the_policy(self):
        with Form(self.policy.with_user(self.manager)) as form:
            with form.timer_ids.new() as line:
                line.kind = "contact"
                line.limit = 15
                line.unit = "minute"
        timer = self.policy.timer_ids
        self.assertEqual(timer.start_event, "dispatched")
        self.assertEqual(timer.stop_event, "contacted")

    # --------------------------------------------------------------- in words

    def test_label_before_kind(self):
        timer = self._create_timer(kind="other", limit=2)
        self.assertEqual(timer.display_name, "Other")
        timer.name = "Loan of a Pump"
        self.assertEqual(timer.display_name, "Loan of a Pump")
        timer.name = False
        self.assertEqual(timer.display_name, "Other")

    def test_words(self):
        for vals, words in (
            ({"limit": 36}, "Arrival on Site 36 Hour(s)"),
            ({"limit": 1.5, "unit": "day"}, "Arrival on Site 1.5 Days"),
            ({"unit": "same_day", "limit": 0}, "Arrival on Site Same Day"),
            (
                {"limit": 48, "province": "cross"},
                "Arrival on Site 48 Hour(s) (Another Province)",
            ),
            (
                {"limit": 24, "province": "in"},
                "Arrival on Site 24 Hour(s) (Within the Province)",
            ),
            ({"kind": "contact", "limit": 15, "unit": "minute"}, "15 Minutes"),
        ):
            timer = self._create_timer(**vals)
            with self.subTest(vals=vals):
                self.assertIn(words, timer._get_words())

    def test_summary_follows_the_timers(self):
        timer = self._create_timer(limit=36)
        self._create_timer(kind="repair", limit=2, unit="day", sequence=20)
        self.assertEqual(
            self.policy.summary, "Arrival on Site 36 Hour(s), Repair 2 Days"
        )
        timer.limit = 24
        self.assertIn("24 Hour(s)", self.policy.summary)
        timer.unlink()
        self.assertEqual(self.policy.summary, "Repair 2 Days")

    # ---------------------------------------------------------- absurd limits

    def _assert_refused(self, exception=IntegrityError, **vals):
        with (
            self.subTest(vals=vals),
            self.assertRaises(exception),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create_timer(**vals).flush_recordset()

    def test_limits_refused(self):
        for limit in (0, -1, -1e-9, LIMIT_MAX + 0.1, 1e300):
            self._assert_refused(limit=limit)
        for limit in (float("nan"), float("inf"), float("-inf")):
            self._assert_refused(limit=limit)
        self._assert_refused(limit=-1, unit="same_day")
        self.assertFalse(self.policy.timer_ids)

    def test_numbers_refused(self):
        for vals in (
            {"warn_percent": -1},
            {"warn_percent": 100},
            {"max_level": 5},
            {"max_level": -1},
            {"escalate_line": 1},
            {"escalate_line": 4},
            {"traffic_extra_hours": -1},
            {"traffic_extra_hours": 241},
            {"traffic_extra_hours": float("nan")},
            {"start_event": "arrived", "stop_event": "arrived"},
            {"kind": False},
        ):
            self._assert_refused(**vals)
        self._assert_refused(ValueError, kind="holiday")
        self._assert_refused(ValueError, start_event="born")
        self._assert_refused(ValidationError, name="x" * 100_001)
        self.assertFalse(self.policy.timer_ids)

    def test_the_edges_are_accepted(self):
        for vals in (
            {"limit": LIMIT_MAX},
            {"limit": 0.001},
            {"limit": 0, "unit": "same_day"},
            {"warn_percent": 0},
            {"warn_percent": 99},
            {"max_level": 4},
            {"escalate_line": 3},
            {"traffic_extra_hours": 240},
        ):
            with self.subTest(vals=vals):
                self.assertTrue(self._create_timer(**vals))

    def test_longest_promise_has_a_deadline(self):
        """Ten thousand working days are forty years: still a date."""
        self._create_timer(limit=LIMIT_MAX, unit="working_day")
        self._create_timer(kind="repair", limit=LIMIT_MAX, unit="day")
        self._create_timer(
            kind="plan", limit=LIMIT_MAX, unit="hour", basis="working", sequence=20
        )
        request = self._create_request()
        clocks = self._get_clocks(request)
        self.assertEqual(len(clocks), 3)
        self.assertTrue(all(clocks.mapped("deadline")))
        self.assertFalse(self._run() & clocks)

    def test_shortest_promise(self):
        self._create_timer(limit=0.001, unit="minute")
        request = self._create_request(received_at=self._ago(minutes=1))
        clock = self._get_clock(request)
        self.assertEqual(clock.deadline, request.received_at)
        self.assertIn(clock, self._run())

    # ----------------------------------------------------------------- rights

    def test_only_a_manager(self):
        timer = self._create_timer()
        for user in (self.agent, self.dispatcher, self.quality, self.finance):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._create_timer(user)
                with self.assertRaises(AccessError):
                    timer.with_user(user).limit = 2
                with self.assertRaises(AccessError):
                    timer.with_user(user).unlink()
        self.assertEqual(timer.with_user(self.signers["superior"]).limit, 1.0)
        with self.assertRaises(AccessError):
            timer.with_user(self.engineer_user).read(["limit"])

    def test_policies_of_the_same_name(self):
        """Both companies call it alike; each rules its own requests only."""
        self._create_timer(limit=36)
        twin = (
            self.env["aftersales.sla.policy"]
            .with_user(self.foreign_manager)
            .create(
                {
                    "name": self.policy.name,
                    "code": self.policy.code,
                    "company_id": self.sister.id,
                    "timer_ids": [Command.create({"kind": "arrival", "limit": 12})],
                }
            )
        )
        own, foreign = self._create_request(), self._create_foreign_request()
        self.assertEqual(self._get_clock(own).limit, 36)
        self.assertEqual(self._get_clock(foreign).limit, 12)
        self.assertEqual(self._get_clock(foreign).policy_id, twin)
        with self.assertRaises(AccessError):
            twin.timer_ids.with_user(self.manager).limit = 1
        with self.assertRaises(AccessError):
            self._create_timer(policy_id=twin.id)
        twin.timer_ids.with_user(self.foreign_manager).limit = 10
        self.assertEqual(self._get_clock(self._create_request()).limit, 36)

    # ------------------------------------------------------ what rests on it

    def test_clock_outlives_its_timer(self):
        timer = self._create_timer(name="House Promise", limit=36)
        request = self._create_request()
        clock = self._get_clock(request)
        due = clock.deadline
        self.assertEqual(clock.name, "House Promise")
        timer.unlink()
        self.assertFalse(clock.timer_id)
        self.assertEqual(clock.name, "Arrival on Site")
        self.assertEqual((clock.limit, clock.deadline), (36, due))
        request._sla_event("arrived")
        self.assertEqual(clock.state, "met")

    def test_new_timer_serves_the_next_request(self):
        before = self._create_request()
        self._create_timer(limit=36)
        self.assertFalse(self._get_clocks(before))
        self.assertEqual(self._get_clock(self._create_request()).limit, 36)

    def test_moved_to_another_policy(self):
        timer = self._create_timer(limit=36)
        other = self._create_policy({"kind": "plan"}, request_type="maintenance")
        timer.policy_id = other
        self.assertFalse(self._get_clocks(self._create_request()))
        request = self._create_request(request_type="maintenance")
        self.assertEqual(self._get_clock(request).policy_id, other)
