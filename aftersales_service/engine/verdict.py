"""Free or charged: the verdict on a repair by the frozen terms of the machine.

Parts, labour and travel are judged separately (design, *Verdict*). Every result
comes with its reasons as codes and parameters; the words are the caller's.
"""

from dataclasses import dataclass, field
from datetime import date

FREE = "free"
UNDECIDED = "undecided"
CHARGED = "charged"
RESULTS = (FREE, UNDECIDED, CHARGED)
ASPECTS = ("parts", "labour", "travel")
WHOLE = "whole_machine"
NORMAL = "normal"


@dataclass(frozen=True)
class Cover:
    """One frozen row: what it covers, and for how long.

    ``covered`` is False for a row that names something as not covered.
    """

    cover: str
    parts: bool = True
    labour: bool = True
    travel: bool = True
    covered: bool = True
    start: date | None = None
    end: date | None = None
    hours_limit: float = 0.0


@dataclass(frozen=True)
class Exclusion:
    """A case that the warranty does not cover; ``effect`` is charge or discretion."""

    code: str
    effect: str = "charge"


@dataclass(frozen=True)
class Facts:
    """All that a verdict rests on.

    :ivar rows: tuple of :class:`Cover`; empty when the machine has no terms
    :ivar day: the day on which the fault was reported
    :ivar hours: the meter of the machine in hours, None when nobody read it
    :ivar cover: kind of the part: normal, main_component, accessory, ...
    :ivar stated: what somebody states against or without the record: in, out, unknown
    :ivar recorded: what the record of the machine says, None without one
    :ivar goodwill: free by a decision
    """

    rows: tuple
    day: date
    hours: float | None = None
    cover: str = NORMAL
    exclusions: tuple = ()
    stated: str | None = None
    recorded: str | None = None
    goodwill: bool = False


@dataclass(frozen=True)
class Reason:
    """Code of a sentence and its parameters (text, numbers, dates)."""

    code: str
    params: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """``result`` is free, charged or undecided; ``reasons`` is never empty."""

    result: str
    reasons: tuple


def judge(facts):
    """The verdict on :class:`Facts` (001 Art.19, handbook 9.1).

    An exclusion charges whatever the term says, goodwill alone beats it; a case
    at discretion (003-G) is left undecided; the last day of a term still counts.

    :return: dict of ``parts``, ``labour`` and ``travel`` to :class:`Judgement`
    """
    return {aspect: judge_aspect(facts, aspect) for aspect in ASPECTS}


def judge_aspect(facts, aspect):
    """The verdict on one of :data:`ASPECTS`, see :func:`judge`.

    :return: :class:`Judgement`
    """
    excluded = _get_exclusions(facts, "charge")
    if facts.goodwill:
        return Judgement(FREE, (Reason("goodwill"), *excluded))
    if excluded:
        return Judgement(CHARGED, excluded)
    judgement = _judge_statement(facts, aspect) or _judge_rows(facts, aspect)
    doubts = _get_exclusions(facts, "discretion")
    if doubts and judgement.result == FREE:
        return Judgement(UNDECIDED, (*doubts, *judgement.reasons))
    return judgement


def _get_exclusions(facts, effect):
    code = "excluded" if effect == "charge" else "discretion"
    return tuple(
        Reason(code, {"exclusion": exclusion.code})
        for exclusion in facts.exclusions
        if exclusion.effect == effect
    )


def _judge_statement(facts, aspect):
    """A statement takes the place of the record, but gives nothing against it."""
    if facts.stated is None:
        return None
    if facts.stated == "in" and facts.recorded == "out":
        reasons = _judge_rows(facts, aspect).reasons
        return Judgement(UNDECIDED, (Reason("stated_in_against"), *reasons))
    result = {"in": FREE, "out": CHARGED}.get(facts.stated, UNDECIDED)
    return Judgement(result, (Reason(f"stated_{facts.stated}"),))


def _judge_rows(facts, aspect):
    """The best of the rows that speak of this kind of part, else of the machine."""
    if not facts.rows:
        return Judgement(UNDECIDED, (Reason("no_terms"),))
    speaking = [row for row in facts.rows if getattr(row, aspect)]
    rows = [row for row in speaking if row.cover == facts.cover]
    rows = rows or [row for row in speaking if row.cover == WHOLE]
    if not rows:
        return Judgement(CHARGED, (Reason("not_covered", {"cover": facts.cover}),))
    judgements = [_judge_row(facts, row) for row in rows]
    return min(judgements, key=lambda judgement: RESULTS.index(judgement.result))


def _judge_row(facts, row):
    if not row.covered:
        return Judgement(CHARGED, (Reason("not_covered", {"cover": row.cover}),))
    if row.end is None:
        return Judgement(UNDECIDED, (Reason("no_dates", {"cover": row.cover}),))
    term = {"cover": row.cover, "start": row.start, "end": row.end}
    if facts.day > row.end:
        return Judgement(CHARGED, (Reason("expired", term),))
    if row.start and facts.day < row.start:
        reasons = (Reason("before_start", term),)
    else:
        reasons = (Reason("in_term", term),)
    if not row.hours_limit:
        return Judgement(FREE, reasons)
    hours = {"limit": row.hours_limit, "hours": facts.hours}
    if facts.hours is None:
        return Judgement(UNDECIDED, (Reason("hours_unknown", hours), *reasons))
    if facts.hours > row.hours_limit:
        return Judgement(CHARGED, (Reason("over_hours", hours),))
    return Judgement(FREE, (*reasons, Reason("in_hours", hours)))
