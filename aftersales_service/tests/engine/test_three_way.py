from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.three_way import (
    draw_sample,
    find_differences,
)

KEYS = st.sets(st.integers(1, 10**6), max_size=60)
MONEY = st.decimals(0, 10_000, places=2).map(float)


@tagged("post_install", "-at_install")
class TestThreeWay(BaseCase):
    """What differs, and the sample that can be drawn again."""

    def test_differences(self):
        self.assertEqual(find_differences(300, 300, 300, 300), set())
        self.assertEqual(find_differences(300, None, None, 300), set())
        self.assertEqual(find_differences(300, 280, 300, 300), {"card"})
        self.assertEqual(find_differences(300, 0, 320, 0), {"card", "told", "paid_in"})
        self.assertEqual(find_differences(0, None, 50, 0), {"told"})

    def test_cents(self):
        self.assertEqual(find_differences(0.1 + 0.2, 0.3, 0.3, 0.3), set())
        self.assertEqual(find_differences(100, 100.01, None, 100), {"card"})
        self.assertEqual(find_differences(100, 100.4, None, 100, digits=0), set())

    @given(MONEY, MONEY)
    def test_both_ways(self, first, second):
        there = find_differences(first, second, None, first)
        back = find_differences(second, first, None, second)
        self.assertEqual(there, back)
        self.assertEqual(bool(there), round(first * 100) != round(second * 100))

    @given(
        st.sets(st.integers(1, 10**6), max_size=60), st.integers(-3, 80), st.integers()
    )
    def test_sample(self, keys, size, seed):
        drawn = draw_sample(keys, size, seed)
        self.assertLessEqual(drawn, keys)
        self.assertEqual(len(drawn), min(max(size, 0), len(keys)))
        self.assertEqual(drawn, draw_sample(sorted(keys, reverse=True), size, seed))
        self.assertEqual(drawn, draw_sample([*keys, *keys], size, seed))

    def test_another_seed_another_sample(self):
        samples = {frozenset(draw_sample(range(100), 5, seed)) for seed in range(20)}
        self.assertGreater(len(samples), 15)
