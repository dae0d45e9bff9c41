from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.commission import check_tiers, commission_for, price_ratio, rate_for

quietly = settings(database=None, deadline=None, max_examples=60)
CENTS = st.integers(min_value=0, max_value=10**10).map(lambda n: Decimal(n) / 100)
RATES = st.integers(min_value=0, max_value=10000).map(lambda n: Decimal(n) / 100)
RATIOS = st.sampled_from([Decimal(0), Decimal(80), Decimal(90), Decimal(100)])
TIERS = st.lists(
    st.tuples(CENTS, RATIOS, RATES),
    min_size=1,
    max_size=6,
    unique_by=lambda tier: tier[:2],
)


@tagged("post_install", "-at_install")
class TestCommissionEngine(BaseCase):
    """The arithmetic of commission, without a database."""

    EXAMPLE = [(0, 0, 1), (1000, 0, 2), (5000, 0, 3), (5000, 95, 4)]

    # ------------------------------------------------------------------- tiers

    def test_faulty_tiers(self):
        for tiers, code in (
            ([], "empty"),
            ([(-1, 0, 1)], "negative"),
            ([(0, 0, -1)], "negative"),
            ([(0, 0, 100.01)], "rate"),
            ([(0, 0, 1), (0, 0, 2)], "double"),
        ):
            with self.assertRaisesRegex(ValueError, code):
                check_tiers(tiers)
        check_tiers(self.EXAMPLE)

    # -------------------------------------------------------------------- rate

    def test_whole(self):
        for amount, ratio, rate in (
            (0, 100, 0),
            (-5, 100, 0),
            (999.99, 100, 1),
            (1000, 100, 2),
            (5000, 90, 3),
            (5000, 95, 4),
        ):
            self.assertEqual(rate_for(amount, ratio, self.EXAMPLE), rate, amount)

    def test_progressive(self):
        """1 % of 1000, 2 % of 4000, 4 % of 5000."""
        rate = rate_for(10000, 100, self.EXAMPLE, progressive=True)
        self.assertEqual(rate, Decimal(10 + 80 + 200) / 100)
        self.assertEqual(commission_for(10000, rate), 290)

    def test_below_the_first_tier(self):
        self.assertEqual(rate_for(10, 100, [(100, 0, 5)]), 0)
        self.assertEqual(rate_for(100, 50, [(0, 80, 5)]), 0)

    def test_price_ratio(self):
        self.assertEqual(price_ratio(90, 100), 90)
        self.assertEqual(price_ratio(90, 0), 100)

    # ------------------------------------------------------------------- money

    def test_rounding(self):
        self.assertEqual(commission_for(Decimal("0.5"), 1), 0.01)
        self.assertEqual(commission_for(Decimal("-0.5"), 1), -0.01)
        self.assertEqual(commission_for(1250, 1, digits=0), 13)

    @quietly
    @given(CENTS, TIERS, RATIOS, st.booleans())
    def test_rate_is_between_the_rates(self, amount, tiers, ratio, progressive):
        rate = rate_for(amount, ratio, tiers, progressive)
        self.assertGreaterEqual(rate, 0)
        self.assertLessEqual(rate, max(tier[2] for tier in tiers) + Decimal("1e-9"))

    @quietly
    @given(CENTS, RATES)
    def test_refund_takes_back_what_was_paid(self, amount, rate):
        self.assertEqual(commission_for(amount, rate), -commission_for(-amount, rate))

    @quietly
    @given(st.lists(CENTS, min_size=1, max_size=6), TIERS, RATIOS, st.booleans())
    def test_parts_of_a_deal_earn_what_the_deal_earns(
        self, parts, tiers, ratio, progressive
    ):
        """Invoiced in parts or at once: half a cent of each part apart."""
        whole = sum(parts)
        rate = rate_for(whole, ratio, tiers, progressive)
        paid = sum(commission_for(part, rate) for part in parts)
        gap = abs(paid - commission_for(whole, rate))
        self.assertLessEqual(gap, 0.005 * (len(parts) + 1) + 1e-6 * float(whole) / 1e4)

    @quietly
    @given(CENTS, CENTS, TIERS, RATIOS)
    def test_progressive_never_earns_less_for_more(self, one, other, tiers, ratio):
        low, high = sorted((one, other))
        assume(low > 0)
        earned = [
            amount * rate_for(amount, ratio, tiers, True) for amount in (low, high)
        ]
        self.assertLessEqual(earned[0], earned[1] + Decimal("1e-9") * high)

    @quietly
    @given(CENTS, TIERS, RATIOS)
    def test_order_of_the_tiers_does_not_matter(self, amount, tiers, ratio):
        for progressive in (False, True):
            self.assertEqual(
                rate_for(amount, ratio, tiers, progressive),
                rate_for(amount, ratio, tiers[::-1], progressive),
            )
