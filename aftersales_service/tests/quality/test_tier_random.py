from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import TierCommon

HUNDREDTHS = st.integers(0, 10_000).map(lambda number: number / 100)
TABLE = st.dictionaries(st.integers(0, 6), HUNDREDTHS, max_size=5)
WEIGHTS = st.lists(HUNDREDTHS, min_size=3, max_size=3)


@tagged("post_install", "-at_install")
class TestTierRandom(TierCommon):
    """Whatever the criteria say, score and tier follow from the lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls()._review()
        cls.machines = cls.criteria.filtered(lambda c: c.source == "machines")
        cls.count = 1

    def _set_criteria(self, tables, weights):
        for criterion, table, weight in zip(
            self.criteria, tables, weights, strict=True
        ):
            criterion.weight = weight
            criterion.threshold_ids.unlink()
            criterion.threshold_ids = [
                Command.create({"minimum": minimum, "points": points})
                for minimum, points in table.items()
            ]
        self.env.flush_all()

    def _assert_line(self, line, table):
        reached = [points for minimum, points in table.items() if line.value >= minimum]
        self.assertAlmostEqual(line.points, max(reached, default=0.0), places=2)

    def _assert_score(self):
        review = self.review
        heavy = [line for line in review.line_ids if line.weight]
        if not heavy:
            self.assertEqual(review.score, 0.0)
            return
        points = [line.points for line in heavy]
        self.assertGreaterEqual(review.score, min(points) - 0.011)
        self.assertLessEqual(review.score, max(points) + 0.011)
        total = sum(line.weight for line in heavy)
        mean = sum(line.weight * line.points for line in heavy) / total
        self.assertAlmostEqual(review.score, mean, delta=0.011)

    @given(tables=st.lists(TABLE, min_size=3, max_size=3), weights=WEIGHTS)
    @settings(
        max_examples=25,
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    def test_score(self, tables, weights):
        self._set_criteria(tables, weights)
        self.review.action_measure()
        self.env.invalidate_all()
        by_criterion = dict(zip(self.criteria, tables, strict=True))
        self.assertEqual(self.review.line_ids.criterion_id, self.criteria)
        for line in self.review.line_ids:
            self._assert_line(line, by_criterion[line.criterion_id])
        self._assert_score()

    @given(table=TABLE, weights=WEIGHTS)
    @settings(
        max_examples=15,
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    def test_one_machine_more_never_costs_points(self, table, weights):
        self._set_criteria([table, table, table], weights)
        self.review.action_measure()
        before, tier = self.review.score, self.review.proposed_tier
        type(self).count += 1
        self._add_machine(self.customer, f"RND-{self.count}")
        self.review.action_measure()
        self.assertGreaterEqual(self.review.score, before)
        self.assertLessEqual(self.review.proposed_tier, tier, "a before b before c")

    @given(limits=st.tuples(HUNDREDTHS, HUNDREDTHS), points=HUNDREDTHS)
    @settings(
        max_examples=25,
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    def test_tier(self, limits, points):
        policies = self.env["aftersales.tier.policy"]
        low, high = sorted(limits)
        policies.search([("company_id", "=", self.company.id)]).unlink()
        policies.create(
            [
                {"tier": tier, "min_score": score, "company_id": self.company.id}
                for tier, score in (("a", high), ("b", low), ("c", 0))
            ]
        )
        self._set_criteria([{0: points}] * 3, [1, 1, 1])
        self.review.action_measure()
        self.env.invalidate_all()
        score = self.review.score
        self.assertAlmostEqual(score, points, places=2)
        expected = "a" if score >= high else "b" if score >= low else "c"
        self.assertEqual(self.review.proposed_tier, expected)
        self.assertEqual(self.review.decided_tier, expected)
