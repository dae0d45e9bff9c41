from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestHandover(CollectionCommon):
    """The cashier takes the cash: one payment, one entry, reconciled."""

    def test_only_the_cashier(self):
        collection = self._collect()
        for user in (self.engineer_user, self.dispatcher):
            with self.assertRefused("Only the cashier"):
                collection.with_user(user).action_hand_over()
        self.assertEqual(collection.state, "collected")
        self.assertFalse(collection.sudo().handover_id)

    def test_entry(self):
        """One entry: from the engineer's name into the till."""
        collection = self._collect(300)
        cash, custody = self._get_cash(), self._get_custody(self.engineer)
        receivable = self._get_receivable_balance()
        self._hand_over(collection)
        sheet = collection.sudo().handover_id
        move = sheet.move_id
        self.assertEqual(move.journal_id, self.company.aftersales_cash_journal_id)
        self.assertEqual(move.state, "posted")
        self.assertEqual(len(move.line_ids), 2)
        self.assertEqual(move.aftersales_handover_id, sheet)
        self.assertEqual(self._get_cash() - cash, 300)
        self.assertEqual(custody, 300)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertEqual(self._get_receivable_balance(), receivable)
        self.assertEqual(collection.received_by_id, self.finance)
        self.assertTrue(collection.handed_over_at)
        self.assertEqual(sheet.cashier_id, self.finance)
        self.assertTrue(collection.sudo()._get_custody_lines().reconciled)
        self.assertEqual(collection.sudo().payment_id.state, "paid")
        self.assertTies()

    def test_invoice_first(self):
        """The customer has paid when the engineer has the money."""
        invoice = self._invoice(self.order)
        collection = self._collect(300)
        self.assertEqual(collection.state, "collected")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        self._hand_over(collection)
        self.assertEqual(collection.state, "reconciled")

    def test_invoice_afterwards(self):
        collection = self._collect(300)
        self._hand_over(collection)
        self.assertEqual(collection.state, "handed_over")
        invoice = self._invoice(self.order)
        self.assertEqual(collection.state, "reconciled")
        self.assertEqual(invoice.payment_state, "paid")

    def test_handed_over_twice(self):
        collection = self._collect()
        self._hand_over(collection)
        cash = self._get_cash()
        with self.assertRefused("Collected, Not Handed Over"):
            self._hand_over(collection)
        self.assertEqual(self._get_cash(), cash)

    def test_several_at_once(self):
        collections = self._collect(100) | self._collect(200, "R-2")
        invoice = self._invoice(self.order)
        self._hand_over(collections)
        self.assertEqual(collections.mapped("state"), ["reconciled"] * 2)
        self.assertEqual(len(collections.sudo().payment_id), 2)
        self.assertEqual(len(collections.sudo().handover_id), 1)
        self.assertEqual(invoice.payment_state, "paid")

    def test_one_of_several_is_done(self):
        first, second = self._collect(100), self._collect(200, "R-2")
        self._hand_over(first)
        cash = self._get_cash()
        with self.assertRefused(first.name):
            self._hand_over(first | second)
        self.assertEqual(second.state, "collected")
        self.assertEqual(self._get_cash(), cash)

    def test_partial_then_rest(self):
        invoice = self._invoice(self.order)
        first = self._collect(120)
        self._hand_over(first)
        self.assertEqual(first.state, "reconciled")
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(invoice.amount_residual, 180)
        second = self._collect(180, "R-2")
        self.assertEqual(second.due_amount, 180)
        self._hand_over(second)
        self.assertEqual(invoice.payment_state, "paid")

    def test_partial_before_the_invoice(self):
        first = self._collect(120)
        self._hand_over(first)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.amount_residual, 180)
        second = self._collect(180, "R-2")
        self._hand_over(second)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual((first | second).mapped("state"), ["reconciled"] * 2)

    def test_cash_and_transfer(self):
        invoice = self._invoice(self.order)
        self._pay_by_transfer(invoice, 250)
        rest = self._collect(50)
        self.assertEqual(rest.due_amount, 50)
        self._hand_over(rest)
        self.assertEqual(invoice.payment_state, "paid")

    def test_paid_by_transfer_as_well(self):
        """The customer has paid twice: the cash stays his open credit."""
        collection = self._collect(100)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.amount_residual, 200)
        invoice.line_ids.remove_move_reconcile()
        self._pay_by_transfer(invoice, 300)
        self.assertEqual(invoice.payment_state, "paid")
        receivable = self._get_receivable_balance()
        self._hand_over(collection)
        self.assertEqual(collection.state, "handed_over")
        self.assertEqual(collection.sudo()._get_open_amount(), 100)
        self.assertEqual(self._get_receivable_balance(), receivable)

    def test_matched_and_unmatched_by_the_accountant(self):
        """What Odoo matches is what the register says, whoever did it."""
        collection = self._collect(300)
        invoice = self._invoice(self.order)
        self._hand_over(collection)
        self.assertEqual(collection.state, "reconciled")
        lines = collection.sudo()._get_receivable_lines()
        lines.with_user(self.finance).sudo().remove_move_reconcile()
        self.assertEqual(collection.state, "handed_over")
        self.assertEqual(invoice.payment_state, "not_paid")
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_id == lines.account_id
        )
        (lines | receivable).reconcile()
        self.assertEqual(collection.state, "reconciled")

    def test_cash_above_a_part_invoice(self):
        """120 of the cash pay the first invoice; only the rest of it is open."""
        collection = self._collect(200)
        line = self.order.order_line
        line.qty_to_invoice = 0
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.order.ids
        ).create(
            {"advance_payment_method": "fixed", "fixed_amount": 120}
        ).create_invoices()
        advance = self.order.invoice_ids
        advance.action_post()
        self._hand_over(collection)
        self.assertEqual(advance.payment_state, "paid")
        self.assertEqual(collection.state, "handed_over")
        rest = self._collect(100, "R-2")
        self.assertEqual(rest.due_amount, 100)
        with self.assertRefused("more than the customer owes"):
            self._collect(1, "R-3")

    def test_invoices_of_other_orders_are_left_alone(self):
        other = self.order.copy()
        other.action_confirm()
        other_invoice = self._invoice(other)
        self._hand_over(self._collect(300))
        self.assertEqual(other_invoice.payment_state, "not_paid")
        self.assertEqual(other_invoice.amount_residual, 300)

    def test_no_cash_journal(self):
        collection = self._collect()
        self.company.aftersales_cash_journal_id = False
        journals = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.company.id)]
        )
        self._hand_over(collection)
        found = self.company.aftersales_cash_journal_id
        self.assertIn(found, journals - self.company.aftersales_custody_journal_id)

    def test_debts_and_story(self):
        collection = self._collect(300)
        self.request.invalidate_recordset()
        self.assertIn("has not handed over", self.request.debt_text)
        self.assertIn("R-1", self.request.debt_text)
        self._hand_over(collection)
        self.request.invalidate_recordset()
        self.assertNotIn("R-1", self.request.debt_text)
        titles = {entry["title"]: entry["amount"] for entry in self.request.story}
        self.assertIn("300.00", titles[f"{collection.name}: Cash collected"])
        self.assertIn("300.00", titles[f"{collection.name}: Cash handed over"])
