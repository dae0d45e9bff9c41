from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SigningCommon


@tagged("post_install", "-at_install")
class TestSignatureAccess(SigningCommon):
    """Signatures come from the dialog only; the list shows each his own."""

    # ----------------------------------------------------------------- by RPC

    def test_nobody_makes_a_signature(self):
        dispatch = self._submit_dispatch()
        vals = {
            "res_model": dispatch._name,
            "res_id": dispatch.id,
            "company_id": self.company.id,
            "role_id": self.env.ref("aftersales_service.role_superior").id,
            "state": "approved",
        }
        signatures = self.env["aftersales.signature"]
        for user in (self.manager, self.signers["superior"], self.engineer_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                signatures.with_user(user).create(vals)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispatch.with_user(user).write(
                    {"signature_ids": [Command.create(vals)]}
                )

    def test_nobody_changes_a_signature(self):
        dispatch = self._submit_dispatch()
        box = self._get_box(dispatch, "aftersales_head")
        for user in (self.manager, self.signers["aftersales_head"], self.agent):
            for vals in (
                {"state": "approved"},
                {"user_id": user.id},
                {"opinion": "Fine"},
                {"role_id": self.env.ref("aftersales_service.role_superior").id},
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaises(AccessError),
                ):
                    box.with_user(user).write(vals)
        self.assertEqual(box.state, "pending")

    def test_nobody_removes_a_signature(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head")
        box = self._get_box(dispatch, "aftersales_head")
        for user in (self.manager, self.signers["aftersales_head"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                box.with_user(user).unlink()
        self.assertTrue(box.exists())

    def test_nobody_reaches_a_signature_through_its_document(self):
        dispatch = self._submit_dispatch()
        box = self._get_box(dispatch, "aftersales_head")
        for command in (
            Command.update(box.id, {"state": "approved"}),
            Command.delete(box.id),
            Command.unlink(box.id),
            Command.clear(),
            Command.set([]),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                dispatch.with_user(self.manager).write({"signature_ids": [command]})
                self.env.flush_all()
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])

    # -------------------------------------------------------------- the dialog

    def _open_dialog(self, user, boxes, **vals):
        return (
            self.env["aftersales.signature.sign"]
            .with_user(user)
            .create({"signature_ids": [Command.set(boxes.ids)], **vals})
        )

    def test_dialog_signs_only_what_waits_for_its_user(self):
        dispatch = self._submit_dispatch()
        box = self._get_box(dispatch, "aftersales_head")
        with self.assertRaises(AccessError):
            self._open_dialog(self.manager, box).action_approve()
        self.assertEqual(box.state, "pending")

    def test_dialog_makes_and_changes_no_box(self):
        dispatch = self._submit_dispatch()
        box = self._get_box(dispatch, "aftersales_head")
        dialogs = self.env["aftersales.signature.sign"].with_user(self.manager)
        for command in (
            Command.update(box.id, {"state": "approved"}),
            Command.delete(box.id),
            Command.create({"res_model": "aftersales.dispatch", "res_id": dispatch.id}),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                dialogs.create({"signature_ids": [command]})

    def test_many_documents_of_different_kinds_in_one_go(self):
        dispatch = self._submit_dispatch()
        other = self._submit_dispatch()
        requisition = self._create_requisition(self._issue_dispatch(), [(self.seal, 1)])
        requisition.action_submit()
        signer = self.signers["aftersales_head"]
        boxes = (
            self.env["aftersales.signature"]
            .with_user(signer)
            .search([("can_sign", "=", True)])
        )
        self.assertEqual(len(boxes), 3)
        dialog = self._open_dialog(signer, boxes, opinion="All three")
        self.assertEqual(dialog.signature_count, 3)
        dialog.action_approve()
        self.assertEqual(set(boxes.mapped("state")), {"approved"})
        self.assertEqual(set(boxes.mapped("opinion")), {"All three"})
        self.assertEqual(self._get_states(dispatch), ["approved", "pending", "waiting"])
        self.assertEqual(self._get_states(other), ["approved", "pending", "waiting"])
        self.assertEqual(
            self._get_box(requisition, "aftersales_head").state, "approved"
        )

    def test_many_refused_in_one_go(self):
        dispatches = self._submit_dispatch() | self._submit_dispatch()
        signer = self.signers["aftersales_head"]
        boxes = dispatches.sudo().signature_ids.with_user(signer).filtered("can_sign")
        with self.assertRaisesRegex(UserError, "needs a reason"):
            self._open_dialog(signer, boxes).action_refuse()
        self._open_dialog(signer, boxes, opinion="By phone first").action_refuse()
        dispatches.invalidate_recordset()
        self.assertEqual(dispatches.mapped("state"), ["refused", "refused"])

    def test_one_that_may_not_be_signed_stops_all(self):
        signer = self.signers["aftersales_head"]
        mine, not_mine = self._submit_dispatch(), self._submit_dispatch()
        boxes = self._get_box(mine, "aftersales_head")
        boxes |= self._get_box(not_mine, "marketing_head")
        with self.assertRaises(UserError):
            self._open_dialog(signer, boxes).action_approve()
        self.assertEqual(self._get_states(mine), ["pending", "waiting", "waiting"])

    # ---------------------------------------------------------------- the list

    def test_list_of_what_waits_for_me(self):
        dispatch = self._submit_dispatch()
        first = self._get_box(dispatch, "aftersales_head")
        second = self._get_box(dispatch, "marketing_head")
        signatures = self.env["aftersales.signature"]

        def waits_for(user):
            return signatures.with_user(user).search([("can_sign", "=", True)])

        self.assertIn(first, waits_for(self.signers["aftersales_head"]))
        self.assertNotIn(second, waits_for(self.signers["marketing_head"]))
        self.assertFalse(waits_for(self.manager))
        self.assertFalse(waits_for(self.signers["superior"]))
        self._sign(dispatch, "aftersales_head")
        self.assertNotIn(first, waits_for(self.signers["aftersales_head"]))
        self.assertIn(second, waits_for(self.signers["marketing_head"]))

    def test_list_of_the_others(self):
        dispatch = self._submit_dispatch()
        own = [("res_model", "=", dispatch._name), ("res_id", "=", dispatch.id)]
        mine = self.env["aftersales.signature"].with_user(
            self.signers["aftersales_head"]
        )
        rest = mine.search([*own, ("can_sign", "=", False)])
        self.assertEqual(
            rest.role_id.mapped("code"), ["marketing_head", "marketing_centre"]
        )
        self.assertEqual(
            mine.search([*own, ("can_sign", "!=", False)]).role_id.mapped("code"),
            ["aftersales_head"],
        )

    # -------------------------------------------------------------- activities

    def test_activities_come_and_go(self):
        dispatch = self._submit_dispatch()
        self.assertEqual(self._get_asked(dispatch), ["as_aftersales_head"])
        self._sign(dispatch, "aftersales_head")
        self.assertEqual(self._get_asked(dispatch), ["as_marketing_head"])
        self._sign(dispatch, "marketing_head")
        self._sign(dispatch, "marketing_centre")
        self.assertEqual(self._get_asked(dispatch), [])

    def test_all_holders_are_asked_and_relieved(self):
        self._assign(self.manager, "aftersales_head")
        dispatch = self._submit_dispatch()
        self.assertEqual(
            self._get_asked(dispatch), ["as_aftersales_head", "as_manager"]
        )
        self._sign_as(self.manager, dispatch, "aftersales_head")
        self.assertEqual(self._get_asked(dispatch), ["as_marketing_head"])

    def test_activity_speaks_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.signers["aftersales_head"].lang = "zh_CN"
        step = self.env.ref("aftersales_service.step_dispatch_aftersales_head")
        step.update_field_translations("name", {"zh_CN": "售后部负责人"})
        dispatch = self._submit_dispatch()
        self.assertEqual(dispatch.sudo().activity_ids.summary, "售后部负责人")
        self.assertEqual(
            dispatch.approval_waiting_for, "Signature of the Head of After-Sales"
        )

    def test_cancelled_order_asks_nobody(self):
        dispatch = self._submit_dispatch()
        dispatch.action_cancel()
        self.assertEqual(self._get_asked(dispatch), [])
        self.assertFalse(dispatch.signature_ids)
