"""The monthly three-way check of service money (审计), in plain Python."""

from random import Random


def find_differences(receipt, card, told, paid_in, digits=2):
    """What does not agree with the receipt.

    :param float receipt: what the receipts of the case say
    :param card: what the service card says, None when there is no card
    :param told: what the customer named at the call-back, None when he was not asked
    :param float paid_in: what the books say was handed in of it
    :param int digits: decimals of the currency
    :return: set of ``"card"``, ``"told"`` and ``"paid_in"``
    """
    unit = 10**-digits / 2
    found = set()
    for key, amount in (("card", card), ("told", told), ("paid_in", paid_in)):
        if amount is not None and abs(amount - receipt) > unit:
            found.add(key)
    return found


def draw_sample(keys, size, seed):
    """Draw ``size`` of ``keys``; the same keys and seed give the same sample,
    whatever the order of the keys.

    :param keys: iterable of sortable keys, each once
    :param int size: how many to draw; all when there are fewer
    :param seed: what the drawing is kept by
    :return: set of keys
    """
    ordered = sorted(set(keys))
    return set(Random(seed).sample(ordered, min(max(size, 0), len(ordered))))
