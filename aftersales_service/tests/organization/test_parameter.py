from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestParameter(TwoCompaniesCommon):
    """Numbers that are read by key: set or not, own before preset."""

    def _create(self, **vals):
        values = {"name": "Window", "code": "window", **vals}
        return self.env["aftersales.parameter"].with_user(self.manager).create(values)

    def test_set_or_not(self):
        parameter = self._create()
        self.assertFalse(parameter.is_set)
        self.assertIs(self.company._aftersales_parameter("window"), False)
        parameter.value = 30
        self.assertTrue(parameter.is_set)
        self.assertEqual(self.company._aftersales_parameter("window"), 30)
        parameter.is_set = False
        self.assertIs(self.company._aftersales_parameter("window"), False)

    def test_zero_is_a_number_when_ticked(self):
        self._create(is_set=True)
        answer = self.company._aftersales_parameter("window")
        self.assertEqual(answer, 0)
        self.assertIsNot(answer, False)
        self.assertIs(self.sister._aftersales_parameter("window"), False)

    def test_own_number_comes_before_the_preset(self):
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 15)
        own = self._create(code="late_threshold", value=10)
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 10)
        own.active = False
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 15)
        own.unlink()
        self.assertEqual(self.company._aftersales_parameter("late_threshold"), 15)

    def test_answers_are_kept_without_queries(self):
        self.company._aftersales_parameter("late_threshold")
        with self.assertQueryCount(0):
            self.company._aftersales_parameter("late_threshold")

    def test_negative_number(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(CheckViolation, "value_check"),
        ):
            self._create(value=-1)

    def test_one_key_once(self):
        self._create()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "preset_uniq"),
        ):
            self._create()

    def test_machinery_numbers(self):
        for key, value in {
            "standby": 24,
            "depart_early": 1,
            "arrive_early": 5,
            "late_notice_before": 2,
            "late_threshold": 15,
            "dispatch_copies": 2,
            "cash_hand_in": 0,
        }.items():
            answer = self.company._aftersales_parameter(key)
            self.assertIsNot(answer, False, key)
            self.assertEqual(answer, value, key)

    def test_who_may_write(self):
        for user in (self.agent, self.keeper, self.finance):
            with self.assertRaises(AccessError):
                self.env["aftersales.parameter"].with_user(user).create(
                    {"name": "No", "code": "no"}
                )
        with self.assertRaises(AccessError):
            self._create(company_id=self.sister.id)

    def test_used_record_is_not_deleted(self):
        parameter = self._create()
        self.patch(
            type(parameter), "_preset_is_used", lambda record: record == parameter
        )
        with self.assertRaisesRegex(UserError, "“Window” is in use. Archive it"):
            parameter.unlink()
        parameter.active = False
        self.assertTrue(parameter.exists())
