from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestPreset(TwoCompaniesCommon):
    """A bundle becomes a company's own copies; nothing is doubled or deleted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["aftersales.parameter"]
        cls.first = cls._create_bundle("FIRST", late_threshold=15, dispatch_copies=2)
        cls.second = cls._create_bundle("SECOND", late_threshold=30)

    @classmethod
    def _create_bundle(cls, code, **numbers):
        bundle = cls.env["aftersales.preset.bundle"].create(
            {"name": code.title(), "code": code}
        )
        cls.parameters.create(
            [
                {
                    "name": key.replace("_", " ").title(),
                    "code": key,
                    "value": value,
                    "unit": "minute",
                    "bundle_id": bundle.id,
                    "company_id": False,
                }
                for key, value in numbers.items()
            ]
        )
        return bundle

    def _get_copies(self, company=None, bundle=None):
        domain = [("company_id", "=", (company or self.company).id)]
        if bundle:
            domain.append(("bundle_id", "=", bundle.id))
        return self.parameters.with_context(active_test=False).search(domain)

    def _get_actions(self, bundle, company=None, reset=False):
        rows = bundle._plan(company or self.company, reset)
        return {
            (row["record"] or row["template"]).code: row["action"]
            for row in rows
            if row["template"]._name == "aftersales.parameter"
            and (row["record"] or row["template"]).bundle_id in self.first | self.second
        }

    # ------------------------------------------------------------- a company

    def test_every_company_has_the_machinery_preset(self):
        machinery = self.env.ref("aftersales_service.preset_bundle_p001_machinery")
        for company in (self.company, self.sister):
            self.assertEqual(company.aftersales_bundle_id, machinery)
            self.assertEqual(company._aftersales_parameter("late_threshold"), 15)
            self.assertFalse(company._aftersales_parameter("repeat_repair_window_days"))
            self.assertFalse(company._aftersales_parameter("no_such_key"))

    def test_setup_again_keeps_the_chosen_bundle(self):
        self.second._apply(self.company)
        count = len(self._get_copies())
        self.company._aftersales_setup()
        self.assertEqual(self.company.aftersales_bundle_id, self.second)
        self.assertEqual(len(self._get_copies()), count)

    # -------------------------------------------------------------- applying

    def test_copies_are_the_company_s_own(self):
        self.first._apply(self.company)
        copies = self._get_copies(bundle=self.first)
        self.assertEqual(
            {(c.code, c.value, c.unit, c.is_set) for c in copies},
            {
                ("late_threshold", 15.0, "minute", True),
                ("dispatch_copies", 2.0, "minute", True),
            },
        )
        self.assertFalse(self._get_copies(self.sister, self.first))
        templates = self.parameters.search(
            [("bundle_id", "=", self.first.id), ("company_id", "=", False)]
        )
        copies.value = 99
        self.assertEqual(set(templates.mapped("value")), {15.0, 2.0})

    def test_applied_twice(self):
        self.first._apply(self.company)
        before = self._get_copies()
        written = {c.id: c.write_date for c in before}
        rows = self.first._apply(self.company)
        self.assertEqual(self._get_copies(), before)
        self.assertEqual({c.id: c.write_date for c in before}, written)
        self.assertEqual({row["action"] for row in rows}, {"keep"})

    def test_what_the_company_changed_is_kept(self):
        self.first._apply(self.company)
        copy = self._get_copies(bundle=self.first).filtered(
            lambda c: c.code == "late_threshold"
        )
        copy.value = 20
        self.assertEqual(self._get_actions(self.first)["late_threshold"], "keep")
        self.first._apply(self.company)
        self.assertEqual(copy.value, 20)
        self.assertEqual(
            self._get_actions(self.first, reset=True),
            {"late_threshold": "reset", "dispatch_copies": "keep"},
        )
        row = next(
            row
            for row in self.first._plan(self.company, reset=True)
            if row["record"] == copy
        )
        self.assertEqual(row["changes"], "Figure: 20.0 → 15.0")
        self.first._apply(self.company, reset=True)
        self.assertEqual(copy.value, 15)

    def test_a_number_taken_away_by_the_company(self):
        self.first._apply(self.company)
        copy = self._get_copies(bundle=self.first)[0]
        copy.active = False
        self.first._apply(self.company)
        self.assertFalse(copy.active, "it was the company's own will")
        self.first._apply(self.company, reset=True)
        self.assertTrue(copy.active)

    def test_another_bundle_takes_over(self):
        self.first._apply(self.company)
        firsts = self._get_copies(bundle=self.first)
        own = self.parameters.with_user(self.manager).create(
            {"name": "Own", "code": "own", "value": 3}
        )
        self.assertEqual(self._get_actions(self.second)["dispatch_copies"], "archive")
        self.second._apply(self.company)
        self.assertEqual(firsts.exists(), firsts)
        self.assertFalse(any(firsts.mapped("active")))
        self.assertTrue(own.active)
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 30)
        self.assertFalse(self.company._aftersales_parameter("dispatch_copies"))
        self.first._apply(self.company)
        self.assertEqual(self._get_copies(bundle=self.first), firsts)
        self.assertTrue(all(firsts.mapped("active")))
        self.assertFalse(any(self._get_copies(bundle=self.second).mapped("active")))

    def test_two_companies(self):
        self.first._apply(self.company)
        self.second._apply(self.sister)
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 15)
        self.assertEqual(self.sister._aftersales_parameter("late_threshold"), 30)
        self.assertTrue(all(self._get_copies(bundle=self.first).mapped("active")))

    def test_translations_follow(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.parameters.search(
            [("bundle_id", "=", self.first.id), ("code", "=", "late_threshold")]
        )
        template.update_field_translations("name", {"zh_CN": "迟到分级"})
        self.first.with_context(lang="zh_CN")._apply(self.company)
        copy = self._get_copies(bundle=self.first).filtered(
            lambda c: c.code == "late_threshold"
        )
        chinese = copy.with_context(lang="zh_CN")
        self.assertEqual((copy.name, chinese.name), (template.name, "迟到分级"))
        # a language that is loaded later
        template.update_field_translations("name", {"zh_CN": "迟到"})
        copy.update_field_translations("name", {"zh_CN": False})
        self.env["aftersales.preset.bundle"]._translate_copies()
        chinese.invalidate_recordset()
        self.assertEqual(chinese.name, "迟到")
        # words of the company's own stay
        copy.update_field_translations("name", {"zh_CN": "晚到"})
        self.env["aftersales.preset.bundle"]._translate_copies()
        self.assertEqual(chinese.name, "晚到")
        self.first._apply(self.company, reset=True)

    # ---------------------------------------------------------------- rights

    def test_nobody_changes_a_template(self):
        template = self.parameters.search([("bundle_id", "=", self.first.id)])[0]
        as_manager = template.with_user(self.manager)
        self.assertEqual(as_manager.value, template.value)
        with self.assertRaises(AccessError):
            as_manager.value = 1
        with self.assertRaises(AccessError):
            as_manager.unlink()
        with self.assertRaises(AccessError):
            as_manager.copy({"company_id": False})

    def test_other_company_is_out_of_reach(self):
        mine = self._get_copies()[0]
        with self.assertRaises(AccessError):
            mine.with_user(self.foreign_manager).read(["value"])
        with self.assertRaises(AccessError):
            mine.with_user(self.agent).value = 1
        self.assertTrue(mine.with_user(self.agent).name)

    def test_copy_by_hand_is_no_preset(self):
        mine = self._get_copies()[0].with_user(self.manager)
        copied = mine.copy()
        self.assertFalse(copied.bundle_id)
        self.assertEqual(copied.code, f"{mine.code} (copy)")
        self.assertEqual(copied.company_id, self.company)

    # ---------------------------------------------------------------- dialog

    def _open_dialog(self, user=None, **vals):
        return (
            self.env["aftersales.preset.apply"]
            .with_user(user or self.manager)
            .create({"bundle_id": self.second.id, **vals})
        )

    def test_dialog_shows_what_will_change(self):
        self.first._apply(self.company)
        dialog = self._open_dialog()
        self.assertEqual(dialog.company_id, self.company)
        self.assertEqual(dialog.current_bundle_id, self.first)
        lines = {
            (line.action, line.name, line.changes)
            for line in dialog.line_ids
            if line.kind == "After-Sales Parameter"
        }
        self.assertEqual(
            lines,
            {
                ("create", "Late Threshold", "30 Minute(s)"),
                ("archive", "Late Threshold", "Part of “First”"),
                ("archive", "Dispatch Copies", "Part of “First”"),
            },
        )
        dialog.action_apply()
        self.assertEqual(self.company.aftersales_bundle_id, self.second)
        dialog.action_apply()  # the button pressed twice
        self.assertEqual(len(self._get_copies(bundle=self.second)), 1)
        self.assertFalse(self._open_dialog().change_count)

    def test_dialog_follows_the_choice(self):
        dialog = self._open_dialog()
        count = len(dialog.line_ids)
        dialog.bundle_id = self.first
        self.assertEqual(len(dialog.line_ids), count + 1)

    def test_dialog_is_for_managers(self):
        for user in (self.agent, self.dispatcher, self.quality, self.engineer_user):
            with self.assertRaises(AccessError):
                self._open_dialog(user)
        with self.assertRaisesRegex(AccessError, "You do not work in Sister Machines"):
            self._open_dialog(company_id=self.sister.id).action_apply()
        dialog = self._open_dialog(self.both_user, company_id=self.sister.id)
        dialog.with_company(self.company).action_apply()
        self.assertEqual(self.sister.aftersales_bundle_id, self.second)
        self.assertNotEqual(self.company.aftersales_bundle_id, self.second)

    def test_bundle_tells_its_content(self):
        self.assertEqual(
            self.first.with_user(self.agent).content,
            "Late Threshold: 15 Minute(s)\nDispatch Copies: 2 Minute(s)",
        )

    def test_settings_open_the_dialog(self):
        settings = self.env["res.config.settings"].create({})
        action = settings.action_aftersales_presets()
        self.assertEqual(action["res_model"], "aftersales.preset.apply")
        self.assertEqual(action["context"]["default_company_id"], self.company.id)
