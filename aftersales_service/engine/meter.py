"""Run hours of a machine, from the readings of its meter.

A reading is ``(day, value, replaced)``; ``replaced`` says that a new meter, which
then showed ``value``, took the place of the old one. Readings come in time order.
"""

HOURS_A_DAY = 24


def find_fault(readings):
    """The first reading that cannot be right after the one before it.

    :param readings: list of ``(date, hours, bool)`` in time order
    :return: ``(index, "backwards")`` when the meter would run backwards,
        ``(index, "fast")`` when it would run more than 24 hours a day, else None
    """
    for index in range(1, len(readings)):
        day, value, replaced = readings[index]
        last_day, last_value, _replaced = readings[index - 1]
        if replaced:
            continue
        if value < last_value:
            return index, "backwards"
        # The day of either reading counts in full.
        if value - last_value > HOURS_A_DAY * ((day - last_day).days + 1):
            return index, "fast"
    return None


def run_hours(readings):
    """Hours on all meters the machine has had, in hours.

    The first meter counts from zero, a later one from what it showed when it
    was put in.
    """
    if not readings:
        return 0.0
    total = readings[0][1]
    for (_d, last, _r), (_day, value, replaced) in zip(
        readings, readings[1:], strict=False
    ):
        if not replaced:
            total += value - last
    return total


def hours_per_day(readings):
    """Average run hours a day between the first and the last reading.

    :return: hours a day, 0.0 when the readings span no day
    """
    if not readings:
        return 0.0
    days = (readings[-1][0] - readings[0][0]).days
    return (run_hours(readings) - readings[0][1]) / days if days else 0.0
