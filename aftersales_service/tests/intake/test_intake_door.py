from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon
from ..common_company import TwoCompaniesCommon

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.binary(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


class DoorCommon(AftersalesCommon):
    def _take_in(self, channel="web", user=None, **vals):
        """A request through the one door, from a stranger unless told."""
        requests = self.env["aftersales.service.request"].with_user(
            user or self.env.ref("base.public_user")
        )
        data = {
            "contact_name": "Mr He",
            "phone": "+86 199 0000 1111",
            "symptom": "Does not spray",
            **vals,
        }
        requests = requests.with_context(allowed_company_ids=self.company.ids)
        return requests._intake({k: v for k, v in data.items() if v != ...}, channel)


@tagged("post_install", "-at_install")
class TestIntakeDoor(DoorCommon):
    """One door, one set of checks; nothing that comes in is trusted."""

    def test_stranger(self):
        request = self._take_in(
            unit_name="Xiling Roads", email="He@Xiling.example.com", address="Chengdu"
        )
        self.assertEqual(request.channel, "web")
        self.assertEqual(request.state, "new")
        self.assertFalse(request.user_id, "nobody is responsible yet")
        self.assertEqual(request.received_by_id, self.env.ref("base.user_root"))
        self.assertEqual(request.contact_name, "Mr He")
        self.assertEqual(request.email, "he@xiling.example.com")
        partner = request.partner_id
        self.assertEqual(partner.name, "Xiling Roads")
        self.assertEqual(partner.child_ids.email, "he@xiling.example.com")
        self.assertEqual(request.company_id, self.company)

    def test_agent_who_types_it_in(self):
        request = self._take_in("visit", self.agent)
        self.assertEqual(request.received_by_id, self.agent)

    def test_customer_by_phone(self):
        request = self._take_in(phone="0086 139 0000 0000")
        self.assertEqual(request.partner_id, self.customer.child_ids)

    def test_customer_by_email(self):
        self.customer.email = "office@qingshan.example.com"
        request = self._take_in(email="OFFICE@qingshan.example.com", phone=...)
        self.assertEqual(request.partner_id, self.customer)

    def test_second_request_of_a_stranger_makes_no_second_customer(self):
        first = self._take_in(email="he@xiling.example.com")
        second = self._take_in(email="he@xiling.example.com")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertNotEqual(first, second)

    def test_machine_of_the_customer_is_linked(self):
        request = self._take_in(phone="139 0000 0000", serial=" MK-0001 ")
        self.assertEqual(request.equipment_id, self.equipment)
        self.assertEqual(request.product_id, self.machine)
        self.assertEqual(request.warranty_state, "in")

    def test_machine_of_another_is_only_noted(self):
        request = self._take_in(serial="MK-0001")
        self.assertFalse(request.equipment_id)
        self.assertEqual(request.serial, "MK-0001")
        note = request.message_ids[0]
        self.assertIn("Qingshan Roadworks", note.body)
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        for fname in ("symptom", "description", "requested_service"):
            self.assertNotIn("Qingshan", request[fname] or "", "told to nobody else")

    def test_known_machine_of_another_is_only_noted(self):
        """Somebody scans the code on a machine that is not his."""
        request = self._take_in("qr", equipment_id=self.equipment.id)
        self.assertFalse(request.equipment_id)
        self.assertIn("Qingshan", request.message_ids[0].body)

    def test_serial_that_two_machines_share(self):
        other = self.env["product.product"].create({"name": "Other Model"})
        self.env["aftersales.equipment"].create(
            {
                "product_id": other.id,
                "serial": "MK-0001",
                "partner_id": self.customer.id,
            }
        )
        request = self._take_in(phone="139 0000 0000", serial="MK-0001")
        self.assertFalse(request.equipment_id, "which of the two is for a person")
        self.assertEqual(request.serial, "MK-0001")

    def test_model_in_words(self):
        request = self._take_in(model="HL 20", description="Since Monday")
        self.assertIn("Since Monday", request.description)
        self.assertIn("HL 20", request.description)

    # ------------------------------------------------------------- refusals

    def test_refused_with_a_clear_message(self):
        now = fields.Datetime.now()
        for vals, message in (
            ({"contact_name": ...}, "your name"),
            ({"contact_name": "  "}, "your name"),
            ({"phone": ...}, "phone number or an e-mail"),
            ({"symptom": ...}, "what is wrong"),
            ({"symptom": "x" * 10_001}, "too long"),
            ({"symptom": "x" * 100_000}, "too long"),
            ({"contact_name": "x" * 201}, "too long"),
            ({"phone": "12"}, "not valid"),
            ({"phone": 13900000000}, "not valid"),
            ({"email": "nobody"}, "not valid"),
            ({"symptom": ["x"]}, "not valid"),
            ({"state": "done"}, "Unknown field"),
            ({"user_id": 1}, "Unknown field"),
            ({"name": "SR-1"}, "Unknown field"),
            ({"request_type": "gift"}, "not a type"),
            ({"occurred_at": "yesterday"}, "not valid"),
            ({"occurred_at": now + timedelta(days=1)}, "not valid"),
            ({"occurred_at": "1066-10-14 09:00:00"}, "not valid"),
            ({"wish_at": "9999-12-31 23:59:59"}, "not valid"),
            ({"partner_id": "1"}, "not valid"),
            ({"partner_id": 2_000_000_000}, "not valid"),
            ({"equipment_id": True}, "not valid"),
            ({"attachments": [("a.png", b"x")] * 11}, "At most 10"),
            ({"attachments": [("a.exe", b"x")]}, "not a picture"),
            ({"attachments": [("a.html", b"x")]}, "not a picture"),
            ({"attachments": [("a.png", b"")]}, "empty"),
            ({"attachments": ["a.png"]}, "not valid"),
        ):
            with (
                self.subTest(vals=str(vals)[:60]),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._take_in(**vals)

    def test_channel(self):
        with self.assertRaisesRegex(ValidationError, "not a channel"):
            self._take_in("pigeon")
        channels = self.env["aftersales.service.request"]._fields["channel"]
        for channel, _label in channels.selection:
            self.assertEqual(self._take_in(channel).channel, channel)

    def test_control_characters(self):
        request = self._take_in(symptom="No\x00 pressure\x07\nsince Monday")
        self.assertEqual(request.symptom, "No  pressure \nsince Monday")

    def test_longest_text_that_is_accepted(self):
        self.assertEqual(len(self._take_in(symptom="x" * 10_000).symptom), 10_000)

    def test_files(self):
        request = self._take_in(attachments=[("Foto.JPG", b"1"), ("ton.mp3", b"2")])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(set(files.mapped("name")), {"Foto.JPG", "ton.mp3"})
        self.assertFalse(any(files.mapped("public")))

    def test_whatever_comes_in(self):
        """Any data gives a request or a clear refusal, never a crash."""

        @settings(
            max_examples=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.dictionaries(
                st.sampled_from(
                    ("unit_name", "contact_name", "phone", "email", "serial")
                    + ("symptom", "occurred_at", "attachments", "request_type")
                    + ("partner_id", "equipment_id", "external_ref", "model")
                ),
                JUNK,
                max_size=5,
            )
        )
        def check(vals):
            with self.env.cr.savepoint(flush=False) as savepoint:
                try:
                    self.assertTrue(self._take_in(**vals).partner_id)
                except ValidationError as error:
                    self.assertTrue(str(error))
                savepoint.rollback()
                self.env.invalidate_all()

        check()

    # ----------------------------------------------------------- duplicates

    def test_same_message_twice(self):
        first = self._take_in("api", external_ref="A-1")
        self.assertEqual(self._take_in("api", external_ref="A-1"), first)
        for channel, ref in (("api", "A-2"), ("wechat", "A-1")):
            self.assertNotEqual(self._take_in(channel, external_ref=ref), first)
        without = self._take_in("api"), self._take_in("api")
        self.assertNotEqual(*without)

    @mute_logger("odoo.sql_db")
    def test_index_refuses_what_the_search_did_not_see(self):
        self._take_in("api", external_ref="A-1")
        second = self._take_in("api", external_ref="A-2")
        with self.assertRaisesRegex(Exception, "external_ref_uniq"):
            second.external_ref = "A-1"
            second.flush_recordset()


@tagged("post_install", "-at_install")
class TestIntakeDoorTwoCompanies(DoorCommon, TwoCompaniesCommon):
    def test_company_of_the_request(self):
        request = self._take_in(company_id=self.sister.id)
        self.assertEqual(request.company_id, self.sister)

    def test_same_message_in_two_companies(self):
        first = self._take_in("api", external_ref="A-1")
        second = self._take_in("api", external_ref="A-1", company_id=self.sister.id)
        self.assertNotEqual(first, second)

    def test_machine_of_the_sister_is_not_linked(self):
        request = self._take_in(phone="139 0000 0000", serial="SI-0001")
        self.assertFalse(request.equipment_id)
        self.assertEqual(request.serial, "SI-0001")

    def test_partner_of_the_sister_is_not_taken(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Only There",
                "email": "x@there.example.com",
                "company_id": self.sister.id,
            }
        )
        request = self._take_in(email="x@there.example.com")
        self.assertNotEqual(request.partner_id, partner)
