from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashByRpc(CollectionCommon):
    """Cash, receipts and sheets, changed past the button by whoever may write them,
    and by the accountant in Odoo's own screens."""

    def _counted_sheet(self):
        return self._sheet(
            count_ids=[Command.create({"value": 100, "quantity": 3})],
        )

    def test_notes_of_a_closed_sheet(self):
        self._collect(300)
        sheet = self._counted_sheet()
        sheet.action_confirm()
        for user in (self.finance, self.engineer_user):
            note = sheet.count_ids.with_user(user)
            with self.assertRefused("state"):
                note.quantity = 1
            with self.assertRefused("state"):
                note.unlink()
            with self.assertRefused("state"):
                note.create({"handover_id": sheet.id, "value": 100})
        self.assertEqual(sheet.counted_amount, 300)
        self.assertEqual(sheet.difference, 0)

    def _signed_sheet(self):
        sheet = self._sheet(
            counted=290,
            count_ids=[Command.create({"value": 10, "quantity": 29})],
            difference_way="account",
            difference_reason="A note was lost",
        )
        self.assertEqual(sheet.difference, -10)
        sheet.action_submit()
        self._sign(sheet, *self._get_roles(sheet))
        self.assertEqual(sheet.state, "signed")
        return sheet

    def _get_roles(self, sheet):
        return sheet.sudo().signature_ids.sorted("sequence").role_id.mapped("code")

    def test_notes_of_a_signed_difference(self):
        self._collect(300)
        sheet = self._signed_sheet()
        sheet.count_ids.quantity = 1
        self.assertEqual(sheet.difference, -290)
        self.assertEqual(sheet.state, "draft")
        with self.assertRefused("must.*sign"):
            sheet.action_confirm()

    def test_receipt_of_a_signed_difference(self):
        receipt = self._collect(200)
        self._collect(100, "R-2")
        sheet = self._signed_sheet()
        receipt.amount = 100
        self.env.invalidate_all()
        self.assertEqual(sheet.state, "draft")
        receipt.amount = 200
        cancelled = self._sheet()
        cancelled.action_cancel()
        receipt.amount = 150
        self.assertEqual(cancelled.state, "cancelled")
        self.assertTies()

    def test_cash_on_the_name_of_a_colleague(self):
        receipt = self._collect(100)
        with self.assertRefused("changed by the cashier"):
            receipt.collector_id = self.other_engineer
        self.assertEqual(receipt.collector_id, self.engineer)
        receipt.write({"collector_id": self.engineer.id, "note": "Same"})
        receipt.with_user(self.finance).collector_id = self.other_engineer
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertEqual(self._get_custody(self.other_engineer), 100)

    def test_payment_set_back_in_accounting(self):
        """What is not in the books is not reversed there."""
        receipt = self._collect(100)
        payment = receipt.sudo().payment_id
        payment.action_draft()
        self.env.flush_all()
        row = self.env["aftersales.cash.balance"].search(
            [("engineer_id", "=", self.engineer.id)]
        )
        self.assertEqual(row.difference, -100, "the register shows it")
        self._cancel(receipt)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(payment.state, "canceled")
        self.assertEqual(self._get_custody(), 0)
        self.assertTies()

    def test_payment_set_back_and_receipt_corrected(self):
        receipt = self._collect(100)
        receipt.sudo().payment_id.action_draft()
        receipt.amount = 120
        self.assertEqual(self._get_custody(self.engineer), 120)
        self._hand_over(receipt)
        self.assertEqual(self._get_custody(), 0)
        self.assertTies()

    def test_states_by_context(self):
        receipts = self.env["aftersales.collection"].with_user(self.engineer_user)
        receipt = receipts.with_context(default_state="handed_over").create(
            {"sale_order_id": self.order.id, "amount": 10, "receipt_no": "R-1"}
        )
        self.assertEqual(receipt.state, "collected")
        with self.assertRaises(AccessError):
            receipt.write({"state": "cancelled"})
        result = receipts.load(
            ["sale_order_id/.id", "amount", "receipt_no", "state"],
            [[str(self.order.id), "10", "R-9", "handed_over"]],
        )
        self.assertFalse(result["ids"])

    def test_two_settlements_on_one_invoice(self):
        """Cash for one of them is no transfer for the other."""
        visit = self._finish_visit([(self.seal, 1, None)], request=self.request)
        self.assertTrue(visit)
        second = self._settle(self.request).with_env(self.env)
        second.action_confirm()
        invoice = (self.order | second)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        transfers = self.env["aftersales.transfer.request"]
        transfer = transfers.with_user(self.engineer_user).create(
            {"sale_order_id": second.id, "amount": 100, "reason": "No cash"}
        )
        transfer.action_submit()
        self._sign(transfer, *self._get_roles(transfer))
        self.assertEqual(transfer.state, "expected")
        self._collect(300)
        transfer.invalidate_recordset()
        self.assertEqual(transfer.received_amount, 0)
        self.assertEqual(transfer.state, "expected")
        self._pay_by_transfer(invoice, 100)
        transfer.invalidate_recordset()
        self.assertEqual(transfer.state, "paid")
        self.assertTies()
