from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestServiceMoney(CollectionCommon):
    """The accountant's screen: computed from posted entries, red where it does not
    tie. He has no service rights at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env, login="as_accountant", groups="account.group_account_invoice"
        )

    def _row(self, order=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["aftersales.service.money"]
            .with_user(self.accountant)
            .search([("sale_order_id", "=", (order or self.order).id)])
        )

    def _amounts(self, row):
        names = (
            "invoiced",
            "to_invoice",
            "paid",
            "open_amount",
            "with_engineer",
            "handed_over",
            "unmatched",
            "transfer_expected",
            "difference",
        )
        return {name: row[name] for name in names if row[name]}

    def test_along_the_way(self):
        row = self._row()
        self.assertEqual(self._amounts(row), {"to_invoice": 300})
        self.assertEqual(row.money_state, "to_invoice")
        collection = self._collect(100)
        row = self._row()
        self.assertEqual(
            self._amounts(row),
            {"to_invoice": 300, "with_engineer": 100, "unmatched": 100},
        )
        self.assertEqual(row.engineer_id, self.engineer)
        self.assertEqual(row.money_state, "cash")
        self._invoice(self.order)
        row = self._row()
        self.assertEqual(
            self._amounts(row),
            {"invoiced": 300, "paid": 100, "open_amount": 200, "with_engineer": 100},
        )
        self._hand_over(collection)
        row = self._row()
        self.assertEqual(
            self._amounts(row),
            {"invoiced": 300, "paid": 100, "open_amount": 200, "handed_over": 100},
        )
        self.assertFalse(row.engineer_id)
        self.assertEqual(row.money_state, "open")
        self._pay_by_transfer(self.order.invoice_ids, 200)
        row = self._row()
        self.assertEqual(row.money_state, "settled")
        self.assertEqual(row.paid, 300)

    def test_late(self):
        self._collect(100, collected_at=fields.Datetime.now() - timedelta(days=3))
        row = self._row()
        self.assertEqual(row.late_amount, 100)
        self.assertEqual(row.money_state, "late")

    def test_transfer(self):
        transfer = (
            self.env["aftersales.transfer.request"]
            .with_user(self.engineer_user)
            .create({"sale_order_id": self.order.id, "reason": "No cash"})
        )
        self.assertEqual(self._row().transfer_expected, 0)
        transfer.action_submit()
        self._sign(transfer, "superior")
        self.assertEqual(self._row().transfer_expected, 300)
        self.assertEqual(self._row().money_state, "transfer")

    def test_credit_note(self):
        invoice = self._invoice(self.order)
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"reason": "Goodwill", "journal_id": invoice.journal_id.id}
        ).refund_moves()
        refund = invoice.reversal_move_ids
        refund.action_post()
        row = self._row()
        self.assertEqual(row.invoiced, 0)
        self.assertEqual(row.paid, 0)

    def test_one_invoice_of_two_settlements(self):
        other = self.order.copy({"aftersales_request_id": self.request.id})
        other.order_line.price_unit = 50
        other.action_confirm()
        invoice = (self.order | other).sudo()._create_invoices(grouped=False)
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(self._row().invoiced, 300)
        self.assertEqual(self._row(other).invoiced, 150)
        self._pay_by_transfer(invoice, 225)
        self.assertEqual(self._row().paid, 150)
        self.assertEqual(self._row(other).paid, 75)

    def test_ordinary_sales_are_left_alone(self):
        ordinary = self.order.copy()
        ordinary.action_confirm()
        self.assertFalse(self._row(ordinary))

    # ------------------------------------------------------------ difference

    def test_register_and_books_do_not_tie(self):
        """Somebody moved the money past the sheets: the difference shows it."""
        collection = self._collect(100)
        self.assertEqual(self._row().difference, 0)
        line = collection.sudo()._get_custody_lines()
        journal = self.company.aftersales_cash_journal_id
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "credit": 60,
                        }
                    ),
                    Command.create(
                        {"account_id": journal.default_account_id.id, "debit": 60}
                    ),
                ],
            }
        )
        move.action_post()
        balance = self.env["aftersales.cash.balance"].with_user(self.accountant)
        mine = [("partner_id", "=", self.engineer.work_contact_id.id)]
        self.env.flush_all()
        row = balance.search(mine)
        self.assertEqual(row.register_amount, 100)
        self.assertEqual(row.ledger_amount, 40)
        self.assertEqual(row.difference, -60)
        self.assertEqual(row.engineer_id, self.engineer)
        (line | move.line_ids.filtered("credit")).reconcile()
        self.assertEqual(self._row().difference, -60)
        self.assertEqual(self._row().money_state, "difference")
        found = balance.search([("difference", "!=", 0)])
        self.assertIn(self.engineer.work_contact_id, found.partner_id)

    def test_a_name_that_is_no_engineer(self):
        account = self.company.aftersales_custody_account_id
        journal = self.company.aftersales_cash_journal_id
        self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "debit": 5,
                        }
                    ),
                    Command.create(
                        {"account_id": journal.default_account_id.id, "credit": 5}
                    ),
                ],
            }
        ).action_post()
        self.env.flush_all()
        row = self.env["aftersales.cash.balance"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertFalse(row.engineer_id)
        self.assertEqual(row.difference, 5)

    # ------------------------------------------------------------- drill down

    def test_everything_is_one_click_away(self):
        collection = self._collect(100)
        invoice = self._invoice(self.order)
        self._pay_by_transfer(invoice, 200)
        row = self._row()
        self.assertEqual(row.action_view_order()["res_id"], self.order.id)
        self.assertEqual(row.action_view_invoices()["res_id"], invoice.id)
        self.assertEqual(row.action_view_receipts()["res_id"], collection.id)
        payments = self.env["account.payment"].search(
            row.action_view_payments()["domain"]
        )
        self.assertEqual(len(payments), 2)
        lines = self.env["account.move.line"].search(row.action_reconcile()["domain"])
        self.assertEqual(lines.account_id.account_type, "asset_receivable")
        balance = self.env["aftersales.cash.balance"].with_user(self.accountant)
        mine = balance.search([("partner_id", "=", self.engineer.work_contact_id.id)])
        items = self.env["account.move.line"].search(mine.action_view_lines()["domain"])
        self.assertEqual(items, collection.sudo()._get_custody_lines())
        self.assertIn("domain", mine.action_view_receipts())

    # ------------------------------------------------------------------- who

    def test_accountant_reads_and_writes_nothing(self):
        collection = self._collect(100)
        sheet = self._sheet(user=self.engineer_user)
        transfer = (
            self.env["aftersales.transfer.request"]
            .with_user(self.engineer_user)
            .create({"sale_order_id": self.order.id, "reason": "No cash"})
        )
        for record in (collection, sheet, transfer):
            his = record.with_user(self.accountant)
            self.assertEqual(his.search([("id", "=", record.id)]), his)
            self.assertTrue(his.read())
            with self.assertRaises(AccessError):
                his.write({"note": "Mine"})
        for record, button in (
            (sheet, "action_confirm"),
            (collection, "action_hand_over"),
        ):
            with self.assertRefused("Only the cashier"):
                getattr(record.with_user(self.accountant), button)()
        with self.assertRaises(AccessError):
            self._collect(10, "R-2", self.accountant, collector_id=self.engineer.id)

    def test_engineers_have_no_such_screen(self):
        for model in ("aftersales.service.money", "aftersales.cash.balance"):
            for user in (self.engineer_user, self.dispatcher):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
