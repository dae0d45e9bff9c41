from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_committed import MARK, CommittedCommon


@tagged("post_install", "-at_install")
class TestFactoryAtOnce(CommittedCommon):
    """Two advisors record what the customer decides: one wins, the other is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            group = env.ref("aftersales_service.group_aftersales_advisor")
            cls.advisor_ids = [
                env["res.users"]
                .create(
                    {
                        "name": login,
                        "login": f"{MARK}_{login}",
                        "group_ids": [Command.set(group.ids)],
                    }
                )
                .id
                for login in ("advisor", "second_advisor")
            ]

    @classmethod
    def _sweep(cls):
        with cls._transaction() as env:
            sheets = env["aftersales.factory.repair"].search(
                [("partner_id.ref", "=", MARK)]
            )
            sheets.write({"state": "cancelled"})
            sheets.unlink()
        return super()._sweep()

    def _commit_quoted(self):
        """A committed sheet whose quotation is with the customer; returns its id."""
        with self._transaction() as env:
            request = env["aftersales.service.request"].create(
                {"partner_id": self.partner_id}
            )
            sheet = env["aftersales.factory.repair"].create(
                {"request_id": request.id, "serial": f"{MARK}-1"}
            )
            sheet.write({"state": "quoted", "quoted_at": fields.Datetime.now()})
            return sheet.id

    def _browse(self, env, sheet_id):
        return env["aftersales.factory.repair"].browse(sheet_id)

    def _check_first_won(self, sheet_id):
        with self._transaction() as env:
            sheet = self._browse(env, sheet_id)
            self.assertEqual((sheet.state, sheet.decision), ("agreed", "all"))
            self.assertEqual(sheet.decided_by, "Mr Wu")

    def test_both_at_the_same_moment(self):
        sheet_id = self._commit_quoted()
        with self._transaction(self.advisor_ids[0]) as first:
            self._browse(first, sheet_id).action_decide("all", "Mr Wu")
            first.flush_all()
            with (
                self._transaction(self.advisor_ids[1], commit=False) as second,
                self.assertRaisesRegex(UserError, "by somebody else right now"),
            ):
                self._browse(second, sheet_id).action_decide("none", "Ms Luo")
        self._check_first_won(sheet_id)

    @mute_logger("odoo.sql_db")
    def test_one_still_sees_the_old_screen(self):
        sheet_id = self._commit_quoted()
        with self._transaction(self.advisor_ids[1], commit=False) as second:
            self.assertEqual(self._browse(second, sheet_id).state, "quoted")
            with self._transaction(self.advisor_ids[0]) as first:
                self._browse(first, sheet_id).action_decide("all", "Mr Wu")
            with self.assertRaises(SerializationFailure):
                self._browse(second, sheet_id).action_decide("none", "Ms Luo")
            second.cr.rollback()
            second.invalidate_all(flush=False)
        with (
            self._transaction(self.advisor_ids[1], commit=False) as again,
            self.assertRaisesRegex(UserError, "is in state"),
        ):
            self._browse(again, sheet_id).action_decide("none", "Ms Luo")
        self._check_first_won(sheet_id)
