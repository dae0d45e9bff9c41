"""Working time of the SLA clocks: what was used, when is it due.

Plain Python. All times are naive UTC ``datetime``, all durations whole seconds.
A :class:`WorkingTime` knows for any moment how many working seconds lie before it,
year by year from prefix sums that are built once; a question is then a bisection.
"""

import math
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from itertools import accumulate

import pytz

EPOCH = datetime(1970, 1, 1)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY = 86400
HORIZON_YEARS = 20
UNITS = ("minute", "hour", "day", "working_day", "same_day")


def _stamp(when):
    return int((when - EPOCH).total_seconds())


def _moment(stamp):
    return EPOCH + timedelta(seconds=stamp)


def _union(intervals):
    """Sorted, disjoint intervals that cover the same time; empty ones dropped."""
    merged = []
    for start, stop in sorted(intervals):
        if start >= stop:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    return merged


def _subtract(intervals, holes):
    """``intervals`` without ``holes``; both sorted and disjoint."""
    rest = []
    position = 0
    for start, stop in intervals:
        while position < len(holes) and holes[position][1] <= start:
            position += 1
        here = position
        while here < len(holes) and holes[here][0] < stop:
            if holes[here][0] > start:
                rest.append([start, holes[here][0]])
            start = max(start, holes[here][1])
            here += 1
        if start < stop:
            rest.append([start, stop])
    return rest


class _Year:
    """Working intervals of one UTC year with their prefix sums."""

    def __init__(self, start, stop, intervals):
        self.start, self.stop = start, stop
        self.starts = [interval[0] for interval in intervals]
        self.stops = [interval[1] for interval in intervals]
        self.before = [0, *accumulate(stop - start for start, stop in intervals)]
        self.total = self.before[-1]

    def passed(self, stamp):
        """Working seconds of this year that lie before ``stamp``."""
        index = bisect_right(self.starts, stamp)
        if not index:
            return 0
        return self.before[index] - max(0, self.stops[index - 1] - stamp)

    def reached(self, seconds):
        """First stamp by which ``seconds`` (0 < seconds <= total) have passed."""
        index = bisect_left(self.before, seconds) - 1
        return self.starts[index] + seconds - self.before[index]


class WorkingTime:
    """When work is done: weekly attendances in a time zone less the holidays.

    :param str zone_name: time zone of the attendances, e.g. ``Asia/Shanghai``
    :param attendances: iterable of ``(weekday, hour_from, hour_to, week_type)``:
        Monday is 0; hours 0.0-24.0 on the wall clock; ``week_type`` is None, or 0
        or 1 for every other week as Odoo counts them
    :param leaves: iterable of ``(start, stop)`` holidays

    An hour that the wall clock skips or repeats (daylight saving) is not worked or
    worked twice.
    """

    def __init__(self, zone_name, attendances, leaves=()):
        self.zone = pytz.timezone(zone_name)
        self._week = {}
        for weekday, hour_from, hour_to, week_type in attendances:
            start, stop = round(hour_from * 3600), round(hour_to * 3600)
            for parity in (0, 1) if week_type is None else (int(week_type),):
                self._week.setdefault((int(weekday), parity), []).append((start, stop))
        self._leaves = _union((_stamp(start), _stamp(stop)) for start, stop in leaves)
        self._years = {}

    @property
    def has_hours(self):
        """Whether there is any working time in a week at all."""
        return any(
            start < stop for spans in self._week.values() for start, stop in spans
        )

    # --------------------------------------------------------------- building

    def _year(self, number):
        year = self._years.get(number)
        if year is None:
            start = _stamp(datetime(number, 1, 1))
            stop = _stamp(datetime(number + 1, 1, 1))
            intervals = _subtract(_union(self._attended(start, stop)), self._leaves)
            # Two threads may build the same year; both build the same.
            year = self._years[number] = _Year(start, stop, intervals)
        return year

    def _attended(self, start, stop):
        """Attended intervals within ``start`` and ``stop``, holidays not regarded.

        Between two changes of the clock the wall runs evenly, so each such segment
        is cut by the attendances shifted by its offset.
        """
        for begin, end, offset in self._segments(start, stop):
            first = (begin + offset) // DAY
            last = (end + offset) // DAY
            for day in range(first, last + 1):
                midnight = day * DAY - offset
                for wall_start, wall_stop in self._week.get(self._weekday(day), ()):
                    yield (
                        max(begin, midnight + wall_start),
                        min(end, midnight + wall_stop),
                    )

    @staticmethod
    def _weekday(day):
        """Key of a day (counted from 1970) among the attendances."""
        ordinal = day + EPOCH_ORDINAL
        return (ordinal - 1) % 7, (ordinal - 1) // 7 % 2

    def _offset(self, stamp):
        """Seconds the wall clock is ahead of UTC."""
        return round(self.zone.fromutc(_moment(stamp)).utcoffset().total_seconds())

    def _segments(self, start, stop):
        """Spans of ``(start, stop, offset)`` in which the offset does not change."""
        begin, offset, here = start, self._offset(start), start
        while here < stop:
            there = min(here + DAY, stop)
            if self._offset(there) != offset:
                low, high = here, there
                while high - low > 1:
                    middle = (low + high) // 2
                    if self._offset(middle) == offset:
                        low = middle
                    else:
                        high = middle
                yield begin, high, offset
                begin, offset = high, self._offset(high)
                here = high
            else:
                here = there
        yield begin, stop, offset

    # ---------------------------------------------------------------- answers

    def seconds(self, start, stop):
        """Working seconds from ``start`` to ``stop``; 0 if ``stop`` is not later."""
        first, last = _stamp(start), _stamp(stop)
        if last <= first:
            return 0
        total = -self._year(start.year).passed(first)
        for number in range(start.year, stop.year):
            total += self._year(number).total
        return total + self._year(stop.year).passed(last)

    def add(self, start, seconds):
        """The moment by which ``seconds`` of working time have passed.

        :return: naive UTC datetime, the earliest one; ``start`` itself for no
            seconds; None when it lies more than twenty years ahead (no working
            hours, or a holiday without end)
        """
        if seconds <= 0:
            return start
        wanted = seconds + self._year(start.year).passed(_stamp(start))
        for number in range(start.year, start.year + HORIZON_YEARS + 1):
            year = self._year(number)
            if wanted <= year.total:
                return _moment(year.reached(wanted))
            wanted -= year.total
        return None

    def current(self, when):
        """The working interval ``(start, stop)`` in which ``when`` lies, or None.

        It ends at the end of the year at the latest.
        """
        stamp = _stamp(when)
        year = self._year(when.year)
        index = bisect_right(year.starts, stamp) - 1
        if index < 0 or stamp >= year.stops[index]:
            return None
        return _moment(year.starts[index]), _moment(year.stops[index])


class _Always(WorkingTime):
    """Around the clock: the answers without any table."""

    def __init__(self):
        super().__init__("UTC", [(day, 0.0, 24.0, None) for day in range(7)])

    def seconds(self, start, stop):
        return max(0, _stamp(stop) - _stamp(start))

    def add(self, start, seconds):
        return start + timedelta(seconds=max(0, seconds))


ALWAYS = _Always()


def _pauses_from(start, pauses):
    """Pauses after ``start``, united; an open one ends at ``datetime.max``."""
    return _union((max(begin, start), end or datetime.max) for begin, end in pauses)


def used(working_time, start, stop, pauses=()):
    """Working seconds used from ``start`` to ``stop`` outside the pauses.

    :param pauses: iterable of ``(start, stop)``, in any order, overlapping or not;
        ``stop`` None while the pause goes on
    """
    total = working_time.seconds(start, stop)
    for begin, end in _pauses_from(start, pauses):
        total -= working_time.seconds(begin, min(end, stop))
    return total


def deadline(working_time, start, budget_seconds, pauses=()):
    """When the budget is used up (design, *Clock*).

    :param budget_seconds: allowed working seconds
    :param pauses: as for :func:`used`
    :return: naive UTC datetime; None while an open pause holds the clock, or when
        the working time never suffices
    """
    left = budget_seconds
    for begin, end in _pauses_from(start, pauses):
        run = working_time.seconds(start, begin)
        if run >= left:
            break
        if end == datetime.max:
            return None
        left -= run
        start = end
    return working_time.add(start, left)


def counts_always(unit):
    """Whether ``unit`` runs around the clock whatever the calendar."""
    return unit in ("day", "same_day")


def budget(working_time, zone_name, start, limit, unit):
    """The allowed seconds of a promise, fixed when its clock starts.

    :param working_time: the clock's :class:`WorkingTime`; :data:`ALWAYS` where
        :func:`counts_always` says so
    :param str zone_name: the company's time zone, for what ends with a day
    :param limit: number of units; not used for ``same_day``
    :param unit: one of :data:`UNITS`. ``working_day``: until work ends on the
        ``limit``-th working day after the day of the start (handbook 17.2);
        ``same_day`` (当日): until midnight
    :return: whole seconds of ``working_time``; None when there is no such day
    :raises ValueError: on an unknown unit or a negative limit
    """
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}")
    if unit == "same_day":
        return ALWAYS.seconds(start, _day_end(zone_name, start))
    if limit < 0:
        raise ValueError("a limit must not be negative")
    if unit == "working_day":
        end = _working_day_end(working_time, zone_name, start, math.ceil(limit))
        return None if end is None else working_time.seconds(start, end)
    return round(limit * {"minute": 60, "hour": 3600, "day": DAY}[unit])


def _day_end(zone_name, when):
    """The midnight that ends the local day of ``when``."""
    zone = pytz.timezone(zone_name)
    day = pytz.utc.localize(when).astimezone(zone).date()
    return _day_start(zone, day + timedelta(days=1))


def _day_start(zone, day: date):
    midnight = datetime(day.year, day.month, day.day)
    try:
        local = zone.localize(midnight, is_dst=None)
    except pytz.AmbiguousTimeError:
        local = zone.localize(midnight, is_dst=True)  # the first of the two
    except pytz.NonExistentTimeError:
        local = zone.localize(midnight, is_dst=False)  # the moment of the jump
    return local.astimezone(pytz.utc).replace(tzinfo=None)


def _working_day_end(working_time, zone_name, start, count):
    """When the ``count``-th working day after the day of ``start`` is over."""
    end = _day_end(zone_name, start)
    for _number in range(count):
        begin = working_time.add(end, 1)
        if begin is None:
            return None
        end = _day_end(zone_name, begin - timedelta(seconds=1))
    return end
