from odoo import fields
from odoo.tests import Form, tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRequestForm(AftersalesCommon):
    """What the agent sees while he is on the phone."""

    def _open(self, record=None):
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        return Form(record.with_user(self.agent) if record else requests)

    def test_customer_first(self):
        with self._open() as form:
            form.partner_id = self.customer
            self.assertEqual(form.contact_name, "Ms Luo")
            self.assertIn("88 Bridge Road", form.address)
            form.equipment_id = self.equipment
            self.assertEqual(form.serial, "MK-0001")
            self.assertEqual(form.warranty_state, "in")
            form.symptom = "Does not spray"
        request = form.record
        self.assertRegex(request.name, r"^SR\d{4}-\d{5}$")
        self.assertEqual(request.product_id, self.machine)
        self.assertEqual(request.received_by_id, self.agent)

    def test_plate_of_the_machine_first(self):
        with self._open() as form:
            form.equipment_id = self.equipment
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.phone, "+86 139 0000 0000")
        self.assertEqual(form.record.equipment_id, self.equipment)

    def test_missing_data_vanish_as_they_are_entered(self):
        with self._open() as form:
            form.partner_id = self.customer
            self.assertIn("Model", form.visit_missing)
            form.equipment_id = self.equipment
            self.assertNotIn("Model", form.visit_missing)
            self.assertIn("Symptom", form.visit_missing)
            form.symptom = "Drips"
            form.requested_service = "Repair"
            self.assertFalse(form.visit_missing)
            self.assertEqual(form.state, "new")

    def test_machine_that_is_not_in_the_books(self):
        with self._open() as form:
            form.partner_id = self.customer
            form.product_id = self.machine
            form.serial = "OLD-1"
            form.purchase_date = fields.Date.to_date("2019-05-01")
            self.assertEqual(form.warranty_state, "unknown")
            form.warranty_state = "out"
        request = form.record
        self.assertEqual(request.serial, "OLD-1")
        self.assertEqual(request.warranty_state, "out")

    def test_correction_is_kept_when_the_machine_is_named_later(self):
        with self._open() as form:
            form.partner_id = self.customer
            form.contact_name = "The foreman"
            form.equipment_id = self.equipment
        self.assertEqual(form.record.contact_name, "The foreman")

    def test_closed_file_is_read_only(self):
        request = self._create_request()
        request.action_cancel()
        form = self._open(request)
        for fname, value in (("symptom", "x"), ("contact_name", "x"), ("serial", "x")):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(AssertionError, "readonly"),
            ):
                form[fname] = value

    def test_board_has_its_columns_in_the_order_of_the_work(self):
        requests = self._create_request() | self._create_request()
        requests |= self._create_request()
        requests[0].action_cancel()
        requests[1].action_plan_visit()
        groups = requests.with_context(read_group_expand=True).formatted_read_group(
            [("id", "in", requests.ids)], ["state"], ["__count"]
        )
        self.assertEqual(
            [group["state"] for group in groups], ["new", "to_dispatch", "cancelled"]
        )
