from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.provision import (
    DAYS_A_MONTH,
    adjustment,
    expected_cost,
    months_between,
    overlap_months,
    past_window,
)

quietly = settings(database=None, deadline=None, max_examples=80)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
SUMS = st.floats(min_value=0, max_value=1e9)


@tagged("post_install", "-at_install")
class TestProvisionEngine(BaseCase):
    """The arithmetic of the warranty provision, without a database."""

    def test_months(self):
        self.assertAlmostEqual(
            months_between(date(2025, 1, 1), date(2025, 12, 31)), 365 / DAYS_A_MONTH
        )
        self.assertEqual(months_between(date(2025, 1, 2), date(2025, 1, 1)), 0)
        self.assertAlmostEqual(
            months_between(date(2025, 1, 1), date(2025, 1, 1)), 1 / DAYS_A_MONTH
        )

    def test_window(self):
        self.assertEqual(
            past_window(date(2026, 1, 15), 12), (date(2025, 2, 1), date(2026, 1, 31))
        )
        self.assertEqual(
            past_window(date(2026, 12, 1), 1), (date(2026, 12, 1), date(2026, 12, 31))
        )

    def test_expected(self):
        self.assertEqual(expected_cost(1200, 24, 6), (50, 300))
        self.assertEqual(expected_cost(1200, 0, 6), (0, 0))
        self.assertEqual(expected_cost(-5, 24, 6), (0, 0))
        self.assertEqual(expected_cost(1200, 24, 0), (50, 0))

    def test_adjustment(self):
        self.assertEqual(adjustment(300, 120), 180)
        self.assertEqual(adjustment(100, 120), -20)

    @quietly
    @given(DAYS, DAYS, DAYS, DAYS)
    def test_overlap_is_within_both(self, start, stop, low, high):
        start, stop = sorted((start, stop))
        low, high = sorted((low, high))
        overlap = overlap_months(start, stop, low, high)
        self.assertGreaterEqual(overlap, 0)
        self.assertLessEqual(overlap, months_between(start, stop))
        self.assertLessEqual(overlap, months_between(low, high))
        self.assertEqual(overlap, overlap_months(low, high, start, stop))

    @quietly
    @given(DAYS, DAYS, DAYS)
    def test_past_and_future_make_the_term(self, start, stop, today):
        """Exposure up to a day and what remains after it are the whole term."""
        start, stop = sorted((start, stop))
        past = overlap_months(start, stop, date(1990, 1, 1), today)
        rest = overlap_months(start, stop, today + timedelta(1), date(2099, 1, 1))
        self.assertAlmostEqual(past + rest, months_between(start, stop))

    @quietly
    @given(DAYS, st.integers(min_value=1, max_value=120))
    def test_window_has_whole_months(self, day, months):
        low, high = past_window(day, months)
        self.assertEqual(low.day, 1)
        self.assertEqual((high + timedelta(1)).day, 1)
        self.assertEqual(
            (high.year - low.year) * 12 + high.month - low.month + 1, months
        )
        self.assertLessEqual(day, high)

    @quietly
    @given(SUMS, SUMS, SUMS)
    def test_expected_is_the_rate_of_the_rest(self, cost, exposure, remaining):
        rate, expected = expected_cost(cost, exposure, remaining)
        self.assertGreaterEqual(expected, 0)
        self.assertAlmostEqual(expected, rate * remaining, delta=1e-6 * (expected + 1))

    @quietly
    @given(SUMS, SUMS)
    def test_after_the_entry_nothing_is_left_to_book(self, expected, balance):
        booked = balance + adjustment(expected, balance)
        self.assertAlmostEqual(adjustment(expected, booked), 0, delta=1e-6)
