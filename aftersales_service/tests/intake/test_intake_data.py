from datetime import timedelta

from psycopg2.errors import NotNullViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestIntakeData(AftersalesCommon):
    """The data of Art. 19: prefilled, open to correction, checked."""

    def test_prefilled_from_customer_and_machine(self):
        self.equipment.write({"factory_date": "2026-01-02"})
        request = self._create_request()
        self.assertEqual(request.contact_name, "Ms Luo")
        self.assertEqual(request.phone, "+86 139 0000 0000")
        self.assertIn("88 Bridge Road", request.address)
        self.assertEqual(request.product_id, self.machine)
        self.assertEqual(request.serial, "MK-0001")
        self.assertEqual(request.factory_date, fields.Date.to_date("2026-01-02"))
        self.assertEqual(request.purchase_date, self.equipment.purchase_date)
        self.assertEqual(request.warranty_state, "in")
        self.assertEqual(request.user_id, self.agent)
        self.assertEqual(request.received_by_id, self.agent)

    def test_address_is_the_site_of_the_machine(self):
        self.equipment.site_partner_id = self.env["res.partner"].create(
            {
                "name": "Tunnel 4",
                "parent_id": self.customer.id,
                "type": "other",
                "street": "Mountain Pass 4",
            }
        )
        self.assertIn("Mountain Pass 4", self._create_request().address)

    def test_person_without_a_company(self):
        person = self.env["res.partner"].create({"name": "Mr Hu", "phone": "+86 1"})
        request = self._create_request(partner_id=person.id, equipment_id=False)
        self.assertEqual(request.contact_name, "Mr Hu")
        self.assertEqual(request.phone, "+86 1")

    def test_what_the_caller_says_counts(self):
        request = self._create_request(
            contact_name="The foreman",
            phone="+86 136",
            address="At kilometre 7",
            warranty_state="out",
        )
        self.assertEqual(request.contact_name, "The foreman")
        self.assertEqual(request.phone, "+86 136")
        self.assertEqual(request.address, "At kilometre 7")
        self.assertEqual(request.warranty_state, "out")

    def test_data_stay_as_they_were_taken(self):
        """The customer moves and the warranty is corrected: the request tells how
        it was when he called and when the warranty was decided."""
        request = self._create_request()
        request.action_decide_verdict()
        self.customer.write({"street": "New Road 1"})
        self.customer.child_ids[0].write({"phone": "+86 000"})
        yesterday = fields.Date.today() - timedelta(days=1)
        self.equipment.write({"warranty_end": yesterday, "serial": "MK-9"})
        self.env.flush_all()
        request.invalidate_recordset()
        self.assertIn("88 Bridge Road", request.address)
        self.assertEqual(request.phone, "+86 139 0000 0000")
        self.assertEqual(request.warranty_state, "in")
        self.assertEqual(request.serial, "MK-0001")

    def test_unknown_serial(self):
        """A machine nobody knows is taken in; its warranty is unknown."""
        request = self._create_request(
            equipment_id=False, serial="ZZ-404", product_id=self.machine.id
        )
        self.assertEqual(request.serial, "ZZ-404")
        self.assertEqual(request.warranty_state, "unknown")
        self.assertFalse(request.equipment_id)
        self.assertIn("Purchase Date", request.visit_missing)

    def test_warranty_is_judged_on_the_day_of_the_call(self):
        self.equipment.warranty_end = fields.Date.today() - timedelta(days=1)
        now = fields.Datetime.now()
        late = self._create_request()
        early = self._create_request(received_at=now - timedelta(days=3))
        self.assertEqual(late.warranty_state, "out")
        self.assertEqual(early.warranty_state, "in")

    def test_last_day_ends_where_the_company_is(self):
        """The customer writes at 00:30 in Chengdu; the server's clock says 16:30
        of the day before. The warranty ended at midnight in Chengdu."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.equipment.purchase_date = "2026-01-01"
        self.equipment.warranty_end = "2026-06-30"
        with freeze_time("2026-07-10"):
            for received_at, state in (
                ("2026-06-30 15:59:59", "in"),
                ("2026-06-30 16:30:00", "out"),
            ):
                for user in (self.agent, self.manager):
                    with self.subTest(received_at=received_at, user=user.login):
                        user.tz = "America/New_York" if user == self.agent else False
                        request = self._create_request(user, received_at=received_at)
                        self.assertEqual(request.warranty_state, state)

    # ----------------------------------------------------------------- refused

    def test_no_customer(self):
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(NotNullViolation, "partner_id"),
        ):
            requests.create({"symptom": "Drips"})

    def test_machine_of_another_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger Ltd"})
        with self.assertRaisesRegex(
            ValidationError, "MK-0001 belongs to Qingshan Roadworks"
        ):
            self._create_request(partner_id=stranger.id)
        request = self._create_request()
        with self.assertRaises(ValidationError):
            request.partner_id = stranger
        self.assertEqual(request.partner_id, self.customer)

    def test_contact_of_the_owner_may_call(self):
        contact = self.customer.child_ids[0]
        request = self._create_request(partner_id=contact.id)
        self.assertEqual(request.equipment_id, self.equipment)
        self.assertEqual(request.contact_name, "Ms Luo")

    def test_times_in_the_future(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        for fname, label in (
            ("received_at", "Received At"),
            ("occurred_at", "Time of Occurrence"),
        ):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(ValidationError, f"{label}.*future"),
            ):
                self._create_request(**{fname: tomorrow})
        self.assertTrue(self._create_request(wish_at=tomorrow))

    # --------------------------------------------------- what a visit needs

    def test_missing_data_are_named(self):
        request = self._create_request(
            equipment_id=False,
            symptom=False,
            requested_service=" ",
            contact_name=False,
        )
        for label in (
            "Contact",
            "Model",
            "Purchase Date",
            "Symptom and Present Condition",
        ):
            self.assertIn(label, request.visit_missing)
        self.assertNotIn("Address", request.visit_missing)
        with self.assertRaisesRegex(UserError, "Art. 19.*Contact.*Symptom"):
            request.action_plan_visit()
        self.assertEqual(request.state, "new")
        request.write(
            {
                "contact_name": "Ms Luo",
                "product_id": self.machine.id,
                "purchase_date": "2026-01-01",
                "symptom": "Drips",
                "requested_service": "Repair",
            }
        )
        self.assertFalse(request.visit_missing)
        request.action_plan_visit()
        self.assertEqual(request.state, "to_dispatch")

    def test_one_incomplete_request_stops_all(self):
        complete = self._create_request()
        incomplete = self._create_request(symptom=False)
        with self.assertRaisesRegex(UserError, "Symptom"):
            (complete | incomplete).action_plan_visit()
        self.assertEqual(complete.state, "new")

    # -------------------------------------------------------------------- files

    def _upload(self, user):
        """A file as the web client uploads it before the first save."""
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": "Invoice.txt", "raw": b"Paid"})

    def test_proof_of_purchase_is_for_all_readers(self):
        file = self._upload(self.agent)
        request = self._create_request(proof_ids=[Command.link(file.id)])
        later = self._upload(self.agent)
        request.write({"proof_ids": [Command.link(later.id)]})
        for each in file | later:
            self.assertEqual(each.res_id, request.id)
            self.assertEqual(each.with_user(self.quality).raw, b"Paid")

    def test_file_of_somebody_else_is_not_opened_that_way(self):
        secret = self._upload(self.quality)
        with self.assertRaises(AccessError):
            self._create_request(proof_ids=[Command.link(secret.id)])
        self.assertFalse(secret.res_id)
