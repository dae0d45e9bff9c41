from itertools import product

from odoo.tests import tagged

from .common_posting import PostingCommon

# What two free pieces and then one charged piece cost, by costing method.
COSTS = {"standard": (80.0, 40.0), "average": (100.0, 50.0), "fifo": (80.0, 60.0)}


@tagged("post_install", "-at_install")
class TestPostingMatrix(PostingCommon):
    """Each cost exactly once, however the company values and closes its stock.

    Odoo 19 books by valuation: perpetual (the free part by its move, the charged one
    by its invoice) or periodic (both by the closing entry). Continental means a stock
    account with accounts of variation; the flag of the company says no more.
    """

    def _check(self, method, valuation, continental):
        free_cost, sold_cost = COSTS[method]
        self._set_up_part(method, valuation, continental)
        value = self._get_stock_value()
        self.assertAlmostEqual(self._get_balance(self.stock_account), value)
        expense, sold, stock = self._get_costs()
        request, _order, invoice = self._play_case(
            free=2, charged=1, hours=0, part=self.part
        )
        moves = request.part_use_ids.move_id.sorted("id")
        self.assertEqual(moves.mapped("value"), [free_cost, sold_cost])
        cogs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        if valuation == "real_time":
            self.assertEqual(len(moves.account_move_id), 1, "the free part only")
            self.assertEqual(sum(cogs.mapped("debit")), sold_cost)
            self.assertEqual(
                self._get_costs(),
                (
                    expense + free_cost,
                    sold + sold_cost,
                    stock - free_cost - sold_cost,
                ),
            )
        else:
            self.assertFalse(moves.account_move_id)
            self.assertFalse(cogs)
            self.assertEqual(self._get_costs(), (expense, sold, stock))
        closing = self._close()
        self.assertEqual(bool(closing), valuation == "periodic" or continental)
        for got, expected in zip(
            self._get_costs(),
            (expense + free_cost, sold + sold_cost, stock - free_cost - sold_cost),
            strict=True,
        ):
            self.assertAlmostEqual(got, expected)
        self.assertAlmostEqual(
            self._get_balance(self.stock_account), self._get_stock_value()
        )
        self._check_old_part(request)

    def _check_old_part(self, request):
        """Received from the customer it is worth nothing, in either way of closing."""
        before, value = self._get_costs(), self._get_stock_value()
        old = request.parts_return_ids
        old.with_user(self.engineer_user).action_hand_in()
        self._validate(old.picking_id)
        self.assertEqual(sum(old.picking_id.move_ids.mapped("quantity")), 2)
        self.assertFalse(old.picking_id.move_ids.account_move_id)
        self.assertEqual(self._get_stock_value(), value)
        self.assertEqual(self._get_costs(), before)


def _add_combinations():
    """A test per combination: each closes the stock in a database of its own."""
    for method, valuation, continental in product(
        COSTS, ("real_time", "periodic"), (False, True)
    ):

        def test(self, args=(method, valuation, continental)):
            self._check(*args)

        style = "continental" if continental else "anglo_saxon"
        setattr(TestPostingMatrix, f"test_{method}_{valuation}_{style}", test)


_add_combinations()
