"""The three-guarantees clock of a machine: how near an exchange right is."""

from dataclasses import dataclass
from datetime import date, timedelta

OK = "ok"
WARNING = "warning"
ARISEN = "right_arisen"
STATES = (OK, WARNING, ARISEN)


@dataclass(frozen=True)
class Rule:
    """Thresholds; 0 means that the rule does not ask for it.

    :ivar repairs: the right arises when a fault comes back after so many repairs
    :ivar repair_days: ... when one repair takes longer than so many days
    :ivar total_days: ... when all repairs together take longer
    :ivar parts_days: ... when one repair waits longer for parts
    :ivar warn_repairs: warn so many repairs before
    :ivar warn_days: warn so many days before
    """

    repairs: int = 0
    repair_days: int = 0
    total_days: int = 0
    parts_days: int = 0
    warn_repairs: int = 0
    warn_days: int = 0


@dataclass(frozen=True)
class Repair:
    """One repair: its fault, first and last day (None while it lasts)."""

    fault: str
    started: date
    finished: date | None = None
    parts_days: int = 0


def count_days(repairs, today):
    """Days on which the machine was in repair, each day once.

    :param repairs: iterable of :class:`Repair`
    :param today: end of repairs that last
    :return: number of days, first and last included
    """
    days, reached = 0, None
    spans = sorted((r.started, r.finished or today) for r in repairs)
    for start, end in spans:
        first = start if reached is None or start > reached else _next(reached)
        if end >= first:
            days += (end - first).days + 1
        reached = end if reached is None else max(reached, end)
    return days


def _next(day):
    return day + timedelta(days=1)


def count_same_fault(repairs):
    """How often the commonest fault was repaired or is in repair.

    :return: ``(fault, number)``; ``("", 0)`` without repairs
    """
    numbers = {}
    for repair in repairs:
        if repair.fault:
            numbers[repair.fault] = numbers.get(repair.fault, 0) + 1
    return max(numbers.items(), key=lambda item: item[1], default=("", 0))


def judge_guarantee(rule, repairs, today):
    """How near the exchange right is (handbook 9.2).

    :param rule: :class:`Rule`
    :param repairs: list of :class:`Repair`
    :param today: ``date``
    :return: ``(state, reasons)``; reasons are ``(state, code, reached, threshold)``
    """
    fault, number = count_same_fault(repairs)
    longest = max((count_days([r], today) for r in repairs), default=0)
    waited = max((r.parts_days for r in repairs), default=0)
    # The third repair of a fault shows that two did not help.
    measured = [
        ("repairs", number - 1 if number else 0, rule.repairs, rule.warn_repairs, 0),
        ("repair_days", longest, rule.repair_days, rule.warn_days, 1),
        (
            "total_days",
            count_days(repairs, today),
            rule.total_days,
            rule.warn_days,
            1,
        ),
        ("parts_days", waited, rule.parts_days, rule.warn_days, 1),
    ]
    state, reasons = OK, []
    for code, reached, threshold, ahead, margin in measured:
        if not threshold or not reached:
            continue
        if reached >= threshold + margin:
            found = ARISEN
        elif reached >= threshold + margin - ahead:
            found = WARNING
        else:
            continue
        state = max(state, found, key=STATES.index)
        reasons.append((found, code, reached, threshold))
    return state, [reason for reason in reasons if reason[0] == state]
