from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRequestClosing(AftersalesCommon):
    """A closed file is frozen; it is reopened, never edited."""

    def _create_in_state(self, state):
        request = self._create_request()
        request.sudo().write({"state": state})
        return request

    # ------------------------------------------------------------------ frozen

    def test_frozen_for_everybody(self):
        for state in ("archived", "cancelled"):
            request = self._create_in_state(state)
            for user in (self.agent, self.dispatcher, self.quality, self.manager):
                for vals in ({"symptom": "Other"}, {"user_id": user.id}):
                    with (
                        self.subTest(state=state, user=user.login, vals=vals),
                        self.assertRaisesRegex(UserError, "closed.*Reopen"),
                    ):
                        request.with_user(user).write(vals)
            self.assertEqual(request.symptom, "Does not spray")

    def test_frozen_through_its_documents(self):
        request = self._create_in_state("archived")
        with self.assertRaisesRegex(UserError, "closed.*Reopen"):
            request.with_user(self.manager).write(
                {"dispatch_ids": [Command.create({"engineer_id": self.engineer.id})]}
            )
        self.assertFalse(request.dispatch_ids)

    def test_done_is_not_frozen(self):
        request = self._create_in_state("done")
        request.write({"symptom": "Nozzle was blocked"})
        self.assertEqual(request.symptom, "Nozzle was blocked")

    def test_frozen_file_may_be_spoken_about(self):
        request = self._create_in_state("archived")
        thanks = "The customer sent a card of thanks"
        request.message_post(body=thanks)
        request.message_subscribe(partner_ids=self.agent.partner_id.ids)
        self.assertIn(self.agent.partner_id, request.message_partner_ids)

    def test_no_new_visit_on_a_closed_file(self):
        dispatch = self._create_dispatch()
        for state in ("done", "called_back", "archived", "cancelled"):
            dispatch.request_id.sudo().write({"state": state})
            with (
                self.subTest(state=state),
                self.assertRaisesRegex(UserError, "is finished. Reopen it"),
            ):
                dispatch.action_submit()
        self.assertEqual(dispatch.state, "draft")

    # ------------------------------------------------------------------ archive

    def test_file_with_debts_is_not_archived(self):
        dispatch = self._issue_dispatch()
        request = dispatch.request_id
        request.sudo().write({"state": "done"})
        with self.assertRaisesRegex(UserError, dispatch.name):
            request.action_archive_file()
        self.assertEqual(request.state, "done")

    def test_archived_file_without_debts(self):
        request = self._create_in_state("done")
        request.action_archive_file()
        self.assertEqual(request.state, "archived")
        self.assertTrue(request.closed_at)

    # ------------------------------------------------------------------- reopen

    def test_reopened(self):
        for number, state in enumerate(
            ("done", "called_back", "archived", "cancelled"), 1
        ):
            request = self._create_in_state(state)
            request.sudo().write(
                {"done_at": "2026-01-01", "closed_at": "2026-01-02", "reopen_count": 2}
            )
            request.action_reopen()
            with self.subTest(state=state, number=number):
                self.assertEqual(request.state, "accepted")
                self.assertFalse(request.done_at)
                self.assertFalse(request.closed_at)
                self.assertEqual(request.reopen_count, 3)
                request.write({"symptom": "Drips again"})

    def test_reopened_once_by_a_double_click(self):
        request = self._create_in_state("done")
        request.action_reopen()
        with self.assertRaises(UserError):
            request.action_reopen()
        self.assertEqual(request.reopen_count, 1)

    # ------------------------------------------------------------------- cancel

    def test_cancelled(self):
        request = self._create_request()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertTrue(request.closed_at)

    def test_not_cancelled_once_somebody_is_sent(self):
        dispatch = self._issue_dispatch()
        with self.assertRaisesRegex(UserError, "Dispatched"):
            dispatch.request_id.with_user(self.agent).action_cancel()

    def test_not_cancelled_while_an_order_is_being_signed(self):
        """Otherwise the last signature sends an engineer to a cancelled case."""
        dispatch = self._create_dispatch()
        dispatch.action_submit()
        request = dispatch.request_id.with_user(self.agent)
        with self.assertRaisesRegex(UserError, dispatch.name):
            request.action_cancel()
        dispatch.action_cancel()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")

    # ------------------------------------------------------------------- delete

    def test_only_a_new_request_is_deleted(self):
        request = self._create_request()
        with self.assertRaises(AccessError):
            request.with_user(self.dispatcher).unlink()
        request.action_accept()
        with self.assertRaisesRegex(UserError, "Cancel it instead"):
            request.with_user(self.manager).unlink()
        request.action_cancel()
        request.with_user(self.manager).unlink()
        self.assertFalse(request.exists())
