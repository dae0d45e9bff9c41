"""Commission on follow-on sales (001 Art.37), without the ORM.

A tier is ``(amount from, price ratio from, rate)``: the rate in percent that a deal
earns from this amount on, when it was sold at this share of the list price or more.
"""

from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)


def _decimal(value):
    return value if isinstance(value, Decimal) else Decimal(str(value))


def check_tiers(tiers):
    """Whether the tiers can be used.

    :param tiers: iterable of ``(amount from, price ratio from, rate)``
    :raises ValueError: ``"empty"`` without tiers, ``"negative"`` on a number below
        zero, ``"rate"`` on a rate above 100, ``"double"`` when two tiers begin at
        the same amount and price
    """
    tiers = list(tiers)
    if not tiers:
        raise ValueError("empty")
    if any(number < 0 for tier in tiers for number in tier):
        raise ValueError("negative")
    if any(rate > 100 for _amount, _ratio, rate in tiers):
        raise ValueError("rate")
    if len({(amount, ratio) for amount, ratio, _rate in tiers}) < len(tiers):
        raise ValueError("double")


def price_ratio(amount, list_amount):
    """Share of the list price a deal was sold at, in percent.

    :return: 100 when there is no list price to compare with
    """
    if not list_amount or list_amount < 0:
        return 100.0
    return float(_decimal(amount) / _decimal(list_amount) * HUNDRED)


def rate_for(amount, ratio, tiers, progressive=False):
    """The rate in percent that a whole deal earns.

    :param amount: what the deal is worth
    :param ratio: see :func:`price_ratio`
    :param bool progressive: each slice of the amount earns the rate of its own
        tier; otherwise the whole amount earns the rate of the tier it reaches
    :return: ``Decimal``; 0 when no tier is reached
    """
    amount = _decimal(amount)
    if amount <= 0:
        return Decimal(0)
    steps = _steps(_decimal(ratio), tiers)
    reached = [(low, rate) for low, rate in steps if low <= amount]
    if not reached:
        return Decimal(0)
    if not progressive:
        return reached[-1][1]
    bounds = [low for low, _rate in reached[1:]] + [amount]
    earned = sum(
        (high - low) * rate for (low, rate), high in zip(reached, bounds, strict=True)
    )
    return earned / amount


def _steps(ratio, tiers):
    """Tiers a price earns, by amount: of two at one amount the better price."""
    best = {}
    for low, needed, rate in tiers:
        low, needed, rate = _decimal(low), _decimal(needed), _decimal(rate)
        if needed <= ratio and (low not in best or best[low][0] < needed):
            best[low] = (needed, rate)
    return [(low, rate) for low, (_needed, rate) in sorted(best.items())]


def commission_for(amount, rate, digits=2):
    """Commission on one invoice of a deal, or taken back for a refund of it.

    :param amount: without tax, negative for a refund
    :param rate: in percent, of the whole deal
    :return: float, rounded half away from zero to ``digits``
    """
    exact = _decimal(amount) * _decimal(rate) / HUNDRED
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
