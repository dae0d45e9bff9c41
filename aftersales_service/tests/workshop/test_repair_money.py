from odoo import Command
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairMoney(RepairCommon):
    """A factory repair in the sheets of the case: what is let off, what it cost."""

    def _approve_relief(self, sheet, **vals):
        """A relief asked for and approved before there is a settlement."""
        relief = (
            self.env["aftersales.relief"]
            .with_user(self.advisor)
            .create(
                {
                    "request_id": sheet.request_id.id,
                    "requested_by_id": self.engineer.id,
                    "occasion": "before",
                    "reason": "Long wait",
                    **vals,
                }
            )
        )
        relief.action_submit()
        self._sign(relief, "superior")
        self.assertEqual(relief.state, "approved")
        return relief.sudo()

    def test_relief_comes_with_the_settlement(self):
        sheet = self._begin_work(self._quote(work=[("Overhaul", 2, False)]))
        relief = self._approve_relief(sheet, method="percent", percent=25)
        order = sheet.sudo().sale_order_id
        self._test(sheet)
        self.assertEqual(order.amount_untaxed, 240)
        sheet.action_accept()
        self.assertEqual((relief.state, relief.granted_amount), ("granted", 60))
        self.assertEqual(relief.order_id, order)
        self.assertEqual(order.amount_untaxed, 180)
        line = relief.sale_line_ids
        self.assertEqual(line.aftersales_factory_repair_id, sheet)
        self.assertEqual(order.order_line.sorted("sequence")[-1:], line)
        invoice = self._bill(order)
        self.assertEqual(invoice.amount_untaxed, 180)
        self._pay(invoice)
        sheet.action_settle()
        self.assertEqual(order.amount_untaxed, 180)

    def test_relief_of_the_second_machine(self):
        """Measured by its own machine; the first one is invoiced already."""
        first = self._receive_machine()
        second = self._receive_machine(self._new_equipment(self.machine, "MK-2"))
        for sheet in first | second:
            self._propose(sheet, work=[("Overhaul", 1, False)])
            self._diagnose(sheet)
        (first | second).with_user(self.advisor).action_quote()
        for sheet in first | second:
            self._begin_work(sheet)
        relief = self._approve_relief(second, method="percent", percent=50)
        self._test(first).action_accept()
        self.assertEqual(relief.state, "approved")
        order = first.sudo().sale_order_id
        self._bill(order)
        self._test(second).action_accept()
        self.assertEqual(relief.granted_amount, 60)
        self.assertEqual(self._bill(order).amount_untaxed, 60)

    def test_relief_never_above_the_charge(self):
        """All in warranty, or broken off: nothing to let off, nothing negative."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 2, True)]))
        relief = self._approve_relief(sheet, amount=500)
        self._test(sheet)
        sheet.action_accept()
        self.assertFalse(relief.sale_line_ids)
        self.assertEqual(sheet.sudo().sale_order_id.amount_total, 0)

    def _get_outside(self, request):
        rows = self.env["aftersales.cost.report"].search(
            [("request_id", "=", request.id), ("kind", "=", "outside")]
        )
        return [(row.is_posted, row.cost) for row in rows]

    def test_outside_work_in_the_cost_sheet(self):
        """Entered on the repair, then by the bill of who did it: once."""
        vendor = self.env["res.partner"].create({"name": "Grinders"})
        sheet = self._quote()
        self.env["aftersales.repair.labour"].with_user(self.advisor).create(
            {
                "factory_repair_id": sheet.id,
                "kind": "outside",
                "name": "Grinding",
                "vendor_id": vendor.id,
                "cost": 70,
            }
        )
        sheet.action_update_quotation()
        self._begin_work(sheet)
        request = sheet.request_id.sudo()
        self.env.flush_all()
        self.assertEqual(self._get_outside(request), [])
        self._test(sheet)
        self.env.invalidate_all()
        self.assertEqual(self._get_outside(request), [(False, 70)])
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": vendor.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Grinding",
                            "quantity": 1,
                            "price_unit": 75,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": (
                                request._aftersales_get_distribution()
                            ),
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.env.invalidate_all()
        self.assertEqual(self._get_outside(request), [(True, 75)])
