from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.tier import on_time_share, points_for, tier_for, weighted_score

quietly = settings(database=None, deadline=None)
AMOUNTS = st.floats(min_value=-1e9, max_value=1e9)
POINTS = st.floats(min_value=0, max_value=100)
WEIGHTS = st.floats(min_value=0, max_value=1e6)
THRESHOLDS = st.lists(st.tuples(AMOUNTS, POINTS), max_size=6)
ROWS = st.lists(st.tuples(WEIGHTS, POINTS), max_size=8)
LIMITS = [(80.0, "a"), (60.0, "b"), (0.0, "c")]


@tagged("post_install", "-at_install")
class TestTierScore(BaseCase):
    """The arithmetic of a tier review, without a database."""

    # ----------------------------------------------------------------- points

    def test_points_of_the_threshold_reached(self):
        thresholds = [(1, 40), (10, 100), (3, 60)]
        for value, expected in ((0, 0), (1, 40), (2.9, 40), (3, 60), (10, 100)):
            self.assertEqual(points_for(value, thresholds), expected, value)
        self.assertEqual(points_for(5, []), 0.0)

    def test_points_stay_within_bounds(self):
        self.assertEqual(points_for(1, [(0, 250)]), 100.0)
        self.assertEqual(points_for(1, [(0, -5)]), 0.0)

    @quietly
    @given(AMOUNTS, AMOUNTS, THRESHOLDS)
    def test_a_better_value_never_earns_less(self, one, other, thresholds):
        low, high = sorted((one, other))
        self.assertLessEqual(points_for(low, thresholds), points_for(high, thresholds))

    @quietly
    @given(AMOUNTS, THRESHOLDS)
    def test_points_are_those_of_a_threshold(self, value, thresholds):
        points = points_for(value, thresholds)
        self.assertIn(points, {0.0, *(p for low, p in thresholds if low <= value)})

    # ------------------------------------------------------------------ score

    def test_score_by_weight(self):
        self.assertEqual(weighted_score([(30, 100), (10, 0)]), 75.0)
        self.assertEqual(weighted_score([(1, 33.333)]), 33.33)
        self.assertEqual(weighted_score([]), 0.0)
        self.assertEqual(weighted_score([(0, 90), (0, 10)]), 0.0)

    def test_negative_weight_is_refused(self):
        with self.assertRaises(ValueError):
            weighted_score([(1, 50), (-1, 50)])

    @quietly
    @given(ROWS)
    def test_score_lies_between_worst_and_best(self, rows):
        counted = [points for weight, points in rows if weight]
        assume(counted)
        score = weighted_score(rows)
        self.assertGreaterEqual(score, min(counted) - 0.01)
        self.assertLessEqual(score, max(counted) + 0.01)

    @quietly
    @given(ROWS, st.floats(min_value=0.001, max_value=1000))
    def test_only_the_proportion_of_weights_counts(self, rows, factor):
        assume(all(weight == 0 or weight > 1e-6 for weight, _points in rows))
        scaled = [(weight * factor, points) for weight, points in rows]
        self.assertAlmostEqual(weighted_score(rows), weighted_score(scaled), delta=0.02)

    @quietly
    @given(ROWS, st.integers(min_value=0, max_value=7), POINTS)
    def test_more_points_never_lower_the_score(self, rows, number, more):
        assume(number < len(rows))
        weight, points = rows[number]
        better = list(rows)
        better[number] = (weight, max(points, more))
        self.assertLessEqual(weighted_score(rows), weighted_score(better))

    # ------------------------------------------------------------------- tier

    def test_tier_from_its_score_on(self):
        for score, tier in ((100, "a"), (80, "a"), (79.99, "b"), (60, "b"), (0, "c")):
            self.assertEqual(tier_for(score, LIMITS), tier, score)
        self.assertEqual(tier_for(5, [(80, "a"), (60, "b")]), "b")
        self.assertIsNone(tier_for(5, []))

    @quietly
    @given(POINTS, POINTS)
    def test_a_better_score_is_never_a_worse_tier(self, one, other):
        low, high = sorted((one, other))
        self.assertGreaterEqual(tier_for(low, LIMITS), tier_for(high, LIMITS))

    # ---------------------------------------------------------------- payment

    def test_on_time_share(self):
        self.assertEqual(on_time_share(1000, 250), 75.0)
        self.assertEqual(on_time_share(0, 0), 100.0)
        self.assertEqual(on_time_share(0, 10), 0.0)
        self.assertEqual(on_time_share(500, -20), 100.0)  # he has paid in advance

    @quietly
    @given(AMOUNTS, AMOUNTS, AMOUNTS)
    def test_owing_more_is_never_better(self, due, one, other):
        less, more = sorted((one, other))
        better, worse = on_time_share(due, less), on_time_share(due, more)
        self.assertTrue(0 <= worse <= better <= 100)
