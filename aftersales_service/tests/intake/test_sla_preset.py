from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon

# Numbers of handbook 17.2 and 17.3 that are time limits:
# bundle -> policy -> kind -> (limit, unit), the scope of the policy apart.
NUMBERS = {
    "p001_machinery": {
        "general": {
            ("contact", "any"): (15, "minute"),
            ("arrival", "in"): (36, "hour"),
            ("arrival", "cross"): (48, "hour"),
            ("callback_phone", "any"): (2, "hour"),
            ("callback_card", "any"): (0, "same_day"),
            ("card_hand_in", "any"): (0, "same_day"),
        },
        "installation": {("callback_first_use", "any"): (10, "day")},
        "consultation": {("answer", "any"): (0, "same_day")},
    },
    "p000_general_mfg": {
        "general": {
            ("contact", "any"): (30, "minute"),
            ("response", "any"): (4, "hour"),
            ("arrival", "any"): (48, "hour"),
            ("repair", "any"): (4, "working_day"),
            ("part_arrival", "any"): (72, "hour"),
        },
        "level_1": {("response", "any"): (2, "hour")},
        "level_2": {("response", "any"): (2, "hour")},
        "major": {("plan", "any"): (1, "hour")},
        "consultation": {("response", "any"): (30, "minute")},
    },
    "p002_support_centre": {
        "general": {("callback_service", "any"): (3, "working_day")}
    },
    "p003a_bid": {"general": {("repair", "any"): (2, "day")}},
    "p003b_display": {"general": {("arrival", "any"): (24, "hour")}},
    "p003e_plan": {"general": {("response", "any"): (24, "hour")}},
    "p003g_system": {
        "general": {
            ("response", "any"): (2, "hour"),
            ("arrival", "any"): (48, "hour"),
        },
        "in_warranty": {("arrival", "any"): (48, "hour")},
        "out_of_warranty": {("arrival", "any"): (2, "working_day")},
    },
    "p003i_standard": {"general": {("response", "any"): (24, "hour")}},
    "p003k_gbt27922": {
        "general": {("response", "any"): (1, "hour"), ("arrival", "any"): (4, "hour")}
    },
    "p004_plan": {"general": {("response", "any"): (24, "hour")}},
    "p003d_blank": {"general": {}},
}


@tagged("post_install", "-at_install")
class TestSlaPreset(TwoCompaniesCommon):
    """Time limits of the handbooks: shipped, applied, kept in use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["aftersales.sla.policy"]

    def _bundle(self, name):
        return self.env.ref(f"aftersales_service.preset_bundle_{name}")

    def _get_policy(self, code="general", bundle="p001_machinery", company=None):
        policy = self.policies.with_context(active_test=False).search(
            [
                ("company_id", "=", (company or self.company).id),
                ("bundle_id", "=", self._bundle(bundle).id),
                ("code", "=", code),
            ]
        )
        policy.ensure_one()
        return policy

    def test_numbers_of_all_bundles(self):
        bundles = self.env["aftersales.preset.bundle"].search([])
        shipped = {
            self._bundle(name): {
                code: {
                    (timer.kind, timer.province): (timer.limit, timer.unit)
                    for timer in policy.timer_ids
                }
                for policy in self.policies.search(
                    [
                        ("company_id", "=", False),
                        ("bundle_id", "=", self._bundle(name).id),
                    ]
                )
                for code in [policy.code]
            }
            for name in NUMBERS
        }
        self.assertEqual(len(NUMBERS), 11)
        self.assertLessEqual(set(shipped), set(bundles))
        for name, policies in NUMBERS.items():
            self.assertEqual(shipped[self._bundle(name)], policies, name)

    def test_sources_are_named(self):
        for policy in self.policies.search([("company_id", "=", False)]):
            self.assertRegex(policy.description, r"^00[0-4]", policy.display_name)

    def test_copy_has_its_own_lines(self):
        template = self.env.ref("aftersales_service.sla_policy_p001_general")
        copy = self._get_policy()
        self.assertEqual(len(copy.timer_ids), len(template.timer_ids))
        self.assertFalse(copy.timer_ids & template.timer_ids)
        self.assertEqual(copy.timer_ids.company_id, self.company)
        for mine, theirs in zip(copy.timer_ids, template.timer_ids, strict=True):
            for fname in (
                "kind",
                "start_event",
                "stop_event",
                "limit",
                "unit",
                "max_level",
                "needs_urgent",
                "needs_charge",
                "escalate_role_id",
                "pauses_customer",
            ):
                self.assertEqual(mine[fname], theirs[fname], (mine.kind, fname))

    def test_a_changed_limit_is_kept_and_reset(self):
        bundle = self._bundle("p001_machinery")
        policy = self._get_policy().with_user(self.manager)
        contact, *_others = policy.timer_ids
        contact.limit = 20
        removed = policy.timer_ids[-1]
        removed.unlink()
        added = policy.timer_ids.create(
            {"policy_id": policy.id, "kind": "response", "limit": 1, "sequence": 999}
        )
        bundle._apply(self.company)
        self.assertEqual(contact.limit, 20)
        self.assertTrue(added.exists())
        rows = bundle._plan(self.company, reset=True)
        row = next(row for row in rows if row["record"] == policy)
        self.assertEqual(row["action"], "reset")
        self.assertIn("First Contact, Limit: 20.0 → 15.0", row["changes"])
        bundle._apply(self.company, reset=True)
        template = self.env.ref("aftersales_service.sla_policy_p001_general")
        self.assertFalse(template._preset_differences(policy))
        self.assertEqual(contact.limit, 15)
        self.assertEqual(contact.exists(), contact, "a clock may rest on it")

    def test_policies_in_use_are_archived(self):
        request = self._create_request(urgency="high", charge_agreed=True)
        clock = request.sudo().clock_ids
        policy = self._get_policy()
        self.assertEqual(clock.policy_id, policy)
        frozen = (clock.state, clock.deadline, clock.limit)
        rows = self._bundle("p003k_gbt27922")._plan(self.company)
        row = next(row for row in rows if row["record"] == policy)
        self.assertEqual(
            (row["action"], row["changes"]), ("archive", "Part of “Machinery”; in use")
        )
        self._bundle("p003k_gbt27922")._apply(self.company)
        self.assertFalse(policy.active)
        self.assertEqual((clock.state, clock.deadline, clock.limit), frozen)
        with self.assertRaisesRegex(UserError, "is in use. Archive it"):
            policy.with_user(self.manager).unlink()
        # from now on the promises of the new bundle
        new = self._create_request().sudo().clock_ids
        self.assertEqual(
            {(c.kind, c.limit) for c in new}, {("response", 1), ("arrival", 4)}
        )
        self._bundle("p001_machinery")._apply(self.company)
        self.assertTrue(policy.active)

    def test_unused_policy_may_go(self):
        policy = self._get_policy("installation").with_user(self.manager)
        policy.unlink()
        self.assertFalse(policy.exists())

    def test_other_company_keeps_its_promises(self):
        self._bundle("p003d_blank")._apply(self.company)
        self.assertFalse(self._create_request().sudo().clock_ids)
        foreign = self._create_foreign_request(urgency="high", charge_agreed=True)
        self.assertEqual(foreign.sudo().clock_ids.mapped("kind"), ["arrival"])

    def test_templates_rule_nobody(self):
        self.policies.search([("company_id", "=", self.company.id)]).active = False
        self.assertFalse(self._create_request().sudo().clock_ids)

    def test_nobody_changes_a_template(self):
        template = self.env.ref("aftersales_service.sla_policy_p001_general")
        for record in (template, template.timer_ids[0]):
            mine = record.with_user(self.manager)
            self.assertTrue(mine.display_name)
            with self.assertRaises(AccessError):
                mine.write({"sequence": 1})
        with self.assertRaises(AccessError):
            template.timer_ids.with_user(self.manager).create(
                {"policy_id": template.id, "kind": "response"}
            )

    def test_summary(self):
        policy = self._get_policy().with_user(self.agent)
        self.assertEqual(
            policy.summary,
            "First Contact 15 Minutes,"
            " Arrival on Site 36 Hour(s) (Within the Province),"
            " Arrival on Site 48 Hour(s) (Another Province),"
            " Call-back after Phone Advice 2 Hour(s), Card Hand-in Same Day,"
            " Call-back after Card Same Day",
        )
