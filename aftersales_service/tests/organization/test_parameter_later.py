from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon

SCRIPT = "19.0.1.3.0/post-parameters.py"
# Came after companies had applied their presets.
LATER = (
    "key_part_hours",
    "old_part_return_days",
    "agreement_excess_percent",
    "budget_warning_percent",
    "provision_months_back",
)


@tagged("post_install", "-at_install")
class TestParameterLater(TwoCompaniesCommon):
    """Parameters that a preset gains with a later version of the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["aftersales.parameter"].with_context(active_test=False)

    def _get_copies(self, company=None, codes=LATER):
        return self.parameters.search(
            [
                ("company_id", "=", (company or self.company).id),
                ("bundle_id", "!=", False),
                ("code", "in", codes),
            ]
        )

    def _template(self, code):
        return self.parameters.search(
            [
                ("company_id", "=", False),
                ("bundle_id", "=", self.company.aftersales_bundle_id.id),
                ("code", "=", code),
            ]
        )

    def _migrate(self, version="19.0.1.2.0"):
        self.env.flush_all()
        self._load_migration(SCRIPT).migrate(self.env.cr, version)
        self.env.invalidate_all()

    # --------------------------------------------------------------- migration

    def test_all_are_there(self):
        for code in LATER:
            with self.subTest(code=code):
                self.assertEqual(len(self._template(code)), 1)
                self.assertEqual(len(self._get_copies(codes=[code])), 1)

    def test_missing_ones_are_added(self):
        expected = {(copy.code, copy.value, copy.unit) for copy in self._get_copies()}
        self.assertEqual(len(expected), len(LATER))
        self._get_copies().unlink()
        self._get_copies(self.sister, LATER[:1]).unlink()
        others = self.parameters.search([("company_id", "=", self.company.id)])
        before = {copy.id: copy.write_date for copy in others}
        self._migrate("")
        self.assertFalse(self._get_copies(), "a new database needs nothing")
        self._migrate()
        added = self._get_copies()
        self.assertEqual(
            {(copy.code, copy.value, copy.unit) for copy in added}, expected
        )
        self.assertEqual(added.bundle_id, self.company.aftersales_bundle_id)
        self.assertEqual(len(self._get_copies(self.sister)), len(LATER))
        self.assertEqual({copy.id: copy.write_date for copy in others}, before)
        self._migrate()
        self.assertEqual(self._get_copies(), added, "twice doubles nothing")

    def test_what_the_company_did_stays(self):
        changed, archived, unset = self._get_copies(codes=LATER[:3]).sorted("code")
        changed.value = 77
        archived.active = False
        unset.is_set = False
        own = self.parameters.create(
            {
                "name": "Own",
                "code": LATER[3],
                "value": 55,
                "company_id": self.company.id,
            }
        )
        self._migrate()
        self.assertEqual(changed.value, 77)
        self.assertFalse(archived.active)
        self.assertFalse(unset.is_set)
        self.assertEqual(own.value, 55)
        self.assertEqual(self.company._aftersales_parameter(LATER[3]), 55)

    def test_only_of_the_preset_applied(self):
        bundle = self.env["aftersales.preset.bundle"].create(
            {"name": "Small", "code": "SMALL"}
        )
        self.parameters.create(
            {
                "name": "Late",
                "code": "late_threshold",
                "value": 5,
                "bundle_id": bundle.id,
                "company_id": False,
            }
        )
        bundle._apply(self.company)
        active = self.env["aftersales.parameter"].search(
            [("company_id", "=", self.company.id)]
        )
        self._migrate()
        self.assertEqual(
            self.env["aftersales.parameter"].search(
                [("company_id", "=", self.company.id)]
            ),
            active,
        )

    def test_company_without_preset(self):
        self.sister.aftersales_bundle_id = False
        self._get_copies(self.sister).unlink()
        self._migrate()
        self.assertFalse(self._get_copies(self.sister))
        self.assertIs(self.sister._aftersales_parameter(LATER[0]), False)

    def test_words_of_other_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self._template(LATER[0])
        template.with_context(lang="fr_FR").name = "Heures"
        self._get_copies(codes=LATER[:1]).unlink()
        self._migrate()
        copy = self._get_copies(codes=LATER[:1])
        self.assertEqual(copy.with_context(lang="fr_FR").name, "Heures")

    # ---------------------------------------------------------------- fallback

    def test_number_of_the_preset_until_then(self):
        """Before the update has run, or when a copy got lost, the code still works."""
        for code in LATER:
            expected = self._template(code)
            self._get_copies(codes=[code]).unlink()
            value = self.company._aftersales_parameter(code)
            with self.subTest(code=code):
                self.assertEqual(value, expected.is_set and expected.value)

    def test_decisions_of_the_company_hold(self):
        template = self._template("late_threshold")
        self.assertEqual(template.value, 15)
        copy = self._get_copies(codes=["late_threshold"])
        copy.value = 20
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 20)
        copy.is_set = False
        self.assertIs(self.company._aftersales_parameter("late_threshold"), False)
        copy.write({"is_set": True, "active": False})
        self.assertIs(self.company._aftersales_parameter("late_threshold"), False)
        copy.unlink()
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 15)
        own = self.parameters.create(
            {
                "name": "Late",
                "code": "late_threshold",
                "value": 9,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 9)
        own.is_set = False
        self.assertIs(self.company._aftersales_parameter("late_threshold"), False)

    def test_another_preset_has_other_numbers(self):
        """The answer is not that of the preset before."""
        bundle = self.env["aftersales.preset.bundle"].create(
            {"name": "Small", "code": "SMALL"}
        )
        key = "budget_warning_percent"
        self.assertEqual(self.company._aftersales_parameter(key), 80)
        bundle._apply(self.company)
        self.assertIs(self.company._aftersales_parameter(key), False)
