"""What an engineer should carry, from the use of parts by machine model."""

from collections import namedtuple
from math import ceil

DAYS_A_MONTH = 30.0
# Floating point must not turn exactly two into three pieces.
TINY = 1e-9

Advice = namedtuple("Advice", "monthly minimum maximum")


def advise(uses, crew, months, cover_days):
    """Min and max per engineer and part.

    A part that is used on a model somewhere will be used on that model everywhere:
    the use per machine is that of the whole company, the number of machines that of
    the region. The engineers of a region share its use.

    :param uses: rows ``(region, product, used, machines, machines_in_region)``: how
        much of ``product`` was used in ``months`` on machines of one model, how many
        such machines there are, and how many of them in the region
    :param dict crew: ``{region: [engineer, ...]}``
    :param months: months that ``used`` covers, above zero
    :param cover_days: days that the minimum lasts
    :return: dict ``{(engineer, product): Advice}``: whole pieces, the maximum lasts
        a month longer than the minimum
    """
    monthly = {}
    for region, product, used, machines, nearby in uses:
        if crew.get(region) and machines > 0 and used > 0 and nearby > 0:
            key = (region, product)
            monthly[key] = monthly.get(key, 0.0) + used / machines * nearby / months
    advice = {}
    for (region, product), quantity in monthly.items():
        share = quantity / len(crew[region])
        minimum = ceil(share * cover_days / DAYS_A_MONTH - TINY)
        maximum = minimum + ceil(share - TINY)
        for engineer in crew[region]:
            advice[engineer, product] = Advice(share, minimum, maximum)
    return advice
