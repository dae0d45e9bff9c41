from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TierCommon


@tagged("post_install", "-at_install")
class TestTierRights(TierCommon):
    """Agents propose, managers confirm; nothing crosses the company."""

    def test_agent_does_not_confirm(self):
        review = self._review()
        for user in (self.agent, self.dispatcher, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                review.with_user(user).action_confirm()
        self.assertEqual(review.state, "draft")

    def test_who_may_propose(self):
        for user in (self.engineer_user, self.finance, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._review(user)
        self.assertTrue(self._review(self.dispatcher))

    def test_readers_read(self):
        review = self._review()
        reader = self.signers["superior"]
        self.assertTrue(review.with_user(reader).line_ids.mapped("points"))
        with self.assertRaises(AccessError):
            review.with_user(self.engineer_user).read(["score"])

    def test_nobody_writes_what_was_measured(self):
        review = self._review()
        for user in (self.agent, self.manager):
            mine = review.with_user(user)
            for vals in (
                {"state": "confirmed"},
                {"score": 100},
                {"proposed_tier": "a"},
                {"limit_a": 1},
                {"confirmed_by_id": user.id},
            ):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    mine.write(vals)
            with self.assertRaises(AccessError):
                mine.line_ids.write({"points": 100})
            with self.assertRaises(AccessError):
                mine.line_ids.unlink()

    def test_criteria_are_the_managers(self):
        with self.assertRaises(AccessError):
            self.criteria.with_user(self.agent).write({"weight": 1})
        with self.assertRaises(AccessError):
            self.criteria.threshold_ids.with_user(self.agent).write({"points": 1})
        own = self.criteria.with_user(self.manager).copy()
        self.assertEqual(own.company_id, self.company)
        own.write({"weight": 1})
        own.threshold_ids[0].points = 7
        self.assertEqual(own.mapped("weight"), [1.0] * 3)
        self.assertEqual(own._get_for(self.company), own)
        self.assertEqual(own._get_for(self.sister), self.criteria)

    def test_what_all_companies_share(self):
        """One company's manager does not change it for the others."""
        policy = self.env.ref("aftersales_service.tier_policy_a")
        for user in (self.manager, self.foreign_manager, self.both_user):
            for record, vals in (
                (self.criteria[0], {"weight": 1}),
                (self.criteria.threshold_ids[0], {"points": 1}),
                (policy, {"min_score": 1}),
            ):
                mine = record.with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    self.assertTrue(mine.display_name)
                    for attempt in (lambda m=mine, v=vals: m.write(v), mine.unlink):
                        with self.assertRaisesRegex(AccessError, "all companies"):
                            attempt()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.criteria.with_user(user).create(
                    {
                        "name": "Value",
                        "code": "VALUE",
                        "source": "strategic",
                        "company_id": False,
                    }
                )
        own = policy.with_user(self.manager).create({"tier": "a", "min_score": 90})
        self.assertEqual(own.company_id, self.company)
        with self.assertRaises(AccessError):
            own.with_user(self.foreign_manager).min_score = 1
        self.manager.group_ids += self.env.ref("base.group_system")
        policy.with_user(self.manager).min_score = 85
        self.assertEqual(policy.min_score, 85)

    # -------------------------------------------------- the tier by itself

    def test_only_a_manager_writes_the_tier(self):
        for user in (self.agent, self.dispatcher):
            customer = self.customer.with_user(user)
            for vals in (
                {"aftersales_tier": "a"},
                {"aftersales_tier_reason": "x"},
                {"aftersales_tier_date": self.today},
            ):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    customer.write(vals)
            with self.assertRaises(AccessError):
                customer.create({"name": "x", "aftersales_tier": "a"})
        self.assertFalse(self.customer.aftersales_tier)

    def test_manager_writes_it_with_a_trace(self):
        customer = self.customer.with_user(self.manager)
        customer.aftersales_tier = "b"
        self.assertEqual(self.customer.aftersales_tier_date, self.today)
        self.assertIn(self.manager.name, self.customer.aftersales_tier_reason)
        self.assertEqual(self.customer.child_ids.aftersales_tier, "b")

    def test_who_may_not_give_a_tier_may_still_save(self):
        """The same value, or a new contact under a customer with a tier."""
        self.customer.aftersales_tier = "a"
        customer = self.customer.with_user(self.agent)
        customer.write({"aftersales_tier": "a", "phone": "+86 28 1"})
        self.assertEqual(customer.phone, "+86 28 1")
        contact = customer.create({"name": "Mr Ren", "parent_id": customer.id})
        self.assertEqual(contact.aftersales_tier, "a")
        self.assertFalse(customer.copy().aftersales_tier)

    # -------------------------------------------------------- two companies

    def test_reviews_of_the_sister_are_not_there(self):
        foreign = self._review(self.foreign_manager)
        self.assertEqual(foreign.company_id, self.sister)
        reviews = self.env["aftersales.tier.review"].with_user(self.manager)
        self.assertNotIn(foreign, reviews.search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).action_confirm()
        with self.assertRaises(AccessError):
            foreign.line_ids.with_user(self.manager).read(["points"])

    def test_each_company_reviews_on_its_own(self):
        self._add_machine(self.customer, "MK-2")
        own, foreign = self._review(), self._review(self.foreign_manager)
        self.assertEqual(self._get_values(own)["machines"], 2.0)
        self.assertEqual(self._get_values(foreign)["machines"], 1.0)

    def test_the_reason_stays_in_its_company(self):
        self._review(self.foreign_manager).action_confirm()
        ours = self.customer.with_company(self.company)
        self.assertFalse(ours.aftersales_tier_reason)
        self.assertTrue(self.customer.with_company(self.sister).aftersales_tier_reason)

    def test_customer_of_the_sister(self):
        self.other.company_id = self.sister
        with self.assertRaises(UserError):
            self._review(partner_id=self.other.id)
