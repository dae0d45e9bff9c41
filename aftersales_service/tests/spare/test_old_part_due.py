from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_parts_return import PartsReturnCommon


@tagged("post_install", "-at_install")
class TestOldPartDue(PartsReturnCommon):
    """When old parts are due, who is reminded, and what has to wait for them."""

    def _set_days(self, days):
        self.env["aftersales.parameter"].create(
            {
                "name": "Old Parts",
                "code": "old_part_return_days",
                "company_id": self.company.id,
                "value": days,
                "unit": "day",
            }
        )

    def _come_back(self, days_ago):
        """The engineer is back since so many days."""
        self.dispatch.action_returned()
        self.dispatch.sudo().returned_at -= timedelta(days=days_ago)
        self.env.flush_all()

    # -------------------------------------------------------------------- due

    def test_days_after_the_return(self):
        self._set_days(3)
        self._come_back(2)
        today = fields.Date.today()
        self.assertEqual(self.returned.due_date, today + timedelta(days=1))
        self.assertEqual(self.seal_line.due_date, self.returned.due_date)
        self.assertFalse(self.returned.is_overdue)

    def test_never_back_is_no_way_out(self):
        """Who does not say that he is back is counted from the end of the visit."""
        self._set_days(3)
        self.dispatch.sudo().return_expected_at = False
        self.dispatch.sudo().finished_at -= timedelta(days=5)
        self.assertEqual(
            self.returned.due_date, fields.Date.today() - timedelta(days=2)
        )
        self.assertTrue(self.returned.is_overdue)

    def test_list_by_engineer(self):
        self._come_back(2)
        lines = self.env["aftersales.parts.return.line"]
        self.assertEqual(
            lines._read_group(
                [("is_overdue", "=", True), ("return_id", "=", self.returned.id)],
                ["engineer_id"],
                ["value:sum"],
            ),
            [(self.engineer, 380)],
        )
        self._as(self.engineer_user).action_hand_in()
        found = lines.search(
            [("is_overdue", "=", True), ("return_id", "=", self.returned.id)]
        )
        self.assertFalse(found)

    # --------------------------------------------------------------- reminder

    def _remind(self, **options):
        """The run, without its commits."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", return_value=60):
            self.env["aftersales.parts.return"]._cron_remind(**options)

    def test_reminded_once(self):
        self._remind()
        self.assertFalse(self.returned.activity_ids)
        self._come_back(2)
        self._remind()
        self._remind()
        activity = self.returned.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.engineer_user)
        self.assertEqual(self.returned.reminded_on, fields.Date.today())
        activity.action_feedback()
        self._remind()
        self.assertFalse(self.returned.activity_ids)

    def test_without_a_user_the_head_is_reminded(self):
        self._come_back(2)
        self.engineer.user_id = False
        self._remind()
        self.assertEqual(
            self.returned.activity_ids.user_id, self.signers["aftersales_head"]
        )

    def test_cron_in_small_pieces(self):
        self._come_back(2)
        second = self.returned.sudo().create({"dispatch_id": self.dispatch.id})
        self.env.flush_all()
        self._remind(limit=1)
        self._remind(limit=1)
        self.assertEqual(len((self.returned | second).activity_ids), 2)

    def test_cron_record(self):
        self._come_back(2)
        cron = self.env.ref("aftersales_service.ir_cron_aftersales_remind_old_parts")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(self.returned.activity_ids)

    # ------------------------------------------------------------------- hold

    def _hold(self, **settings):
        self.company.write(
            {
                "aftersales_hold_requisition": True,
                "aftersales_hold_settlement": True,
                **settings,
            }
        )

    def _is_held(self, step="requisition"):
        return bool(self.engineer._aftersales_get_holds(step))

    def test_nothing_held_unless_the_company_wants(self):
        self._come_back(9)
        for step in ("requisition", "settlement", "expense", "dispatch"):
            self.assertFalse(self._is_held(step))
        self._hold()
        self.assertTrue(self._is_held("requisition"))
        self.assertTrue(self._is_held("settlement"))
        self.assertFalse(self._is_held("expense"))
        self.assertFalse(self._is_held("dispatch"))
        self.company.aftersales_hold_expense = True
        self.assertTrue(self._is_held("expense"))

    def test_days_and_value(self):
        self._come_back(4)
        for days, value, held in (
            (0, 0, True),
            (3, 0, True),
            (4, 0, False),
            (0, 379, True),
            (0, 380, False),
        ):
            with self.subTest(days=days, value=value):
                self._hold(aftersales_hold_days=days, aftersales_hold_value=value)
                self.assertEqual(self._is_held(), held)

    def test_reason_names_him_and_the_value(self):
        self._come_back(4)
        self._hold()
        with self.assertRaises(UserError) as refused:
            self.engineer._aftersales_check_holds("requisition")
        message = str(refused.exception)
        self.assertIn("Engineer", message)
        self.assertIn("380", message)
        self.assertFalse(self.other_engineer._aftersales_get_holds("requisition"))

    def test_free_again(self):
        self._come_back(4)
        self._hold()
        self._as(self.engineer_user).action_hand_in()
        self.assertFalse(self._is_held())

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"aftersales_hold_expense": True, "aftersales_hold_value": 250}
        )
        settings.execute()
        self.assertTrue(self.company.aftersales_hold_expense)
        self.assertEqual(self.company.aftersales_hold_value, 250)
