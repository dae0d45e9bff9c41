from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SigningCommon


@tagged("post_install", "-at_install")
class TestSignatureVoid(SigningCommon):
    """A signature stands for what was read: refusal, resubmission, later changes."""

    def _get_history(self, dispatch):
        """All boxes the document ever had."""
        return (
            self.env["aftersales.signature"]
            .search(
                [("res_model", "=", dispatch._name), ("res_id", "=", dispatch.id)],
                order="id",
            )
            .mapped("state")
        )

    # ---------------------------------------------------------------- refusal

    def test_refusal_needs_a_reason(self):
        dispatch = self._submit_dispatch()
        for opinion in ("", "   ", False):
            with (
                self.subTest(opinion=opinion),
                self.assertRaisesRegex(UserError, "needs a reason"),
            ):
                self._sign(dispatch, "aftersales_head", approve=False, opinion=opinion)
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])

    def test_refusal_cancels_the_rest(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head")
        self._sign(
            dispatch, "marketing_head", approve=False, opinion="Solve it by phone"
        )
        self.assertEqual(dispatch.approval_state, "refused")
        self.assertEqual(dispatch.state, "refused")
        self.assertEqual(
            self._get_history(dispatch), ["approved", "refused", "cancelled"]
        )
        self.assertFalse(self._get_asked(dispatch))
        self.assertIn("Solve it by phone", dispatch.sudo().message_ids[:1].body)

    def test_refusal_closes_the_open_boxes_of_the_others(self):
        self.dispatch_route.mode = "parallel"
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "marketing_centre", approve=False, opinion="No budget")
        box = self.env["aftersales.signature"].search(
            [
                ("res_model", "=", dispatch._name),
                ("res_id", "=", dispatch.id),
                ("role_id.code", "=", "aftersales_head"),
            ]
        )
        with self.assertRaisesRegex(UserError, "cannot be signed now"):
            box.with_user(self.signers["aftersales_head"])._sign(True)
        self.assertEqual(box.state, "cancelled")

    def test_submitted_again_after_refusal(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head", approve=False, opinion="Wrong man")
        dispatch.engineer_id = self.other_engineer
        dispatch.action_submit()
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])
        self.assertEqual(
            self._get_history(dispatch),
            ["cancelled"] * 3 + ["pending", "waiting", "waiting"],
        )
        self._sign(dispatch, *self.DISPATCH_ROLES)
        self.assertEqual(dispatch.state, "issued")

    def test_refusal_stays_readable_after_the_second_round(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head", approve=False, opinion="Wrong man")
        dispatch.action_submit()
        old = self.env["aftersales.signature"].search(
            [("res_model", "=", dispatch._name), ("res_id", "=", dispatch.id)],
            order="id",
            limit=1,
        )
        self.assertEqual(old.opinion, "Wrong man")
        self.assertEqual(old.user_id, self.signers["aftersales_head"])

    # --------------------------------------------------------- content changes

    def test_change_voids_what_was_signed(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head")
        dispatch.write({"address": "Another place"})
        self.assertEqual(dispatch.approval_state, "draft")
        self.assertEqual(dispatch.state, "draft")
        self.assertEqual(self._get_history(dispatch), ["cancelled"] * 3)
        self.assertFalse(self._get_asked(dispatch))
        self.assertTrue(
            dispatch.sudo().message_ids.filtered(
                lambda m: "signatures were cancelled" in m.body
            )
        )

    def test_change_after_issue_calls_the_order_back(self):
        dispatch = self._issue_dispatch()
        dispatch.write({"engineer_id": self.other_engineer.id})
        self.assertEqual(dispatch.state, "draft")
        self.assertFalse(dispatch.issued_at)
        with self.assertRaisesRegex(UserError, "Draft"):
            dispatch.with_user(self.dispatcher).action_contacted()

    def test_same_value_voids_nothing(self):
        dispatch = self._issue_dispatch(assistant_ids=self.other_engineer.ids)
        dispatch.write(
            {
                "address": dispatch.address,
                "problem": dispatch.problem,
                "engineer_id": self.engineer.id,
                "assistant_ids": [Command.set(self.other_engineer.ids)],
                "equipment_ids": [Command.set(self.equipment.ids)],
                "request_id": dispatch.request_id.id,
                "task_type": dispatch.task_type,
                "visit_at": dispatch.visit_at,
                "travel_means": dispatch.travel_means,
            }
        )
        self.assertEqual(dispatch.state, "issued")
        self.assertEqual(self._get_states(dispatch), ["approved"] * 3)

    def test_change_of_many2many_counts(self):
        for vals in (
            {"assistant_ids": [Command.link(self.other_engineer.id)]},
            {"equipment_ids": [Command.clear()]},
        ):
            with self.subTest(vals=vals):
                dispatch = self._issue_dispatch()
                dispatch.write(vals)
                self.assertEqual(dispatch.state, "draft")

    def test_what_is_not_content_may_change(self):
        dispatch = self._issue_dispatch()
        dispatch.with_user(self.engineer_user).write(
            {"work_done": "Changed the seal", "fault_cause": "Wear"}
        )
        dispatch.write({"phone": "+86 139 1111 1111", "parts_needed": "Seal"})
        self.assertEqual(dispatch.state, "issued")
        self.assertEqual(self._get_states(dispatch), ["approved"] * 3)

    def test_change_of_one_leaves_the_other(self):
        request = self._create_request()
        first = self._issue_dispatch(request)
        second = self._issue_dispatch(request)
        (first | second).write({"travel_means": first.travel_means})
        self.assertEqual(first.state, "issued")
        second.write({"travel_means": "car"})
        self.assertEqual(first.state, "issued")
        self.assertEqual(second.state, "draft")

    def test_change_after_departure_is_refused(self):
        dispatch = self._issue_dispatch()
        mine = self._go_to_customer(dispatch)
        for user in (self.dispatcher, self.manager):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, "on the way"),
            ):
                dispatch.with_user(user).write({"address": "Elsewhere"})
        self.assertEqual(mine.state, "arrived")
        self.assertNotEqual(dispatch.address, "Elsewhere")
        self.assertEqual(self._get_states(dispatch), ["approved"] * 3)

    def test_content_is_the_dispatcher_s(self):
        dispatch = self._issue_dispatch()
        mine = dispatch.with_user(self.engineer_user)
        for vals in (
            {"address": "Elsewhere"},
            {"engineer_id": self.other_engineer.id},
            {"assistant_ids": [Command.link(self.other_engineer.id)]},
            {"equipment_ids": [Command.clear()]},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(AccessError, "Only a dispatcher"),
            ):
                mine.write(vals)
        self.assertEqual(dispatch.state, "issued")

    def test_cancelled_order_does_not_come_back(self):
        """Writing on a cancelled order must not make it a draft again."""
        dispatch = self._issue_dispatch()
        dispatch.action_cancel()
        dispatch.write({"address": "Elsewhere"})
        self.assertEqual(dispatch.state, "cancelled")

    def test_submitted_order_is_kept(self):
        dispatch = self._submit_dispatch()
        with self.assertRaisesRegex(UserError, "kept as a record"):
            dispatch.with_user(self.manager).unlink()
        draft = self._create_dispatch()
        draft.with_user(self.manager).unlink()
        self.assertFalse(draft.exists())
