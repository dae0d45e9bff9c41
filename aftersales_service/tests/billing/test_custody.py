from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCustody(CollectionCommon):
    """From the customer's hand into the engineer's: in the books at once."""

    def test_set_up_once(self):
        company = self.company
        account = company.aftersales_custody_account_id
        journal = company.aftersales_custody_journal_id
        self.assertTrue(account.reconcile)
        self.assertEqual(account.account_type, "asset_current")
        self.assertEqual(journal.type, "cash")
        self.assertEqual(journal.default_account_id, account)
        self.assertNotEqual(journal, company.aftersales_cash_journal_id)
        company._aftersales_setup()
        self.assertEqual(company.aftersales_custody_account_id, account)
        self.assertEqual(company.aftersales_custody_journal_id, journal)

    def test_journal_is_nobodys_default(self):
        """Other modules take the first cash journal."""
        first = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.company.id)], limit=1
        )
        self.assertNotEqual(first, self.company.aftersales_custody_journal_id)

    def test_code_is_taken(self):
        company = self.company
        self.assertEqual(company.aftersales_custody_journal_id.code, "ASE")
        company.aftersales_custody_journal_id = False
        company._aftersales_setup()
        self.assertTrue(company.aftersales_custody_journal_id)
        self.assertNotEqual(company.aftersales_custody_journal_id.code, "ASE")

    def test_entry_of_the_collection(self):
        receivable = self._get_receivable_balance()
        collection = self._collect(120)
        payment = collection.sudo().payment_id
        self.assertEqual(payment.journal_id, self.company.aftersales_custody_journal_id)
        self.assertEqual(payment.payment_type, "inbound")
        self.assertEqual(payment.amount, 120)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertIn("R-1", payment.memo)
        self.assertIn(self.order.name, payment.memo)
        self.assertEqual(payment.date, collection.collected_on)
        line = collection.sudo()._get_custody_lines()
        self.assertEqual(line.account_id, self.company.aftersales_custody_account_id)
        self.assertEqual(line.partner_id, self.engineer.work_contact_id)
        self.assertEqual(line.balance, 120)
        self.assertEqual(self._get_receivable_balance() - receivable, -120)
        self.assertEqual(self._get_custody(self.engineer), 120)
        self.assertTies()

    def test_each_engineer_under_his_own_name(self):
        self._issue_dispatch(self.request, engineer_id=self.other_engineer.id)
        self._collect(100)
        self._collect(200, "R-2", self.other_engineer_user)
        self.assertEqual(self._get_custody(self.engineer), 100)
        self.assertEqual(self._get_custody(self.other_engineer), 200)
        self.assertTies(self.engineer)
        self.assertTies(self.other_engineer)

    def test_engineer_without_a_contact(self):
        self.engineer.sudo().work_contact_id = False
        collection = self._collect(10)
        contact = self.engineer.work_contact_id
        self.assertEqual(contact.name, self.engineer.name)
        self.assertEqual(collection.sudo()._get_custody_lines().partner_id, contact)

    def test_before_the_invoice(self):
        collection = self._collect(300)
        self.assertEqual(collection.sudo()._get_open_amount(), 300)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(collection.sudo()._get_open_amount(), 0)
        self.assertEqual(collection.state, "collected")
        self.assertEqual(self._get_custody(self.engineer), 300)

    # -------------------------------------------------------------- mistakes

    def test_cancelled_with_a_reason(self):
        invoice = self._invoice(self.order)
        collection = self._collect(300)
        self.assertEqual(invoice.payment_state, "paid")
        payment = collection.sudo().payment_id
        self._cancel(collection, "Money given back")
        self.assertEqual(collection.state, "cancelled")
        self.assertEqual(collection.cancel_reason, "Money given back")
        self.assertEqual(payment.state, "canceled")
        self.assertEqual(payment.move_id.state, "posted")
        reversal = payment.move_id.reversal_move_ids
        self.assertEqual(reversal.state, "posted")
        self.assertIn("Money given back", reversal.ref)
        self.assertTrue(all((payment.move_id | reversal).line_ids.mapped("reconciled")))
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(invoice.amount_residual, 300)
        self.assertIn("Money given back", collection.message_ids[0].body)
        self.assertTies()

    def test_cancelled_cash_never_comes_back(self):
        """A cancelled receipt is not matched again when an invoice is posted."""
        collection = self._collect(300)
        self._cancel(collection)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.amount_residual, 300)
        self.assertEqual(self._collect(300, "R-2").due_amount, 300)

    def test_reason_is_required(self):
        collection = self._collect(300)
        wizard = self.env["aftersales.receipt.void"].with_user(self.engineer_user)
        with self.assertRefused("Enter the reason"):
            wizard.create(
                {"collection_ids": collection.ids, "reason": "  "}
            ).action_void()
        self.assertEqual(collection.state, "collected")

    def test_dialog_is_no_way_round(self):
        """A colleague cannot cancel what he cannot see."""
        collection = self._collect(300)
        wizard = self.env["aftersales.receipt.void"].with_user(self.other_engineer_user)
        with self.assertRaises(AccessError):
            wizard.create(
                {"collection_ids": collection.ids, "reason": "Mine"}
            ).action_void()
        self.assertEqual(collection.state, "collected")
        self._hand_over(collection)
        with self.assertRefused("Collected, Not Handed Over"):
            collection.action_cancel()
        with self.assertRefused("Collected, Not Handed Over"):
            collection._cancel("Too late")

    def test_corrected_amount(self):
        """Another amount, another entry; the wrong one is reversed."""
        invoice = self._invoice(self.order)
        collection = self._collect(100)
        wrong = collection.sudo().payment_id
        collection.amount = 80
        right = collection.sudo().payment_id
        self.assertNotEqual(wrong, right)
        self.assertEqual(wrong.state, "canceled")
        self.assertEqual(right.amount, 80)
        self.assertEqual(invoice.amount_residual, 220)
        self.assertEqual(self._get_custody(self.engineer), 80)
        self.assertTies()

    def test_corrected_collector(self):
        self._issue_dispatch(self.request, engineer_id=self.other_engineer.id)
        collection = self._collect(100)
        collection.with_user(self.finance).collector_id = self.other_engineer
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertEqual(self._get_custody(self.other_engineer), 100)

    def test_remarks_do_not_touch_the_entry(self):
        collection = self._collect(100)
        payment = collection.sudo().payment_id
        collection.write({"note": "Two notes", "amount": 100, "receipt_no": "R-8"})
        self.assertEqual(collection.sudo().payment_id, payment)

    # ------------------------------------------------------------------ dates

    def test_closed_period(self):
        """The money is there all the same: it is booked on the first open day."""
        day = fields.Date.today() - timedelta(days=2)
        self.company.fiscalyear_lock_date = day
        collection = self._collect(
            100, collected_at=fields.Datetime.now() - timedelta(days=5)
        )
        self.assertGreater(collection.sudo().payment_id.move_id.date, day)
        self.assertLess(collection.collected_on, day)
        self.assertTies()

    def test_no_chart_of_accounts(self):
        company = self.company
        company.aftersales_custody_journal_id = False
        company.aftersales_custody_account_id = False
        company.sudo().chart_template = False
        with self.assertRefused("Journal of Service Cash.*is not set"):
            self._collect(100)
        self.assertFalse(
            self.env["aftersales.collection"].search([("receipt_no", "=", "R-1")])
        )

    # ----------------------------------------------------------- from before

    def test_cash_from_before_custody_had_an_account(self):
        """Collected, no entry yet: booked with the handover, and shown until then."""
        collection = self._collect(300)
        collection.sudo()._unbook("as before")
        collection.sudo().payment_id = False
        self.env.flush_all()
        row = self.env["aftersales.cash.balance"].search(
            [("partner_id", "=", self.engineer.work_contact_id.id)]
        )
        self.assertEqual(row.difference, -300)
        self.assertEqual(row.register_amount, 300)
        cash = self._get_cash()
        self._hand_over(collection)
        self.assertEqual(self._get_cash() - cash, 300)
        self.assertTies()
