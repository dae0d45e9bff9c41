import re
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.amount_words import LIMIT, rmb_upper

VALUES = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
AMOUNTS = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2)
# No example files in the source tree, no time limit on a busy machine.
quietly = settings(database=None, deadline=None)
# Amounts full of zeros, where the rules are.
ZEROS = st.builds(
    lambda digits, places: Decimal(int(digits)).scaleb(-places),
    st.text(alphabet="00005", min_size=1, max_size=12),
    st.integers(min_value=0, max_value=2),
)


def read_words(words):
    """Read an amount back from its words, the way a bank clerk reads them.

    Right to left: a unit is worth what it says until a greater one comes by. It
    knows nothing of the way the words are made.
    """
    sign = -1 if words.startswith("负") else 1
    match = re.fullmatch(
        "(?:(?P<yuan>[^元角分整]+)元)?(?:零?(?P<jiao>.)角)?(?:零?(?P<fen>.)分)?整?",
        words.removeprefix("负"),
    )
    total = 0
    scale = unit = 1
    for word in reversed(match["yuan"] or ""):
        if word in UNITS:
            unit = UNITS[word]
        elif word == "万":
            scale, unit = (scale * 10**4 if scale >= 10**8 else 10**4), 1
        elif word == "亿":
            scale, unit = 10**8, 1
        else:
            total += VALUES[word] * unit * scale
            unit = 1
    cents = 10 * VALUES[match["jiao"] or "零"] + VALUES[match["fen"] or "零"]
    return sign * (Decimal(total) + Decimal(cents) / 100)


@tagged("post_install", "-at_install")
class TestAmountWords(BaseCase):
    """金额大写: what the rules of bills say, and that the words never lie."""

    def test_plain_amounts(self):
        for amount, words in {
            "123.45": "壹佰贰拾叁元肆角伍分",
            "1": "壹元整",
            "10": "壹拾元整",
            "25": "贰拾伍元整",
            "120": "壹佰贰拾元整",
            "9999.99": "玖仟玖佰玖拾玖元玖角玖分",
            "12345678": "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元整",
        }.items():
            self.assertEqual(rmb_upper(amount), words, amount)

    def test_examples_of_the_rules(self):
        """The examples of 支付结算办法, appendix 1 (its first way of writing)."""
        for amount, words in {
            "1409.50": "壹仟肆佰零玖元伍角整",
            "6007.14": "陆仟零柒元壹角肆分",
            "1680.32": "壹仟陆佰捌拾元零叁角贰分",
            "107000.53": "壹拾万柒仟元零伍角叁分",
            "16409.02": "壹万陆仟肆佰零玖元零贰分",
            "325.04": "叁佰贰拾伍元零肆分",
        }.items():
            self.assertEqual(rmb_upper(amount), words, amount)

    def test_zeros(self):
        for amount, words in {
            "1001": "壹仟零壹元整",
            "1010": "壹仟零壹拾元整",
            "10001": "壹万零壹元整",
            "100010": "壹拾万零壹拾元整",
            "101000": "壹拾万壹仟元整",
            "1000000": "壹佰万元整",
            "10000001": "壹仟万零壹元整",
            "100000000": "壹亿元整",
            "100000001": "壹亿零壹元整",
            "100001000": "壹亿零壹仟元整",
            "100010000": "壹亿零壹万元整",
            "100100000": "壹亿零壹拾万元整",
            "1000000000000": "壹万亿元整",
            "110000000000": "壹仟壹佰亿元整",
        }.items():
            self.assertEqual(rmb_upper(amount), words, amount)

    def test_below_one_yuan(self):
        self.assertEqual(rmb_upper(0), "零元整")
        self.assertEqual(rmb_upper("0.5"), "伍角整")
        self.assertEqual(rmb_upper("0.05"), "伍分")
        self.assertEqual(rmb_upper("0.55"), "伍角伍分")

    def test_below_zero(self):
        self.assertEqual(rmb_upper("-3.2"), "负叁元贰角整")
        self.assertEqual(rmb_upper("-0.001"), "零元整")
        self.assertEqual(rmb_upper(-0.0), "零元整")

    def test_rounding(self):
        self.assertEqual(rmb_upper("0.995"), "壹元整")
        self.assertEqual(rmb_upper("0.004"), "零元整")
        self.assertEqual(rmb_upper(0.285), "贰角玖分")
        self.assertEqual(rmb_upper(0.1 + 0.2), "叁角整")

    def test_bad_input(self):
        for amount in ("", "abc", "12元", float("nan"), float("inf"), "NaN", "-inf"):
            with self.assertRaises(ValueError, msg=amount):
                rmb_upper(amount)
        for amount in (LIMIT + 1, -LIMIT - 1, 1e20, "1e999999"):
            with self.assertRaises(ValueError, msg=amount):
                rmb_upper(amount)
        for amount in (None, True, b"1", [1]):
            with self.assertRaises(TypeError, msg=amount):
                rmb_upper(amount)

    @quietly
    @given(AMOUNTS | ZEROS)
    def test_words_read_back(self, amount):
        self.assertEqual(read_words(rmb_upper(amount)), amount)

    @quietly
    @given(AMOUNTS | ZEROS)
    def test_shape(self, amount):
        """Closed against additions, no doubled or trailing zero, one sign."""
        words = rmb_upper(amount)
        self.assertRegex(words, "[整分]$")
        self.assertNotRegex(words, "零零|零[万亿角分整]|.负")
        if abs(amount) >= 1:
            self.assertNotRegex(words, "零元")
        self.assertEqual(words.startswith("负"), amount < 0)

    @quietly
    @given(st.floats(min_value=-1e11, max_value=1e11))
    def test_floats_round_half_up(self, amount):
        exact = Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        self.assertEqual(read_words(rmb_upper(amount)), exact)

    @quietly
    @given(AMOUNTS)
    def test_all_types_agree(self, amount):
        self.assertEqual(rmb_upper(str(amount)), rmb_upper(amount))
        self.assertEqual(rmb_upper(float(amount)), rmb_upper(amount))
        if amount == int(amount):
            self.assertEqual(rmb_upper(int(amount)), rmb_upper(amount))
