"""Scoring of a customer for his yearly review (handbook 13.2), without the ORM."""

FULL_POINTS = 100.0


def points_for(value, thresholds):
    """Points for a measured value: the most that a threshold it reaches gives.

    A better value never earns fewer points, whatever the thresholds are.

    :param float value: what was measured
    :param thresholds: iterable of ``(minimum, points)``, in any order
    :return: points from 0 to 100; 0 below every threshold
    """
    reached = [points for low, points in thresholds if value >= low]
    return min(max(0.0, *reached), FULL_POINTS) if reached else 0.0


def weighted_score(rows):
    """Mean of the points by weight; the weights need not add up to anything.

    :param rows: iterable of ``(weight, points)``; negative weights are refused
    :return: score from 0 to 100, two decimals; 0 when nothing carries a weight
    :raises ValueError: on a negative weight
    """
    rows = list(rows)
    if any(weight < 0 for weight, _points in rows):
        raise ValueError("A weight must not be negative.")
    heaviest = max((weight for weight, _points in rows), default=0.0)
    if not heaviest:
        return 0.0
    # By the heaviest one first: the sum of very large weights stays a number.
    shares = [(weight / heaviest, points) for weight, points in rows]
    total = sum(share for share, _points in shares)
    score = sum(share * points for share, points in shares) / total
    return round(min(max(score, 0.0), FULL_POINTS), 2)


def tier_for(score, limits):
    """The tier a score earns.

    :param float score: 0 to 100
    :param limits: iterable of ``(minimum score, tier)``; of two with the same
        minimum the later one counts
    :return: tier of the highest minimum reached; without any, the lowest tier
        there is, or ``None`` without limits
    """
    limits = sorted(limits, key=lambda row: row[0])
    reached = [tier for low, tier in limits if score >= low]
    if reached:
        return reached[-1]
    return limits[0][1] if limits else None


def on_time_share(fallen_due, overdue):
    """How much of what fell due is not overdue, in percent.

    :param float fallen_due: amount that fell due in the period
    :param float overdue: amount overdue now, also from before the period
    :return: 0 to 100; 100 for somebody who owes nothing
    """
    overdue = max(overdue, 0.0)
    whole = max(fallen_due, overdue)
    if not overdue or not whole:
        return 100.0
    return min(max(100.0 - overdue / whole * 100.0, 0.0), 100.0)
