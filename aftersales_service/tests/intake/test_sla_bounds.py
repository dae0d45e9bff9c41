from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaBounds(SlaCommon):
    """Times nobody means: refused in words."""

    def test_promise_far_away(self):
        request = self._create_request()
        for due in ("9999-12-31 23:59:59", self._ago(days=-368)):
            with self.assertRaisesRegex(ValidationError, "more than 366 days"):
                request._sla_promise("answer", due)
        self.assertFalse(self._get_clocks(request))
        request._sla_promise("answer", self._ago(days=-365))
        self.assertEqual(self._get_clock(request, "answer").state, "running")

    def test_event_before_1970(self):
        request = self._create_request()
        for when in ("0001-01-01 00:00:00", datetime(1969, 12, 31, 23, 59, 59)):
            with self.assertRaisesRegex(UserError, "before 1970"):
                request._form_check_event_time(when)
        first = datetime(1970, 1, 1)
        self.assertEqual(request._form_check_event_time(first), first)

    def test_receipt_before_1970(self):
        for fname in ("received_at", "occurred_at"):
            with self.assertRaisesRegex(ValidationError, "before 1970"):
                self._create_request(**{fname: "1812-06-24 08:00:00"})


@tagged("post_install", "-at_install")
class TestCallPromise(SlaCommon):
    """When the caller gets his answer (001 Art.12 and 16(2)); Shanghai."""

    def _create_call(self, **vals):
        calls = self.env["aftersales.call.record"].with_user(self.agent)
        return calls.create({"partner_id": self.customer.id, "symptom": "Why?", **vals})

    def _set_days(self, days):
        parameters = self.env["aftersales.parameter"]
        parameters.create(
            {
                "name": "Open question",
                "code": "answer_open_question",
                "value": days,
                "unit": "day",
                "company_id": self.company.id,
            }
        )

    def test_same_day(self):
        # 23:30 in Shanghai
        call = self._create_call(received_at="2026-03-05 15:30:00")
        self.assertEqual(call.promised_at, self._at("2026-03-05 16:00:00"))
        clock = self._get_clock(call, "answer")
        self.assertEqual(clock.deadline, call.promised_at)
        self.assertEqual(clock.started_at, call.received_at)
        self.assertEqual(call.sla_deadline, call.promised_at)

    def test_days_of_the_company(self):
        self._set_days(2)
        call = self._create_call(received_at="2026-03-05 15:30:00")
        self.assertEqual(call.promised_at, self._at("2026-03-07 16:00:00"))

    def test_own_time_and_answer_at_once_come_first(self):
        promised = self._ago(hours=-3).replace(microsecond=0)
        call = self._create_call(promised_at=promised)
        self.assertEqual(call.promised_at, promised)
        at_once = self._create_call(is_immediate=True)
        self.assertFalse(at_once.promised_at)
        self.assertFalse(self._get_clocks(at_once))

    def test_not_answered_at_once_after_all(self):
        call = self._create_call(is_immediate=True)
        call.is_immediate = False
        self.assertEqual(self._get_clock(call, "answer").deadline, call.promised_at)

    def test_promise_taken_back(self):
        call = self._create_call(promised_at=self._ago(hours=-3))
        clock = self._get_clock(call, "answer")
        call.promised_at = False
        self.assertEqual(clock.state, "cancelled")
        self.assertFalse(call.promised_at)
        self.assertFalse(call.sla_deadline)
        later = self._ago(hours=-9).replace(microsecond=0)
        call.promised_at = later
        self.assertEqual(self._get_clock(call, "answer").deadline, later)

    def test_far_promise_of_a_call(self):
        call = self._create_call()
        with self.assertRaisesRegex(ValidationError, "more than 366 days"):
            call.promised_at = "9999-01-01 00:00:00"

    def test_many_calls(self):
        calls = self.env["aftersales.call.record"].with_user(self.agent)
        now = fields.Datetime.now()
        calls = calls.create(
            [
                {
                    "partner_id": self.customer.id,
                    "received_at": now - timedelta(minutes=number % 2),
                }
                for number in range(8)
            ]
        )
        self.assertTrue(all(calls.mapped("promised_at")))
        self.assertEqual(len(calls.sudo().clock_ids), 8)
