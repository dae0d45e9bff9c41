from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SlaCommon
from .test_sla_random import STEPS, play

OPEN = ("running", "warning", "breached", "paused")


class SlaMergeCommon(SlaCommon):
    """Requests under one policy, and their ledgers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy(
            {"kind": "response", "limit": 4},
            {"kind": "arrival", "limit": 36, "pauses_customer": True},
            {
                "kind": "repair",
                "limit": 60,
                "pauses_customer": False,
                "pauses_parts": True,
            },
            {"kind": "contact", "limit": 1},
        )

    def _get_ledger(self, model_name, document):
        return self.env[f"aftersales.sla.{model_name}"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def _get_open(self, document):
        return self._get_clocks(document).filtered(lambda clock: clock.state in OPEN)

    def _merge(self, target, sources):
        target.with_user(self.agent)._merge(sources.with_user(self.agent))
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSlaMerge(SlaMergeCommon):
    """Two requests under one policy become one file: so do their ledgers."""

    def test_one_clock_of_each_promise_goes_on(self):
        first = self._create_request(received_at=self._ago(hours=3))
        second = self._create_request(received_at=self._ago(hours=2))
        theirs = self._get_clocks(second)
        self._merge(first, second)
        running = self._get_open(first)
        self.assertEqual(
            sorted(running.mapped("kind")), ["arrival", "repair", "response"]
        )
        self.assertEqual(set(running.mapped("started_at")), {first.received_at})
        self.assertEqual(set(theirs.mapped("state")), {"cancelled"})
        self.assertEqual(set(theirs.mapped("res_id")), {first.id})
        self.assertFalse(second.sla_state)
        self.assertFalse(second.sla_deadline)

    def test_the_earlier_clock_of_the_younger_file_stays(self):
        first = self._create_request(received_at=self._ago(hours=1))
        second = self._create_request(received_at=self._ago(hours=3))
        self._merge(first, second)
        arrival = self._get_clock(first)
        self.assertEqual(arrival.started_at, second.received_at)
        self.assertEqual(arrival.deadline, second.received_at + timedelta(hours=36))

    def test_five_at_once(self):
        requests = self.env["aftersales.service.request"]
        for hours in range(1, 6):
            requests |= self._create_request(received_at=self._ago(hours=hours))
        target = requests[0]
        self._merge(target, requests[1:])
        self.assertEqual(len(self._get_open(target)), 3)
        self.assertEqual(len(self._get_clocks(target)), 15)
        self.assertFalse(self._get_clocks(requests[1:][0]))

    def test_both_wait_for_the_same(self):
        first = self._create_request(received_at=self._ago(hours=20))
        second = self._create_request(received_at=self._ago(hours=20))
        first._sla_wait("customer", self._ago(hours=6))
        second._sla_wait("customer", self._ago(hours=9), "No answer by phone")
        self._merge(first, second)
        pauses = self._get_ledger("pause", first)
        self.assertEqual(len(pauses), 2, "both stay on file")
        self.assertEqual(len(pauses.filtered(lambda p: not p.ended_at)), 1)
        self.assertIn("No answer by phone", pauses.mapped("note"))
        arrival = self._get_clock(first)
        self.assertEqual(arrival.state, "paused")
        self.assertEqual(first.wait_reason, "customer")
        self.assertFalse(second.wait_reason)
        resumed = self._ago(hours=4)
        first._sla_resume(resumed)
        self.assertEqual(arrival.state, "running")
        waited = resumed - min(pauses.mapped("started_at"))
        self.assertEqual(
            arrival.deadline, first.received_at + timedelta(hours=36) + waited
        )
        self._assert_plan(arrival)

    def test_the_merged_one_waits(self):
        first = self._create_request(received_at=self._ago(hours=10))
        second = self._create_request(received_at=self._ago(hours=5))
        second._sla_wait("parts", self._ago(hours=1))
        self._merge(first, second)
        self.assertEqual(self._get_clock(first).state, "running")
        self.assertEqual(self._get_clock(first, "repair").state, "paused")
        self.assertEqual(first.wait_reason, "parts")
        self.assertFalse(second.wait_reason)
        for clock in self._get_open(first):
            self._assert_plan(clock)
        first.with_user(self.agent).action_resume()
        self.assertEqual(self._get_clock(first, "repair").state, "running")

    def test_the_target_waits(self):
        first = self._create_request(received_at=self._ago(hours=5))
        second = self._create_request(received_at=self._ago(hours=10))
        first._sla_wait("customer", self._ago(hours=1))
        self._merge(first, second)
        arrival = self._get_clock(first)
        self.assertEqual(arrival.started_at, second.received_at)
        self.assertEqual(arrival.state, "paused", "one file, one ledger of pauses")
        self.assertFalse(arrival.deadline)

    def test_different_reasons(self):
        first = self._create_request(received_at=self._ago(hours=10))
        second = self._create_request(received_at=self._ago(hours=10))
        first._sla_wait("customer", self._ago(hours=3))
        second._sla_wait("parts", self._ago(hours=2))
        self._merge(first, second)
        states = {c.kind: c.state for c in self._get_open(first)}
        self.assertEqual(states["arrival"], "paused")
        self.assertEqual(states["repair"], "paused")
        first._sla_resume(reason="parts")
        self.assertEqual(self._get_clock(first, "repair").state, "running")
        self.assertEqual(self._get_clock(first).state, "paused")
        self.assertEqual(first.wait_reason, "customer")

    def test_ended_pauses_count_on(self):
        first = self._create_request(received_at=self._ago(hours=20))
        second = self._create_request(received_at=self._ago(hours=20))
        for request, since, until in ((first, 12, 8), (second, 10, 6)):
            request._sla_wait("customer", self._ago(hours=since))
            request._sla_resume(self._ago(hours=until))
        self._merge(first, second)
        arrival = self._get_clock(first)
        spans = arrival._get_pauses()[arrival]
        self.assertEqual(len(spans), 2)
        self._assert_plan(arrival)
        held = arrival.deadline - arrival.started_at - timedelta(hours=36)
        self.assertAlmostEqual(held.total_seconds(), 6 * 3600, delta=5)

    def test_breach_that_the_pauses_undo(self):
        first = self._create_request(received_at=self._ago(hours=40))
        second = self._create_request(received_at=self._ago(hours=39))
        second._sla_wait("customer", self._ago(hours=30))
        second._sla_resume(self._ago(hours=10))
        self._run()
        arrival = self._get_clock(first)
        self.assertEqual(arrival.state, "breached")
        self._merge(first, second)
        self.assertEqual(arrival.state, "running")
        self.assertFalse(arrival.breached_at)
        self.assertFalse(
            first.activity_ids.filtered(lambda a: a.aftersales_clock_id == arrival)
        )

    def test_two_engineers_on_the_target_keep_their_clocks(self):
        dispatch = self._issue_dispatch(self._create_request())
        first = dispatch.request_id
        other = self._create_dispatch(first, engineer_id=self.other_engineer.id)
        other.action_submit()
        self._sign(other, *self.DISPATCH_ROLES)
        second = self._create_request()
        self._merge(first, second)
        contacts = self._get_clocks(first, kind="contact")
        self.assertEqual(set(contacts.mapped("state")), {"running"})
        self.assertEqual(
            set(contacts.mapped("source")),
            {f"aftersales.dispatch,{dispatch.id}", f"aftersales.dispatch,{other.id}"},
        )

    def test_response_to_the_second_call_is_the_merge(self):
        """Nobody accepts an accepted file again: its clock must not run on."""
        first = self._create_request(received_at=self._ago(hours=30))
        first.with_user(self.agent).action_accept()
        second = self._create_request(received_at=self._ago(hours=2))
        response = self._get_clock(second, "response")
        self._merge(first, second)
        self.assertEqual(response.res_id, first.id)
        self.assertEqual(response.state, "met")
        self.assertFalse(self._get_clocks(first, kind="response", state="running"))

    def test_cases_tried_on_both(self):
        """A case counts once per request, and one case solved it."""
        values = {"symptom": "No pressure", "state": "published"}
        cases = self.env["aftersales.fault.case"].create(
            [{"title": title, **values} for title in ("Seal", "Valve", "Hose")]
        )
        uses = self.env["aftersales.fault.case.use"]
        first, second = self._create_request(), self._create_request()
        for request, case, verdict in (
            (first, cases[0], "solved"),
            (second, cases[0], "no_help"),
            (second, cases[1], "solved"),
        ):
            uses._judge(case, request, verdict)
        third = self._create_request()
        uses._judge(cases[2], third, "no_help")
        self._merge(first, second | third)
        self.assertEqual(first.case_use_ids.case_id, cases)
        self.assertEqual(first.solved_case_id, cases[0])
        tried = first.case_use_ids.filtered(lambda use: use.verdict == "no_help")
        self.assertEqual(tried.case_id, cases[1] | cases[2])
        self.assertFalse((second | third).case_use_ids)

    def test_refused_merge_moves_nothing(self):
        first, second = self._create_request(), self._create_request()
        second._sla_wait("customer")
        second.with_user(self.agent).action_cancel()
        with self.assertRaises(UserError):
            self._merge(first, second)
        self.assertEqual(len(self._get_ledger("pause", second)), 1)
        self.assertFalse(self._get_ledger("pause", first))
        third = self._create_request()
        with self.assertRaises(AccessError):
            first.with_user(self.signers["superior"])._merge(third)
        self.assertEqual(len(self._get_open(third)), 3)

    def test_merged_twice_over(self):
        """A into B, then B into C: all is on C."""
        first, second, third = (
            self._create_request(received_at=self._ago(hours=h)) for h in (3, 2, 1)
        )
        first._sla_wait("customer", self._ago(hours=1))
        self._merge(second, first)
        self._merge(third, second)
        self.assertEqual(third.wait_reason, "customer")
        self.assertEqual(len(self._get_ledger("pause", third)), 1)
        self.assertEqual(self._get_clock(third).started_at, first.received_at)
        for request in (first, second):
            self.assertFalse(self._get_clocks(request))
            self.assertFalse(self._get_ledger("event", request))


@tagged("post_install", "-at_install")
class TestSlaMergeRandom(SlaMergeCommon):
    """Whatever two ledgers hold, one ledger comes of them and nothing is lost."""

    @given(
        mine=STEPS,
        theirs=STEPS,
        ages=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    )
    @settings(
        max_examples=25,
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    def test_merge(self, mine, theirs, ages):
        requests = self.env["aftersales.service.request"]
        for steps, age in zip((mine, theirs), ages, strict=True):
            request = self._create_request(received_at=self._ago(hours=age))
            requests |= request
            for step in steps:
                try:
                    with self.env.cr.savepoint():
                        play(self, request, *step)
                except UserError:
                    continue
        before = {
            name: sum(len(self._get_ledger(name, request)) for request in requests)
            for name in ("event", "pause", "clock")
        }
        frozen = {
            clock: (clock.state, clock.deadline, clock.used_seconds)
            for request in requests
            for clock in self._get_clocks(request)
            if clock.state in ("met", "missed")
        }
        waits = {pause.reason for pause in self._get_open_pauses(requests)}
        target, source = requests
        self._merge(target, source)
        for name, count in before.items():
            self.assertEqual(len(self._get_ledger(name, target)), count)
            self.assertFalse(self._get_ledger(name, source))
        for clock, facts in frozen.items():
            self.assertEqual(
                (clock.state, clock.deadline, clock.used_seconds), facts, "frozen"
            )
        running = self._get_open(target)
        keys = [(clock.timer_id, clock.source or "") for clock in running]
        self.assertEqual(len(keys), len(set(keys)))
        for clock in running:
            self._assert_plan(clock)
        left = self._get_open_pauses(target)
        self.assertEqual({pause.reason for pause in left}, waits)
        self.assertEqual(len(left), len(waits))
        self.assertEqual(bool(target.wait_reason), bool(waits))
        due = min(filter(None, running.mapped("deadline")), default=False)
        self.assertEqual(target.sla_deadline, due)

    def _get_open_pauses(self, requests):
        return self.env["aftersales.sla.pause"].search(
            [
                ("res_model", "=", requests._name),
                ("res_id", "in", requests.ids),
                ("ended_at", "=", False),
            ]
        )
