from odoo.tests import tagged

from .common import AftersalesCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestWholeCase(AftersalesCommon):
    """One case from the call to the closed file, each step by its own person."""

    def test_from_call_to_archive(self):
        request = self._create_request()
        self.assertEqual(request.warranty_state, "in")
        self.assertRegex(request.name, r"^SR\d{4}-\d{5}$")
        request.action_accept()
        request.action_start_remote()
        dispatch = self._issue_dispatch(request)
        self.assertEqual(dispatch.state, "issued")
        self.assertEqual(request.state, "dispatched")

        requisition = self._issue_parts(dispatch, [(self.seal, 5), (self.pump, 1)])
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)

        expense = self.company.aftersales_consumption_location_id.valuation_account_id
        before = self._get_balance(expense)
        mine = self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 2)
        self._use(
            dispatch,
            self.pump,
            lot_id=self.pump_lot.id,
            charge="charged",
            charge_reason="Misuse",
        )
        card = dispatch.card_ids.with_user(self.engineer_user)
        card.write(
            {
                "rating_overall": "5",
                "customer_signer": "Ms Luo",
                "customer_signature": SIGNATURE,
            }
        )
        card.action_sign_customer()
        mine.action_finished()
        self.assertEqual(request.state, "confirm")
        self.assertEqual(self._get_balance(expense) - before, 80.0)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.assertEqual(self.engineer._aftersales_get_held(self.pump), 0)
        mine.action_returned()

        card.action_hand_in()
        card.with_user(self.dispatcher).action_check()
        self.assertEqual(request.state, "done")

        requisition.action_return_unused()
        unused = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        unused.with_user(self.keeper).button_validate()
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

        returned = request.parts_return_ids
        self.assertEqual(returned.total_value, 80.0)
        returned.with_user(self.engineer_user).action_hand_in()
        returned.with_user(self.keeper).action_receive()
        returned.with_user(self.quality).line_ids.verdict = "scrap"
        returned.with_user(self.quality).action_inspect()
        returned.with_user(self.quality).action_submit()
        self._sign(returned, *self.RETURN_ROLES)
        self.assertEqual(returned.state, "approved")
        returned.with_user(self.keeper).action_dispose()
        self.assertEqual(returned.state, "disposed")

        request.action_create_settlement()
        order = request.sudo().sale_order_ids
        self.assertEqual(order.amount_untaxed, 700.0)
        order.action_confirm()
        self.assertEqual(
            order.picking_ids,
            request.sudo().part_use_ids.move_id.filtered("sale_line_id").picking_id,
        )
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        collection = (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .create(
                {
                    "sale_order_id": order.id,
                    "receipt_no": "R-100",
                    "amount": order.amount_total,
                }
            )
        )
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, order.amount_total)
        cogs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertEqual(sum(cogs.mapped("debit")), 300.0)
        collection.with_user(self.finance).action_hand_over()
        self.assertEqual(collection.state, "reconciled")
        self.assertEqual(invoice.payment_state, "paid")

        followup = (
            self.env["aftersales.followup"]
            .with_user(self.agent)
            .create({"request_id": request.id, "satisfaction": "5"})
        )
        followup.action_done()
        self.assertEqual(request.state, "archived", request.debt_text)
        self.assertTrue(len(request.story) > 12)
