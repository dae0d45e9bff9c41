from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestTransferRequest(CollectionCommon):
    """The customer cannot pay cash: report, consent, transfer (001 Art.22(6)2)."""

    def _report(self, user=None, **vals):
        return (
            self.env["aftersales.transfer.request"]
            .with_user(user or self.engineer_user)
            .create(
                {
                    "sale_order_id": self.order.id,
                    "reason": "The till is closed",
                    **vals,
                }
            )
        )

    def _agree(self, transfer):
        transfer.action_submit()
        self._sign(transfer, "superior")

    def test_the_way(self):
        transfer = self._report(expected_on=fields.Date.today())
        self.assertEqual(transfer.amount, 300)
        self.assertEqual(transfer.engineer_id, self.engineer)
        self.assertEqual(transfer.request_id, self.request)
        transfer.action_submit()
        self.assertEqual(transfer.state, "signing")
        self._sign(transfer, "superior")
        self.assertEqual(transfer.state, "expected")
        self.assertIn(self.order.name, transfer.payment_reference)
        self.assertIn(transfer.name, transfer.payment_reference)
        self.request.invalidate_recordset()
        self.assertIn("A transfer of", self.request.debt_text)
        self._pay_by_transfer(self._invoice(self.order), 300)
        self.env.invalidate_all()
        self.assertEqual(transfer.state, "paid")
        self.assertEqual(transfer.received_amount, 300)
        self.assertEqual(transfer.paid_on, transfer._form_day(False))
        self.assertNotIn("A transfer of", self.request.debt_text)

    def test_in_parts_and_undone(self):
        transfer = self._report()
        self._agree(transfer)
        invoice = self._invoice(self.order)
        self._pay_by_transfer(invoice, 120)
        transfer.invalidate_recordset()
        self.assertEqual(transfer.state, "expected")
        self.assertEqual(transfer.received_amount, 120)
        self.assertIn("180.00", transfer.sudo()._get_debts()[0])
        with self.assertRefused("have come already"):
            transfer.action_cancel()
        self._pay_by_transfer(invoice, 180)
        transfer.invalidate_recordset()
        self.assertEqual(transfer.state, "paid")
        invoice.line_ids.remove_move_reconcile()
        transfer.invalidate_recordset()
        self.assertEqual((transfer.state, transfer.received_amount), ("expected", 0))
        self.assertFalse(transfer.paid_on)

    def test_cash_is_no_transfer(self):
        self._collect(100)
        transfer = self._report()
        self.assertEqual(transfer.amount, 200)
        self._agree(transfer)
        invoice = self._invoice(self.order)
        self.assertEqual(transfer.received_amount, 0)
        self._pay_by_transfer(invoice, 200)
        transfer.invalidate_recordset()
        self.assertEqual(transfer.state, "paid")
        self.assertEqual(invoice.payment_state, "paid")

    def test_invoice_paid_before_the_consent(self):
        transfer = self._report()
        transfer.action_submit()
        self._pay_by_transfer(self._invoice(self.order), 300)
        self._sign(transfer, "superior")
        self.assertEqual(transfer.state, "paid")

    def test_two_for_one_settlement(self):
        first = self._report(amount=100)
        self._agree(first)
        second = self._report()
        self.assertEqual(second.amount, 200)
        with self.assertRefused("more than the customer owes", ValidationError):
            self._report(amount=200.01)
        self._agree(second)
        self._pay_by_transfer(self._invoice(self.order), 150)
        (first | second).invalidate_recordset()
        self.assertEqual(first.state, "paid")
        self.assertEqual(second.received_amount, 50)

    def test_refused_and_asked_again(self):
        transfer = self._report()
        transfer.action_submit()
        self._sign(transfer, "superior", approve=False, opinion="Cash was agreed")
        self.assertEqual(transfer.state, "refused")
        transfer.reason = "His bank allows no cash today"
        self._agree(transfer)
        self.assertEqual(transfer.state, "expected")

    def test_content_is_what_was_agreed(self):
        transfer = self._report()
        transfer.action_submit()
        transfer.amount = 200
        self.assertEqual(transfer.state, "draft")
        self._agree(transfer)
        with self.assertRefused("Transfer Expected"):
            transfer.amount = 100
        transfer.expected_on = fields.Date.today()

    def test_cancelled(self):
        transfer = self._report()
        self._agree(transfer)
        transfer.action_cancel()
        self.assertEqual(transfer.state, "cancelled")
        self.assertFalse(transfer.sudo()._get_debts())
        self._collect(300)
        self._invoice(self.order)
        self.assertEqual(transfer.received_amount, 0)

    def test_late(self):
        transfer = self._report(expected_on=fields.Date.today() - timedelta(days=1))
        self.assertFalse(transfer.is_late)
        self._agree(transfer)
        transfer.invalidate_recordset()
        self.assertTrue(transfer.is_late)
        found = self.env["aftersales.transfer.request"].search(
            [("is_late", "=", True), ("sale_order_id", "=", self.order.id)]
        )
        self.assertEqual(found, transfer.with_env(self.env))

    def test_bad_input(self):
        for amount in (301, 300.01):
            with self.assertRefused("more than the customer owes", ValidationError):
                self._report(amount=amount)
        draft = self.order.copy({"aftersales_request_id": self.request.id})
        with self.assertRefused("confirmed settlement", ValidationError):
            self._report(sale_order_id=draft.id, amount=1)
        with self.assertRefused("future"):
            self._report(reported_at=fields.Datetime.now() + timedelta(hours=1))

    def test_who(self):
        transfer = self._report()
        with self.assertRaises(AccessError):
            transfer.with_user(self.other_engineer_user).action_submit()
        with self.assertRefused("button", AccessError):
            transfer.state = "expected"
        transfer.action_submit()
        boxes = transfer.signature_ids.with_user(self.engineer_user)
        with self.assertRaises(UserError):
            boxes._sign(True)
        self.assertEqual(transfer.state, "signing")
