import re
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import GROUP
from .common import SigningCommon


@tagged("post_install", "-at_install")
class TestRoleSlots(SigningCommon):
    """Slots are held in a company, from a day until a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["aftersales.role"])
        cls.deputy = new_test_user(cls.env, login="as_deputy", groups=f"{GROUP}user")
        cls.role = cls.env.ref("aftersales_service.role_aftersales_head")

    def _day(self, offset):
        return self.today + timedelta(days=offset)

    def _assert_holds(self, holds, date_from, date_to):
        assignment = self._assign(
            self.deputy, "aftersales_head", date_from=date_from, date_to=date_to
        )
        dispatch = self._submit_dispatch()
        self.assertEqual(self.deputy in self.role._get_users(self.company), holds)
        self.assertEqual(self.deputy.login in self._get_asked(dispatch), holds)
        box = self._get_box(dispatch, "aftersales_head").with_user(self.deputy)
        self.assertEqual(box.can_sign, holds)
        if holds:
            box._sign(True)
            self.assertEqual(box.user_id, self.deputy)
        else:
            with self.assertRaises(AccessError):
                box._sign(True)
        assignment.unlink()

    def test_deputy_by_dates(self):
        for holds, date_from, date_to in (
            (True, False, False),
            (True, self.today, self.today),
            (True, self._day(-5), False),
            (True, False, self._day(5)),
            (False, self._day(1), False),
            (False, False, self._day(-1)),
            (False, self._day(-9), self._day(-1)),
        ):
            with self.subTest(date_from=date_from, date_to=date_to):
                self._assert_holds(holds, date_from, date_to)

    def test_slot_ends_while_the_box_is_open(self):
        assignment = self._assign(self.deputy, "aftersales_head")
        dispatch = self._submit_dispatch()
        assignment.date_to = self._day(-1)
        with self.assertRaises(AccessError):
            self._sign_as(self.deputy, dispatch, "aftersales_head")
        self._sign(dispatch, "aftersales_head")
        self.assertEqual(
            self._get_box(dispatch, "aftersales_head").user_id,
            self.signers["aftersales_head"],
        )

    def test_only_future_holder_is_nobody(self):
        self.env["aftersales.role.assignment"].search(
            [("role_id", "=", self.role.id)]
        ).write({"date_from": self._day(1)})
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(UserError, "Nobody holds the slot"):
            dispatch.action_submit()

    def test_dates_the_wrong_way_round(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
        ):
            self._assign(
                self.deputy,
                "superior",
                date_from=self._day(2),
                date_to=self._day(1),
            )

    def test_holder_must_read_the_documents(self):
        outsider = new_test_user(
            self.env, login="as_outsider", groups="base.group_user"
        )
        for user in (outsider, self.engineer_user):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(ValidationError, "After-Sales access right"),
            ):
                self._assign(user, "superior")

    def test_holder_must_belong_to_the_company(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        with self.assertRaisesRegex(ValidationError, "does not belong to company"):
            self._assign(self.deputy, "superior", company_id=sister.id)

    def test_holder_of_another_company_signs_nothing_here(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.deputy.company_ids += sister
        self._assign(self.deputy, "aftersales_head", company_id=sister.id)
        dispatch = self._submit_dispatch()
        self.assertNotIn(self.deputy.login, self._get_asked(dispatch))
        box = self._get_box(dispatch, "aftersales_head").with_user(self.deputy)
        self.assertFalse(box.can_sign)
        with self.assertRaisesRegex(AccessError, re.escape(self.company.name)):
            box._sign(True)

    def test_slots_are_the_manager_s_to_give(self):
        vals = {
            "role_id": self.role.id,
            "company_id": self.company.id,
            "user_id": self.agent.id,
        }
        assignments = self.env["aftersales.role.assignment"]
        for user in (self.agent, self.dispatcher, self.engineer_user, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                assignments.with_user(user).create(vals)
        assignments.with_user(self.manager).create(vals)
        self.assertIn(self.agent, self.role._get_users(self.company))
