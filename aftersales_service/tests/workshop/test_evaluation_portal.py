from odoo.tests import HttpCase, new_test_user, tagged

from .test_evaluation import MARKS, EvaluationCommon


@tagged("post_install", "-at_install")
class TestEvaluationPortal(EvaluationCommon, HttpCase):
    """The customer's own page, by the address with the token."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = new_test_user(
            cls.env, login="as_stranger", groups="base.group_portal", lang="en_US"
        )
        cls.sheet = cls()._settle_sheet().with_env(cls.env)

    def _url(self, token=None, sheet=None):
        sheet = sheet or self.sheet
        token = token or sheet.access_token
        return f"/my/evaluation/{sheet.id}?access_token={token}"

    def _send(self, url=None, csrf=True, **values):
        """Fill in the page and send it."""
        url = url or self._url()
        data = {**MARKS, "name": "Mr Wu", "opinion": "", **values}
        if csrf:
            page = self.url_open(self._url()).text
            token = page.split('name="csrf_token"')[-1].split('value="')[1]
            data["csrf_token"] = token.split('"')[0]
        return self.url_open(url, data=data)

    def _state(self):
        self.env.invalidate_all()
        return self.sheet.state

    def test_page(self):
        self.sheet.note = "Owes us money since May"
        page = self.url_open(self._url())
        self.assertEqual(page.status_code, 200)
        for text in (self.sheet.name, "MK-0001", "Very Satisfied", "Your Opinion"):
            self.assertIn(text, page.text)
        for text in ("Owes us money", self.sheet.diagnosis):
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(self._state(), "settled", "looking gives nothing")

    def test_given_once(self):
        page = self._send(opinion="Quick")
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._state(), "evaluated")
        self.assertEqual(self.sheet.evaluation_way, "online")
        self.assertEqual(self.sheet.opinion, "Quick")
        again = self._send_again(rating_repair="1")
        self.assertIn("is given and stays as it is", again.text)
        self.env.invalidate_all()
        self.assertEqual(self.sheet.rating_repair, "5")
        self.assertNotIn("Send the Evaluation", again.text)

    def _send_again(self, **values):
        """The form of a second window, which was open before."""
        page = self.url_open("/web/login").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        data = {**MARKS, "name": "Mr Wu", "csrf_token": token, **values}
        return self.url_open(self._url(), data=data)

    def test_without_csrf_token(self):
        page = self._send(csrf=False)
        self.assertEqual(page.status_code, 400)
        self.assertEqual(self._state(), "settled")

    def test_refused_with_what_he_wrote(self):
        page = self._send(rating_repair="9", opinion="Keep <b>this</b>")
        self.assertIn("five marks for", page.text)
        self.assertIn("Keep &lt;b&gt;this&lt;/b&gt;", page.text)
        self.assertEqual(self._state(), "settled")
        page = self._send(opinion="x" * 2001)
        self.assertIn("has 2001 characters", page.text)
        self.assertEqual(self._state(), "settled")

    def test_wrong_addresses(self):
        """One answer, whether the sheet is there or not."""
        texts = set()
        for url in (
            self._url("wrong"),
            self._url("%E4%BD%A0"),
            self._url("%00"),
            f"/my/evaluation/{self.sheet.id}",
            "/my/evaluation/99999999?access_token=x",
        ):
            page = self.url_open(url)
            self.assertEqual(page.status_code, 404, url)
            self.assertNotIn(self.sheet.name, page.text)
            texts.add("This link is not valid" in page.text)
            refused = self._send(url)
            self.assertEqual(refused.status_code, 404, url)
        self.assertEqual(texts, {True})
        self.assertEqual(self._state(), "settled")

    def test_token_of_another_sheet(self):
        other = self._settle_sheet(
            self._receive_machine(self.equipment.copy({"serial": "MK-8"}))
        )
        page = self._send(self._url(other.sudo().access_token))
        self.assertEqual(page.status_code, 404)
        self.assertEqual(self._state(), "settled")

    def test_too_early(self):
        sheet = self._finish(
            self._receive_machine(self.equipment.copy({"serial": "MK-7"}))
        )
        sheet.sudo()._portal_ensure_token()
        url = self._url(sheet=sheet.sudo())
        self.assertIn("once the repair is settled", self.url_open(url).text)
        self.assertIn("once it is settled", self._send(url).text)
        self.assertEqual(sheet.state, "acceptance")

    def test_staff_look_and_do_not_give_it(self):
        """Who was evaluated does not write his own evaluation."""
        for login in ("as_advisor", "as_engineer"):
            self.authenticate(login, login)
            self.assertIn("Very Satisfied", self.url_open(self._url()).text)
            page = self._send()
            self.assertIn("Only the customer gives his evaluation", page.text)
            self.assertEqual(self._state(), "settled")

    def test_portal_user_needs_the_link(self):
        self.authenticate("as_stranger", "as_stranger")
        page = self.url_open(f"/my/evaluation/{self.sheet.id}")
        self.assertEqual(page.status_code, 404)
        self.assertIn("Thank you", self._send().text)
        self.assertEqual(self._state(), "evaluated")

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        page = self.url_open(self._url())
        self.assertEqual(page.status_code, 200)
        self.assertRegex(page.text, r"js_change_lang active[^>]*data-url_code=\"fr\"")
