"""Warranty provision: what the machines in term are likely to cost, without the ORM.

The past tells the cost of one machine in warranty for one month; the machines that
are in term now still have so many months to run.
"""

from datetime import date

DAYS_A_MONTH = 365.25 / 12


def months_between(start, stop):
    """Months from the first day to the last, both counted; 0 when it is turned round.

    :param date start: first day
    :param date stop: last day
    """
    days = (stop - start).days + 1
    return days / DAYS_A_MONTH if days > 0 else 0.0


def overlap_months(start, stop, low, high):
    """Months of a term that fall into a window.

    :param date start: first day of the term, ``None`` for a term without begin
    :param date stop: last day of the term, ``None`` for one without end
    :param date low: first day of the window
    :param date high: last day of the window
    """
    return months_between(max(start or low, low), min(stop or high, high))


def past_window(day, months):
    """First and last day of the ``months`` whole months up to the month of ``day``.

    :return: ``(first day, last day of the month of day)``
    """
    index = day.year * 12 + day.month - 1
    first = index - months + 1
    last = index + 1
    end = date(last // 12, last % 12 + 1, 1)
    return date(first // 12, first % 12 + 1, 1), date.fromordinal(end.toordinal() - 1)


def expected_cost(cost, exposure, remaining):
    """Cost still to be expected.

    :param float cost: what the machines of the model cost in warranty in the window
    :param float exposure: machine months in warranty in the window
    :param float remaining: machine months that the machines in term still have
    :return: ``(cost of a machine for a month, expected cost)``; zeros without
        exposure, never negative
    """
    if exposure <= 0 or cost <= 0 or remaining <= 0:
        rate = cost / exposure if exposure > 0 and cost > 0 else 0.0
        return rate, 0.0
    rate = cost / exposure
    return rate, rate * remaining


def adjustment(expected, balance):
    """What the entry has to book so that the provision is what is expected.

    :param float expected: sum over all models
    :param float balance: what the provision account holds now, positive for a credit
    :return: positive to add to the provision, negative to release
    """
    return expected - balance
