from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_mail import MailCommon


@tagged("post_install", "-at_install")
class TestMailGateway(MailCommon):
    """An e-mail becomes a request of the right company, customer and machine."""

    # ---------------------------------------------------------------- aliases

    def test_every_company_has_its_address(self):
        alias, other = (
            company.aftersales_alias_id for company in (self.company, self.sister)
        )
        self.assertTrue(alias and other)
        self.assertNotEqual(alias.alias_full_name, other.alias_full_name)
        self.company.sudo()._aftersales_setup()
        self.assertEqual(self.company.aftersales_alias_id, alias)

    def test_company_of_the_address(self):
        self.assertEqual(self._mail().company_id, self.company)
        request = self._mail(alias=self.sister.aftersales_alias_id)
        self.assertEqual(request.company_id, self.sister)
        self.assertRegex(request.name, r"^SR\d{4}-\d{5}$")

    def test_address_of_a_region(self):
        region = self.env["aftersales.region"].create(
            {
                "name": "West",
                "code": "W9",
                "company_id": self.company.id,
                "user_id": self.agent.id,
                "alias_name": "west",
            }
        )
        region.alias_id.alias_domain_id = self.company.alias_domain_id
        request = self._mail(alias=region.alias_id)
        self.assertEqual(request.user_id, self.agent)
        self.assertEqual(request.company_id, self.company)
        region.user_id = self.dispatcher
        self.assertEqual(self._mail(alias=region.alias_id).user_id, self.dispatcher)

    def test_address_sets_no_protected_fields(self):
        """The defaults of an alias are written by hand, past all buttons."""
        first = self._mail()
        alias = self.company.aftersales_alias_id
        alias.alias_defaults = repr(
            {
                "company_id": self.company.id,
                "user_id": self.agent.id,
                "state": "archived",
                "support_line": "3",
                "merged_into_id": first.id,
                "call_ids": [(0, 0, {"symptom": "Made up"})],
                "no_such_field": 1,
            }
        )
        request = self._mail("Leaks", "Pump")
        self.assertEqual(request.user_id, self.agent)
        self.assertEqual(request.state, "new")
        self.assertEqual(request.support_line, "1")
        self.assertFalse(request.merged_into_id)
        self.assertFalse(request.call_ids)

    def test_answer_writes_no_protected_fields(self):
        request = self._mail()
        request.sudo().message_update({}, {"state": "archived", "phone": "12345678"})
        self.assertEqual(request.state, "new")
        self.assertEqual(request.phone, "12345678")

    # ------------------------------------------------- customer and machine

    def test_known_sender(self):
        request = self._mail("It does not spray.\nSince Monday.", "Pump")
        self.assertEqual(request.channel, "email")
        self.assertEqual(request.partner_id, self.customer.child_ids)
        self.assertEqual(request.email, "luo@qingshan.example.com")
        self.assertEqual(request.symptom, "Pump\nIt does not spray.\nSince Monday.")
        self.assertFalse(request.equipment_id)
        self.assertFalse(request.user_id)
        message = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("Since Monday", message.body)

    def test_serial_in_subject_or_text(self):
        for subject, body in (
            ("MK-0001 is down", "Please come"),
            ("Help", "machine no. MK-0001, please come."),
            ("Help", "型号见铭牌，出厂编号MK-0001，不喷涂"),
        ):
            with self.subTest(subject=subject, body=body):
                request = self._mail(body, subject)
                self.assertEqual(request.equipment_id, self.equipment)
                self.assertEqual(request.product_id, self.machine)

    def test_serial_of_another(self):
        request = self._mail("MK-0001 is mine", sender="Eve <eve@else.example.com>")
        self.assertFalse(request.equipment_id)
        self.assertEqual(request.partner_id.email, "eve@else.example.com")
        self.assertEqual(request.partner_id.name, "Eve")
        self.assertIn("Qingshan", str(request.message_ids.mapped("body")))

    def test_html_becomes_text(self):
        request = self._mail(
            "<p>Does <b>not</b> spray</p><script>alert(1)</script>", html=True
        )
        self.assertIn("spray", request.symptom)
        self.assertNotIn("<", request.symptom)
        self.assertNotIn("alert", request.symptom)

    # ------------------------------------------------------------- bad input

    def test_without_a_sender(self):
        request = self._mail(sender=None)
        self.assertEqual(
            request.partner_id,
            self.env.ref("aftersales_service.partner_unknown_sender"),
        )
        self.assertFalse(request.email)
        self.assertIn("Does not spray", request.symptom)
        other = self._mail(sender=None)
        self.assertEqual(other.partner_id, request.partner_id)

    def test_without_text(self):
        request = self._mail("", "")
        self.assertIn("without text", request.symptom)

    def test_hundred_thousand_characters(self):
        text = "pump " * 30_000
        request = self._mail(text)
        self.assertLess(len(request.symptom), 11_000)
        self.assertIn("whole text", request.symptom)
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", request._name),
                ("res_id", "=", request.id),
                ("name", "=", "message.txt"),
            ]
        )
        self.assertEqual(len(file), 1)
        self.assertGreater(file.raw.count(b"pump"), 29_990)
        shown = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertLess(len(shown.body), 12_000)

    def test_same_message_twice(self):
        first = self._mail(Message_Id="<same@mail.example.com>")
        self.assertEqual(len(first), 1)
        self.assertFalse(self._mail(Message_Id="<same@mail.example.com>"))
        requests = self.env["aftersales.service.request"]
        again = requests.message_new(
            {
                "message_id": "<same@mail.example.com>",
                "email_from": "luo@qingshan.example.com",
                "body": "x",
            },
            {"company_id": self.company.id},
        )
        self.assertEqual(again, first)

    def test_loop(self):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("mail.gateway.loop.threshold", "3")
        made = [len(self._mail()) for _number in range(5)]
        self.assertEqual(made, [1, 1, 1, 0, 0])
        other = self._mail(sender="eve@else.example.com")
        self.assertEqual(len(other), 1, "others are still heard")

    def test_automatic_answers(self):
        before = self._count_mails()
        for headers in (
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; type=x"},
            {"Precedence": "bulk"},
            {"X_Autoreply": "yes"},
        ):
            with self.subTest(headers=headers):
                self.assertFalse(self._mail("I am on holiday", **headers))
        self.assertEqual(self._count_mails(), before, "nobody answers a machine")
        self.assertTrue(self._mail(Auto_Submitted="no"))

    # --------------------------------------------------------------- answers

    def test_customer_writes_again(self):
        request = self._mail()
        request.user_id = self.agent
        first = request.message_ids.filtered(lambda m: m.message_type == "email")
        made = self._mail("And it smokes", In_Reply_To=first.message_id)
        self.assertFalse(made)
        self.assertIn("smokes", str(request.message_ids.mapped("body")))
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn("written again", activity.summary)
        self._mail("Hello?", In_Reply_To=first.message_id)
        self.assertEqual(len(request.activity_ids), 1, "one reminder is enough")

    def test_time_of_receipt(self):
        request = self._mail()
        now = fields.Datetime.now()
        self.assertLess(now - request.received_at, timedelta(minutes=1))
