from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TierCommon


@tagged("post_install", "-at_install")
class TestTierReview(TierCommon):
    """Measured, scored, decided; only the confirmation gives the tier."""

    def _confirm(self, review):
        review.with_user(self.manager).action_confirm()

    # ------------------------------------------------------------- measuring

    def test_score_and_proposal(self):
        self._invoice(1000, due=self.today + timedelta(days=9))
        review = self._review()
        self.assertRegex(review.name, r"^DJ\d{4}-\d{5}$")
        self.assertEqual(
            self._get_values(review),
            {"purchases": 1000.0, "machines": 1.0, "payment": 100.0},
        )
        # 30 * 100 + 40 * 40 + 30 * 100
        self.assertEqual(review.score, 76.0)
        self.assertEqual(review.proposed_tier, "b")
        self.assertEqual(review.decided_tier, "b")
        self.assertFalse(self.customer.aftersales_tier, "a draft gives no tier")

    def test_measured_anew(self):
        review = self._review()
        self.assertEqual(review.score, 46.0)
        self._add_machine(self.customer, "MK-2")
        self.assertEqual(review.score, 46.0)
        review.action_measure()
        self.assertEqual(review.score, 70.0)
        self.assertEqual(review.proposed_tier, "b")
        self.assertEqual(len(review.line_ids), 3)

    def test_limits_are_data(self):
        policies = self.env["aftersales.tier.policy"]
        policies.create(
            [
                {"tier": tier, "min_score": score, "company_id": self.company.id}
                for tier, score in (("a", 45), ("b", 20), ("c", 0))
            ]
        )
        review = self._review()
        self.assertEqual(review.proposed_tier, "a")
        self.assertEqual(review.limit_a, 45.0)

    def test_criteria_of_the_company_come_first(self):
        self.env["aftersales.tier.criterion"].create(
            self._prepare_criterion(
                "machines", 5, [(1, 90)], company_id=self.company.id
            )
        )
        review = self._review()
        self.assertEqual(review.line_ids.mapped("source"), ["machines"])
        self.assertEqual(review.score, 90.0)

    def test_without_criteria(self):
        self.criteria.active = False
        with self.assertRaisesRegex(UserError, "no tier criteria"):
            self._review()

    # ------------------------------------------------------------ confirming

    def test_confirmed(self):
        review = self._review()
        self._confirm(review)
        self.assertEqual(review.state, "confirmed")
        self.assertEqual(review.confirmed_by_id, self.manager)
        self.assertEqual(self.customer.aftersales_tier, "c")
        self.assertEqual(self.customer.aftersales_tier_date, review._form_day(None))
        self.assertIn(review.name, self.customer.aftersales_tier_reason)
        self.assertIn("46 points", self.customer.aftersales_tier_reason)

    def test_tier_counts_for_the_contacts(self):
        contact = self.customer.child_ids
        self._confirm(self._review())
        self.assertEqual(contact.aftersales_tier, "c")
        later = self.env["res.partner"].create(
            {"name": "New Colleague", "parent_id": self.customer.id}
        )
        self.assertEqual(later.aftersales_tier, "c")
        with self.assertRaisesRegex(ValidationError, "Qingshan"):
            self._review(partner_id=contact.id)

    def test_another_tier_needs_a_reason(self):
        review = self._review()
        review.decided_tier = "a"
        with self.assertRaisesRegex(UserError, "say why"):
            self._confirm(review)
        self.assertFalse(self.customer.aftersales_tier)
        review.reason = "Reference project"
        self._confirm(review)
        self.assertEqual(self.customer.aftersales_tier, "a")
        self.assertIn("Reference project", self.customer.aftersales_tier_reason)

    def test_decided_at_once(self):
        review = self._review(decided_tier="a", reason="Reference project")
        self.assertEqual(review.decided_tier, "a")
        self.assertEqual(review.proposed_tier, "c")

    def test_only_once(self):
        review = self._review()
        self._confirm(review)
        for step in ("action_confirm", "action_measure", "action_cancel"):
            with self.assertRaisesRegex(UserError, "needs"):
                getattr(review.with_user(self.manager), step)()

    def test_confirmed_never_changes(self):
        review = self._review()
        self._confirm(review)
        score = review.score
        self._add_machine(self.customer, "MK-3")
        self.criteria.weight = 1
        self.criteria.threshold_ids.unlink()
        self.env["aftersales.tier.policy"].search([]).min_score = 0
        self.env.invalidate_all()
        self.assertEqual((review.score, review.decided_tier), (score, "c"))
        mine = review.with_user(self.manager)
        for vals in ({"reason": "x"}, {"decided_tier": "a"}, {"year": "2020"}):
            with self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaisesRegex(UserError, "stays on file"):
            mine.unlink()

    def test_change_against_the_former_tier(self):
        self._confirm(self._review(year="2020"))
        again = self._review(year="2021")
        self.assertEqual(again.previous_tier, "c")
        self.assertFalse(again.is_change)
        again.decided_tier = "b"
        self.assertTrue(again.is_change)

    # --------------------------------------------------------- one per year

    def test_one_review_a_year(self):
        review = self._review()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._review()
        review.action_cancel()
        self.assertTrue(self._review())
        self.assertTrue(self._review(year="2020"))

    def test_bad_input(self):
        for year in ("26", "abcd", "1926"):
            with (
                self.subTest(year=year),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._review(year=year)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._review(date=self.today + timedelta(days=2))

    def _prepare(self, user=None, **vals):
        return (
            self.env["aftersales.tier.review.prepare"]
            .with_user(user or self.agent)
            .create(vals)
            .action_prepare()
        )

    def test_prepared_for_customers_with_machines(self):
        self._prepare(year="2031")
        reviews = self.env["aftersales.tier.review"].search([("year", "=", "2031")])
        self.assertIn(self.customer, reviews.partner_id)
        self.assertNotIn(self.other, reviews.partner_id)
        self.assertEqual(len(reviews), len(reviews.partner_id))
        self.assertTrue(all(review.line_ids for review in reviews))

    def test_prepared_twice(self):
        self._prepare(year="2031")
        with self.assertRaisesRegex(UserError, "2031 already"):
            self._prepare(year="2031")
        self._add_machine(self.other, "MK-9")
        action = self._prepare(year="2031")
        review = self.env["aftersales.tier.review"].browse(action["res_id"])
        self.assertEqual(review.partner_id, self.other)

    def test_prepared_with_contact_and_archived_customer(self):
        self.equipment.partner_id = self.customer.child_ids
        self._add_machine(self.other, "MK-9")
        self.other.active = False
        self._prepare(year="2031")
        reviews = self.env["aftersales.tier.review"].search([("year", "=", "2031")])
        self.assertIn(self.customer, reviews.partner_id)
        self.assertNotIn(self.other, reviews.partner_id)

    def test_preparing_is_the_agents(self):
        for user in (self.engineer_user, self.finance, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._prepare(user)

    # ------------------------------------------------------- once a year

    def _switch_on(self, month):
        self.env["aftersales.parameter"].create(
            {
                "name": "Month",
                "code": "tier_review_month",
                "value": month,
                "company_id": self.sister.id,
            }
        )

    def _get_reviews(self):
        return self.env["aftersales.tier.review"].search(
            [("company_id", "=", self.sister.id)]
        )

    def test_drafts_of_the_year_where_switched_on(self):
        reviews = self.env["aftersales.tier.review"]
        before = reviews.search_count([])
        reviews._cron_prepare_year()
        self.assertEqual(reviews.search_count([]), before, "not switched on")
        self._switch_on(self.today.month)
        reviews._cron_prepare_year()
        made = self._get_reviews()
        self.assertEqual(made.partner_id, self.customer)
        self.assertEqual((made.state, made.year), ("draft", str(self.today.year)))
        self.assertEqual(reviews.search_count([]), before + 1)
        made.with_user(self.foreign_manager).action_cancel()
        self._add_machine(self.other, "TY-2", self.sister)
        reviews._cron_prepare_year()
        self.assertEqual(self._get_reviews(), made, "once a year")

    def test_drafts_wait_for_their_month(self):
        self._switch_on(self.today.month + 1)
        self.env["aftersales.tier.review"]._cron_prepare_year()
        self.assertFalse(self._get_reviews())
