from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestHandoverSheet(CollectionCommon):
    """Counted amount, difference, deposit; one entry each."""

    def _confirm(self, sheet, user=None):
        sheet.with_user(user or self.finance).action_confirm()
        sheet.invalidate_recordset()

    def test_all_that_he_holds(self):
        first, second = self._collect(100), self._collect(150, "R-2")
        self._cancel(self._collect(10, "R-3"))
        with Form(
            self.env["aftersales.cash.handover"].with_user(self.engineer_user)
        ) as form:
            self.assertEqual(form.engineer_id, self.engineer)
            self.assertEqual(form.receipt_amount, 250)
            self.assertEqual(form.expected_amount, 250)
            self.assertEqual(form.difference, -250)
            form.counted_amount = 250
        sheet = form.record
        self.assertEqual(sheet.collection_ids, first | second)
        self.assertEqual(sheet.journal_id, self.company.aftersales_cash_journal_id)
        self._confirm(sheet)
        self.assertEqual(sheet.state, "done")
        self.assertEqual((first | second).mapped("handover_id"), sheet)
        self.assertEqual(len(sheet.sudo().move_id.line_ids), 3)
        self.assertTies()

    def test_some_of_them(self):
        first, second = self._collect(100), self._collect(150, "R-2")
        sheet = self._sheet(collection_ids=[Command.set(first.ids)])
        self.assertEqual(sheet.expected_amount, 100)
        self._confirm(sheet)
        self.assertEqual(second.state, "collected")
        self.assertEqual(self._get_custody(self.engineer), 150)
        self.assertTies()

    def test_counted_by_notes(self):
        self._collect(250)
        sheet = self._sheet(
            count_ids=[
                Command.create({"value": 100, "quantity": 2}),
                Command.create({"value": 50, "quantity": 1}),
            ]
        )
        sheet.count_ids[0].quantity = 1
        self.assertEqual(sheet.counted_amount, 150)
        sheet.count_ids[0].quantity = 2
        self.assertEqual(sheet.counted_amount, 250)
        self.assertEqual(sheet.difference, 0)

    # ------------------------------------------------------------ difference

    def test_difference_is_explained(self):
        self._collect(300)
        sheet = self._sheet(counted=280)
        with self.assertRefused("280.00.*instead of.*300.00"):
            self._confirm(sheet)
        self.assertEqual(sheet.state, "draft")
        self.assertFalse(sheet.sudo().move_id)

    def test_shortage_stays_on_his_account(self):
        collection = self._collect(300)
        cash = self._get_cash()
        sheet = self._sheet(counted=280, difference_reason="A note was lost")
        self._confirm(sheet)
        self.assertEqual(collection.state, "handed_over")
        self.assertEqual(self._get_cash() - cash, 280)
        self.assertEqual(self._get_custody(self.engineer), 20)
        self.assertEqual(sheet.owed_amount, 20)
        self.assertTies()
        sheets = self.env["aftersales.cash.handover"].with_user(self.engineer_user)
        with Form(sheets) as form:
            self.assertEqual(form.owed_amount, 20)
            form.debt_amount = 1
            form.counted_amount = 1
            self.assertEqual(form.difference, 0)
        form.record.action_cancel()
        # He brings it in two parts, the second one with other cash.
        self._cancel_nothing_is_left(sheet)
        part = self._sheet(counted=5, debt_amount=5)
        self.assertEqual(part.expected_amount, 5)
        self._confirm(part)
        self.assertEqual(self._get_custody(self.engineer), 15)
        self.assertTies()
        self.order.copy({"aftersales_request_id": self.request.id}).action_confirm()
        order = self.request.sudo().sale_order_ids.sorted("id")[-1]
        self._collect(100, "R-2", sale_order_id=order.id)
        rest = self._sheet(debt_amount=15)
        self.assertEqual(rest.expected_amount, 115)
        self._confirm(rest)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertEqual(self._get_cash() - cash, 400)
        self.assertEqual(rest.owed_amount, 0)
        self.assertTies()

    def _cancel_nothing_is_left(self, sheet):
        """A sheet that was taken over cannot be torn up."""
        with self.assertRefused("Taken Over"):
            sheet.action_cancel()

    def test_more_than_the_earlier_shortage(self):
        self._collect(300)
        self._confirm(self._sheet(counted=280, difference_reason="Lost"))
        sheet = self._sheet(debt_amount=20.01)
        with self.assertRefused("20.01.*more than the earlier.*20.00"):
            self._confirm(sheet)

    def test_surplus_stays_on_his_account(self):
        self._collect(300)
        self._confirm(self._sheet(counted=310, difference_reason="Wrong change"))
        self.assertEqual(self._get_custody(self.engineer), -10)
        self.assertTies()

    def test_shortage_is_booked_when_signed(self):
        self._collect(300)
        loss = self.company.aftersales_cash_journal_id.loss_account_id
        before = self._get_balance(loss)
        sheet = self._sheet(
            counted=280, difference_way="account", difference_reason="False note"
        )
        with self.assertRefused("superior must sign"):
            self._confirm(sheet)
        sheet.action_submit()
        self.assertEqual(sheet.state, "signing")
        with self.assertRefused("Signing"):
            self._confirm(sheet)
        self._sign(sheet, "superior")
        self.assertEqual(sheet.state, "signed")
        self._confirm(sheet)
        self.assertEqual(self._get_balance(loss) - before, 20)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertTies()

    def test_surplus_is_booked_when_signed(self):
        self._collect(300)
        gain = self.company.aftersales_cash_journal_id.profit_account_id
        before = self._get_balance(gain)
        sheet = self._sheet(
            counted=301, difference_way="account", difference_reason="Tip"
        )
        sheet.action_submit()
        self._sign(sheet, "superior")
        self._confirm(sheet)
        self.assertEqual(self._get_balance(gain) - before, -1)
        self.assertTies()

    def test_signature_stands_for_what_was_read(self):
        self._collect(300)
        sheet = self._sheet(
            counted=280, difference_way="account", difference_reason="False note"
        )
        sheet.action_submit()
        self._sign(sheet, "superior")
        sheet.counted_amount = 100
        self.assertEqual(sheet.state, "draft")
        with self.assertRefused("superior must sign"):
            self._confirm(sheet)
        sheet.counted_amount = 280
        sheet.action_submit()
        self._sign(sheet, "superior", approve=False, opinion="He pays it himself")
        self.assertEqual(sheet.state, "refused")
        with self.assertRefused("superior must sign"):
            self._confirm(sheet)
        sheet.difference_way = "engineer"
        self._confirm(sheet)
        self.assertEqual(self._get_custody(self.engineer), 20)

    def test_nothing_to_sign(self):
        self._collect(300)
        for vals in ({}, {"difference_way": "account"}):
            with self.assertRefused("needs no signature"):
                self._sheet(**vals).action_submit()

    def test_nothing_was_brought(self):
        """All of it is missing: no cash line, the whole stays his debt."""
        self._collect(300)
        cash = self._get_cash()
        self._confirm(self._sheet(counted=0, difference_reason="Robbed"))
        self.assertEqual(self._get_cash(), cash)
        self.assertEqual(self._get_custody(self.engineer), 300)
        self.assertTies()

    # ------------------------------------------------------------------ bank

    def test_deposit(self):
        """Outstanding until Odoo's own reconciliation finds it on the statement."""
        self._collect(300)
        sheet = self._sheet(way="bank")
        self.assertEqual(sheet.journal_id.type, "bank")
        with self.assertRefused("deposit slip"):
            self._confirm(sheet)
        sheet.deposit_slip = "BK-778"
        self._confirm(sheet)
        move = sheet.sudo().move_id
        self.assertIn("BK-778", move.ref)
        line = move.line_ids.filtered("debit")
        self.assertTrue(line.account_id.reconcile)
        self.assertNotEqual(line.account_id, sheet.journal_id.default_account_id)
        self.assertFalse(sheet.is_banked)
        self.assertFalse(self._sheet(counted=0, way="bank").is_banked)
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": sheet.journal_id.id,
                "date": fields.Date.today(),
                "payment_ref": "BK-778",
                "amount": 300,
            }
        )
        _liquidity, suspense, _other = statement._seek_for_lines()
        suspense.account_id = line.account_id
        (suspense | line).reconcile()
        self.assertTrue(statement.is_reconciled)
        sheet.invalidate_recordset()
        self.assertTrue(sheet.is_banked)
        action = sheet.with_user(self.finance).action_view_bank()
        self.assertEqual(action["domain"], [("id", "in", line.ids)])
        self.assertTies()

    def test_journal_must_fit(self):
        self._collect(300)
        bank = self._sheet(way="bank").journal_id
        for vals in (
            {"way": "person", "journal_id": bank.id},
            {"way": "bank", "journal_id": self.company.aftersales_cash_journal_id.id},
            {"journal_id": self.company.aftersales_custody_journal_id.id},
        ):
            with self.assertRefused("does not fit", ValidationError):
                self._sheet(**vals)

    # ------------------------------------------------------------------- who

    def test_engineer_writes_cashier_confirms(self):
        self._collect(300)
        sheet = self._sheet(user=self.engineer_user)
        for user in (self.engineer_user, self.dispatcher):
            with self.assertRefused("Only the cashier"):
                self._confirm(sheet, user)
        self._confirm(sheet)
        self.assertEqual(sheet.state, "done")

    def test_nobody_takes_his_own_cash(self):
        self.engineer_user.group_ids += self.env.ref(
            "aftersales_service.group_aftersales_finance"
        )
        self._collect(300)
        sheet = self._sheet(user=self.engineer_user)
        with self.assertRefused("his own cash"):
            self._confirm(sheet, self.engineer_user)

    def test_another_engineer(self):
        collection = self._collect(300)
        sheet = self._sheet(user=self.engineer_user)
        theirs = sheet.with_user(self.other_engineer_user)
        self.assertFalse(theirs.search([("id", "=", sheet.id)]))
        with self.assertRaises(AccessError):
            self._sheet(user=self.other_engineer_user)
        with self.assertRefused("not one of", ValidationError):
            self._sheet(
                engineer_id=self.other_engineer.id,
                collection_ids=[Command.set(collection.ids)],
            )

    def test_states_are_not_typed(self):
        self._collect(300)
        sheet = self._sheet()
        for vals in ({"state": "done"}, {"move_id": 1}, {"cashier_id": 2}):
            with self.assertRefused("button", AccessError):
                sheet.write(vals)
        self._confirm(sheet)
        for vals in (
            {"counted_amount": 1},
            {"date": fields.Date.today()},
            {"difference_way": "account"},
        ):
            with self.assertRefused("Taken Over"):
                sheet.write(vals)
        sheet.note = "In a sealed bag"

    # ----------------------------------------------------------- two at once

    def test_on_two_sheets(self):
        """The first one wins; nothing of the second is booked."""
        collection = self._collect(300)
        first, second = self._sheet(), self._sheet()
        self._confirm(first)
        cash = self._get_cash()
        with self.assertRefused(f"R-1 was handed over already, with {first.name}"):
            self._confirm(second)
        self.assertEqual(self._get_cash(), cash)
        self.assertEqual(second.state, "draft")
        self.assertEqual(collection.handover_id, first)
        with self.assertRefused("Taken Over"):
            self._confirm(first)

    def test_cancelled_meanwhile(self):
        collection = self._collect(300)
        sheet = self._sheet()
        self._cancel(collection)
        with self.assertRefused("Cancelled"):
            self._confirm(sheet)

    def test_entry_was_cancelled_in_accounting(self):
        collection = self._collect(300)
        sheet = self._sheet()
        collection.sudo().payment_id.action_cancel()
        with self.assertRefused("R-1 is not posted any more"):
            self._confirm(sheet)
        self.assertEqual(sheet.state, "draft")

    def test_empty_sheet(self):
        sheet = self._sheet(counted=0)
        with self.assertRefused("no receipt"):
            self._confirm(sheet)
        sheet.action_cancel()
        self.assertEqual(sheet.state, "cancelled")

    # ----------------------------------------------------------------- dates

    def test_closed_period(self):
        collection = self._collect(
            300, collected_at=fields.Datetime.now() - timedelta(days=9)
        )
        self.company.fiscalyear_lock_date = fields.Date.today() - timedelta(days=3)
        sheet = self._sheet(date=fields.Date.today() - timedelta(days=5))
        cash = self._get_cash()
        with self.assertRefused("closed until"):
            self._confirm(sheet)
        self.assertEqual((collection.state, sheet.state), ("collected", "draft"))
        self.assertEqual(self._get_cash(), cash)
        sheet.date = fields.Date.today()
        self._confirm(sheet)

    def test_impossible_days(self):
        self._collect(300)
        with self.assertRefused("in the future", ValidationError):
            self._sheet(date=fields.Date.today() + timedelta(days=2))
        early = self._sheet(date=fields.Date.today() - timedelta(days=2))
        with self.assertRefused("after the day of this handover"):
            self._confirm(early)

    @mute_logger("odoo.sql_db")
    def test_negative_amounts(self):
        self._collect(300)
        for vals in ({"counted": -1}, {"debt_amount": -5}):
            with self.assertRaises(CheckViolation):
                self._sheet(**vals)
                self.env.flush_all()
