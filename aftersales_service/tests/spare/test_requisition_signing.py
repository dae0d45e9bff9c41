from itertools import permutations

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestRequisitionSigning(SpareCommon):
    """Three signatures in any order, and only then a transfer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._issue_dispatch()

    def _submit(self, lines=None):
        requisition = self._create_requisition(self.dispatch, lines or [(self.seal, 5)])
        requisition.action_submit()
        return requisition

    def test_any_order(self):
        for roles in permutations(self.REQUISITION_ROLES):
            requisition = self._submit([(self.seal, 1)])
            for role in roles[:-1]:
                self._sign(requisition, role)
                self.assertEqual(requisition.state, "signing")
                self.assertFalse(requisition.sudo().picking_ids, roles)
            self._sign(requisition, roles[-1])
            self.assertEqual(requisition.state, "approved")
            self.assertEqual(len(requisition.sudo().picking_ids), 1)

    def test_all_signers_are_asked_at_once(self):
        requisition = self._submit()
        asked = requisition.sudo().activity_ids.user_id
        for role in self.REQUISITION_ROLES:
            self.assertIn(self.signers[role], asked)
        self.assertIn("Head of Finance", requisition.approval_waiting_for)
        self._sign(requisition, "finance_head")
        self.assertNotIn("Head of Finance", requisition.approval_waiting_for)
        self.assertNotIn(
            self.signers["finance_head"], requisition.sudo().activity_ids.user_id
        )

    def test_transfer_is_what_was_signed(self):
        requisition = self._submit([(self.seal, 5), (self.pump, 1)])
        requisition.is_urgent = True
        self._sign(requisition, *self.REQUISITION_ROLES)
        picking = requisition.sudo().picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.origin, requisition.name)
        self.assertEqual(picking.priority, "1")
        self.assertEqual(picking.location_id, self.stock)
        self.assertEqual(picking.location_dest_id, self.engineer_location)
        self.assertRecordValues(
            picking.move_ids.sorted("id"),
            [
                {"product_id": self.seal.id, "product_uom_qty": 5},
                {"product_id": self.pump.id, "product_uom_qty": 1},
            ],
        )
        self.assertEqual(
            picking.move_ids.aftersales_request_id, self.dispatch.request_id
        )

    def test_one_box_one_person(self):
        requisition = self._submit()
        box = requisition.signature_ids.filtered(
            lambda s: s.role_id.code == "finance_head"
        )
        with self.assertRefused("Head of Finance", AccessError):
            box.with_user(self.signers["aftersales_head"])._sign(True)
        self.assertEqual(box.state, "pending")

    def test_nobody_signs_his_own(self):
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.env.ref("aftersales_service.role_finance_head").id,
                "company_id": self.company.id,
                "user_id": self.dispatcher.id,
            }
        )
        requisition = self._create_requisition(
            self.dispatch, [(self.seal, 1)], user=self.dispatcher
        )
        requisition.action_submit()
        box = requisition.signature_ids.filtered(
            lambda s: s.role_id.code == "finance_head"
        )
        with self.assertRefused("your own document"):
            box.with_user(self.dispatcher)._sign(True)

    def test_refusal_ends_it(self):
        requisition = self._submit()
        self._sign(requisition, "aftersales_head")
        with self.assertRefused("needs a reason"):
            self._sign(requisition, "finance_head", approve=False)
        self._sign(requisition, "finance_head", approve=False, opinion="Too many")
        self.assertEqual(requisition.state, "refused")
        self.assertFalse(requisition.sudo().picking_ids)
        self.assertIn("Too many", requisition.sudo().message_ids[0].body)
        requisition.line_ids.quantity = 2
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self.assertEqual(requisition.state, "approved")

    def test_pressing_submit_twice(self):
        requisition = self._submit()
        with self.assertRefused("Signing"):
            requisition.action_submit()
        self.assertEqual(len(requisition.signature_ids), 3)

    def test_nothing_to_sign_for(self):
        requisition = self._create_requisition(self.dispatch, [])
        with self.assertRefused("at least one part"):
            requisition.action_submit()
        self.assertEqual(requisition.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_quantity_of_nothing(self):
        for quantity in (0, -1):
            with self.assertRaises(CheckViolation):
                self._create_requisition(self.dispatch, [(self.seal, quantity)])

    def test_closed_request(self):
        requisition = self._create_requisition(self.dispatch, [(self.seal, 1)])
        self.dispatch.request_id.sudo().state = "done"
        with self.assertRefused("is finished"):
            requisition.action_submit()

    def test_no_holder_of_a_slot(self):
        self.env["aftersales.role.assignment"].search(
            [("user_id", "=", self.signers["finance_head"].id)]
        ).unlink()
        requisition = self._create_requisition(self.dispatch, [(self.seal, 1)])
        with self.assertRefused("Head of Finance"):
            requisition.action_submit()
        self.assertEqual(requisition.state, "draft")
        self.assertFalse(requisition.signature_ids)

    # ------------------------------------------------- changes after signing

    def test_changed_line_voids_signatures(self):
        changes = {
            "quantity": lambda r: r.line_ids[:1].write({"quantity": 4}),
            "part": lambda r: r.line_ids[:1].write({"product_id": self.pump.id}),
            "price": lambda r: r.line_ids[:1].write({"price_unit": 1}),
            "new line": lambda r: self.env["aftersales.parts.requisition.line"]
            .with_user(self.engineer_user)
            .create({"requisition_id": r.id, "product_id": self.pump.id}),
            "line removed": lambda r: r.line_ids[:1].unlink(),
            "purpose": lambda r: r.write({"purpose": "gift"}),
        }
        for label, change in changes.items():
            with self.subTest(label):
                requisition = self._submit([(self.seal, 5), (self.seal, 1)])
                self._sign(requisition, "aftersales_head", "finance_head")
                change(requisition)
                self.assertEqual(requisition.state, "draft")
                self.assertFalse(requisition.signature_ids)
                self.assertIn("cancelled", requisition.sudo().message_ids[0].body)

    def test_remark_keeps_signatures(self):
        requisition = self._submit()
        self._sign(requisition, "aftersales_head")
        requisition.note = "Thank you"
        requisition.line_ids.note = "the blue one"
        requisition.line_ids.quantity = 5  # as it was
        self.assertEqual(requisition.state, "signing")
        self.assertIn("approved", requisition.signature_ids.mapped("state"))

    def test_change_cancels_the_transfer(self):
        requisition = self._approve_requisition(self.dispatch, [(self.seal, 15)])
        picking = requisition.sudo().picking_ids
        self.assertEqual(self.seal.free_qty, 5)
        requisition.line_ids.quantity = 3
        self.assertEqual(requisition.state, "draft")
        self.assertEqual(picking.state, "cancel")
        self.seal.invalidate_recordset(["free_qty"])
        self.assertEqual(self.seal.free_qty, 20)
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        open_picking = requisition.sudo().picking_ids - picking
        self.assertEqual(open_picking.move_ids.product_uom_qty, 3)

    def test_no_change_after_issue(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        for change in (
            lambda: requisition.line_ids.write({"quantity": 6}),
            lambda: requisition.line_ids.unlink(),
            lambda: requisition.write({"purpose": "gift"}),
        ):
            with self.assertRefused("already issued"):
                change()
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.line_ids.quantity, 5)

    def test_no_line_put_on_a_signed_form(self):
        """A part does not come onto a form past its signatures, nor off it."""
        signed = self._approve_requisition(self.dispatch, [(self.seal, 2)])
        draft = self._create_requisition(self.dispatch, [(self.seal, 15)])
        for line, form in ((draft.line_ids, signed), (signed.line_ids, draft)):
            with self.assertRefused("stays on its requisition"):
                line.requisition_id = form
        self.assertEqual(signed.state, "approved")
        self.assertEqual(signed.total_quantity, 2)

    def test_withdrawn_stays_withdrawn(self):
        requisition = self._approve_requisition(self.dispatch, [(self.seal, 2)])
        requisition.action_withdraw()
        with self.assertRefused("Withdrawn"):
            requisition.line_ids.quantity = 3
        with self.assertRefused("Withdrawn"):
            requisition.purpose = "sample"
        self.assertEqual(requisition.state, "withdrawn")

    def test_submitted_form_is_kept(self):
        requisition = self._submit()
        with self.assertRefused("kept as a record"):
            requisition.with_user(self.manager).unlink()
        draft = self._create_requisition(self.dispatch, [(self.seal, 1)])
        draft.with_user(self.manager).unlink()
        self.assertFalse(draft.exists())
