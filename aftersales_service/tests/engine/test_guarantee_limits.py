from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...engine.guarantee import (
    ARISEN,
    OK,
    WARNING,
    Repair,
    Rule,
    count_days,
    count_same_fault,
    judge_guarantee,
)
from ...engine.meter import find_fault, hours_per_day, run_hours

TODAY = date(2026, 6, 30)


def repair(days, fault="pump", ended=0, **vals):
    """A repair of ``days`` days that ended ``ended`` days ago."""
    end = TODAY - timedelta(days=ended)
    return Repair(fault, end - timedelta(days=days - 1), end, **vals)


@tagged("post_install", "-at_install")
class TestGuaranteeLimits(BaseCase):
    """Each threshold one below, at it and one beyond."""

    def _judge(self, rule, *repairs):
        state, reasons = judge_guarantee(rule, list(repairs), TODAY)
        return state, [reason[1:] for reason in reasons]

    def test_repairs(self):
        rule = Rule(repairs=2, warn_repairs=1)
        cases = [repair(1, ended=n) for n in range(4)]
        self.assertEqual(self._judge(rule)[0], OK)
        self.assertEqual(self._judge(rule, *cases[:1])[0], OK)
        self.assertEqual(self._judge(rule, *cases[:2]), (WARNING, [("repairs", 1, 2)]))
        self.assertEqual(self._judge(rule, *cases[:3]), (ARISEN, [("repairs", 2, 2)]))
        self.assertEqual(self._judge(rule, *cases)[0], ARISEN)
        without = Rule(repairs=2)
        self.assertEqual(self._judge(without, *cases[:2])[0], OK, "no warning asked")

    def test_one_repair_longer_than_the_days(self):
        rule = Rule(repair_days=30, warn_days=10)
        for days, state in ((20, OK), (21, WARNING), (30, WARNING), (31, ARISEN)):
            with self.subTest(days=days):
                self.assertEqual(self._judge(rule, repair(days))[0], state)

    def test_all_repairs_longer_than_the_days(self):
        rule = Rule(total_days=30, warn_days=5)
        for second, state in ((10, OK), (11, WARNING), (15, WARNING), (16, ARISEN)):
            cases = (repair(15, "valve", ended=100), repair(second))
            with self.subTest(second=second):
                self.assertEqual(self._judge(rule, *cases)[0], state)

    def test_days_without_parts(self):
        rule = Rule(parts_days=20, warn_days=3)
        for days, state in ((0, OK), (17, OK), (18, WARNING), (20, WARNING)):
            with self.subTest(days=days):
                self.assertEqual(
                    self._judge(rule, repair(40, parts_days=days))[0], state
                )
        self.assertEqual(
            self._judge(rule, repair(40, parts_days=21)),
            (ARISEN, [("parts_days", 21, 20)]),
        )

    def test_the_graver_reason_alone_is_told(self):
        rule = Rule(repairs=1, repair_days=30, warn_repairs=1, warn_days=10)
        state, reasons = self._judge(rule, repair(25), repair(2, ended=60))
        self.assertEqual((state, reasons), (ARISEN, [("repairs", 1, 1)]))

    def test_warning_earlier_than_the_threshold(self):
        """A warning longer ahead than the term begins with the first repair."""
        rule = Rule(repair_days=5, warn_days=99)
        self.assertEqual(self._judge(rule)[0], OK)
        self.assertEqual(self._judge(rule, repair(1))[0], WARNING)

    def test_faults_without_words_are_none(self):
        rule = Rule(repairs=1)
        cases = [repair(1, "", ended=n) for n in range(5)]
        self.assertEqual(count_same_fault(cases), ("", 0))
        self.assertEqual(self._judge(rule, *cases)[0], OK)
        mixed = [*cases, repair(1, "pump"), repair(1, "valve"), repair(1, "valve")]
        self.assertEqual(count_same_fault(mixed), ("valve", 2))

    def test_each_day_once(self):
        for spans, days in (
            ([(1, 1)], 1),
            ([(1, 10), (3, 4)], 10),
            ([(1, 10), (10, 12)], 12),
            ([(1, 10), (11, 12)], 12),
            ([(1, 2), (5, 6)], 4),
            ([(5, 6), (1, 10), (2, 3)], 10),
        ):
            cases = [
                Repair("x", date(2026, 5, start), date(2026, 5, end))
                for start, end in spans
            ]
            with self.subTest(spans=spans):
                self.assertEqual(count_days(cases, TODAY), days)

    def test_over_a_leap_day(self):
        case = Repair("x", date(2024, 2, 28), date(2024, 3, 1))
        self.assertEqual(count_days([case], TODAY), 3)


@tagged("post_install", "-at_install")
class TestMeterLimits(BaseCase):
    """The meter at its limits: a day in full, a meter put in anew."""

    FIRST = date(2026, 2, 27)

    def _read(self, *steps):
        """``(days later, hours)`` or ``(days later, hours, True)`` to readings."""
        return [
            (self.FIRST + timedelta(days=step[0]), step[1], len(step) > 2)
            for step in steps
        ]

    def test_either_day_counts_in_full(self):
        for steps, fault in (
            (((0, 100), (0, 124)), None),
            (((0, 100), (0, 124.1)), (1, "fast")),
            (((0, 100), (1, 148)), None),
            (((0, 100), (1, 148.1)), (1, "fast")),
            (((0, 100), (0, 100)), None),
            (((0, 100), (0, 99.9)), (1, "backwards")),
            (((0, 100), (1, 0, True), (1, 24)), None),
            (((0, 100), (1, 0, True), (2, 99)), (2, "fast")),
        ):
            with self.subTest(steps=steps):
                self.assertEqual(find_fault(self._read(*steps)), fault)

    def test_first_fault_is_named(self):
        readings = self._read((0, 100), (1, 90), (2, 80))
        self.assertEqual(find_fault(readings), (1, "backwards"))

    def test_hours_on_all_meters(self):
        readings = self._read((0, 100), (10, 150), (11, 20, True), (21, 60))
        self.assertEqual(run_hours(readings), 190)
        self.assertAlmostEqual(hours_per_day(readings), 90 / 21)
        self.assertEqual(run_hours(self._read((0, 100))), 100)
        self.assertEqual(hours_per_day(self._read((0, 100), (0, 110))), 0.0)

    def test_two_new_meters_on_end(self):
        readings = self._read((0, 50), (1, 0, True), (2, 5, True), (3, 15))
        self.assertEqual(run_hours(readings), 60)
