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
    :ivar refund_days: ... when a fault shows within so many days of the purchase
    :ivar exchange_days: ... the same, for an exchange
    :ivar works_days: a repaired machine that works shorter counts as not repaired
    :ivar warn_repairs: warn so many repairs before
    :ivar warn_days: warn so many days before
    """

    repairs: int = 0
    repair_days: int = 0
    total_days: int = 0
    parts_days: int = 0
    refund_days: int = 0
    exchange_days: int = 0
    works_days: int = 0
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


def count_early_returns(repairs, works_days):
    """How often a repaired machine worked less than it must (handbook 17.7).

    Whatever the fault is called: the machine was out of order again.

    :param repairs: iterable of :class:`Repair`
    :param works_days: days it must work after a repair; 0: not asked for
    :return: number of repairs that did not hold
    """
    spans = sorted(((r.started, r.finished) for r in repairs), key=lambda s: s[0])
    number, reached = 0, None
    for start, end in spans:
        number += reached is not None and 0 <= (start - reached).days < works_days
        if end and (reached is None or end > reached):
            reached = end
    return number


def count_waited(spans, since, until):
    """Whole days of waiting, time that is covered twice counted once.

    :param spans: iterable of ``(start, end)``, ``datetime``; end None while it lasts
    :param since: what lies before does not count
    :param until: what lies after does not count, end of spans that last
    :return: number of days of 24 hours
    """
    waited, reached = timedelta(), since
    for start, end in sorted((s, min(e or until, until)) for s, e in spans):
        begin = max(start, reached)
        if end > begin:
            waited += end - begin
            reached = end
    return waited.days


def _judge_purchase(rule, repairs, bought):
    """Reasons of a fault that showed soon after the purchase."""
    days = [(r.started - bought).days for r in repairs if bought <= r.started]
    if not days:
        return []
    limits = (("refund_days", rule.refund_days), ("exchange_days", rule.exchange_days))
    return [
        (ARISEN, code, min(days), limit)
        for code, limit in limits
        if limit and min(days) <= limit
    ]


def judge_guarantee(rule, repairs, today, bought=None):
    """How near the exchange right is (handbook 9.2).

    :param rule: :class:`Rule`
    :param repairs: list of :class:`Repair`
    :param today: ``date``
    :param bought: ``date`` of the purchase, None when nobody knows it
    :return: ``(state, reasons)``; reasons are ``(state, code, reached, threshold)``
    """
    fault, number = count_same_fault(repairs)
    longest = max((count_days([r], today) for r in repairs), default=0)
    waited = max((r.parts_days for r in repairs), default=0)
    # The third repair of a fault shows that two did not help.
    again = number - 1 if number else 0
    early = count_early_returns(repairs, rule.works_days)
    measured = [
        ("repairs", again, rule.repairs, rule.warn_repairs, 0),
        (
            "works_days",
            early if early > again else 0,
            rule.repairs,
            rule.warn_repairs,
            0,
        ),
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
    reasons = _judge_purchase(rule, repairs, bought) if bought else []
    state = ARISEN if reasons else OK
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
