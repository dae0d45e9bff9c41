from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.guarantee import (
    ARISEN,
    OK,
    STATES,
    WARNING,
    Repair,
    Rule,
    count_days,
    count_early_returns,
    count_same_fault,
    count_waited,
    judge_guarantee,
)

TODAY = date(2026, 6, 30)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def repairs(draw):
    started = draw(st.dates(date(2026, 1, 1), TODAY))
    length = draw(st.none() | st.integers(0, (TODAY - started).days))
    return Repair(
        fault=draw(st.sampled_from(["pump", "valve", ""])),
        started=started,
        finished=None if length is None else started + timedelta(days=length),
        parts_days=draw(st.integers(0, 30)),
    )


def lasting(days, fault="pump", **vals):
    """A repair of so many days that ends today."""
    start = TODAY - timedelta(days=days - 1)
    return Repair(fault, start, TODAY, **vals)


@tagged("post_install", "-at_install")
class TestGuaranteeEngine(BaseCase):
    """The three-guarantees clock, counted against a calendar walked day by day."""

    @patient
    @given(st.lists(repairs(), max_size=8))
    def test_days_against_a_calendar(self, cases):
        walked = {
            repair.started + timedelta(days=n)
            for repair in cases
            for n in range(((repair.finished or TODAY) - repair.started).days + 1)
        }
        self.assertEqual(count_days(cases, TODAY), len(walked))

    @patient
    @given(st.lists(repairs(), max_size=8))
    def test_same_fault(self, cases):
        faults = [repair.fault for repair in cases if repair.fault]
        fault, number = count_same_fault(cases)
        self.assertEqual(number, max(map(faults.count, faults), default=0))
        self.assertEqual(number, faults.count(fault) if fault else 0)

    @patient
    @given(st.lists(repairs(), max_size=6), repairs(), st.integers(0, 4))
    def test_one_more_repair_never_takes_a_right_away(self, cases, more, threshold):
        rule = Rule(repairs=threshold, repair_days=30, total_days=60, warn_repairs=1)
        before, _why = judge_guarantee(rule, cases, TODAY)
        after, reasons = judge_guarantee(rule, [*cases, more], TODAY)
        self.assertGreaterEqual(STATES.index(after), STATES.index(before))
        self.assertEqual(bool(reasons), after != OK)

    def test_third_repair_of_the_same_fault(self):
        rule = Rule(repairs=2, warn_repairs=1)
        states = [
            judge_guarantee(rule, [lasting(1)] * number, TODAY)[0]
            for number in range(5)
        ]
        self.assertEqual(states, [OK, OK, WARNING, ARISEN, ARISEN])
        mixed = [lasting(1), lasting(1), lasting(1, "valve")]
        self.assertEqual(judge_guarantee(rule, mixed, TODAY)[0], WARNING)

    def test_days_of_one_repair(self):
        rule = Rule(repair_days=60, warn_days=10)
        for days, state in ((50, OK), (51, WARNING), (60, WARNING), (61, ARISEN)):
            found, reasons = judge_guarantee(rule, [lasting(days)], TODAY)
            self.assertEqual(found, state, days)
        self.assertEqual(reasons, [(ARISEN, "repair_days", 61, 60)])

    def test_a_repair_that_lasts_counts_until_today(self):
        rule = Rule(repair_days=60)
        open_repair = Repair("pump", TODAY - timedelta(days=60))
        self.assertEqual(judge_guarantee(rule, [open_repair], TODAY)[0], ARISEN)

    def test_without_thresholds(self):
        self.assertEqual(judge_guarantee(Rule(), [lasting(99)] * 9, TODAY), (OK, []))

    def test_only_what_made_the_state_is_told(self):
        rule = Rule(repairs=2, parts_days=90, warn_repairs=1, warn_days=10)
        cases = [lasting(1, parts_days=91), lasting(1)]
        state, reasons = judge_guarantee(rule, cases, TODAY)
        self.assertEqual(state, ARISEN)
        self.assertEqual([reason[1] for reason in reasons], ["parts_days"])

    def test_fault_soon_after_the_purchase(self):
        rule = Rule(refund_days=7, exchange_days=15)
        for days, codes in (
            (0, ["refund_days", "exchange_days"]),
            (7, ["refund_days", "exchange_days"]),
            (8, ["exchange_days"]),
            (15, ["exchange_days"]),
            (16, []),
        ):
            case = Repair("pump", TODAY, TODAY)
            bought = TODAY - timedelta(days=days)
            state, reasons = judge_guarantee(rule, [case], TODAY, bought)
            with self.subTest(days=days):
                self.assertEqual([reason[1] for reason in reasons], codes)
                self.assertEqual(state, ARISEN if codes else OK)
        self.assertEqual(judge_guarantee(rule, [case], TODAY), (OK, []))
        before = Repair("pump", TODAY - timedelta(days=1))
        self.assertEqual(judge_guarantee(rule, [before], TODAY, TODAY), (OK, []))

    def test_repaired_machine_must_work(self):
        """Out of order again too soon counts, whatever the fault is called."""
        first = Repair("pump", TODAY - timedelta(days=60), TODAY - timedelta(days=50))
        for days, number in ((1, 1), (29, 1), (30, 0)):
            again = Repair("valve", TODAY - timedelta(days=50 - days))
            with self.subTest(days=days):
                self.assertEqual(count_early_returns([again, first], 30), number)
        self.assertEqual(count_early_returns([first, again], 0), 0, "not asked for")
        rule = Rule(repairs=1, works_days=60)
        state, reasons = judge_guarantee(rule, [first, again], TODAY)
        self.assertEqual((state, reasons), (ARISEN, [(ARISEN, "works_days", 1, 1)]))
        self.assertEqual(judge_guarantee(Rule(repairs=1), [first, again], TODAY)[0], OK)

    @patient
    @given(st.lists(repairs(), max_size=8), st.integers(1, 60), st.integers(0, 60))
    def test_longer_promise_never_counts_less(self, cases, days, more):
        short = count_early_returns(cases, days)
        self.assertLessEqual(short, count_early_returns(cases, days + more))
        self.assertLess(short, max(len(cases), 1))

    @patient
    @given(
        st.lists(
            st.tuples(st.integers(0, 500), st.none() | st.integers(0, 300)), max_size=6
        )
    )
    def test_waited_against_a_clock_walked_hour_by_hour(self, spans):
        zero = datetime(2026, 1, 1)
        given_spans = [
            (
                zero + timedelta(hours=start),
                None if length is None else zero + timedelta(hours=start + length),
            )
            for start, length in spans
        ]
        since, until = zero + timedelta(hours=50), zero + timedelta(hours=600)
        hours = {
            hour
            for start, length in spans
            for hour in range(start, 600 if length is None else start + length)
            if 50 <= hour < 600
        }
        self.assertEqual(count_waited(given_spans, since, until), len(hours) // 24)
