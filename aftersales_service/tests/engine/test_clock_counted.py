"""The clock against a counter that looks at every single minute."""

from collections import namedtuple
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.clock import (
    ALWAYS,
    WorkingTime,
    budget,
    counts_always,
    deadline,
    used,
)

History = namedtuple("History", "zone week leaves start stop pauses")
MINUTE = timedelta(minutes=1)
UTC = ZoneInfo("UTC")
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",
    "UTC",
)
# Days around which one of the zones changes its clock, and quiet ones.
BASES = (
    datetime(2026, 3, 6),
    datetime(2026, 3, 27),
    datetime(2026, 4, 3),
    datetime(2026, 6, 10),
    datetime(2026, 10, 2),
    datetime(2026, 10, 23),
    datetime(2026, 10, 30),
    datetime(2026, 12, 30),
)
SPAN = 5 * 24 * 60
quietly = settings(database=None, deadline=None)


@st.composite
def weeks(draw):
    """Attendances: office hours with half days, shifts, around the clock, odd ones."""
    kind = draw(st.sampled_from(("office", "always", "odd", "two weeks")))
    if kind == "always":
        return [(day, 0.0, 24.0, None) for day in range(7)]
    if kind == "office":
        half_day = draw(st.sampled_from((None, 4, 5)))
        return [(day, 8.0, 12.0, None) for day in range(6)] + [
            (day, 13.5, 17.5, None) for day in range(5) if day != half_day
        ]
    quarters = st.integers(0, 96).map(lambda quarter: quarter / 4)
    parities = st.sampled_from((0, 1)) if kind == "two weeks" else st.none()
    spans = st.tuples(st.integers(0, 6), quarters, quarters, parities)
    return [
        (day, min(one, other), max(one, other), parity)
        for day, one, other, parity in draw(st.lists(spans, min_size=1, max_size=8))
    ]


@st.composite
def histories(draw):
    """One case: when it began and ended, with holidays and pauses in any order."""
    base = draw(st.sampled_from(BASES))

    def moment(latest=SPAN):
        return base + draw(st.integers(0, latest)) * MINUTE

    def spans(most, with_open=False):
        rows = []
        for _number in range(draw(st.integers(0, most))):
            start = moment()
            length = draw(st.sampled_from((1, 17, 60, 240, 1440, 2000)))
            is_open = with_open and draw(st.integers(0, 9)) == 0
            rows.append((start, None if is_open else start + length * MINUTE))
        return rows

    start = moment(SPAN // 2)
    return History(
        zone=draw(st.sampled_from(ZONES)),
        week=draw(weeks()),
        leaves=spans(2),
        start=start,
        stop=start + draw(st.integers(0, SPAN // 2)) * MINUTE,
        pauses=spans(4, with_open=True),
    )


class Counter:
    """Counts minutes by looking at the wall clock of each; knows no intervals."""

    def __init__(self, history):
        self.history = history
        self.zone = ZoneInfo(history.zone)

    def runs(self, minute):
        """Whether the clock runs in the minute that begins at ``minute``."""
        if any(
            start <= minute and (stop is None or minute < stop)
            for start, stop in self.history.pauses
        ):
            return False
        return self.is_worked(minute)

    def is_worked(self, minute):
        if any(start <= minute < stop for start, stop in self.history.leaves):
            return False
        wall = minute.replace(tzinfo=UTC).astimezone(self.zone)
        hour = wall.hour + wall.minute / 60
        parity = (wall.toordinal() - 1) // 7 % 2
        return any(
            day == wall.weekday() and begin <= hour < end and week in (None, parity)
            for day, begin, end, week in self.history.week
        )

    def minutes(self, start, stop):
        minute, count = start, 0
        while minute < stop:
            count += self.runs(minute)
            minute += MINUTE
        return count

    def end_of(self, start, count, latest):
        """End of the ``count``-th minute that runs; None when after ``latest``."""
        minute = start
        while minute < latest:
            if self.runs(minute):
                count -= 1
                if not count:
                    return minute + MINUTE
            minute += MINUTE
        return None

    def end_of_day(self, start):
        minute = start
        today = minute.replace(tzinfo=UTC).astimezone(self.zone).date()
        while minute.replace(tzinfo=UTC).astimezone(self.zone).date() == today:
            minute += MINUTE
        return minute

    def end_of_working_days(self, start, count):
        """When work ends on the ``count``-th later day with any work in it."""
        minute, end = self.end_of_day(start), None
        while count:
            midnight = self.end_of_day(minute)
            worked = []
            while minute < midnight:
                if self.is_worked(minute):
                    worked.append(minute + MINUTE)
                minute += MINUTE
            if worked:
                count -= 1
                end = worked[-1]
        return end


@tagged("post_install", "-at_install")
class TestClockCounted(BaseCase):
    @settings(quietly, max_examples=1000)
    @given(histories())
    def test_used_time(self, history):
        hours = WorkingTime(history.zone, history.week, history.leaves)
        seconds = used(hours, history.start, history.stop, history.pauses)
        counted = Counter(history).minutes(history.start, history.stop)
        self.assertEqual(seconds, counted * 60)

    @settings(quietly, max_examples=1000)
    @given(histories(), st.integers(1, 2400))
    def test_deadline(self, history, minutes):
        hours = WorkingTime(history.zone, history.week, history.leaves)
        due = deadline(hours, history.start, minutes * 60, history.pauses)
        latest = history.start + SPAN * MINUTE
        counted = Counter(history).end_of(history.start, minutes, latest)
        if due is None or due > latest:
            self.assertIsNone(counted)
        else:
            self.assertEqual(due, counted)

    @settings(quietly, max_examples=200)
    @given(histories(), st.integers(1, 3))
    def test_working_days(self, history, count):
        history = history._replace(pauses=[], week=[*history.week, (2, 9, 10, None)])
        hours = WorkingTime(history.zone, history.week, history.leaves)
        seconds = budget(hours, history.zone, history.start, count, "working_day")
        self.assertEqual(
            hours.add(history.start, seconds),
            Counter(history).end_of_working_days(history.start, count),
        )

    @settings(quietly, max_examples=200)
    @given(histories())
    def test_same_day(self, history):
        self.assertTrue(counts_always("same_day"))
        seconds = budget(ALWAYS, history.zone, history.start, 0, "same_day")
        self.assertEqual(
            ALWAYS.add(history.start, seconds),
            Counter(history).end_of_day(history.start),
        )

    @settings(quietly, max_examples=300)
    @given(histories(), st.integers(1, 2400))
    def test_what_is_used_at_the_deadline_is_the_budget(self, history, minutes):
        hours = WorkingTime(history.zone, history.week, history.leaves)
        due = deadline(hours, history.start, minutes * 60, history.pauses)
        if due is not None:
            self.assertEqual(
                used(hours, history.start, due, history.pauses), minutes * 60
            )

    @settings(quietly, max_examples=300)
    @given(histories())
    def test_entered_late_or_at_once_is_the_same(self, history):
        """A pause that becomes known afterwards counts as if known at once."""
        hours = WorkingTime(history.zone, history.week, history.leaves)
        at_once = deadline(hours, history.start, 7200, sorted(history.pauses, key=str))
        late = deadline(hours, history.start, 7200, reversed(history.pauses))
        self.assertEqual(at_once, late)
