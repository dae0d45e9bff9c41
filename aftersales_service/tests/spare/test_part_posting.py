from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestPartPosting(SpareCommon):
    """A part leaves the engineer exactly one way, and costs exactly once."""

    def _new_valued_part(self, method, valuation="real_time"):
        """Four pieces in stock: two bought at 40, two at 60."""
        category = self.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_valuation": valuation,
                "property_cost_method": method,
            }
        )
        part = self._new_part(f"Part {method}", categ_id=category.id)
        self._receive(part, 2)
        move = self._receive(part, 2).move_ids
        if method != "standard":
            move.value_manual = 120.0
        return part

    def _play(self, part):
        """Use two pieces free and one charged; bill the charged one.

        :return: entries of the free move, amount booked as cost by the invoice
        """
        dispatch = self._arrive_with([(part, 3)])
        request = dispatch.request_id
        free = self._use(dispatch, part, 2)
        charged = self._use(dispatch, part, 1, charge="charged", charge_reason="Misuse")
        dispatch.action_finished()
        free_move, charged_move = free.sudo().move_id, charged.sudo().move_id
        self.assertEqual(
            free_move.location_dest_id, self.company.aftersales_consumption_location_id
        )
        self.assertEqual(charged_move.location_dest_id.usage, "customer")
        self.assertFalse(charged_move.account_move_id)
        request.with_user(self.dispatcher).action_create_settlement()
        order = request.sudo().sale_order_ids
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        costs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertFalse(free.sudo().sale_line_id)
        self.assertEqual(charged.sudo().sale_line_id, order.order_line)
        return free_move.account_move_id, costs

    def _check_perpetual(self, method, free_cost, charged_cost):
        part = self._new_valued_part(method)
        stock_account = self._get_stock_account(part)
        before = {
            account: self._get_balance(account)
            for account in (stock_account, self.expense_account)
        }
        value_before = part.total_value
        entry, costs = self._play(part)
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.state, "posted")
        self.assertRecordValues(
            entry.line_ids.sorted("debit"),
            [
                {"account_id": stock_account.id, "debit": 0, "credit": free_cost},
                {
                    "account_id": self.expense_account.id,
                    "debit": free_cost,
                    "credit": 0,
                },
            ],
        )
        self.assertEqual(sum(costs.mapped("debit")), charged_cost)
        self.assertNotIn(self.expense_account, costs.account_id)
        # Each cost once: the ledger lost what the shelves lost.
        self.assertEqual(
            self._get_balance(self.expense_account) - before[self.expense_account],
            free_cost,
        )
        self.assertEqual(
            self._get_balance(stock_account) - before[stock_account],
            -(free_cost + charged_cost),
        )
        part.invalidate_recordset()
        self.assertEqual(part.total_value - value_before, -(free_cost + charged_cost))

    def test_fifo(self):
        self._check_perpetual("fifo", 80.0, 60.0)

    def test_average(self):
        self._check_perpetual("average", 100.0, 50.0)

    def test_standard(self):
        self._check_perpetual("standard", 80.0, 40.0)

    def test_periodic(self):
        """Without perpetual valuation the closing books it, not the move."""
        part = self._new_valued_part("fifo", "periodic")
        before = self._get_balance(self.expense_account)
        entry, costs = self._play(part)
        self.assertFalse(entry)
        self.assertFalse(costs)
        self.assertEqual(self._get_balance(self.expense_account), before)
        part.invalidate_recordset()
        self.assertEqual(part.total_value, 60.0)

    def test_two_ways_in_one_visit(self):
        """Free and charged pieces of one part: one transfer each."""
        dispatch = self._arrive_with([(self.seal, 5)])
        uses = self._use(dispatch, self.seal, 2) | self._use(dispatch, self.seal, 1)
        uses |= self._use(
            dispatch, self.seal, 2, charge="charged", charge_reason="Misuse"
        )
        dispatch.action_finished()
        moves = uses.sudo().move_id
        self.assertEqual(len(moves), 3)
        self.assertEqual(len(moves.picking_id), 2)
        self.assertEqual(set(moves.picking_id.mapped("state")), {"done"})
        self.assertEqual(set(moves.picking_id.mapped("origin")), {dispatch.name})
        self.assertEqual(sum(moves[:2].account_move_id.mapped("amount_total")), 120.0)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

    def test_issue_books_nothing(self):
        """From shelf to van the part stays the company's, at its value."""
        value = self.seal.total_value
        entries = self.env["account.move"].search_count([])
        dispatch = self._issue_dispatch()
        requisition = self._issue_parts(dispatch, [(self.seal, 5)])
        self.assertFalse(requisition.sudo().picking_ids.move_ids.account_move_id)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.seal.invalidate_recordset()
        self.assertEqual(self.seal.total_value, value)

    def test_booked_as_nobody_in_particular(self):
        """The engineer has no stock or accounting right; his name is on the use."""
        dispatch = self._arrive_with([(self.seal, 1)])
        use = self._use(dispatch, self.seal)
        dispatch.action_finished()
        self.assertEqual(use.create_uid, self.engineer_user)
        self.assertFalse(
            self.env["account.move"].with_user(self.engineer_user).has_access("read")
        )
        self.assertTrue(use.sudo().move_id.account_move_id)
