from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TierCommon


class LineCommon(TierCommon):
    """Criteria, thresholds, and the lines that are frozen of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thresholds = cls.env["aftersales.tier.threshold"]
        cls.lines = cls.env["aftersales.tier.review.line"]
        cls.machines = cls.criteria.filtered(lambda c: c.source == "machines")

    def _assert_refused(self, change, exception=IntegrityError):
        with (
            self.assertRaises(exception),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            change()
            self.env.flush_all()

    def _get_points(self, review, source="machines"):
        return review.line_ids.filtered(lambda line: line.source == source).points


@tagged("post_install", "-at_install")
class TestTierThreshold(LineCommon):
    """From which value how many points: data that the manager writes."""

    def test_points_refused(self):
        for points in (-0.01, 100.01, 1e9):
            with self.subTest(points=points):
                self._assert_refused(
                    lambda points=points: self.thresholds.create(
                        {
                            "criterion_id": self.machines.id,
                            "minimum": 7,
                            "points": points,
                        }
                    )
                )
        self.assertEqual(len(self.machines.threshold_ids), 2)

    def test_a_value_has_its_points_once(self):
        self._assert_refused(
            lambda: self.thresholds.create(
                {"criterion_id": self.machines.id, "minimum": 2, "points": 1}
            )
        )
        self._assert_refused(
            lambda: self.machines.threshold_ids[0].write({"minimum": 1})
        )

    def test_minimum_below_zero(self):
        """Whoever has none of it still gets points."""
        self.thresholds.create(
            {"criterion_id": self.machines.id, "minimum": -1, "points": 10}
        )
        review = self._review(partner_id=self.other.id)
        self.assertEqual(self._get_points(review), 10)

    def test_at_the_limit_and_below_it(self):
        payment = self.criteria.filtered(lambda c: c.source == "purchases")
        payment.threshold_ids = [
            Command.clear(),
            Command.create({"minimum": 1000, "points": 60}),
        ]
        self._invoice(999.99)
        review = self._review()
        self.assertEqual(self._get_points(review, "purchases"), 0)
        self._invoice(0.01)
        review.action_measure()
        self.assertEqual(self._get_points(review, "purchases"), 60)

    def test_no_thresholds_no_points(self):
        self.machines.threshold_ids.unlink()
        review = self._review()
        self.assertEqual(self._get_points(review), 0)
        self.assertEqual(self._get_values(review)["machines"], 1.0)

    def test_unsorted_and_falling_points(self):
        """A better value never earns fewer points."""
        self.machines.threshold_ids = [
            Command.clear(),
            Command.create({"minimum": 2, "points": 30}),
            Command.create({"minimum": 0, "points": 80}),
            Command.create({"minimum": 1, "points": 50}),
        ]
        review = self._review()
        self.assertEqual(self._get_points(review), 80)
        self._add_machine(self.customer, "MK-2")
        review.action_measure()
        self.assertEqual(self._get_points(review), 80)

    def test_only_the_manager(self):
        self.machines.company_id = self.company
        row = self.machines.threshold_ids[0]
        vals = {"criterion_id": self.machines.id, "minimum": 9, "points": 9}
        for user in (self.agent, self.dispatcher, self.quality, self.finance):
            with self.subTest(user=user.login):
                self.assertTrue(row.with_user(user).points)
                with self.assertRaises(AccessError):
                    row.with_user(user).points = 1
                with self.assertRaises(AccessError):
                    self.thresholds.with_user(user).create(vals)
                with self.assertRaises(AccessError):
                    row.with_user(user).unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.engineer_user).read(["points"])
        self.assertTrue(self.thresholds.with_user(self.manager).create(vals))

    def test_shared_ones_are_the_administrators(self):
        row = self.machines.threshold_ids[0].with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "“Machines” is shared by all"):
            row.points = 1
        row.with_user(self.env.ref("base.user_admin")).points = 1

    def test_typed_in_by_the_manager(self):
        self.machines.company_id = self.company
        with Form(self.machines.with_user(self.manager)) as form:
            with form.threshold_ids.new() as row:
                row.minimum = 10
                row.points = 100
        self.assertIn(10.0, self.machines.threshold_ids.mapped("minimum"))

    def test_of_the_sister(self):
        theirs = self.env["aftersales.tier.criterion"].create(
            self._prepare_criterion("machines", 1, [(1, 7)], company_id=self.sister.id)
        )
        row = theirs.threshold_ids
        self.assertEqual(row.company_id, self.sister)
        self.assertFalse(self.thresholds.with_user(self.manager).search([]) & row)
        with self.assertRaises(AccessError):
            row.with_user(self.manager).points = 1
        self.assertEqual(self._get_points(self._review()), 40, "ours, not hers")
        self.assertEqual(self._get_points(self._review(self.foreign_manager)), 7)

    def test_gone_with_their_criterion(self):
        rows = self.machines.threshold_ids
        copy = self.machines.copy({"code": "T-copy", "active": False})
        self.assertEqual(len(copy.threshold_ids), 2)
        self.machines.unlink()
        self.assertFalse(rows.exists())
        self.assertEqual(len(copy.threshold_ids), 2)


@tagged("post_install", "-at_install")
class TestTierReviewLine(LineCommon):
    """What was measured: frozen, written by the review alone."""

    def test_what_a_line_says(self):
        review = self._review()
        line = review.line_ids.filtered(lambda row: row.source == "machines")
        self.assertEqual(line.criterion_id, self.machines)
        self.assertEqual((line.value, line.points, line.weight), (1.0, 40.0, 40.0))
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(len(review.line_ids), len(self.criteria))

    def test_a_draft_follows_only_when_measured(self):
        review = self._review()
        self.machines.weight = 1
        self.machines.threshold_ids.points = 5
        self.assertEqual(self._get_points(review), 40)
        review.action_measure()
        line = review.line_ids.filtered(lambda row: row.source == "machines")
        self.assertEqual((line.points, line.weight), (5.0, 1.0))
        self.assertEqual(len(review.line_ids), 3, "measured anew, not added to")

    def test_measured_by_a_double_click(self):
        review = self._review()
        lines = review.line_ids
        review.action_measure()
        review.action_measure()
        self.assertFalse(lines.exists())
        self.assertEqual(len(review.line_ids), 3)
        self.assertEqual(review.score, 46.0)

    def test_criterion_in_use(self):
        self._review()
        self._assert_refused(self.machines.unlink)
        self.machines.active = False
        review = self._review(year="2021")
        self.assertNotIn("machines", review.line_ids.mapped("source"))

    def test_weightless(self):
        self.criteria.weight = 0
        review = self._review()
        self.assertEqual(review.score, 0.0)
        self.assertEqual(review.proposed_tier, "c")

    def test_weights_refused(self):
        self._assert_refused(lambda: self.machines.write({"weight": -1}))
        self.machines.weight = 1e12
        review = self._review()
        self.assertAlmostEqual(review.score, 40.0, places=2)

    def test_forged_by_rpc(self):
        review = self._review()
        line = review.line_ids[0]
        for user in (self.agent, self.dispatcher, self.manager):
            mine = self.lines.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    mine.create({"review_id": review.id, "points": 100, "weight": 9})
                with self.assertRaises(AccessError):
                    line.with_user(user).write({"points": 100})
                with self.assertRaises(AccessError):
                    line.with_user(user).unlink()
                for command in (
                    Command.create({"points": 100, "weight": 100}),
                    Command.update(line.id, {"points": 100}),
                    Command.delete(line.id),
                    Command.clear(),
                ):
                    with self.assertRaises(AccessError):
                        review.with_user(user).write({"line_ids": [command]})
                with self.assertRaises(AccessError):
                    self._review(user, year="2022", line_ids=[Command.create({})])
        self.assertEqual(review.score, 46.0)

    def test_cancelled_review_is_not_measured(self):
        review = self._review()
        review.action_cancel()
        for step in ("action_measure", "action_cancel"):
            with self.assertRaisesRegex(UserError, "is in state"):
                getattr(review, step)()
        with self.assertRaises(UserError):
            review.with_user(self.manager).action_confirm()
        self.assertFalse(self.customer.aftersales_tier)
        self.assertEqual(len(review.line_ids), 3)

    def test_deleted_with_their_draft(self):
        review = self._review()
        lines = review.line_ids
        review.with_user(self.manager).unlink()
        self.assertFalse(lines.exists())

    def test_day_of_the_measuring(self):
        self._invoice(1000, day=self.today - timedelta(days=40))
        review = self._review(date=self.today - timedelta(days=60))
        self.assertEqual(self._get_values(review)["purchases"], 0.0)
        review.date = self.today
        self.assertEqual(self._get_values(review)["purchases"], 1000.0)
        with self.assertRaisesRegex(ValidationError, "future"):
            review.date = self.today + timedelta(days=3)

    def test_another_customer_is_measured_anew(self):
        self._add_machine(self.other, "MK-7")
        self._add_machine(self.other, "MK-8")
        review = self._review()
        review.partner_id = self.other
        self.assertEqual(self._get_points(review), 100)

    def test_lines_of_the_sister(self):
        own, foreign = self._review(), self._review(self.foreign_manager)
        for user, mine, theirs in (
            (self.agent, own, foreign),
            (self.foreign_manager, foreign, own),
        ):
            found = self.lines.with_user(user).search([])
            with self.subTest(user=user.login):
                self.assertTrue(mine.line_ids <= found)
                self.assertFalse(theirs.line_ids & found)
                with self.assertRaises(AccessError):
                    theirs.line_ids.with_user(user).read(["points"])
                with self.assertRaises(AccessError):
                    theirs.with_user(user).action_measure()
