from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFactorySteps(WorkshopCommon):
    """Order, double clicks, bad input and times of the steps."""

    def test_wrong_order(self):
        sheet = self._receive_machine()
        for button in (
            "action_receive",
            "action_quote",
            "action_start",
            "action_finish",
            "action_test_passed",
            "action_accept",
            "action_settle",
            "action_evaluate",
            "action_leave",
            "action_archive_sheet",
            "action_supplement",
            "action_charge_diagnosis",
            "action_cancel",
        ):
            with self.assertRaisesRegex(UserError, "is in state “Received”"):
                getattr(sheet, button)()
        self.assertEqual(sheet.state, "received")

    def test_double_click_makes_one_of_each(self):
        sheet = self._receive_machine()
        with self.assertRaises(UserError):
            sheet.action_receive()
        self.assertEqual(len(sheet.prerepair_ids), 1)
        self.assertEqual(len(sheet.request_id), 1)
        self.assertEqual(sheet.request_id.factory_repair_ids, sheet)

    def test_nothing_is_received_without_customer_model_serial_and_symptom(self):
        _entry, sheet = self._enter(machine_text="No plate on it")
        with self.assertRaisesRegex(
            UserError, "Customer, Model, Serial Number, Symptom"
        ):
            sheet.action_receive()
        sheet.write({"partner_id": self.customer.id, "product_id": self.machine.id})
        with self.assertRaisesRegex(UserError, "enter first: Serial Number, Symptom"):
            sheet.action_receive()
        self.assertFalse(sheet.request_id)
        self.assertEqual(sheet.state, "entered")

    def test_machine_that_is_not_on_file(self):
        _entry, sheet = self._enter()
        sheet.write(
            {
                "partner_id": self.customer.id,
                "product_id": self.machine.id,
                "serial": "OLD-77",
                "symptom": "Smokes",
            }
        )
        sheet.action_receive()
        self.assertEqual(sheet.request_id.serial, "OLD-77")
        self.assertEqual(sheet.request_id.product_id, self.machine)
        self.assertEqual(sheet.request_id.warranty_state, "unknown")

    def test_serial_on_file_finds_the_machine(self):
        _entry, sheet = self._enter()
        sheet.write(
            {
                "partner_id": self.customer.id,
                "product_id": self.machine.id,
                "serial": "MK-0001",
                "symptom": "Smokes",
            }
        )
        sheet.action_receive()
        self.assertEqual(sheet.equipment_id, self.equipment)
        self.assertEqual(sheet.warranty_state, "in")

    def test_same_machine_twice_in_the_house(self):
        first = self._receive_machine()
        with self.assertRaisesRegex(
            UserError, f"in the house already, on {first.name}"
        ):
            self._receive_machine()
        _entry, sheet = self._enter()
        sheet.write(
            {
                "partner_id": self.customer.id,
                "product_id": self.machine.id,
                "serial": "mk-0001",  # the plate, written down by hand
                "symptom": "Smokes",
            }
        )
        with self.assertRaisesRegex(UserError, "in the house already"):
            sheet.action_receive()

    def test_machine_may_come_again_after_it_has_left(self):
        sheet = self._finish()
        sheet.action_accept()
        sheet.action_settle()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        again = self._receive_machine()
        self.assertEqual(again.state, "received")
        self.assertNotEqual(again.request_id, sheet.request_id)

    def test_machine_of_somebody_else(self):
        other = self.env["res.partner"].create({"name": "Other Roads"})
        _entry, sheet = self._enter()
        with self.assertRaisesRegex(ValidationError, "belongs to Qingshan Roadworks"):
            sheet.write({"partner_id": other.id, "equipment_id": self.equipment.id})

    def test_event_times_go_forward(self):
        sheet = self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        with self.assertRaisesRegex(UserError, "lies in the future"):
            sheet.action_start_diagnosis(fields.Datetime.now() + timedelta(hours=1))
        with self.assertRaisesRegex(UserError, "is before “Received”"):
            sheet.action_start_diagnosis(sheet.received_at - timedelta(minutes=1))
        with self.assertRaisesRegex(UserError, "is not a date and time"):
            sheet.action_start_diagnosis("tomorrow")
        sheet.action_start_diagnosis(sheet.received_at)
        self.assertEqual(sheet.diagnosis_at, sheet.received_at)

    def test_time_of_entry_counts_for_the_stay(self):
        entered = fields.Datetime.now() - timedelta(hours=30)
        _entry, sheet = self._enter(
            partner_id=self.customer.id, entered_at=entered, driver="Mr Wu"
        )
        sheet.write({"equipment_id": self.equipment.id, "symptom": "Leaks"})
        sheet.technician_id = self.engineer
        sheet.action_receive()
        self.assertEqual(sheet.brought_at, entered.replace(microsecond=0))
        sheet = self._finish(sheet)
        sheet.action_accept()
        sheet.action_settle()
        self.assertFalse(sheet.stay_hours)
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        self.assertAlmostEqual(sheet.stay_hours, 30, delta=0.1)

    def test_a_failed_test_goes_back_to_the_bench(self):
        sheet = self._start()
        mine = sheet.with_user(self.engineer_user)
        mine.work_done = "Seal replaced"
        mine.action_finish()
        for reason in ("", "   ", False):
            with self.assertRaisesRegex(UserError, "Say why"):
                mine.action_test_failed(reason)
        mine.action_test_failed("Still drips")
        self.assertEqual(sheet.state, "repair")
        self.assertFalse(sheet.finished_at)
        self.assertTrue(sheet.started_at)
        self.assertIn("Still drips", sheet.message_ids[0].body)
        mine.action_finish()
        with self.assertRaisesRegex(
            UserError, "Exterior after the Repair, Test Result"
        ):
            mine.action_test_passed()
        mine.write({"exterior_result": "Clean", "test_result": "Tight"})
        mine.action_test_passed()
        self.assertTrue(sheet.test_passed)
        self.assertEqual(sheet.state, "acceptance")

    def test_work_must_be_described(self):
        sheet = self._start()
        with self.assertRaisesRegex(UserError, "Repair and Maintenance Done"):
            sheet.action_finish()

    def test_a_rejected_machine_goes_back_and_comes_again(self):
        sheet = self._finish()
        sheet.action_reject("Paint is scratched")
        self.assertEqual(sheet.state, "repair")
        self.assertEqual(sheet.acceptance, "rejected")
        self.assertEqual(sheet.reject_reason, "Paint is scratched")
        mine = sheet.with_user(self.engineer_user)
        mine.action_finish()
        mine.action_test_passed()
        sheet.action_accept("Ms Luo")
        self.assertEqual(sheet.acceptance, "accepted")
        self.assertEqual(sheet.accepted_by, "Ms Luo")

    def test_no_technician_no_diagnosis(self):
        sheet = self._receive_machine(technician_id=False)
        self._sign_prerepair(sheet.prerepair_ids)
        with self.assertRaisesRegex(UserError, "enter first: Technician"):
            sheet.action_start_diagnosis()

    def test_repaired_is_told_to_the_clocks_of_the_case(self):
        sheet = self._finish()
        events = self.env["aftersales.sla.event"].search(
            [
                ("res_model", "=", sheet.request_id._name),
                ("res_id", "=", sheet.request_id.id),
                ("event", "=", "repaired"),
            ]
        )
        self.assertEqual(events.event_time, sheet.tested_at)
        self.assertEqual(len(events), 1)

    def test_the_case_waits_while_the_customer_thinks(self):
        sheet = self._diagnose()
        request = sheet.request_id
        self.assertFalse(request.wait_reason)
        sheet.action_quote()
        self.assertEqual(request.wait_reason, "customer")
        sheet.action_decide("all")
        self.assertFalse(request.wait_reason)

    def test_another_wait_of_the_case_goes_on(self):
        sheet = self._diagnose()
        request = sheet.request_id
        request._sla_wait("parts", note="On the way")
        sheet.action_quote()
        self.assertEqual(request.wait_reason, "parts")
        sheet.action_decide("all")
        self.assertEqual(request.wait_reason, "parts")

    def test_sheets_are_kept(self):
        sheet = self._receive_machine()
        with self.assertRaisesRegex(UserError, "kept, never deleted"):
            sheet.sudo().unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            sheet.sudo().prerepair_ids.unlink()

    def test_an_archived_sheet_does_not_change(self):
        sheet = self._finish()
        sheet.action_accept()
        sheet.action_settle()
        ratings = {f"rating_{key}": "4" for key in ("repair", "attitude", "overall")}
        with self.assertRaisesRegex(UserError, "Repair Level"):
            sheet.action_evaluate()
        sheet.write(ratings)
        sheet.action_evaluate()
        with self.assertRaisesRegex(UserError, "evaluation is given"):
            sheet.rating_overall = "1"
        with self.assertRaisesRegex(UserError, "Collected By"):
            sheet.action_leave()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        with self.assertRaisesRegex(UserError, "closed"):
            sheet.serial = "X"
        sheet.note = "Came back for his gloves"
        sheet.action_archive_sheet()
        with self.assertRaisesRegex(UserError, "closed"):
            sheet.note = "More"

    def test_dialog_records_the_step_at_its_time(self):
        sheet = self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        dialog = (
            self.env["aftersales.factory.event"]
            .with_user(self.advisor)
            .create({"repair_id": sheet.id, "event_time": sheet.received_at})
        )
        self.assertEqual(dialog.step, "diagnosis")
        dialog.action_record()
        self.assertEqual(sheet.diagnosis_at, sheet.received_at)
        with self.assertRaisesRegex(UserError, "not due now"):
            dialog.action_record()
