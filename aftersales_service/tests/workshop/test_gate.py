from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestGate(WorkshopCommon):
    """Notices and the gate book (Art.23(1))."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.equipment.copy({"serial": "MK-0002"})

    def test_two_machines_of_one_customer_in_one_visit(self):
        notice = self._announce(machines=self.equipment | self.second)
        self.assertEqual(len(notice.repair_ids), 2)
        self.assertEqual(notice.repair_ids.mapped("symptom"), ["Pump leaks"] * 2)
        notice.with_user(self.gatekeeper).action_enter()
        entry = notice.entry_ids.with_user(self.advisor)
        self.assertIn("MK-0001", entry.machine_text)
        self.assertIn("MK-0002", entry.machine_text)
        entry.action_receive()
        sheets = entry.repair_ids
        self.assertEqual(set(sheets.mapped("state")), {"received"})
        self.assertEqual(len(sheets.request_id), 2)
        self.assertEqual(sheets.request_id.equipment_id, self.equipment | self.second)
        self.assertEqual(len(sheets.prerepair_ids), 2)
        with self.assertRaisesRegex(UserError, "No machine of this entry waits"):
            entry.action_receive()

    def test_one_of_two_came(self):
        notice = self._announce(machines=self.equipment | self.second)
        notice.with_user(self.gatekeeper).action_enter()
        sheets = notice.repair_ids.with_user(self.advisor).sorted("serial")
        sheets[1].action_cancel()
        sheets[0].action_receive()
        self.assertEqual(sheets.mapped("state"), ["received", "cancelled"])
        self.assertNotIn("MK-0002", notice.machine_text)

    def test_entry_without_notice(self):
        entry, sheet = self._enter(customer_text="Somebody from Chengdu")
        self.assertEqual(sheet.state, "entered")
        self.assertEqual(sheet.entry_id, entry)
        self.assertFalse(sheet.partner_id)
        self.assertEqual(entry.place, self.company.aftersales_waiting_place)
        self.assertTrue(entry.is_waiting)

    def test_one_more_machine_on_the_truck(self):
        entry, _sheet = self._enter(partner_id=self.customer.id, driver="Mr Wu")
        action = entry.with_user(self.advisor).action_add_machine()
        added = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(added.state, "entered")
        self.assertEqual(added.bringer, "Mr Wu")
        self.assertEqual(entry.repair_count, 2)
        with self.assertRaises(AccessError):
            entry.action_add_machine()

    def test_the_gate_enters_a_notice_once(self):
        notice = self._announce().with_user(self.gatekeeper)
        notice.action_enter()
        with self.assertRaisesRegex(UserError, "is in state “Arrived”"):
            notice.action_enter()
        with self.assertRaisesRegex(UserError, "is in state “Arrived”"):
            self._enter(notice_id=notice.id)
        self.assertEqual(len(notice.sudo().entry_ids), 1)

    def test_agent_takes_back_what_is_only_announced(self):
        notice = self._announce(machines=self.equipment | self.second)
        notice.repair_ids[0].with_user(self.agent).action_cancel()
        self.assertEqual(
            sorted(notice.repair_ids.mapped("state")), ["announced", "cancelled"]
        )

    def test_a_cancelled_visit(self):
        notice = self._announce()
        notice.action_cancel()
        self.assertEqual(notice.repair_ids.state, "cancelled")
        with self.assertRaises(UserError):
            notice.with_user(self.gatekeeper).action_enter()
        with self.assertRaises(UserError):
            notice.action_cancel()

    def test_absurd_times(self):
        now = fields.Datetime.now()
        for expected in (
            now + timedelta(days=400),
            now - timedelta(days=3),
            "1926-11-30 10:00:00",
            "9026-11-30 10:00:00",
        ):
            with self.assertRaisesRegex(ValidationError, "cannot be the expected"):
                self._announce(expected_at=expected)
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self._announce(announced_on=now + timedelta(hours=2))
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self._enter(entered_at=now + timedelta(hours=2))

    def test_entry_written_before_the_notice(self):
        notice = self._announce()
        entered = notice.announced_on - timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "is before “Announced At”"):
            self._enter(notice_id=notice.id, entered_at=entered)

    def test_late_notices_are_found(self):
        notice = self._announce(
            announced_on=fields.Datetime.now() - timedelta(hours=5),
            expected_at=fields.Datetime.now() - timedelta(hours=1),
        )
        self.assertTrue(notice.is_late)
        self.assertIn(notice, notice.search([("is_late", "=", True)]))
        self._announce()
        self.assertEqual(notice.search([("is_late", "=", True)]), notice)

    def test_call_and_exit(self):
        entry, sheet = self._enter(partner_id=self.customer.id)
        with self.assertRaisesRegex(UserError, "is before “Time of Entry”"):
            entry.action_call(entry.entered_at - timedelta(minutes=5))
        entry.action_call()
        with self.assertRaisesRegex(UserError, "was called already"):
            entry.action_call()
        with self.assertRaisesRegex(UserError, "not released by the workshop"):
            entry.action_exit()
        sheet.action_cancel()
        entry.action_exit()
        with self.assertRaisesRegex(UserError, "exit is recorded already"):
            entry.action_exit()

    def test_the_gate_book_is_kept(self):
        entry, _sheet = self._enter()
        with self.assertRaisesRegex(UserError, "gate book is kept"):
            entry.sudo().unlink()
        with self.assertRaisesRegex(UserError, "fixed once entered"):
            entry.entered_at = fields.Datetime.now() - timedelta(days=1)
        for vals in ({"called_at": fields.Datetime.now()}, {"name": "JC-1"}):
            with self.assertRaises(AccessError):
                entry.write(vals)

    def test_from_a_request_to_the_gate(self):
        request = self._create_request()
        request.action_plan_factory()
        action = request.action_create_notice()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        form.expected_at = fields.Datetime.now() + timedelta(days=1)
        notice = form.save()
        self.assertEqual(notice.partner_id, self.customer)
        self.assertEqual(notice.problem, "Does not spray")
        self.assertEqual(notice.repair_ids.equipment_id, self.equipment)
        notice.with_user(self.gatekeeper).action_enter()
        sheet = notice.repair_ids.with_user(self.advisor)
        sheet.action_receive()
        self.assertEqual(sheet.request_id, request)

    def test_notice_for_a_request_that_is_done(self):
        request = self._create_request()
        with self.assertRaises(UserError):
            request.action_create_notice()
        request.action_plan_factory()
        notice = self._announce(
            request_id=request.id,
            repair_ids=[Command.create({"equipment_id": self.equipment.id})],
        )
        self.assertEqual(notice.repair_ids.request_id, request)
        request.action_confirm_done()
        notice.with_user(self.gatekeeper).action_enter()
        sheet = notice.repair_ids.with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "is finished. Reopen it"):
            sheet.action_receive()
