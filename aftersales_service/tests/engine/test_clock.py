from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ...engine.clock import (
    ALWAYS,
    WorkingTime,
    budget,
    counts_always,
    deadline,
    used,
)

HOUR = 3600
WEEK = [
    (day, begin, end, None) for day in range(5) for begin, end in ((8, 12), (13, 17))
]
SHANGHAI = "Asia/Shanghai"  # 8 hours ahead, no daylight saving since 1991


def at(text):
    """``datetime`` from ``month-day hour:minute`` of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")


@tagged("post_install", "-at_install")
class TestClock(BaseCase):
    """Single answers, worked out by hand."""

    def setUp(self):
        super().setUp()
        self.office = WorkingTime("UTC", WEEK)

    def test_within_a_morning(self):
        self.assertEqual(
            self.office.seconds(at("03-02 09:00"), at("03-02 11:30")), 9000
        )

    def test_over_a_weekend(self):
        friday, monday = at("03-06 16:00"), at("03-09 09:00")
        self.assertEqual(self.office.seconds(friday, monday), 2 * HOUR)
        self.assertEqual(self.office.add(friday, 2 * HOUR), monday)

    def test_deadline_at_the_end_of_work_is_not_the_next_morning(self):
        self.assertEqual(
            self.office.add(at("03-06 16:00"), HOUR), at("03-06 17:00"), "Friday"
        )

    def test_start_outside_working_hours(self):
        self.assertEqual(
            self.office.add(at("03-07 10:00"), HOUR), at("03-09 09:00"), "Saturday"
        )

    def test_no_budget_is_due_at_once(self):
        saturday = at("03-07 10:00")
        self.assertEqual(self.office.add(saturday, 0), saturday)

    def test_backwards_is_nothing(self):
        self.assertEqual(self.office.seconds(at("03-03 09:00"), at("03-02 09:00")), 0)

    def test_holiday_and_half_holiday(self):
        office = WorkingTime(
            "UTC",
            WEEK,
            [
                (at("03-03 00:00"), at("03-04 00:00")),
                (at("03-04 06:00"), at("03-04 10:00")),
            ],
        )
        monday = at("03-02 16:00")
        self.assertEqual(office.seconds(monday, at("03-04 11:00")), 2 * HOUR)
        self.assertEqual(office.add(monday, 2 * HOUR), at("03-04 11:00"))

    def test_over_new_year(self):
        start, stop = datetime(2025, 12, 31, 16), datetime(2026, 1, 2, 9)
        self.assertEqual(self.office.seconds(start, stop), HOUR * (1 + 8 + 1))
        self.assertEqual(self.office.add(start, HOUR * 10), stop)

    def test_several_years(self):
        start = datetime(2024, 1, 1)  # a Monday
        weeks = 52 * 7
        self.assertEqual(
            self.office.seconds(start, start + timedelta(days=7 * weeks)),
            weeks * 40 * HOUR,
        )

    def test_zone(self):
        office = WorkingTime(SHANGHAI, WEEK)
        self.assertEqual(office.add(at("03-02 00:00"), HOUR), at("03-02 01:00"))

    def test_clock_put_forward(self):
        """Berlin skips the hour from 2 to 3 on 29 March 2026."""
        night = WorkingTime("Europe/Berlin", [(6, 0.0, 6.0, None)])
        self.assertEqual(night.seconds(at("03-28 00:00"), at("03-30 00:00")), 5 * HOUR)

    def test_clock_put_back(self):
        """Berlin has the hour from 2 to 3 twice on 25 October 2026."""
        night = WorkingTime("Europe/Berlin", [(6, 0.0, 6.0, None)])
        self.assertEqual(night.seconds(at("10-24 00:00"), at("10-26 00:00")), 7 * HOUR)

    def test_every_other_week(self):
        weeks = [(0, 8, 12, 0), (0, 8, 10, 1)]
        office = WorkingTime("UTC", weeks)
        mondays = [datetime(2026, 3, 2) + timedelta(days=7 * n) for n in range(4)]
        hours = [
            office.seconds(monday, monday + timedelta(days=1)) / HOUR
            for monday in mondays
        ]
        parity = (mondays[0].toordinal() - 1) // 7 % 2
        self.assertEqual(hours, [2, 4, 2, 4] if parity else [4, 2, 4, 2])

    def test_overlapping_attendances_count_once(self):
        office = WorkingTime("UTC", [(0, 8, 12, None), (0, 10, 14, None)])
        self.assertEqual(office.seconds(at("03-02 00:00"), at("03-03 00:00")), 6 * HOUR)

    def test_no_hours(self):
        empty = WorkingTime("UTC", [(0, 8, 8, None)])
        self.assertFalse(empty.has_hours)
        self.assertTrue(self.office.has_hours)
        self.assertIsNone(empty.add(at("03-02 08:00"), 1))

    def test_holiday_without_end(self):
        office = WorkingTime("UTC", WEEK, [(at("03-03 00:00"), datetime(9999, 1, 1))])
        self.assertIsNone(office.add(at("03-02 08:00"), 9 * HOUR))

    def test_current_interval(self):
        self.assertEqual(
            self.office.current(at("03-02 12:00") - timedelta(seconds=1)),
            (at("03-02 08:00"), at("03-02 12:00")),
        )
        self.assertIsNone(self.office.current(at("03-02 12:00")))
        self.assertIsNone(self.office.current(at("03-07 12:00")))


@tagged("post_install", "-at_install")
class TestPauses(BaseCase):
    def setUp(self):
        super().setUp()
        self.office = WorkingTime("UTC", WEEK)
        self.start = at("03-02 08:00")

    def due(self, *pauses):
        return deadline(self.office, self.start, 4 * HOUR, pauses)

    def test_none(self):
        self.assertEqual(self.due(), at("03-02 12:00"))

    def test_moves_the_deadline_by_its_working_time(self):
        pause = (at("03-02 11:00"), at("03-02 14:00"))  # two working hours
        self.assertEqual(self.due(pause), at("03-02 15:00"))
        self.assertEqual(
            used(self.office, self.start, at("03-02 15:00"), [pause]), 4 * HOUR
        )

    def test_open_pause_holds_the_clock(self):
        self.assertIsNone(self.due((at("03-02 09:00"), None)))
        self.assertEqual(
            used(
                self.office, self.start, at("03-05 09:00"), [(at("03-02 09:00"), None)]
            ),
            HOUR,
        )

    def test_pause_after_the_deadline_changes_nothing(self):
        self.assertEqual(self.due((at("03-02 12:00"), None)), at("03-02 12:00"))

    def test_overlapping_pauses_count_once(self):
        self.assertEqual(
            self.due(
                (at("03-02 10:00"), at("03-02 11:00")),
                (at("03-02 09:00"), at("03-02 10:30")),
            ),
            at("03-02 15:00"),
        )

    def test_pause_from_before_the_start(self):
        self.assertEqual(
            self.due((at("03-01 09:00"), at("03-02 09:00"))), at("03-02 14:00")
        )


@tagged("post_install", "-at_install")
class TestBudget(BaseCase):
    def setUp(self):
        super().setUp()
        self.office = WorkingTime(SHANGHAI, WEEK)

    def due(self, start, limit, unit):
        hours = ALWAYS if counts_always(unit) else self.office
        return hours.add(start, budget(hours, SHANGHAI, start, limit, unit))

    def test_minutes_and_hours(self):
        start = at("03-02 00:00")  # 8 in the morning there
        self.assertEqual(self.due(start, 15, "minute"), at("03-02 00:15"))
        self.assertEqual(self.due(start, 1.5, "hour"), at("03-02 01:30"))

    def test_days_run_around_the_clock(self):
        self.assertEqual(self.due(at("03-06 09:00"), 2, "day"), at("03-08 09:00"))

    def test_working_days_end_with_the_work_of_the_last_one(self):
        friday = at("03-06 03:00")
        self.assertEqual(self.due(friday, 2, "working_day"), at("03-10 09:00"))
        self.assertEqual(self.due(friday, 0, "working_day"), at("03-06 09:00"))

    def test_working_days_leave_out_holidays(self):
        office = WorkingTime(SHANGHAI, WEEK, [(at("03-08 16:00"), at("03-09 16:00"))])
        start = at("03-06 03:00")
        seconds = budget(office, SHANGHAI, start, 1, "working_day")
        self.assertEqual(office.add(start, seconds), at("03-10 09:00"))

    def test_same_day_ends_at_midnight_there(self):
        self.assertEqual(self.due(at("03-06 15:59"), 0, "same_day"), at("03-06 16:00"))
        self.assertEqual(self.due(at("03-06 16:00"), 0, "same_day"), at("03-07 16:00"))

    def test_same_day_where_midnight_is_skipped(self):
        """Beirut put its clock from 0 to 1 on 29 March 2026."""
        seconds = budget(ALWAYS, "Asia/Beirut", at("03-28 21:00"), 0, "same_day")
        self.assertEqual(seconds, HOUR)

    def test_working_day_that_never_comes(self):
        empty = WorkingTime("UTC", [])
        self.assertIsNone(budget(empty, "UTC", at("03-06 09:00"), 1, "working_day"))

    def test_bad_limits(self):
        for limit, unit in ((-1, "hour"), (-1, "working_day"), (1, "week")):
            with self.assertRaises(ValueError):
                budget(self.office, SHANGHAI, at("03-06 09:00"), limit, unit)
