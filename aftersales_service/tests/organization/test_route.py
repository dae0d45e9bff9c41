from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SigningCommon


@tagged("post_install", "-at_install")
class TestApprovalRoute(SigningCommon):
    """Which boxes a document gets, in which order, from which route."""

    def test_in_order(self):
        dispatch = self._submit_dispatch()
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])
        self._sign(dispatch, "aftersales_head")
        self.assertEqual(self._get_states(dispatch), ["approved", "pending", "waiting"])
        self._sign(dispatch, "marketing_head", "marketing_centre")
        self.assertEqual(self._get_states(dispatch), ["approved"] * 3)
        self.assertEqual(dispatch.approval_state, "approved")
        self.assertEqual(dispatch.state, "issued")

    def test_nobody_jumps_the_queue(self):
        dispatch = self._submit_dispatch()
        for role in ("marketing_head", "marketing_centre"):
            with (
                self.subTest(role=role),
                self.assertRaisesRegex(UserError, "cannot be signed now"),
            ):
                self._sign_as(self.signers[role], dispatch, role)
        self.assertEqual(self._get_states(dispatch), ["pending", "waiting", "waiting"])

    def test_in_any_order(self):
        requisition = self._create_requisition(self._issue_dispatch(), [(self.seal, 1)])
        requisition.action_submit()
        self.assertEqual(self._get_states(requisition), ["pending"] * 3)
        self._sign(requisition, "marketing_centre", "aftersales_head")
        self.assertEqual(requisition.approval_state, "pending")
        self._sign(requisition, "finance_head")
        self.assertEqual(requisition.approval_state, "approved")

    def test_switched_to_any_order(self):
        self.dispatch_route.mode = "parallel"
        dispatch = self._submit_dispatch()
        self._sign(dispatch, "marketing_centre", "marketing_head", "aftersales_head")
        self.assertEqual(dispatch.state, "issued")

    def test_boxes_stay_as_they_were_submitted(self):
        """A route changed later is for later documents."""
        dispatch = self._submit_dispatch()
        self.dispatch_route.step_ids[2].unlink()
        self.dispatch_route.step_ids[1].role_id = self.env.ref(
            "aftersales_service.role_general_manager"
        )
        self._sign(dispatch, "aftersales_head", "marketing_head")
        self.assertEqual(dispatch.approval_state, "pending")
        self._sign(dispatch, "marketing_centre")
        self.assertEqual(dispatch.approval_state, "approved")
        later = self._submit_dispatch()
        self.assertEqual(
            later.sudo().signature_ids.role_id.mapped("code"),
            ["aftersales_head", "general_manager"],
        )

    def test_own_route_of_the_company_comes_first(self):
        self._create_route(["general_manager"])
        dispatch = self._submit_dispatch()
        self.assertEqual(dispatch.approval_waiting_for, "Box of general_manager")
        self._sign(dispatch, "general_manager")
        self.assertEqual(dispatch.state, "issued")

    def test_route_of_another_company_does_not_count(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self._create_route(["general_manager"], company=sister)
        dispatch = self._submit_dispatch()
        self.assertEqual(len(dispatch.signature_ids), 3)

    def test_archived_route_does_not_count(self):
        self._create_route(["general_manager"]).active = False
        self.assertEqual(len(self._submit_dispatch().signature_ids), 3)

    def test_no_route(self):
        self.dispatch_route.active = False
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(UserError, "no approval route for Dispatch Order"):
            dispatch.action_submit()
        self.assertEqual(dispatch.state, "draft")
        self.assertFalse(dispatch.signature_ids)

    def test_route_without_boxes(self):
        self._create_route([])
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(UserError, "no approval route"):
            dispatch.action_submit()
        self.assertEqual(dispatch.state, "draft")

    def test_nobody_holds_the_slot(self):
        self.env["aftersales.role.assignment"].search(
            [("role_id.code", "=", "marketing_head")]
        ).unlink()
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(
            UserError, "Nobody holds the slot “Head of Marketing Department”"
        ):
            dispatch.action_submit()
        self.assertEqual(dispatch.approval_state, "draft")
        self.assertFalse(dispatch.sudo().signature_ids)

    def test_only_a_leaver_holds_the_slot(self):
        self.signers["marketing_head"].active = False
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(UserError, "Nobody holds the slot"):
            dispatch.action_submit()

    def test_box_from_an_amount(self):
        """The general manager signs only what is worth his time."""
        dispatch = self._issue_dispatch()
        small = self._create_requisition(dispatch, [(self.seal, 1)])
        exact = self._create_requisition(dispatch, [(self.seal, 3)])
        amount = exact.sudo()._approval_amount()
        self.assertGreater(amount, small.sudo()._approval_amount())
        route = self.env.ref("aftersales_service.route_requisition")
        route.step_ids.filtered(
            lambda s: s.role_id.code == "finance_head"
        ).min_amount = amount
        (small | exact).action_submit()
        self.assertEqual(len(small.signature_ids), 2)
        self.assertEqual(len(exact.signature_ids), 3)
        self.assertEqual(set(exact.sudo().signature_ids.mapped("amount")), {amount})
        self._sign(small, "aftersales_head", "marketing_centre")
        self.assertEqual(small.approval_state, "approved")

    def test_amount_below_every_box_needs_no_signature(self):
        self._create_route([("general_manager", 1000)])
        dispatch = self._submit_dispatch()
        self.assertFalse(dispatch.signature_ids)
        self.assertEqual(dispatch.approval_state, "approved")
        self.assertEqual(dispatch.state, "issued")

    def test_many_documents_at_once(self):
        request = self._create_request()
        dispatches = self._create_dispatch(request) | self._create_dispatch(request)
        dispatches.action_submit()
        self.assertEqual(dispatches.mapped("state"), ["signing", "signing"])
        for dispatch in dispatches:
            self.assertEqual(
                self._get_states(dispatch), ["pending", "waiting", "waiting"]
            )
            self.assertEqual(
                set(dispatch.sudo().signature_ids.mapped("document_name")),
                {dispatch.display_name},
            )

    def test_one_active_route_per_company_and_document(self):
        self._create_route(["general_manager"])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            self._create_route(["superior"])

    def test_negative_amount(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
        ):
            self._create_route([("superior", -1)])
