from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestClosedPeriod(CollectionCommon):
    """Money that moves when its period is closed already: refused with a message and
    nothing half-written, or booked on the first open day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.early = cls.today - timedelta(days=40)

    def _lock(self, days=10):
        """Everything until so many days ago is closed."""
        day = self.today - timedelta(days=days)
        self.company.hard_lock_date = day
        return day

    def _entries(self):
        return self.env["account.move"].search_count([])

    # ---------------------------------------------------------------- invoices

    def test_invoice_of_a_closed_day(self):
        """Odoo books it on an open day; the settlement is invoiced all the same."""
        day = self._lock()
        invoice = self.order._create_invoices()
        invoice.invoice_date = self.early
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertGreater(invoice.date, day)
        self.assertEqual(self.order.invoice_status, "invoiced")
        shares = self.order._aftersales_get_shares()[self.order.id]
        self.assertEqual(shares[0]["residual"], 300)

    def test_invoice_of_a_closed_day_is_not_changed(self):
        invoice = self.order._create_invoices()
        invoice.invoice_date = self.early
        invoice.action_post()
        self._lock()
        with self.assertRefused("lock date|locked|prior to"):
            invoice.button_draft()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, 300)

    def test_credit_note_instead(self):
        """What is closed is corrected on an open day."""
        invoice = self.order._create_invoices()
        invoice.invoice_date = self.early
        invoice.action_post()
        day = self._lock()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "reason": "Goodwill",
                    "journal_id": invoice.journal_id.id,
                    "date": self.today,
                }
            )
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        refund.action_post()
        self.assertGreater(refund.date, day)

    # -------------------------------------------------------------------- cash

    def test_receipt_cancelled_after_its_month_was_closed(self):
        """The entry stays where it is, its reversal is of today."""
        receipt = self._collect(
            300, collected_at=fields.Datetime.now() - timedelta(days=40)
        )
        entry = receipt.sudo().payment_id.move_id
        day = self._lock()
        self._cancel(receipt)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(entry.state, "posted")
        self.assertLess(entry.date, day)
        self.assertEqual(entry.reversal_move_ids.date, self.today)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertTies()

    def test_receipt_corrected_after_its_month_was_closed(self):
        receipt = self._collect(
            300, collected_at=fields.Datetime.now() - timedelta(days=40)
        )
        day = self._lock()
        receipt.amount = 250
        moves = receipt.sudo().payment_id.move_id
        self.assertGreater(moves.date, day)
        self.assertEqual(self._get_custody(self.engineer), 250)
        self.assertTies()

    def test_handover_while_all_is_closed(self):
        """Refused before anything is written; the next day it is the same sheet."""
        receipt = self._collect(300)
        sheet = self._sheet(300)
        self._lock(0)
        entries = self._entries()
        with self.assertRefused("closed until.*Enter a later day"):
            sheet.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((sheet.state, receipt.state), ("draft", "collected"))
        self.assertEqual(self._entries(), entries)

    def test_handover_by_the_button_while_all_is_closed(self):
        receipt = self._collect(300)
        self._lock(0)
        sheets = self.env["aftersales.cash.handover"].search_count([])
        with self.assertRefused("closed until"):
            self._hand_over(receipt)
        self.env.invalidate_all()
        self.assertEqual(receipt.state, "collected")
        self.assertEqual(self.env["aftersales.cash.handover"].search_count([]), sheets)

    # ------------------------------------------------------------------- parts

    def test_part_used_while_all_is_closed(self):
        """A free part is its own entry: nothing moves, the visit stays open."""
        dispatch = self._issue_dispatch(self._create_request())
        self._issue_parts(dispatch, [(self.seal, 1)])
        mine = self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 1, charge="free", charge_reason="Warranty")
        self._lock(0)
        entries = self._entries()
        with self.assertRaisesRegex(UserError, "books of .* are closed until"):
            mine.action_finished()
        self.env.invalidate_all()
        self.assertEqual(dispatch.state, "arrived")
        self.assertEqual(self._entries(), entries)
        self.assertFalse(dispatch.part_use_ids.move_id)
