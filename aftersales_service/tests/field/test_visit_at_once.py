from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_committed import CommittedCommon


@tagged("post_install", "-at_install")
class TestVisitAtOnce(CommittedCommon):
    """A button pressed twice, or by two people at once, does one thing."""

    def _browse(self, env, dispatch_id):
        return env["aftersales.dispatch"].browse(dispatch_id)

    def test_double_click_on_arrived(self):
        dispatch_id = self._commit_departed()
        with self._transaction(self.engineer_user_id) as first:
            self._browse(first, dispatch_id).action_arrived()
            first.flush_all()
            with (
                self._transaction(self.engineer_user_id, commit=False) as second,
                self.assertRaisesRegex(UserError, "somebody else right now"),
            ):
                self._browse(second, dispatch_id).action_arrived()
        with (
            self._transaction(self.engineer_user_id, commit=False) as again,
            self.assertRaisesRegex(UserError, "“Arrived”; this step needs “Departed”"),
        ):
            self._browse(again, dispatch_id).action_arrived()
        self.assertEqual(self._read(dispatch_id, "state"), "arrived")

    @mute_logger("odoo.sql_db")
    def test_engineer_and_dispatcher_record_the_arrival(self):
        """The second one, who still saw the engineer on the way, is sent back."""
        dispatch_id = self._commit_departed()
        arrived_at = fields.Datetime.now()
        with self._transaction(self.dispatcher_id, commit=False) as second:
            self.assertEqual(self._browse(second, dispatch_id).state, "departed")
            with self._transaction(self.engineer_user_id) as first:
                self._browse(first, dispatch_id).action_arrived(arrived_at)
            with self.assertRaises(SerializationFailure):
                self._browse(second, dispatch_id).action_arrived(
                    arrived_at + timedelta(seconds=1)
                )
            second.cr.rollback()
            second.invalidate_all(flush=False)
        self.assertEqual(self._read(dispatch_id, "arrived_at"), arrived_at)

    def test_cancelled_while_the_engineer_leaves(self):
        now = fields.Datetime.now()
        dispatch_id = self._commit_dispatch(
            state="contacted", issued_at=now, contacted_at=now
        )
        with self._transaction(self.dispatcher_id) as env:
            self._browse(env, dispatch_id).action_issue_cards()
        with self._transaction(self.dispatcher_id) as first:
            self._browse(first, dispatch_id).action_cancel()
            first.flush_all()
            with (
                self._transaction(self.engineer_user_id, commit=False) as second,
                self.assertRaisesRegex(UserError, "somebody else right now"),
            ):
                self._browse(second, dispatch_id).action_departed()
        self.assertEqual(self._read(dispatch_id, "state"), "cancelled")

    @mute_logger("odoo.sql_db")
    def test_cards_issued_by_two_people(self):
        dispatch_id = self._commit_dispatch()
        with self._transaction(self.dispatcher_id, commit=False) as second:
            self.assertFalse(self._browse(second, dispatch_id).card_ids)
            with self._transaction(self.dispatcher_id) as first:
                self._browse(first, dispatch_id).action_issue_cards()
            with self.assertRaises(SerializationFailure):
                self._browse(second, dispatch_id).action_issue_cards()
            second.cr.rollback()
            second.invalidate_all(flush=False)
        with (
            self._transaction(self.dispatcher_id, commit=False) as again,
            self.assertRaisesRegex(UserError, "has its service card already"),
        ):
            self._browse(again, dispatch_id).action_issue_cards()
        self.assertEqual(self._read(dispatch_id, "card_count"), 1)

    def test_numbers_taken_at_once_differ(self):
        """Nobody waits for another one's transaction to get a number."""
        self._commit_dispatch()  # the sequence is there
        with (
            self._transaction(commit=False) as first,
            self._transaction(commit=False) as second,
        ):
            requests = [
                env["aftersales.service.request"].create(
                    [{"partner_id": self.partner_id}] * 3
                )
                for env in (first, second, first)
            ]
            names = [name for batch in requests for name in batch.mapped("name")]
            self.assertEqual(len(set(names)), 9)
