from odoo import Command
from odoo.tests import tagged

from .common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    """What a case charges becomes one sale order, once."""

    def _get_lines(self, order):
        return {
            line.product_id: line.product_uom_qty for line in order.sudo().order_line
        }

    def test_parts_labour_travel(self):
        dispatch = self._finish_visit(
            [(self.seal, 3, None), (self.pump, 1, self.pump_lot)],
            hours=2.5,
            assistant_ids=self.other_engineer.ids,
        )
        request = dispatch.request_id
        order = self._settle(request)
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.aftersales_request_id, request)
        self.assertEqual(order.origin, request.name)
        self.assertTrue(order.require_signature)
        self.assertEqual(
            self._get_lines(order),
            {
                self.seal: 3,
                self.pump: 1,
                self.company.aftersales_labour_product_id: 5.0,  # 2.5 h x 2 people
                self.company.aftersales_travel_product_id: 1,
            },
        )
        parts = order.sudo().order_line.filtered("aftersales_part_use_ids")
        self.assertEqual(sum(parts.mapped("price_subtotal")), 3 * 100 + 700)
        self.assertEqual(request.sale_order_count, 1)

    def test_button_opens_it(self):
        request = self._finish_visit([(self.seal, 1, None)]).request_id
        action = request.with_user(self.dispatcher).action_create_settlement()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(action["res_id"], request.sudo().sale_order_ids.id)

    def test_travel_per_finished_visit(self):
        request = self._create_request(warranty_state="out")
        first = self._finish_visit(hours=1, request=request)
        second = self._finish_visit(hours=2, request=request)
        self._issue_dispatch(request)  # on its way, nothing to bill yet
        lines = self._settle(request).sudo().order_line
        labour = self.company.aftersales_labour_product_id
        travel = self.company.aftersales_travel_product_id
        for product, quantities in ((labour, [1, 2]), (travel, [1, 1])):
            self.assertEqual(
                lines.filtered(lambda line, p=product: line.product_id == p)
                .sorted(lambda line: line.aftersales_dispatch_id.id)
                .mapped("product_uom_qty"),
                quantities,
            )
        self.assertEqual(lines.aftersales_dispatch_id, first | second)

    def test_in_warranty_no_labour(self):
        request = self._create_request()
        self.assertEqual(request.warranty_state, "in")
        self._finish_visit([(self.seal, 1, None)], hours=3, request=request)
        self.assertEqual(self._get_lines(self._settle(request)), {self.seal: 1})

    def test_nothing_to_charge(self):
        request = self._create_request()
        dispatch = self._arrive_with([(self.seal, 1)], request)
        self._use(dispatch, self.seal)
        dispatch.action_finished()
        with self.assertRefused("nothing to charge"):
            self._settle(request)
        self.assertFalse(request.sudo().sale_order_ids)

    def test_too_early(self):
        request = self._create_request(warranty_state="out")
        with self.assertRefused("New"):
            self._settle(request)
        dispatch = self._arrive_with([(self.seal, 1)], request)
        self._use(dispatch, self.seal)
        with self.assertRefused("nothing to charge"):
            self._settle(request)  # entered, not finished

    def test_running_it_twice(self):
        request = self._finish_visit([(self.seal, 2, None)], hours=1).request_id
        self._settle(request)
        with self.assertRefused("nothing to charge"):
            self._settle(request)
        self.assertEqual(len(request.sudo().sale_order_ids), 1)

    def test_second_order_bills_what_is_new(self):
        request = self._finish_visit([(self.seal, 2, None)], hours=1).request_id
        self._settle(request).action_confirm()
        self._finish_visit([(self.seal, 4, None)], hours=3, request=request)
        second = self._settle(request)
        lines = self._get_lines(second)
        self.assertEqual(lines[self.seal], 4)
        self.assertEqual(lines[self.company.aftersales_labour_product_id], 3)
        self.assertEqual(lines[self.company.aftersales_travel_product_id], 1)

    def test_cancelled_order_is_billed_again(self):
        request = self._finish_visit([(self.seal, 2, None)], hours=1).request_id
        first = self._settle(request)
        lines = self._get_lines(first)
        first.action_cancel()
        request.invalidate_recordset()
        self.assertIn("not on a settlement", request.debt_text)
        with self.assertRefused("stays cancelled"):
            first.action_draft()
        second = self._settle(request)
        self.assertEqual(self._get_lines(second), lines)
        second.action_confirm()
        part_line = second.sudo().order_line.filtered("aftersales_part_use_ids")
        self.assertEqual(part_line.qty_delivered, 2)
        self.assertFalse(
            second.sudo().picking_ids.filtered(lambda p: p.state != "done")
        )

    def test_deleted_draft_is_billed_again(self):
        request = self._finish_visit([(self.seal, 2, None)]).request_id
        first = self._settle(request)
        lines = self._get_lines(first)
        first.sudo().unlink()
        self.assertEqual(self._get_lines(self._settle(request)), lines)

    def test_copy_is_an_ordinary_order(self):
        request = self._finish_visit([(self.seal, 2, None)]).request_id
        order = self._settle(request).sudo()
        copy = order.copy()
        self.assertFalse(copy.aftersales_request_id)
        copy.action_confirm()
        self.assertEqual(copy.picking_ids.move_ids.product_uom_qty, 2)

    def test_price_list_of_the_customer(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Good Customer",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        request = self._finish_visit([(self.seal, 2, None)]).request_id
        line = (
            self._settle(request).sudo().order_line.filtered("aftersales_part_use_ids")
        )
        self.assertEqual(line.price_subtotal, 180)

    def test_debts_and_story(self):
        request = self._finish_visit([(self.seal, 2, None)]).request_id
        order = self._settle(request)
        name = order.name

        def debts():
            request.invalidate_recordset()
            return request.debt_text

        self.assertIn(f"Settlement {name} is not invoiced", debts())
        order.action_confirm()
        self.assertIn(f"Settlement {name} is not invoiced", debts())
        invoice = self._invoice(order)
        self.assertIn(f"Settlement {name} is not paid", debts())
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertNotIn(name, debts())
        titles = {entry["title"]: entry["amount"] for entry in request.story}
        self.assertTrue(titles[f"{name}: Settlement"])
        self.assertEqual(
            titles[f"{invoice.name}: Invoice"], titles[f"{name}: Settlement"]
        )
