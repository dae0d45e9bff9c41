from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_parts_return import PartsReturnCommon


@tagged("post_install", "-at_install")
class TestPartsReturnValue(PartsReturnCommon):
    """Old parts have no value until the inspector gives them one."""

    def _get_values(self):
        self.env.invalidate_all()
        return {
            product: (product.total_value, product.standard_price)
            for product in (self.seal, self.pump)
        }

    def _get_next_cost(self):
        """What the next seal out of stock will cost."""
        self.env.invalidate_all()
        return self.seal._run_fifo(1)

    def test_receipt_has_no_value(self):
        before, cost = self._get_values(), self._get_next_cost()
        entries = self.env["account.move"].search_count([])
        self._receive_old_parts()
        self.assertEqual(self._get_values(), before)
        self.assertEqual(self._get_next_cost(), cost)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        moves = self.returned.picking_id.move_ids
        self.assertEqual(sum(moves.mapped("value")), 0)
        self.assertFalse(moves.account_move_id)
        # It is not for sale either: fifteen on the shelf, three with the engineer.
        self.assertEqual(self.seal.free_qty, 15)

    def test_scrap(self):
        self._approve()
        before, cost = self._get_values(), self._get_next_cost()
        entries = self.env["account.move"].search_count([])
        self._as(self.keeper).action_dispose()
        self.assertEqual(self.returned.state, "disposed")
        scraps = self.returned.line_ids.scrap_id
        self.assertEqual(scraps.mapped("state"), ["done", "done"])
        self.assertEqual(scraps.mapped("scrap_qty"), [2, 1])
        self.assertEqual(scraps[1].lot_id, self.pump_line.lot_id)
        self.assertNotIn(
            scraps.scrap_location_id,
            self.return_location | self.company.aftersales_consumption_location_id,
        )
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 0)
        self.assertEqual(self._get_quantity(self.pump, self.return_location), 0)
        self.assertEqual(self._get_values(), before)
        self.assertEqual(self._get_next_cost(), cost)
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_reuse_at_a_value(self):
        self._approve(seal="reuse", reuse_value=25.0)
        stock_account = self._get_stock_account(self.seal)
        expense = self._get_balance(self.expense_account)
        asset = self._get_balance(stock_account)
        values, on_hand = self._get_values(), self.seal.qty_available
        self._as(self.keeper).action_dispose()
        self.assertEqual(self._get_balance(self.expense_account) - expense, -25.0)
        self.assertEqual(self._get_balance(stock_account) - asset, 25.0)
        self.env.invalidate_all()
        self.assertEqual(self.seal.qty_available, on_hand + 2)
        self.assertEqual(self.seal.total_value, values[self.seal][0] + 25.0)
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 0)
        self.assertEqual(
            self._get_quantity(
                self.seal, self.company.aftersales_consumption_location_id
            ),
            2,  # the two used free; what passed through is gone again
        )
        self.assertTrue(self.pump_line.scrap_id)

    def test_reuse_goes_to_the_end_of_the_queue(self):
        """FIFO: the layers that are there go first, at their own cost."""
        self._approve(seal="reuse", reuse_value=10.0)
        self._as(self.keeper).action_dispose()
        self.env.invalidate_all()
        self.assertEqual(self.seal._run_fifo(18), 18 * 40.0)
        self.assertEqual(self.seal._run_fifo(20), 18 * 40.0 + 10.0)

    def test_reuse_for_nothing(self):
        self._approve(seal="reuse")
        expense = self._get_balance(self.expense_account)
        values = self._get_values()
        self._as(self.keeper).action_dispose()
        self.assertEqual(self._get_balance(self.expense_account), expense)
        self.assertEqual(self._get_values()[self.seal][0], values[self.seal][0])
        self.assertEqual(self.seal.qty_available, 15 + 2)

    def test_reuse_of_a_serial(self):
        self._approve(pump="reuse", reuse_value=120.0)
        self._as(self.keeper).action_dispose()
        lot = self.pump_line.lot_id
        self.assertEqual(self._get_quantity(self.pump, self.stock, lot), 1)
        self.env.invalidate_all()
        self.assertEqual(self.pump.total_value, 120.0)
        # It can be issued and used again, and costs what the inspector said.
        dispatch = self._arrive_with([(self.pump, 1)])
        expense = self._get_balance(self.expense_account)
        self._use(dispatch, self.pump, lot_id=lot.id)
        dispatch.action_finished()
        self.assertEqual(self._get_balance(self.expense_account) - expense, 120.0)

    def test_reuse_value_at_average_cost(self):
        self.part_category.property_cost_method = "average"
        self.env.invalidate_all()
        self._approve(seal="reuse", reuse_value=22.0)
        stock_account = self._get_stock_account(self.seal)
        asset = self._get_balance(stock_account)
        value = self._get_values()[self.seal][0]
        self._as(self.keeper).action_dispose()
        self.assertEqual(self._get_balance(stock_account) - asset, 22.0)
        total, cost = self._get_values()[self.seal]
        self.assertAlmostEqual(total, value + 22.0, 2)
        self.assertAlmostEqual(cost, (value + 22.0) / 20, 2)

    def test_negative_value(self):
        self._receive_old_parts()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.seal_line.with_user(self.quality).reuse_value = -1
            self.env.flush_all()

    def test_to_the_supplier(self):
        supplier = self.env["res.partner"].create({"name": "Seal Factory"})
        self._approve(seal="supplier", supplier_id=supplier.id)
        before = self._get_values()
        entries = self.env["account.move"].search_count([])
        self._as(self.keeper).action_dispose()
        picking = self.seal_line.picking_id
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.partner_id, supplier)
        self.assertEqual(picking.location_dest_id.usage, "supplier")
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 0)
        self.assertEqual(self._get_values(), before)
        # One draft claim, which books nothing.
        self.assertEqual(self.env["account.move"].search_count([]), entries + 1)
        self.assertEqual(self.returned.claim_ids.state, "draft")

    def test_disposed_once(self):
        self._approve(seal="reuse", reuse_value=25.0)
        self._as(self.keeper).action_dispose()
        on_hand = self.seal.qty_available
        with self.assertRefused("Disposed"):
            self._as(self.keeper).action_dispose()
        self.env.invalidate_all()
        self.assertEqual(self.seal.qty_available, on_hand)

    def test_one_line_fails_all_wait(self):
        """Reuse of a perpetual part needs the account; nothing is half done."""
        self._approve(seal="scrap", pump="reuse", reuse_value=9.0)
        self.company.aftersales_consumption_location_id.valuation_account_id = False
        self.company.expense_account_id = False
        with self.assertRefused("after-sales expense account"):
            self._as(self.keeper).action_dispose()
        self.assertEqual(self.returned.state, "approved")
        self.assertFalse(self.returned.line_ids.scrap_id)
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)
