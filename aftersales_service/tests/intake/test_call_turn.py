from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestCallTurn(CallCommon):
    """A call becomes a request or a lead in one click, never two."""

    def test_request_of_a_call(self):
        call = self._create_call(received_at=self._ago(hours=3), phone_spare="123456")
        action = call.action_create_request()
        request = call.request_id
        self.assertEqual(action["res_id"], request.id)
        self.assertEqual(action["res_model"], request._name)
        for fname in (
            "partner_id",
            "equipment_id",
            "serial",
            "phone",
            "phone_spare",
            "contact_name",
            "symptom",
            "requested_service",
            "received_at",
            "company_id",
        ):
            self.assertEqual(request[fname], call[fname], fname)
        self.assertEqual(request.channel, "phone")
        self.assertEqual(request.request_type, "repair")
        self.assertEqual(request.user_id, self.agent)
        self.assertEqual(request.call_ids, call)
        self.assertEqual(request.call_count, 1)
        self.assertIn(call.name, str(request.story))
        action = request.with_context(documents="call_ids").action_view_documents()
        self.assertEqual(action["res_id"], call.id)

    def test_pressed_twice_makes_one(self):
        call = self._create_call()
        call.action_create_request()
        first = call.request_id
        self.assertEqual(call.action_create_request()["res_id"], first.id)
        self.assertEqual(call.request_id, first)
        self.assertEqual(first.call_count, 1)
        domain = [("partner_id", "=", self.customer.id)]
        self.assertEqual(self.env[first._name].search(domain), first)

    def test_complaint_opens_a_request_of_that_type(self):
        for call_type, request_type in (
            ("complaint", "complaint"),
            ("consultation", "consultation"),
            ("other", "consultation"),
        ):
            call = self._create_call(call_type=call_type)
            call.action_create_request()
            self.assertEqual(call.request_id.request_type, request_type)

    def test_unknown_caller_becomes_a_customer(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            unit_name="Xiling Roads",
            contact_name="Mr He",
            phone="+86 199 0000 1111",
            address="1 East Street",
        )
        call.action_create_request()
        partner = call.partner_id
        self.assertEqual(partner, call.request_id.partner_id)
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.name, "Xiling Roads")
        self.assertEqual(partner.street, "1 East Street")
        self.assertEqual(partner.child_ids.name, "Mr He")
        self.assertEqual(partner.child_ids.phone, "+86 199 0000 1111")
        self.assertEqual(call.request_id.contact_name, "Mr He")

    def test_unknown_person_becomes_a_customer(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            contact_name="Mr He",
            phone="199 0000 1111",
        )
        call.action_create_request()
        self.assertFalse(call.partner_id.is_company)
        self.assertEqual(call.partner_id.name, "Mr He")

    def test_caller_we_know_by_his_number(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            contact_name="Luo",
            phone="0086-139-0000-0000",
        )
        call.action_create_request()
        self.assertEqual(call.partner_id, self.customer)

    def test_nobody_called(self):
        for vals in (
            {"contact_name": False, "unit_name": " ", "phone": "13900001111"},
            {"contact_name": "Mr He", "phone": " "},
        ):
            call = self._create_call(partner_id=False, equipment_id=False, **vals)
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "who called"),
            ):
                call.action_create_request()
            self.assertFalse(call.request_id)
            self.assertFalse(call.partner_id)

    def test_caller_asks_after_his_open_request(self):
        request = self._create_request()
        call = self._create_call(symptom="When do you come?")
        self.assertEqual(call.duplicate_request_id, request)
        call.action_link_request()
        self.assertEqual(call.request_id, request)
        self.assertIn("When do you come?", request.message_ids[0].body)
        call.action_link_request()
        self.assertEqual(len(request.message_ids), 1, "told once")

    def test_nothing_to_link(self):
        call = self._create_call()
        with self.assertRaisesRegex(UserError, "no open request"):
            call.action_link_request()

    def test_cancelled_call_becomes_nothing(self):
        call = self._create_call()
        call.action_cancel()
        for action in ("request", "lead"):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(call, f"action_create_{action}")()

    def test_call_with_a_request_is_not_cancelled(self):
        call = self._create_call()
        call.action_create_request()
        with self.assertRaisesRegex(UserError, "already"):
            call.action_cancel()

    def test_filed_with_a_request_instead_of_a_result(self):
        call = self._create_call(answer="An engineer comes")
        call.action_create_request()
        call.action_answer()
        call.action_done()
        self.assertEqual(call.state, "done")

    # ------------------------------------------------------------------ lead

    def test_lead_of_a_call(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            call_type="other",
            unit_name="Xiling Roads",
            contact_name="Mr He",
            phone="199 0000 1111",
            symptom="Price of two machines\nwith delivery",
        )
        action = call.action_create_lead()
        self.assertEqual(action["tag"], "display_notification", "no right on leads")
        lead = call.sudo().lead_ids
        self.assertEqual(lead.name, f"{call.name}: Price of two machines")
        self.assertEqual(lead.partner_name, "Xiling Roads")
        self.assertEqual(lead.contact_name, "Mr He")
        self.assertIn("with delivery", lead.description)
        self.assertEqual(lead.company_id, self.company)
        self.assertFalse(lead.user_id)
        self.assertEqual(call.lead_count, 1)
        call.action_create_lead()
        self.assertEqual(call.sudo().lead_ids, lead, "pressed twice makes one")
        seller = new_test_user(
            self.env,
            "as_seller",
            f"{GROUP}user,sales_team.group_sale_salesman_all_leads",
        )
        action = call.with_user(seller).action_view_leads()
        self.assertEqual(action["res_id"], lead.id)
        action = lead.with_user(seller).action_aftersales_call()
        self.assertEqual(action["res_id"], call.id)

    def test_lead_of_a_customer(self):
        call = self._create_call()
        call.action_create_lead()
        self.assertEqual(call.sudo().lead_ids.partner_id, self.customer)

    def test_lead_of_nobody(self):
        call = self._create_call(partner_id=False, equipment_id=False)
        with self.assertRaisesRegex(UserError, "who called"):
            call.action_create_lead()
        self.assertFalse(call.lead_count)
