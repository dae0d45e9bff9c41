from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestFactoryCash(RepairCommon):
    """Cash that was taken for a factory repair counts once before the machine
    leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.sheet = self._begin_work(self._quote(work=[("Overhaul", 2, False)]))
        self._test(cls.sheet)
        cls.sheet.action_accept()
        cls.order = cls.sheet.sudo().sale_order_id

    def _collect(self, amount, receipt):
        return self.env["aftersales.collection"].create(
            {
                "sale_order_id": self.order.id,
                "amount": amount,
                "receipt_no": receipt,
                "collector_id": self.engineer.id,
            }
        )

    def test_half_of_it_is_not_all(self):
        """Matched with the invoice at once, it was deducted a second time."""
        invoice = self._bill(self.order)
        total = invoice.amount_total
        self._collect(total / 2, "R-1")
        self.assertEqual(invoice.amount_residual, total / 2)
        with self.assertRefused("is not paid yet"):
            self.sheet.action_settle()
        self._collect(total / 2, "R-2")
        self.sheet.action_settle()
        self.assertEqual(self.sheet.state, "settled")

    def test_cash_before_the_invoice(self):
        self._collect(self.order.amount_total, "R-1")
        self._bill(self.order)
        self.sheet.action_settle()
        self.assertEqual(self.sheet.state, "settled")

    def test_cancelled_cash_is_none(self):
        self._bill(self.order)
        receipt = self._collect(self.order.amount_total, "R-1")
        receipt._cancel("Forged notes")
        with self.assertRefused("is not paid yet"):
            self.sheet.action_settle()
