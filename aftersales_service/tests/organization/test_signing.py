from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .common import SigningCommon


@tagged("post_install", "-at_install")
class TestSigning(SigningCommon):
    """Who may sign, who may not, and what a signature leaves behind."""

    def test_signature_tells_who_when_and_what(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head", opinion="  Take the spare pump. ")
        box = self._get_box(dispatch, "aftersales_head")
        self.assertEqual(box.user_id, self.signers["aftersales_head"])
        self.assertTrue(box.signed_at)
        self.assertEqual(box.opinion, "Take the spare pump.")
        note = dispatch.sudo().message_ids[:1]
        self.assertIn("Head of After-Sales", note.body)
        self.assertIn("Take the spare pump.", note.body)
        self.assertEqual(note.author_id, self.signers["aftersales_head"].partner_id)

    def test_reader_of_the_lowest_group_signs(self):
        """The right to sign comes from the slot: a signer may write nothing else."""
        dispatch = self._submit_dispatch()
        signer = self.signers["aftersales_head"]
        self.assertFalse(dispatch.with_user(signer).has_access("write"))
        self._sign_as(signer, dispatch, "aftersales_head")
        self.assertEqual(self._get_box(dispatch, "aftersales_head").state, "approved")

    def test_somebody_without_the_slot(self):
        dispatch = self._submit_dispatch()
        for user in (self.manager, self.agent, self.signers["marketing_head"]):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(AccessError, "Head of After-Sales"),
            ):
                self._sign_as(user, dispatch, "aftersales_head")
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])

    def test_signed_twice(self):
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head")
        name = self.signers["aftersales_head"].name
        with self.assertRaisesRegex(UserError, f"already signed by {name}"):
            self._sign_as(self.signers["aftersales_head"], dispatch, "aftersales_head")

    def test_second_holder_comes_too_late(self):
        second = new_test_user(self.env, login="as_second", groups=f"{GROUP}user")
        self._assign(second, "aftersales_head")
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "aftersales_head")
        with self.assertRaisesRegex(UserError, "already signed by"):
            self._sign_as(second, dispatch, "aftersales_head")

    # -------------------------------------------------------- own documents

    def _assert_own_document(self, user, document, role):
        with self.assertRaisesRegex(UserError, "own document"):
            self._sign_as(user, document, role)
        self.assertIn(self._get_box(document, role).state, ("pending", "waiting"))

    def test_own_document_of_the_creator(self):
        self._assign(self.dispatcher, "aftersales_head")
        dispatch = self._submit_dispatch()
        self.assertEqual(dispatch.create_uid, self.dispatcher)
        self._assert_own_document(self.dispatcher, dispatch, "aftersales_head")

    def test_own_document_of_who_submits(self):
        self._assign(self.manager, "aftersales_head")
        dispatch = self._create_dispatch()
        dispatch.with_user(self.manager).action_submit()
        self.assertEqual(dispatch.submitted_by_id, self.manager)
        self._assert_own_document(self.manager, dispatch, "aftersales_head")

    def test_own_document_of_the_engineers(self):
        for user in (self.engineer_user, self.other_engineer_user):
            user.group_ids += self.env.ref(f"{GROUP}user")
            self._assign(user, "aftersales_head")
        dispatch = self._submit_dispatch(assistant_ids=self.other_engineer.ids)
        for user in (self.engineer_user, self.other_engineer_user):
            with self.subTest(user=user.login):
                self._assert_own_document(user, dispatch, "aftersales_head")

    def test_own_document_of_who_draws_the_parts(self):
        """The dispatcher writes it, the engineer draws: neither signs."""
        self.engineer_user.group_ids += self.env.ref(f"{GROUP}user")
        for user in (self.engineer_user, self.dispatcher):
            self._assign(user, "finance_head")
        requisition = self._create_requisition(
            self._issue_dispatch(), [(self.seal, 1)], user=self.dispatcher
        )
        requisition.action_submit()
        self.assertEqual(requisition.drawer_id, self.engineer)
        for user in (self.engineer_user, self.dispatcher):
            with self.subTest(user=user.login):
                self._assert_own_document(user, requisition, "finance_head")

    # ------------------------------------------- one person, several boxes

    def test_one_person_signs_one_box(self):
        signer = self.signers["aftersales_head"]
        self._assign(signer, "marketing_head")
        dispatch = self._submit_dispatch()
        self._sign_as(signer, dispatch, "aftersales_head")
        with self.assertRaisesRegex(UserError, "second box needs a second person"):
            self._sign_as(signer, dispatch, "marketing_head")
        self._sign(dispatch, "marketing_head", "marketing_centre")
        self.assertEqual(dispatch.state, "issued")

    def test_one_person_signs_all_boxes_where_the_route_allows(self):
        self.dispatch_route.allow_same_signer = True
        signer = self.signers["aftersales_head"]
        for role in ("marketing_head", "marketing_centre"):
            self._assign(signer, role)
        dispatch = self._submit_dispatch()
        for role in self.DISPATCH_ROLES:
            self._sign_as(signer, dispatch, role)
        self.assertEqual(dispatch.state, "issued")

    def test_one_person_signs_two_open_boxes_in_one_go(self):
        """In any order both boxes are open: the second is still refused."""
        self.dispatch_route.mode = "parallel"
        signer = self.signers["aftersales_head"]
        self._assign(signer, "marketing_head")
        dispatch = self._submit_dispatch()
        boxes = dispatch.sudo().signature_ids.with_user(signer)
        with self.assertRaisesRegex(UserError, "second box"):
            boxes.filtered("can_sign")._sign(True)
        self.assertEqual(self._get_states(dispatch), ["pending"] * 3)
        self.dispatch_route.allow_same_signer = True
        boxes.filtered("can_sign")._sign(True)
        self.assertEqual(
            self._get_states(dispatch), ["approved", "approved", "pending"]
        )

    def test_author_is_barred_even_where_one_may_sign_several(self):
        self.dispatch_route.allow_same_signer = True
        self._assign(self.dispatcher, "aftersales_head")
        dispatch = self._submit_dispatch()
        self._assert_own_document(self.dispatcher, dispatch, "aftersales_head")

    # --------------------------------------------------------- in the document

    def test_document_names_whom_it_waits_for(self):
        dispatch = self._submit_dispatch()
        self.assertEqual(
            dispatch.approval_waiting_for, "Signature of the Head of After-Sales"
        )
        self.assertFalse(dispatch.approval_can_sign)
        mine = dispatch.with_user(self.signers["aftersales_head"])
        self.assertTrue(mine.approval_can_sign)
        action = mine.action_sign()
        self.assertEqual(action["res_model"], "aftersales.signature.sign")
        self.assertEqual(
            action["context"]["default_signature_ids"],
            self._get_box(dispatch, "aftersales_head").ids,
        )
        self._sign(dispatch, "aftersales_head")
        mine.invalidate_recordset()
        self.assertFalse(mine.approval_can_sign)
        self.assertEqual(
            dispatch.approval_waiting_for,
            "Signature of the Head of Marketing Department",
        )
        with self.assertRaisesRegex(UserError, "No signature .* waits for you"):
            mine.action_sign()

    def test_box_leads_to_its_document(self):
        dispatch = self._submit_dispatch()
        box = self._get_box(dispatch, "aftersales_head")
        action = box.with_user(self.signers["aftersales_head"]).action_open_document()
        self.assertEqual(action["res_model"], "aftersales.dispatch")
        self.assertEqual(action["res_id"], dispatch.id)
        self.assertEqual(box.document_type, "Dispatch Order")
