from odoo import Command
from odoo.tests import tagged

from .common_posting import PostingCommon


@tagged("post_install", "-at_install")
class TestPostingWays(PostingCommon):
    """Credit notes, returns, parts of a quantity, the invoice before the goods."""

    def _check_ledger_ties(self, since, free=0.0, sold=0.0):
        """The ledger moved by these costs, and the shelves by the same."""
        expense, cost, stock = since
        for got, expected in zip(
            self._get_costs(),
            (expense + free, cost + sold, stock - free - sold),
            strict=True,
        ):
            self.assertAlmostEqual(got, expected)
        self.assertAlmostEqual(
            self._get_balance(self.stock_account), self._get_stock_value()
        )

    def _credit(self, invoice):
        before = invoice.search([], order="id desc", limit=1)
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        refund = invoice.search([("id", ">", before.id or 0)])
        refund.action_post()
        return refund

    def _give_back(self, move):
        """The customer returns what the move delivered, into the warehouse."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=move.picking_id.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = move.quantity
        picking = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        picking.location_dest_id = self.stock
        picking.move_ids.location_dest_id = self.stock
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def test_credit_note_and_return(self):
        for method, valuation in (("fifo", "real_time"), ("average", "periodic")):
            with self.subTest(method=method), self.env.cr.savepoint() as point:
                self._set_up_part(method, valuation)
                since = self._get_costs()
                request, _order, invoice = self._play_case(
                    free=0, charged=3, hours=0, part=self.part
                )
                self._credit(invoice)
                picking = self._give_back(request.part_use_ids.move_id)
                self.assertEqual(picking.state, "done")
                self._close()
                self._check_ledger_ties(since)
                self.assertEqual(self._get_stock_value(), 200.0)
                lines = self._get_analytic_lines(request)
                self.assertAlmostEqual(sum(lines.mapped("amount")), 0.0)
                point.rollback()

    def test_free_part_brought_back(self):
        """A transfer that takes a use back: cost and case are as before. (The return
        dialog of Odoo offers nothing that went to a location of usage inventory.)"""
        self._set_up_part("fifo", "real_time")
        since = self._get_costs()
        request = self._create_request()
        dispatch = self._arrive_with([(self.part, 2)], request)
        self._use(dispatch, self.part, 2)
        dispatch.action_finished()
        self._check_ledger_ties(since, free=80.0)
        move = request.sudo().part_use_ids.move_id
        back = move.picking_id.copy(
            {
                "location_id": move.location_dest_id.id,
                "location_dest_id": move.location_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.part.id,
                            "product_uom_qty": 2,
                            "location_id": move.location_dest_id.id,
                            "location_dest_id": move.location_id.id,
                            "aftersales_request_id": request.id,
                            "origin_returned_move_id": move.id,
                        }
                    )
                ],
            }
        )
        back._aftersales_force_done()
        self._check_ledger_ties(since)
        lines = self._get_analytic_lines(request)
        self.assertAlmostEqual(sum(lines.mapped("amount")), 0.0)
        engineer = self._get_plan_column("engineer")
        self.assertEqual(len(lines[engineer]), 1, "on the account of the same man")

    def test_invoiced_in_parts(self):
        """Three pieces of 40, 40 and 60, billed one by one: 140 in all."""
        self._set_up_part("fifo", "real_time")
        since = self._get_costs()
        request = self._create_request()
        dispatch = self._arrive_with([(self.part, 3)], request)
        self._use(dispatch, self.part, 3, charge="charged", charge_reason="Misuse")
        dispatch.action_finished()
        order = self._settle(request).sudo()
        order.action_confirm()
        booked = 0.0
        for quantity in (1, 2):
            invoice = order._create_invoices()
            invoice.invoice_line_ids.quantity = quantity
            invoice.action_post()
            costs = invoice.line_ids.filtered(lambda li: li.display_type == "cogs")
            booked += sum(costs.mapped("debit"))
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertAlmostEqual(booked, 140.0)
        self._check_ledger_ties(since, sold=140.0)

    def test_invoice_before_the_goods(self):
        """A part sold on the settlement and sent later from the warehouse."""
        for method, cost in (("fifo", 40.0), ("average", 50.0)):
            with self.subTest(method=method), self.env.cr.savepoint() as point:
                self._set_up_part(method, "real_time")
                since = self._get_costs()
                request = self._finish_visit([(self.seal, 1, None)]).request_id
                order = self._settle(request).sudo()
                self.env["sale.order.line"].create(
                    {"order_id": order.id, "product_id": self.part.id}
                )
                order.action_confirm()
                invoice = order._create_invoices()
                invoice.action_post()
                costs = invoice.line_ids.filtered(
                    lambda li: li.display_type == "cogs" and li.product_id == self.part
                )
                self.assertAlmostEqual(sum(costs.mapped("debit")), cost)
                picking = order.picking_ids.filtered(lambda p: p.state != "done")
                picking.move_ids.picked = True
                picking._action_done()
                self._check_sold(since, cost)
                point.rollback()

    def _check_sold(self, since, cost):
        _expense, _sold, stock = since
        self.assertAlmostEqual(self._get_balance(self.stock_account), stock - cost)
        self.assertAlmostEqual(self._get_stock_value(), stock - cost)

    def test_scrap_of_an_old_part_costs_nothing(self):
        self._set_up_part("fifo", "real_time")
        request = self._create_request()
        dispatch = self._arrive_with([(self.part, 1)], request)
        self._use(dispatch, self.part)
        dispatch.action_finished()
        since = self._get_costs()
        old = request.sudo().parts_return_ids
        old.with_user(self.engineer_user).action_hand_in()
        self._validate(old.picking_id)
        old.line_ids.verdict = "scrap"
        old.line_ids._dispose()
        self.assertEqual(old.line_ids.scrap_id.state, "done")
        self._check_ledger_ties(since)

    def test_reuse_in_periodic(self):
        """The recovery of the inspector's value is in the closing, once."""
        self._set_up_part("average", "periodic")
        since = self._get_costs()
        request = self._create_request()
        dispatch = self._arrive_with([(self.part, 2)], request)
        self._use(dispatch, self.part, 2)
        dispatch.action_finished()
        old = request.sudo().parts_return_ids
        old.with_user(self.engineer_user).action_hand_in()
        self._validate(old.picking_id)
        old.line_ids.write({"verdict": "reuse", "reuse_value": 30.0})
        old.line_ids._dispose()
        self.assertEqual(self._get_costs(), since)
        self._close()
        self._check_ledger_ties(since, free=100.0 - 30.0)
