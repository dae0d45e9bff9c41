"""Amounts in Chinese words (金额大写), as on receipts and settlements."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LIMIT = Decimal(10) ** 12
FEN = Decimal("0.01")

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def rmb_upper(amount):
    """Write an amount in the words of Chinese accounting.

    The common rules for filling in bills (支付结算办法, appendix 1): ``整`` closes an
    amount without fen; one ``零`` stands for a run of zeros inside the amount; before
    the jiao it stands when the yuan end in zero, before the fen when there is no jiao.

    >>> rmb_upper("123.45")
    '壹佰贰拾叁元肆角伍分'
    >>> rmb_upper(100_050)
    '壹拾万零伍拾元整'

    :param amount: yuan as ``Decimal``, ``int``, ``float`` or ``str``; rounded half up
        to the fen (0.01 yuan). A float is taken as the shortest number that prints
        like it, so 0.285 is 0.29.
    :return: the words, starting with ``负`` when the amount is below zero
    :raises TypeError: for any other type
    :raises ValueError: for text that is no number, for NaN and infinity, and beyond
        ``LIMIT`` (10^12 yuan) on either side of zero
    """
    fen = _to_fen(amount)
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = ""
    if yuan or not rest:
        words = (_yuan_words(yuan) or DIGITS[0]) + "元"
    if jiao:
        words += (DIGITS[0] if yuan and yuan % 10 == 0 else "") + DIGITS[jiao] + "角"
    if cents:
        words += (DIGITS[0] if yuan and not jiao else "") + DIGITS[cents] + "分"
    else:
        words += "整"
    return ("负" if fen < 0 else "") + words


def _to_fen(amount):
    """Whole fen of ``amount``, see :func:`rmb_upper` for what is accepted."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | float | str):
        raise TypeError(f"not an amount of money: {amount!r}")
    try:
        value = Decimal(repr(amount) if isinstance(amount, float) else amount)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {amount!r}") from error
    if not value.is_finite() or abs(value) > LIMIT:
        raise ValueError(f"out of the range of amounts in words: {amount!r}")
    return int(value.quantize(FEN, rounding=ROUND_HALF_UP) * 100)


def _yuan_words(number):
    """Words of a whole number; empty for zero."""
    words = ""
    gap = False  # zeros were passed over since the last digit written
    for index in reversed(range(len(GROUPS))):
        group = number // 10_000**index % 10_000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += DIGITS[0]
        words += _group_words(group) + GROUPS[index]
        gap = False
    return words


def _group_words(group):
    """Words of a number from 1 to 9999, without leading zero."""
    words = ""
    gap = False
    for place in reversed(range(len(PLACES))):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
