from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon


class CallCommon(AftersalesCommon):
    """A call the agent takes."""

    def _create_call(self, user=None, **vals):
        """A call of the customer about his machine."""
        values = {
            "partner_id": self.customer.id,
            "equipment_id": self.equipment.id,
            "symptom": "Does not spray",
            "requested_service": "Come at once",
            **vals,
        }
        user = user or self.agent
        return self.env["aftersales.call.record"].with_user(user).create(values)

    def _ago(self, **span):
        return fields.Datetime.now() - timedelta(**span)


@tagged("post_install", "-at_install")
class TestCallRecord(CallCommon):
    """App.18: a call is written down, answered, filed."""

    def test_known_caller_is_filled_in(self):
        call = self._create_call()
        self.assertRegex(call.name, r"^TEL\d{4}-\d{5}$")
        self.assertEqual(call.state, "open")
        self.assertEqual(call.received_by_id, self.agent)
        self.assertEqual(call.unit_name, "Qingshan Roadworks")
        self.assertEqual(call.contact_name, "Ms Luo")
        self.assertEqual(call.phone, "+86 139 0000 0000")
        self.assertEqual(call.serial, "MK-0001")
        self.assertEqual(call.warranty_state, "in")

    def test_unknown_caller_is_written_down(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            unit_name="Xiling Roads",
            contact_name="Mr He",
            phone="+86 199 0000 1111",
            address="Chengdu",
        )
        self.assertFalse(call.partner_id)
        self.assertEqual(
            (call.unit_name, call.contact_name, call.phone, call.address),
            ("Xiling Roads", "Mr He", "+86 199 0000 1111", "Chengdu"),
        )

    def test_what_was_typed_stays_when_the_customer_is_taken_out(self):
        call = self._create_call()
        call.write({"equipment_id": False, "partner_id": False})
        self.assertEqual(call.unit_name, "Qingshan Roadworks")
        self.assertEqual(call.phone, "+86 139 0000 0000")

    def test_machine_names_the_customer(self):
        call = self._create_call(partner_id=False)
        self.assertEqual(call.partner_id, self.customer)

    def test_machine_of_somebody_else(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "MK-0001"):
            self._create_call(partner_id=stranger.id)

    # --------------------------------------------------------------- answer

    def test_answered_at_once(self):
        call = self._create_call(
            received_at=self._ago(hours=2), is_immediate=True, answer="Bleed the pump"
        )
        call.action_answer()
        self.assertEqual(call.state, "answered")
        self.assertEqual(call.answered_at, call.received_at)

    def test_answered_later(self):
        call = self._create_call(received_at=self._ago(hours=2))
        with self.assertRaisesRegex(UserError, "points of the answer"):
            call.action_answer()
        call.answer = "Bleed the pump"
        now = fields.Datetime.now()
        with freeze_time(now):
            call.action_answer()
        self.assertEqual(call.answered_at, now.replace(microsecond=0))
        self.assertGreater(call.answered_at, call.received_at)

    def test_answer_entered_late(self):
        when = self._ago(hours=1)
        call = self._create_call(received_at=self._ago(hours=2), answer="Yes")
        call.answered_at = when
        call.action_answer()
        self.assertEqual(call.answered_at, when)

    def test_answered_twice(self):
        call = self._create_call(answer="Yes")
        call.action_answer()
        with self.assertRaisesRegex(UserError, "To Answer"):
            call.action_answer()

    def test_times_of_the_answer(self):
        call = self._create_call(received_at=self._ago(hours=2), is_immediate=True)
        for vals, message in (
            ({"promised_at": self._ago(hours=3)}, "before the call"),
            ({"answered_at": self._ago(hours=3)}, "before the call"),
            ({"answered_at": self._ago(hours=-3)}, "future"),
            ({"received_at": self._ago(hours=-3)}, "future"),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, message),
            ):
                call.write(vals)

    def test_length_of_the_call(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._create_call(call_minutes=-1)

    def test_promise_is_a_clock(self):
        called, promised = self._ago(hours=2), self._ago(hours=-4)
        call = self._create_call(received_at=called, promised_at=promised)
        clock = call.sudo().clock_ids
        self.assertEqual(clock.kind, "answer")
        self.assertEqual(clock.started_at, called)
        self.assertEqual(clock.deadline, promised.replace(microsecond=0))
        self.assertEqual(call.sla_deadline, clock.deadline)
        later = promised + timedelta(days=1)
        call.promised_at = later
        self.assertEqual(call.sudo().clock_ids, clock, "moved, not doubled")
        self.assertEqual(clock.deadline, later.replace(microsecond=0))
        call.answer = "Yes"
        call.action_answer()
        self.assertEqual(clock.state, "met")
        self.assertFalse(call.sla_deadline)

    def test_promise_that_was_broken(self):
        call = self._create_call(
            received_at=self._ago(hours=5), promised_at=self._ago(hours=1)
        )
        late = self.env["aftersales.call.record"].with_user(self.agent)
        domain = [("state", "=", "open"), ("promised_at", "<", "now")]
        self.assertIn(call, late.search(domain))
        call.answer = "Sorry"
        call.action_answer()
        self.assertEqual(call.sudo().clock_ids.state, "missed")
        self.assertNotIn(call, late.search(domain))

    def test_no_promise_no_clock(self):
        call = self._create_call(answer="Yes", is_immediate=True)
        call.action_answer()
        self.assertFalse(call.sudo().clock_ids)

    def test_cancelled_call_has_no_clock_running(self):
        call = self._create_call(promised_at=self._ago(hours=-4))
        call.action_cancel()
        self.assertEqual(call.sudo().clock_ids.state, "cancelled")
        self.assertFalse(call.sla_deadline)

    # ------------------------------------------------------------------ file

    def test_filed_with_its_result(self):
        call = self._create_call(answer="Yes")
        with self.assertRaisesRegex(UserError, "Answered"):
            call.action_done()
        call.action_answer()
        with self.assertRaisesRegex(UserError, "Write down the result"):
            call.action_done()
        call.result = "Solved"
        call.action_done()
        self.assertEqual(call.state, "done")
        with self.assertRaisesRegex(UserError, "filed"):
            call.note = "x"
        call.action_reopen()
        self.assertEqual(call.state, "answered")
        call.note = "x"

    def test_times_are_fixed_once_answered(self):
        call = self._create_call(received_at=self._ago(hours=2), answer="Yes")
        call.action_answer()
        for fname in ("received_at", "promised_at", "answered_at"):
            with (
                self.subTest(fname=fname),
                self.assertRaisesRegex(UserError, "answered"),
            ):
                call.write({fname: self._ago(minutes=30)})

    def test_buttons_only(self):
        call = self._create_call()
        request = self._create_request()
        for vals in ({"state": "done"}, {"name": "X"}, {"request_id": request.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                call.write(vals)
        with self.assertRaises(AccessError):
            self._create_call(request_id=request.id)

    def test_text_of_a_hundred_thousand(self):
        with self.assertRaisesRegex(ValidationError, "too long"):
            self._create_call(symptom="x" * 100_001)

    def test_form_of_the_agent(self):
        """The number on the display finds the customer."""
        with Form(self.env["aftersales.call.record"].with_user(self.agent)) as form:
            form.phone = "139 0000-0000"
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.contact_name, "Ms Luo")
            form.serial = "mk-0001"
            self.assertEqual(form.equipment_id, self.equipment)
            form.symptom = "Does not spray"
        self.assertEqual(form.record.warranty_state, "in")
        self.assertEqual(form.record.phone, "139 0000-0000")

    def test_form_serial_before_the_name(self):
        with Form(self.env["aftersales.call.record"].with_user(self.agent)) as form:
            form.serial = " MK-0001 "
            self.assertEqual(form.partner_id, self.customer)
            form.symptom = "Does not spray"
        self.assertEqual(form.record.equipment_id, self.equipment)

    def test_number_of_nobody(self):
        with Form(self.env["aftersales.call.record"].with_user(self.agent)) as form:
            form.phone = "+86 155 1234 0000"
            self.assertFalse(form.partner_id)
            form.symptom = "Wrong number"
        self.assertEqual(form.record.phone, "+86 155 1234 0000")
