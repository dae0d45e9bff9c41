from odoo.tests import tagged

from ..billing.common_posting import PostingCommon
from .common_repair import RepairCommon

# What two free pieces and one charged piece cost, by costing method. They are used at
# the same moment, the free ones first.
COSTS = {"standard": (80.0, 40.0), "average": (100.0, 50.0), "fifo": (80.0, 60.0)}


@tagged("post_install", "-at_install")
class TestRepairPosting(RepairCommon, PostingCommon):
    """Settlement of a factory repair in continental accounts: each cost once."""

    def _check(self, method, valuation):
        free_cost, sold_cost = COSTS[method]
        self._set_up_part(method, valuation, continental=True)
        self._stock_bag((self.part, 3, None))
        expense, sold, stock = self._get_costs()
        sheet = self._begin_work(self._quote([(self.part, 2, True)]))
        # One after the other, so that FIFO knows which pieces are sold.
        mine = sheet.with_user(self.engineer_user)
        self._test(sheet)
        sheet.action_reject("One more")
        mine.action_supplement()
        extra = sheet.prerepair_ids.filtered(lambda o: o.kind == "supplement")
        extra.with_user(self.advisor).reason = "One more"
        self._propose(sheet, [(self.part, 1, False)])
        self._sign_prerepair(extra)
        self._test(sheet)
        sheet.action_accept()
        moves = sheet.sudo().part_ids.move_id.sorted("id")
        self.assertEqual(moves.mapped("value"), [free_cost, sold_cost])
        invoice = self._bill(sheet.sudo().sale_order_id)
        self.assertEqual(invoice.invoice_line_ids.product_id, self.part)
        if valuation == "periodic":
            self.assertEqual(self._get_costs(), (expense, sold, stock))
        closing = self._close()
        self.assertTrue(closing)
        for got, expected in zip(
            self._get_costs(),
            (expense + free_cost, sold + sold_cost, stock - free_cost - sold_cost),
            strict=True,
        ):
            self.assertAlmostEqual(got, expected)
        self.assertAlmostEqual(
            self._get_balance(self.stock_account), self._get_stock_value()
        )

    def test_fifo_real_time(self):
        self._check("fifo", "real_time")

    def test_fifo_periodic(self):
        self._check("fifo", "periodic")

    def test_average_real_time(self):
        self._check("average", "real_time")

    def test_standard_periodic(self):
        self._check("standard", "periodic")
