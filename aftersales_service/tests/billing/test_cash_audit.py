from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashAudit(CollectionCommon):
    """Receipt, card, customer, books: what differs, and a sample of the rest."""

    def _audit(self, user=None, **vals):
        return (
            self.env["aftersales.cash.audit"]
            .with_user(user or self.finance)
            .create({"month": fields.Date.today(), "sample_size": 0, **vals})
        )

    def _papers(self, request, card=None, told=None):
        """What the card says and what the customer names, on a finished case."""
        if card is not None:
            request.sudo().card_ids.write(
                {"charge_amount": card, "signed_at": fields.Datetime.now()}
            )
        if told is not None:
            self.env["aftersales.followup"].sudo().create(
                {
                    "request_id": request.id,
                    "charge_told": told,
                    "state": "done",
                    "called_at": fields.Datetime.now(),
                }
            )

    def _another_case(self):
        visit = self._finish_visit(
            [(self.seal, 1, None)], request=self._create_request()
        )
        order = self._settle(visit.request_id).with_env(self.env)
        order.action_confirm()
        return visit.request_id, order

    def _lines(self, audit):
        audit.invalidate_recordset()
        return {line.request_id: line for line in audit.line_ids}

    # ------------------------------------------------------------ differences

    def test_all_agree(self):
        self._hand_over(self._collect(300))
        self._papers(self.request, card=300, told=300)
        audit = self._audit()
        audit.action_prepare()
        self.assertEqual(audit.case_count, 1)
        self.assertFalse(audit.line_ids)
        audit.action_close()
        self.assertEqual(audit.state, "done")

    def test_customer_named_more(self):
        """The engineer wrote a receipt of 200 and took 300."""
        self._hand_over(self._collect(200))
        self._papers(self.request, card=200, told=300)
        audit = self._audit()
        audit.action_prepare()
        line = audit.line_ids
        self.assertEqual(line.request_id.sudo(), self.request.sudo())
        self.assertEqual(line.difference_kinds, "told")
        self.assertEqual(line.difference_text, "customer")
        self.assertEqual(line.engineer_id, self.engineer)
        self.assertEqual(line.receipts, "R-1")
        amounts = (line.receipt_amount, line.card_amount, line.told_amount)
        self.assertEqual(amounts, (200, 200, 300))

    def test_no_receipt_at_all(self):
        self._papers(self.request, told=300)
        audit = self._audit()
        audit.action_prepare()
        self.assertEqual(audit.line_ids.receipt_amount, 0)
        self.assertEqual(audit.line_ids.difference_kinds, "told")

    def test_card_and_cash_not_handed_in(self):
        self._collect(300)
        self._papers(self.request, card=280)
        audit = self._audit()
        audit.action_prepare()
        self.assertEqual(audit.line_ids.difference_kinds, "card paid_in")
        self.assertEqual(audit.line_ids.difference_text, "service card, not handed in")
        self.assertEqual(audit.line_ids.paid_in_amount, 0)

    def test_transfer_counts(self):
        """What was charged is paid partly by transfer: nothing differs."""
        self._hand_over(self._collect(100))
        self._pay_by_transfer(self._invoice(self.order), 200)
        self._papers(self.request, card=300, told=300)
        audit = self._audit()
        audit.action_prepare()
        self.assertFalse(audit.line_ids)

    def test_cancelled_receipt(self):
        """Cash that was taken and a receipt that was cancelled afterwards: listed
        with who, when and why, though nothing else differs."""
        receipt = self._collect(300)
        self._cancel(receipt, "The customer pays by transfer")
        audit = self._audit()
        audit.action_prepare()
        self.assertEqual(audit.case_count, 1)
        line = audit.line_ids
        self.assertTrue(line.has_difference)
        self.assertEqual(line.difference_kinds, "cancelled")
        self.assertEqual(line.difference_text, "receipt cancelled")
        self.assertEqual(line.engineer_id, self.engineer)
        self.assertEqual((line.receipt_amount, line.cancelled_amount), (0, 300))
        for part in (
            "R-1",
            "300.00",
            "Engineer: cancelled by Engineer",
            f"{receipt.cancelled_at:%Y-%m-%d}",
            "The customer pays by transfer",
        ):
            self.assertIn(part, line.cancelled_text)
        with self.assertRefused("1 cases of .* are not checked"):
            audit.action_close()
        with self.assertRefused("Write down what was found"):
            line.result = "agrees"
        line.write({"result": "explained", "remark": "Transfer came on the 4th"})
        audit.action_prepare()
        self.assertEqual(audit.line_ids, line)
        self.assertEqual(line.result, "explained")
        audit.action_close()

    def test_cancelled_and_written_again(self):
        """A receipt that was right in the end does not hide the first one."""
        self._cancel(self._collect(300))
        self._hand_over(self._collect(200, "R-2"))
        self._papers(self.request, card=200, told=200)
        audit = self._audit()
        audit.action_prepare()
        line = audit.line_ids
        self.assertEqual(line.difference_kinds, "cancelled")
        self.assertEqual((line.receipt_amount, line.cancelled_amount), (200, 300))
        self.assertEqual(line.receipts, "R-2")

    def test_cancelled_by_the_cashier(self):
        self._cancel(self._collect(300).with_user(self.finance), "Wrong customer")
        audit = self._audit()
        audit.action_prepare()
        self.assertIn("cancelled by Finance", audit.line_ids.cancelled_text)

    def test_cancelled_in_another_month(self):
        """It is listed once, in the month in which it was cancelled."""
        last = fields.Datetime.now() - relativedelta(months=1)
        receipt = self._collect(300, collected_at=last)
        earlier = self._audit(month=last.date())
        earlier.action_prepare()
        self.assertEqual(earlier.line_ids.difference_kinds, "card paid_in")
        self._cancel(receipt)
        earlier.action_prepare()
        self.assertFalse(earlier.line_ids)
        audit = self._audit()
        audit.action_prepare()
        self.assertEqual(audit.line_ids.difference_kinds, "cancelled")

    def test_who_cancelled_is_not_typed(self):
        receipt = self._collect(300)
        for vals in (
            {"cancelled_by_id": self.manager.id},
            {"cancelled_at": "2020-01-01 00:00:00"},
        ):
            with self.assertRefused("button", AccessError):
                receipt.write(vals)
        self._cancel(receipt)
        self.assertEqual(receipt.cancelled_by_id, self.engineer_user)
        audit = self._audit()
        audit.action_prepare()
        for vals in ({"cancelled_ids": False}, {"cancelled_amount": 0}):
            with self.assertRefused("computed, not entered", AccessError):
                audit.line_ids.write(vals)

    def test_only_cancelled_receipts_make_a_check(self):
        """Also a month in which nothing but a cancellation happened is checked."""
        last = fields.Datetime.now() - relativedelta(months=1)
        receipt = self._collect(300, collected_at=last - relativedelta(months=2))
        self._cancel(receipt)
        receipt.sudo().cancelled_at = last
        self.env["aftersales.cash.audit"].sudo()._cron_make()
        made = self.env["aftersales.cash.audit"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(made.month, last.date().replace(day=1))
        self.assertEqual(made.line_ids.difference_kinds, "cancelled")

    def test_another_month(self):
        self._collect(300)
        audit = self._audit(month=fields.Date.today() - relativedelta(months=1))
        audit.action_prepare()
        self.assertEqual(audit.case_count, 0)
        with self.assertRefused("not begun yet"):
            self._audit(
                month=fields.Date.today() + relativedelta(months=1)
            ).action_prepare()

    # ---------------------------------------------------------------- sample

    def _agreeing_cases(self, count):
        cases = self.env["aftersales.service.request"]
        for number in range(count):
            request, order = self._another_case()
            self._hand_over(
                self._collect(order.amount_total, f"A-{number}", sale_order_id=order.id)
            )
            self._papers(request, card=order.amount_total)
            cases |= request
        return cases

    def test_sample_and_idempotence(self):
        cases = self._agreeing_cases(3)
        self._collect(300)
        audit = self._audit(sample_size=2)
        self.assertTrue(audit.seed)
        audit.action_prepare()
        lines = self._lines(audit)
        drawn = {r for r, line in lines.items() if line.is_sample}
        self.assertEqual(len(drawn), 2)
        self.assertLessEqual({r.id for r in drawn}, set(cases.ids))
        self.assertEqual(audit.difference_count, 1)
        self.assertEqual(audit.case_count, 4)
        line = lines[next(iter(drawn))]
        line.write({"result": "agrees"})
        audit.action_prepare()
        again = self._lines(audit)
        self.assertEqual(set(again), set(lines))
        self.assertEqual(line.result, "agrees")
        # The late cash comes in: no difference any more, nothing was written about it.
        self._hand_over(self.request.sudo().collection_ids)
        self._papers(self.request, card=300)
        audit.action_prepare()
        self.assertEqual(audit.difference_count, 0)
        self.assertTrue(line.exists())

    @mute_logger("odoo.sql_db")
    def test_one_a_month(self):
        self._audit(month=fields.Date.today().replace(day=3))
        with self.assertRaises(UniqueViolation):
            self._audit(month=fields.Date.today().replace(day=9))

    def test_made_once_by_itself(self):
        last = fields.Date.today().replace(day=1) - relativedelta(months=1)
        self._collect(300, collected_at=fields.Datetime.to_datetime(last))
        audits = self.env["aftersales.cash.audit"].sudo()
        audits._cron_make()
        audits._cron_make()
        made = audits.search(
            [("month", "=", last), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(made), 1)
        self.assertEqual(made.state, "checking")
        self.assertEqual(made.sample_size, self.company.aftersales_audit_sample)

    # ---------------------------------------------------------------- result

    def test_result_and_remark(self):
        self._collect(300)
        audit = self._audit()
        audit.action_prepare()
        line = audit.line_ids
        with self.assertRefused("1 cases of .* are not checked"):
            audit.action_close()
        with self.assertRefused("Write down what was found"):
            line.result = "wrong"
        with self.assertRefused("Write down what was found"):
            line.result = "agrees"
        line.write({"result": "explained", "remark": "On the way, back on Monday"})
        self.assertEqual(line.checked_by_id, self.finance)
        self.assertTrue(line.checked_at)
        audit.action_close()
        self.assertEqual(audit.closed_by_id, self.finance)
        with self.assertRefused("is closed"):
            line.remark = "Changed afterwards"
        with self.assertRefused("Closed.*needs"):
            audit.action_prepare()
        audit.action_reopen()
        line.write({"result": "wrong", "remark": "He keeps it"})
        self.assertEqual(audit.wrong_count, 1)

    def test_amounts_are_not_typed(self):
        self._collect(300)
        audit = self._audit()
        audit.action_prepare()
        for vals in ({"receipt_amount": 1}, {"is_sample": True}):
            with self.assertRefused("computed, not entered", AccessError):
                audit.line_ids.write(vals)
        for vals in ({"seed": 4}, {"state": "done"}):
            with self.assertRefused("button", AccessError):
                audit.write(vals)
        with self.assertRaises(UserError):
            audit.sample_size = 4

    def test_who(self):
        for user in (self.engineer_user, self.dispatcher, self.agent):
            with self.assertRaises(AccessError):
                self._audit(user)
        audit = self._audit(self.quality)
        audit.action_prepare()
        self.assertEqual(audit.state, "checking")
