"""Which fault level the facts of a report speak for (handbook 4.3, 4.4).

Plain Python: the facts in, the level and its reasons out. The person decides.
"""

# 002 4(1)3 mapped on 001 Art.17; a complex fault is 2, or 3 while the machine runs.
BY_CLASS = {"major": 1, "complex": 2, "simple": 4}
# A repair that did not hold is never an indirect effect on the work.
REPEAT_AT_LEAST = 3


def propose(request_class=None, stopped=None, is_danger=False, is_repeat=False):
    """The gravest level that one of the facts speaks for.

    001 Art.17, 002 4(1)3. A repeat makes it one level graver.

    :param request_class: ``consultation``, ``simple``, ``complex``, ``major`` or None
    :param stopped: ``no``, ``partly``, ``yes``, or None when nobody asked
    :param is_danger: people are in danger; the machine must stand still until then
    :param is_repeat: the same fault was repaired on this machine a short time ago
    :return: ``(level, reasons)``: 1 (gravest) to 4 or None, and the facts that led
        there, in order, out of ``class``, ``stopped``, ``partly``, ``runs``,
        ``danger``, ``repeat``
    """
    level, reasons = BY_CLASS.get(request_class), []
    if level:
        reasons.append("class")
    if level == 2 and stopped == "no":
        level = 3
        reasons.append("runs")
    if stopped == "yes":
        level = 1
        reasons.append("stopped")
    elif stopped == "partly" and (level is None or level > 3):
        level = 3
        reasons.append("partly")
    if is_danger:
        level = 1
        reasons.append("danger")
    if is_repeat:
        level = min(level - 1, REPEAT_AT_LEAST) if level else REPEAT_AT_LEAST
        level = max(level, 1)
        reasons.append("repeat")
    return level, reasons
