from odoo import Command
from odoo.tests import tagged

from .common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementDelivery(SettlementCommon):
    """The engineer delivered on site: no second delivery, the right quantities."""

    def _settled(self):
        dispatch = self._finish_visit(
            [(self.seal, 3, None), (self.pump, 1, self.pump_lot)], hours=1
        )
        order = self._settle(dispatch.request_id).sudo()
        moves = dispatch.sudo().part_use_ids.move_id
        return order, moves

    def _get_line(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    def test_confirming_delivers_nothing(self):
        order, moves = self._settled()
        on_hand = self._get_quantity(self.seal, self.stock)
        order.action_confirm()
        self.assertEqual(order.picking_ids, moves.picking_id)
        self.assertEqual(order.order_line.move_ids, moves)
        self.assertEqual(self._get_quantity(self.seal, self.stock), on_hand)
        self.assertEqual(order.delivery_status, "full")

    def test_delivered_whatever_the_policy(self):
        order, _moves = self._settled()
        order.action_confirm()
        self.assertEqual(self.seal.invoice_policy, "order")
        self.assertEqual(self.pump.invoice_policy, "delivery")
        for product, quantity in ((self.seal, 3), (self.pump, 1)):
            line = self._get_line(order, product)
            self.assertEqual(line.qty_delivered, quantity)
            self.assertEqual(line.qty_to_invoice, quantity)

    def test_invoice_has_the_same_quantities(self):
        order, moves = self._settled()
        order.action_confirm()
        invoice = self._invoice(order)
        billed = {
            line.product_id: line.quantity
            for line in invoice.invoice_line_ids
            if line.display_type == "product"
        }
        for move in moves:
            self.assertEqual(billed[move.product_id], move.quantity)
        self.assertEqual(
            billed[self.company.aftersales_labour_product_id],
            self._get_line(
                order, self.company.aftersales_labour_product_id
            ).product_uom_qty,
        )
        self.assertEqual(invoice.amount_total, order.amount_total)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_more_on_the_line_delivers_nothing(self):
        order, moves = self._settled()
        order.action_confirm()
        self._get_line(order, self.seal).product_uom_qty = 5
        self._get_line(order, self.seal).product_uom_qty = 4
        self.assertEqual(order.picking_ids, moves.picking_id)
        self.assertEqual(self._get_line(order, self.seal).qty_delivered, 3)

    def test_ordinary_line_is_delivered(self):
        """A part added by hand was not used on site: the warehouse ships it."""
        order, moves = self._settled()
        order.action_confirm()
        order.order_line = [
            Command.create({"product_id": self.seal.id, "product_uom_qty": 2})
        ]
        added = order.picking_ids - moves.picking_id
        self.assertEqual(added.move_ids.product_uom_qty, 2)
        self.assertEqual(added.location_id, self.stock)

    def test_cancelling_leaves_the_goods_delivered(self):
        order, moves = self._settled()
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(set(moves.mapped("state")), {"done"})
        self.assertEqual(set(moves.picking_id.mapped("state")), {"done"})

    def test_ordinary_orders_are_untouched(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.seal.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        self._validate(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 2)
