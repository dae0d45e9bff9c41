from lxml import html

from odoo.tests import HttpCase, tagged

from ..common_company import TwoCompaniesCommon

SECRETS = ("Qingshan", "MK-0001", "Bridge Road", "Chengdu", "8888 0000", "Ms Luo")


@tagged("post_install", "-at_install")
class TestQrLabel(TwoCompaniesCommon, HttpCase):
    """The label: an address nobody guesses, for staff and for strangers."""

    def setUp(self):
        super().setUp()
        self.url = self.equipment._get_label_url()
        self.path = self.url.removeprefix(self.equipment.get_base_url())

    def _get_requests(self):
        return self.env["aftersales.service.request"].search(
            [("equipment_id", "=", self.equipment.id), ("channel", "=", "qr")],
            order="id",
        )

    def _open(self, path=None):
        response = self.url_open(path or self.path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _post(self, files=None, **values):
        """Send the form of the page as a visitor does; the answer's text."""
        page = self._open()
        (form,) = page.xpath("//form[contains(@class, 'o_aftersales_report')]")
        data = {
            **dict(form.form_values()),
            "name": "Li Lei",
            "phone": "139 1234 5678",
            "symptom": "Smoke from the engine",
            **values,
        }
        response = self.url_open(self.path, data=data, files=files)
        return response.text

    # ---------------------------------------------------------------- address

    def test_address(self):
        machines = self.equipment | self.foreign_equipment
        urls = {machine._get_label_url() for machine in machines}
        self.assertEqual(len(urls), 2)
        self.assertIn(self.url, urls)  # what is printed stays
        token = self.path.rsplit("/", 1)[1]
        self.assertGreaterEqual(len(token), 22)
        self.assertNotIn(str(self.equipment.id), (token,))
        copy = self.equipment.copy({"serial": "MK-0009"})
        self.assertFalse(copy.label_token)

    def test_address_is_not_for_everybody(self):
        with self.assertRaises(Exception):  # noqa: B017
            self.equipment.with_user(self.agent).read(["label_token"])

    def test_unknown(self):
        for token in ("x", "x" * 30, "x" * 3000, "%00"):
            with self.subTest(token=token[:5]):
                response = self.url_open(f"/aftersales/m/{token}")
                self.assertEqual(response.status_code, 404)

    # ------------------------------------------------------------------ staff

    def test_staff_opens_the_machine(self):
        for user in (self.agent, self.engineer_user):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                response = self.url_open(self.path, allow_redirects=False)
                self.assertEqual(response.status_code, 303)
                self.assertTrue(
                    response.headers["Location"].endswith(
                        f"/odoo/aftersales-machines/{self.equipment.id}"
                    )
                )

    def test_staff_of_several_companies(self):
        """Whichever of them is open: the machine's is switched to."""
        self.authenticate(self.both_user.login, self.both_user.login)
        url = self.foreign_equipment._get_label_url()
        path = url.removeprefix(self.equipment.get_base_url())
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        ids = f"{self.sister.id}-{self.company.id}"
        self.assertEqual(response.cookies["cids"], ids)
        for shown, kept in (
            (f"{self.company.id}", ids),
            (f"{self.company.id}-{self.sister.id}", None),
            ("x-", f"{self.sister.id}"),
        ):
            for cookie in [c for c in self.opener.cookies if c.name == "cids"]:
                self.opener.cookies.clear(cookie.domain, cookie.path, cookie.name)
            self.opener.cookies["cids"] = shown
            with self.subTest(shown=shown):
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, 303)
                self.assertEqual(response.cookies.get("cids"), kept)

    def test_staff_of_the_sister_is_a_stranger(self):
        self.authenticate(self.foreign_manager.login, self.foreign_manager.login)
        self.assertTrue(self._open().xpath("//form[@method='post']"))

    # -------------------------------------------------------------- strangers

    def test_page_tells_the_model_only(self):
        text = self.url_open(self.path).text
        self.assertIn("Line Marking Machine", text)
        for secret in SECRETS:
            with self.subTest(secret=secret):
                self.assertNotIn(secret, text)

    def test_report(self):
        photo = ("smoke.jpg", b"\xff\xd8\xff", "image/jpeg")
        answer = self._post(files={"photo": photo})
        request = self._get_requests()
        self.assertEqual(len(request), 1)
        self.assertIn(request.name, answer)
        for secret in SECRETS:
            self.assertNotIn(secret, answer)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.company_id, self.company)
        self.assertEqual(
            (request.contact_name, request.phone, request.symptom, request.state),
            ("Li Lei", "139 1234 5678", "Smoke from the engine", "new"),
        )
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertIn("smoke.jpg", attachment.mapped("name"))

    def test_sent_twice_is_one(self):
        self._post()
        self._post()
        self.assertEqual(len(self._get_requests()), 1)
        self._post(symptom="And now it stands still")
        self.assertEqual(len(self._get_requests()), 2)

    def test_too_often(self):
        for number in range(5):
            self._post(symptom=f"Fault {number}")
        self.assertIn("several times already", self._post(symptom="Fault 6"))
        self.assertEqual(len(self._get_requests()), 5)

    def test_bad_input(self):
        for values, message in (
            ({"name": " "}, "Please fill in “Your Name”"),
            ({"phone": "call me"}, "a phone number we can call"),
            ({"symptom": "x" * 2001}, "at most 2000 characters"),
            ({"symptom": "x" * 100_000}, "at most 2000 characters"),
            ({"name": "<script>alert(1)</script>" * 9}, "at most 80 characters"),
        ):
            with self.subTest(message=message):
                answer = self._post(**values)
                self.assertIn(message, answer)
                self.assertNotIn("<script>alert", answer)
        self.assertIn(
            "is not a picture",
            self._post(files={"photo": ("run.exe", b"MZ", "application/x-dosexec")}),
        )
        self.assertIn(
            "At most 4 photos",
            self._post(
                files=[("photo", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(5)]
            ),
        )
        self.assertFalse(self._get_requests())

    def test_file_instead_of_text(self):
        """A file of the name of a text is no text, and no fault of the server."""
        page = self._open()
        (form,) = page.xpath("//form[contains(@class, 'o_aftersales_report')]")
        token = dict(form.form_values())["csrf_token"]
        for fname in ("name", "homepage", "sent"):
            data = {"csrf_token": token, "phone": "139 1234 5678", "symptom": "B"}
            files = {fname: ("a.jpg", b"x", "image/jpeg")}
            with self.subTest(fname=fname):
                response = self.url_open(self.path, data=data, files=files)
                self.assertEqual(response.status_code, 200)
                self.assertIn("Please fill in “Your Name”", response.text)
        self.assertEqual(self.url_open(f"{self.path}?name=Li").status_code, 200)
        self.assertFalse(self._get_requests())

    def test_robot(self):
        answer = self._post(homepage="spam.example")
        self.assertIn("Thank you", answer)
        self.assertFalse(self._get_requests())

    def test_without_token_of_the_form(self):
        response = self.url_open(
            self.path, data={"name": "A", "phone": "12345", "symptom": "B"}
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._get_requests())

    def test_machine_out_of_use(self):
        self.equipment.state = "returned"
        page = self.url_open(self.path).text
        self.assertIn("no longer registered", page)
        self.assertNotIn("<form", page.split("<main>")[-1])

    # ------------------------------------------------------------------ print

    def test_print(self):
        reports = self.env["ir.actions.report"].with_user(self.agent)
        machines = self.equipment
        for number in range(25):
            machines |= self.equipment.copy({"serial": f"LB-{number:02}"})
        for name, sheets in (("equipment_label", 0), ("label_sheet", 2)):
            with self.subTest(report=name):
                content, _kind = reports._render_qweb_html(
                    f"aftersales_service.report_aftersales_{name}", machines.ids
                )
                page = html.fromstring(content)
                serials = page.xpath("//*[contains(@class, 'as_label_serial')]/text()")
                self.assertEqual(sorted(serials), sorted(machines.mapped("serial")))
                tables = page.xpath("//div[@class='as_sheet']")
                self.assertEqual(len(tables), sheets)
                self.assertEqual(
                    len(page.xpath("//div[@class='as_label_code']//img")), len(machines)
                )
        self.assertTrue(all(machines.sudo().mapped("label_token")))

    def test_buttons(self):
        machine = self.equipment.with_user(self.agent)
        for action in (
            machine.action_print_labels(),
            machine.action_print_label_sheet(),
        ):
            self.assertEqual(action["type"], "ir.actions.report")
