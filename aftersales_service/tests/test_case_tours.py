from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCaseTours(AftersalesCommon, HttpCase):
    """A whole case in the real browser, each person at his own screen."""

    def _tour(self, url, name, user):
        self.env.flush_all()
        self.start_tour(url, f"aftersales_case_{name}", login=user.login)
        self.env.invalidate_all()

    def _sign_all(self, document, roles):
        for role in roles:
            self._tour("/odoo/aftersales-to-sign", "sign", self.signers[role])
        self.assertEqual(document.approval_state, "approved")

    def _on_phone(self):
        """From here on the screen is a phone of 390 px that is touched."""
        cls = type(self)
        for fname, value in (("browser_size", "390x844"), ("touch_enabled", True)):
            previous = getattr(cls, fname)
            setattr(cls, fname, value)
            self.addCleanup(setattr, cls, fname, previous)

    def _case_ready_to_go(self):
        """Agent, dispatcher, three signers; then the engineer draws a part."""
        self._tour("/odoo/aftersales-requests/new", "agent", self.agent)
        request = self.env["aftersales.service.request"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(request.state, "to_dispatch")
        self._tour("/odoo/aftersales-requests", "dispatcher", self.dispatcher)
        dispatch = request.dispatch_ids
        self.assertEqual(dispatch.card_ids.state, "issued")
        self._sign_all(dispatch, self.DISPATCH_ROLES)
        self.assertEqual(dispatch.state, "issued")
        self.assertEqual(set(dispatch.signature_ids.mapped("opinion")), {"Agreed"})
        self._tour(
            "/odoo/aftersales-requisitions/new", "requisition", self.engineer_user
        )
        self._sign_all(dispatch.requisition_ids, self.REQUISITION_ROLES)
        picking = dispatch.requisition_ids.picking_ids
        self._tour(f"/odoo/stock.picking/{picking.id}", "keeper", self.keeper)
        self.assertEqual(dispatch.requisition_ids.state, "issued")
        return dispatch

    def test_desk(self):
        """The people at a desk, up to the parts in the engineer's hands."""
        dispatch = self._case_ready_to_go()
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.assertEqual(dispatch.request_id.state, "dispatched")

    def test_phone(self):
        """The engineer on the phone: visit, card with signature, finish."""
        dispatch = self._issue_dispatch()
        self._issue_parts(dispatch, [(self.seal, 2)])
        self._on_phone()
        self._tour("/odoo/aftersales-visits", "engineer", self.engineer_user)
        self.assertEqual(dispatch.state, "arrived")
        self._use(dispatch, self.seal, 2)
        card = dispatch.card_ids
        self._tour(
            f"/odoo/aftersales-service-cards/{card.id}", "card", self.engineer_user
        )
        self.assertEqual(card.state, "signed")
        self.assertTrue(card.customer_signature)
        self._tour(
            f"/odoo/aftersales-visits/{dispatch.id}", "finish", self.engineer_user
        )
        self.assertEqual(dispatch.state, "returned")
        self.assertEqual(dispatch.part_use_ids.state, "done")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

    def test_money_and_callback(self):
        """The cashier takes the cash over, the agent calls back."""
        request = self._create_request()
        dispatch = self._issue_dispatch(request)
        self._issue_parts(dispatch, [(self.pump, 1)])
        mine = self._go_to_customer(dispatch)
        self._use(
            dispatch,
            self.pump,
            lot_id=self.pump_lot.id,
            charge="charged",
            charge_reason="Misuse",
        )
        mine.action_finished()
        mine.action_returned()
        dispatch.card_ids.with_user(self.dispatcher).action_hand_in()
        dispatch.card_ids.with_user(self.dispatcher).action_check()
        request.action_create_settlement()
        order = request.sudo().sale_order_ids
        order.action_confirm()
        order._create_invoices().action_post()
        collection = (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .create(
                {
                    "sale_order_id": order.id,
                    "receipt_no": "R-1",
                    "amount": order.amount_total,
                }
            )
        )
        self._tour(
            f"/odoo/aftersales-collections/{collection.id}",
            "hand_over",
            self.finance,
        )
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        followup = (
            self.env["aftersales.followup"]
            .with_user(self.agent)
            .create({"request_id": request.id})
        )
        self._tour(f"/odoo/aftersales-callbacks/{followup.id}", "callback", self.agent)
        self.assertEqual(followup.result, "satisfied")
        self.assertEqual(request.state, "archived", request.debt_text)
