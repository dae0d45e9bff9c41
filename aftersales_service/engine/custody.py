"""Who answers for a part: which requisition line a quantity is taken from.

A *stake* is what one requisition line still has with one engineer, of one product
and lot. Quantities are in the product's unit and are rounded to ``digits``.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Stake:
    """What ``line`` still has here; the lower ``since``, the longer it is here."""

    line: int
    requisition: int
    request: int
    since: int
    quantity: float


def rank(stake, line=0, requisition=0, request=0):
    """How near a stake is to what happens: the lower, the nearer.

    :param line: the requisition line that is named, if any
    :param requisition: the requisition that is named, if any
    :param request: the case it happens for, if any
    :return: sort key: the line itself, its requisition, its case, then the oldest
    """
    if line and stake.line == line:
        nearness = 0
    elif requisition and stake.requisition == requisition:
        nearness = 1
    elif request and stake.request == request:
        nearness = 2
    else:
        nearness = 3
    return nearness, stake.since


def take(quantity, stakes, digits, **nearest):
    """Take ``quantity`` out of ``stakes``, whose quantities go down by it.

    :param float quantity: what leaves, not negative
    :param list stakes: of :class:`Stake`, in any order
    :param int digits: decimals that count
    :param nearest: see :func:`rank`
    :return: list of ``(line, quantity)``; the line is 0 for what no stake explains.
        The quantities add up to ``quantity`` and none is zero.
    """
    rest = round(quantity, digits)
    taken = []
    for stake in sorted(stakes, key=lambda stake: rank(stake, **nearest)):
        part = round(min(rest, stake.quantity), digits)
        if part <= 0:
            continue
        taken.append((stake.line, part))
        stake.quantity = round(stake.quantity - part, digits)
        rest = round(rest - part, digits)
        if rest <= 0:
            break
    if rest > 0:
        taken.append((0, rest))
    return taken
