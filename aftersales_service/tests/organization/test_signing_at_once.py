from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_committed import CommittedCommon


@tagged("post_install", "-at_install")
class TestSigningAtOnce(CommittedCommon):
    """Two people sign the same document in the same second."""

    def _sign(self, env, dispatch_id, role, approve=True, opinion=""):
        env["aftersales.signature"].search(
            [
                ("res_model", "=", "aftersales.dispatch"),
                ("res_id", "=", dispatch_id),
                ("role_id.code", "=", role),
            ]
        )._sign(approve, opinion)
        env.flush_all()

    def _look_at(self, env, dispatch_id):
        """What ``env`` sees from now on is the state of this moment."""
        dispatch = env["aftersales.dispatch"].browse(dispatch_id)
        self.assertEqual(dispatch.approval_state, "pending")

    def _get_boxes(self, dispatch_id):
        """``{role: (state, who signed)}`` as committed."""
        with self._transaction() as env:
            boxes = env["aftersales.signature"].search(
                [
                    ("res_model", "=", "aftersales.dispatch"),
                    ("res_id", "=", dispatch_id),
                ]
            )
            return {box.role_id.code: (box.state, box.user_id.id) for box in boxes}

    def test_two_holders_of_one_slot(self):
        dispatch_id = self._commit_submitted()
        holder, deputy = self.signer_ids["aftersales_head"], self.deputy_id
        with self._transaction(holder) as first:
            self._sign(first, dispatch_id, "aftersales_head")
            with (
                self._transaction(deputy, commit=False) as second,
                self.assertRaisesRegex(UserError, "somebody else right now"),
            ):
                self._sign(second, dispatch_id, "aftersales_head")
        with (
            self._transaction(deputy, commit=False) as again,
            self.assertRaisesRegex(UserError, "already signed by"),
        ):
            self._sign(again, dispatch_id, "aftersales_head")
        boxes = self._get_boxes(dispatch_id)
        self.assertEqual(boxes["aftersales_head"], ("approved", holder))

    def test_second_box_waits_its_moment(self):
        dispatch_id = self._commit_submitted()
        with self._transaction(self.signer_ids["aftersales_head"]) as first:
            self._sign(first, dispatch_id, "aftersales_head")
            with (
                self._transaction(
                    self.signer_ids["marketing_head"], commit=False
                ) as second,
                self.assertRaisesRegex(UserError, "Try again"),
            ):
                self._sign(second, dispatch_id, "marketing_head")
        for role in ("marketing_head", "marketing_centre"):
            with self._transaction(self.signer_ids[role]) as env:
                self._sign(env, dispatch_id, role)
        self.assertEqual(self._read(dispatch_id, "state"), "issued")

    @mute_logger("odoo.sql_db")
    def test_last_two_signers_do_not_miss_each_other(self):
        """Whoever looked before the other signed must look again: both would
        think that a box is still open, and the order would never be issued."""
        dispatch_id = self._commit_submitted()
        with self._transaction(self.signer_ids["aftersales_head"]) as env:
            self._sign(env, dispatch_id, "aftersales_head")
        late = self.signer_ids["marketing_centre"]
        with self._transaction(late, commit=False) as second:
            self._look_at(second, dispatch_id)
            with self._transaction(self.signer_ids["marketing_head"]) as first:
                self._sign(first, dispatch_id, "marketing_head")
            with self.assertRaises(SerializationFailure):
                self._sign(second, dispatch_id, "marketing_centre")
            second.cr.rollback()
            second.invalidate_all(flush=False)
        # What the web client's server does by itself after such a failure.
        with self._transaction(late) as again:
            self._sign(again, dispatch_id, "marketing_centre")
        self.assertEqual(self._read(dispatch_id, "approval_state"), "approved")
        self.assertEqual(self._read(dispatch_id, "state"), "issued")

    @mute_logger("odoo.sql_db")
    def test_refused_while_another_approves(self):
        dispatch_id = self._commit_submitted()
        late = self.signer_ids["marketing_head"]
        with self._transaction(late, commit=False) as second:
            self._look_at(second, dispatch_id)
            with self._transaction(self.signer_ids["aftersales_head"]) as first:
                self._sign(first, dispatch_id, "aftersales_head", False, "By phone")
            with self.assertRaises(SerializationFailure):
                self._sign(second, dispatch_id, "marketing_head")
            second.cr.rollback()
            second.invalidate_all(flush=False)
        with (
            self._transaction(late, commit=False) as again,
            self.assertRaisesRegex(UserError, "cannot be signed now"),
        ):
            self._sign(again, dispatch_id, "marketing_head")
        self.assertEqual(self._read(dispatch_id, "state"), "refused")
        states = {state for state, _user in self._get_boxes(dispatch_id).values()}
        self.assertEqual(states, {"refused", "cancelled"})

    def test_submitted_twice_at_once(self):
        dispatch_id = self._commit_dispatch()
        with self._transaction(self.dispatcher_id) as first:
            first["aftersales.dispatch"].browse(dispatch_id).action_submit()
            first.flush_all()
            with (
                self._transaction(self.dispatcher_id, commit=False) as second,
                self.assertRaisesRegex(UserError, "somebody else right now"),
            ):
                second["aftersales.dispatch"].browse(dispatch_id).action_submit()
        self.assertEqual(len(self._get_boxes(dispatch_id)), 3)
