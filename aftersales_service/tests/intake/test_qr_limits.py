from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ...models.intake.aftersales_qr_mixin import (
    PHOTO_SIZE,
    PHOTOS,
    QR_SIZES,
    REPORTS_AN_HOUR,
)
from ..common_company import TwoCompaniesCommon

PICTURE = b"\xff\xd8\xff\xe0" + b"\0" * 60


@tagged("post_install", "-at_install")
class TestQrLimits(TwoCompaniesCommon):
    """How much a stranger may send by the label of a machine."""

    def setUp(self):
        super().setUp()
        (self.equipment | self.foreign_equipment)._ensure_label_tokens()

    def _report(self, machine=None, photos=(), **values):
        """As the page does it for a visitor who is not logged in."""
        public = self.env.ref("base.public_user")
        requests = self.env["aftersales.service.request"].with_user(public)
        values = {
            "name": "Li Lei",
            "phone": "13912345678",
            "symptom": "Smoke",
            **values,
        }
        return requests._qr_report((machine or self.equipment).sudo(), values, photos)

    def _count(self, machine=None):
        return self.env["aftersales.service.request"].search_count(
            [
                ("equipment_id", "=", (machine or self.equipment).id),
                ("channel", "=", "qr"),
            ]
        )

    def test_texts_at_their_limit(self):
        longest = {
            "name": "n" * QR_SIZES["name"],
            "phone": "1" * QR_SIZES["phone"],
            "symptom": "s" * QR_SIZES["symptom"],
        }
        request = self._report(**longest)
        self.assertEqual(request.contact_name, longest["name"])
        self.assertEqual(request.symptom, longest["symptom"])
        for key, text in longest.items():
            with (
                self.subTest(key=key),
                self.assertRaisesRegex(UserError, f"at most {QR_SIZES[key]} "),
            ):
                self._report(**{key: text + "1"})
            with (
                self.subTest(empty=key),
                self.assertRaisesRegex(UserError, "Please fill in"),
            ):
                self._report(**{key: ""})
        self.assertEqual(self._count(), 1)

    def test_phone_has_at_least_five_digits(self):
        for phone in ("1234", "+-() 1 2 3 4", "one two"):
            with self.subTest(phone=phone), self.assertRaises(UserError):
                self._report(phone=phone)
        self.assertTrue(self._report(phone="12-34 5"))

    def test_photos_at_their_limit(self):
        photos = [(f"{number}.jpg", PICTURE) for number in range(PHOTOS)]
        with self.assertRaisesRegex(UserError, "At most 4 photos of 8 MB"):
            self._report(photos=[*photos, ("more.jpg", PICTURE)])
        with self.assertRaisesRegex(UserError, "At most 4 photos of 8 MB"):
            self._report(photos=[("big.jpg", b"\xff\xd8\xff" + b"\0" * PHOTO_SIZE)])
        self.assertFalse(self._count())
        request = self._report(photos=photos)
        attachments = self.env["ir.attachment"].search_count(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(attachments, PHOTOS)

    def test_so_many_an_hour_and_no_more(self):
        for number in range(REPORTS_AN_HOUR):
            self._report(symptom=f"Fault {number}")
        with self.assertRaisesRegex(UserError, "call the hotline"):
            self._report(symptom="One more")
        # What was sent already is known, and no more than that is said.
        known = self._report(symptom="Fault 0")
        self.assertEqual(known.symptom, "Fault 0")
        self.assertEqual(self._count(), REPORTS_AN_HOUR)
        # Another machine is reported all the same.
        self.assertTrue(self._report(self.foreign_equipment, symptom="One more"))

    def test_an_hour_later(self):
        for number in range(REPORTS_AN_HOUR):
            self._report(symptom=f"Fault {number}")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_service_request SET create_date = %s"
            " WHERE equipment_id = %s AND channel = 'qr'",
            [fields.Datetime.now() - timedelta(minutes=61), self.equipment.id],
        )
        self.env.invalidate_all()
        self.assertTrue(self._report(symptom="One more"))

    def test_the_same_the_next_day_is_another_report(self):
        first = self._report()
        self.assertEqual(self._report(), first)
        with self.subTest("the next day"):
            first.sudo().external_ref = "of yesterday"
            self.assertNotEqual(self._report(), first)

    def test_requests_of_other_channels_do_not_count(self):
        for number in range(REPORTS_AN_HOUR + 1):
            self._create_request(symptom=f"By phone {number}")
        self.assertTrue(self._report())

    def test_company_and_customer_of_the_machine(self):
        request = self._report(self.foreign_equipment)
        self.assertEqual(request.company_id, self.sister)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.state, "new")
        visible = self.env["aftersales.service.request"].with_user(self.agent)
        self.assertFalse(visible.search([("id", "=", request.id)]))

    def test_what_he_says_of_himself_alters_no_customer(self):
        phone = self.customer.phone
        people = self.env["res.partner"].search_count([])
        self._report(name="Boss", phone="000000")
        self.assertEqual(self.customer.phone, phone)
        self.assertEqual(self.env["res.partner"].search_count([]), people)


@tagged("post_install", "-at_install")
class TestQrPage(TwoCompaniesCommon, HttpCase):
    """The page itself: what it says to browsers and to machines."""

    def setUp(self):
        super().setUp()
        url = self.equipment._get_label_url()
        self.path = url.removeprefix(self.equipment.get_base_url())

    def test_not_for_search_engines(self):
        for path in (self.path, "/aftersales/m/nobody-knows"):
            with self.subTest(path=path):
                headers = self.url_open(path).headers
                self.assertEqual(headers["X-Robots-Tag"], "noindex")
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")

    def test_other_ways_to_ask(self):
        for method in ("PUT", "DELETE"):
            with self.subTest(method=method):
                response = self.url_open(self.path, method=method, data={"a": "b"})
                self.assertEqual(response.status_code, 405)

    def test_archived_machine_takes_no_report(self):
        self.equipment.state = "scrapped"
        self.env.flush_all()
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        token = page.text.partition('csrf_token: "')[2].partition('"')[0]
        self.url_open(
            self.path,
            data={
                "csrf_token": token,
                "name": "Li Lei",
                "phone": "13912345678",
                "symptom": "Smoke",
            },
        )
        self.assertFalse(
            self.env["aftersales.service.request"].search(
                [("equipment_id", "=", self.equipment.id)]
            )
        )

    def test_portal_customer_is_a_stranger(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "as_portal_qr",
                "password": "as_portal_qr",
                "group_ids": [
                    fields.Command.set(self.env.ref("base.group_portal").ids)
                ],
            }
        )
        self.authenticate(portal.login, portal.login)
        response = self.url_open(self.path, allow_redirects=False)
        self.assertEqual(response.status_code, 200)
        self.assertIn("o_aftersales_report", response.text)
        self.assertNotIn("MK-0001", response.text)
