"""When a warranty begins and which is its last day: terms and dates, no ORM."""

import calendar
from datetime import date, timedelta

# What stands in until the event that the terms name is known.
STAND_INS = {
    "purchase": ("delivery",),
    "delivery": ("purchase",),
    "acceptance": ("delivery", "purchase"),
    "first_use": ("acceptance", "delivery", "purchase"),
}


def add_months(day, months):
    """The same day ``months`` later.

    >>> add_months(date(2026, 1, 31), 1)
    (datetime.date(2026, 2, 28), False)

    :param day: ``date``
    :param months: whole months, zero or more
    :return: ``(date, exact)``; a month too short for the day gives its last day,
        and ``exact`` is False
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length)), day.day <= length


def last_day(start, months):
    """The last day of a term of ``months`` that begins on ``start``.

    Twelve months from 15 March end on 14 March. Where the last month has no such
    day, its last day is the last of the term: one month from 31 January ends on
    28 (29) February.

    :param start: first day, ``date``
    :param months: whole months, one or more
    :return: ``date``, which still counts
    :raises ValueError: for less than one month
    """
    if months < 1:
        raise ValueError(f"A term has at least one month, not {months}.")
    day, exact = add_months(start, months)
    return day - timedelta(days=1) if exact else day


def start_day(basis, dates, cap_months=0):
    """The first day of a warranty (handbook 9.1, start events).

    :param basis: purchase, delivery, acceptance or first_use
    :param dates: dict of these events to ``date`` or None
    :param cap_months: the term begins at the latest so many months after the
        delivery; 0 for no such limit. Acceptance and first use only.
    :return: ``(date, event)``: the event that counts, ``cap`` for the limit;
        ``(None, None)`` when nothing is known
    """
    event = dates.get(basis)
    delivered = dates.get("delivery")
    if cap_months and delivered and basis in ("acceptance", "first_use"):
        latest = add_months(delivered, cap_months)[0]
        if event is None or event > latest:
            return latest, "cap"
    for name in (basis, *STAND_INS[basis]):
        if dates.get(name):
            return dates[name], name
    return None, None
