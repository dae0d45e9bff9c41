from odoo.tests import HttpCase, new_test_user, tagged

from .common import SIGNATURE, WorkshopCommon


@tagged("post_install", "-at_install")
class TestPrerepairPortal(WorkshopCommon, HttpCase):
    """The customer signs on his own screen, by the address with the token."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = new_test_user(
            cls.env, login="as_stranger", groups="base.group_portal", lang="en_US"
        )
        self = cls()
        cls.sheet = self._receive_machine()
        cls.order = cls.sheet.prerepair_ids.with_env(cls.env)
        self._fill_prerepair(cls.order)
        cls.line = cls.order.line_ids.create(
            {"order_id": cls.order.id, "product_id": cls.seal.id, "quantity": 2}
        )
        cls.order.with_user(cls.advisor).action_submit()

    def _url(self, suffix="", order=None, token=None, content=None):
        order = order or self.order
        token = token or order.access_token
        content = content or order._get_content_hash()
        return (
            f"/my/prerepair/{order.id}{suffix}?access_token={token}&content={content}"
        )

    def _sign(self, url=None, **params):
        return self.make_jsonrpc_request(
            url or self._url("/sign"),
            {"name": "Mr Wu", "signature": SIGNATURE, **params},
        )

    def _other_order(self):
        """An order of another customer, ready to be signed."""
        other = self.env["res.partner"].create({"name": "Other Roads"})
        machine = self.equipment.copy({"serial": "OT-1", "partner_id": other.id})
        _entry, sheet = self._enter(partner_id=other.id, driver="Ms Ding")
        sheet.write({"equipment_id": machine.id, "symptom": "Noise"})
        sheet.action_receive()
        order = sheet.prerepair_ids.with_env(self.env)
        self._fill_prerepair(order)
        return order

    def test_page_shows_what_is_signed_and_nothing_internal(self):
        self.sheet.note = "Owes us money since May"
        page = self.url_open(self._url())
        self.assertEqual(page.status_code, 200)
        for text in (self.order.name, "Seal", "Scratch on the left", "Your Signature"):
            self.assertIn(text, page.text)
        self.assertNotIn("Owes us money", page.text)
        self.assertNotIn("Refuse the Supplement", page.text)
        said = page.text.split("Your Signature")[1]
        self.assertIn(self.order.currency_id.format(self.order.amount_estimate), said)

    def test_signing(self):
        result = self._sign()
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "signed")
        self.assertEqual(self.order.signed_way, "portal")
        self.assertEqual(self.order.signed_by, "Mr Wu")
        self.assertTrue(self.order.is_signed)
        note = self.order.message_ids.filtered("body")[0]
        self.assertIn("Signed by Mr Wu", note.body)
        self.assertEqual(note.author_id, self.customer)
        # Once more, by a second click.
        self.assertIn("error", self._sign(name="Mr Other"))
        self.assertEqual(self.order.signed_by, "Mr Wu")

    def test_what_changed_meanwhile_is_read_again(self):
        url = self._url("/sign")
        self.line.with_user(self.advisor).price_unit = 900
        self.order.with_user(self.advisor).action_submit()
        result = self._sign(url)
        self.assertIn("changed meanwhile", result["error"])
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "to_sign")

    def test_bad_signatures(self):
        for params in (
            {"signature": ""},
            {"signature": "no picture"},
            {"signature": SIGNATURE[:40]},
            {"signature": "A" * 3_000_000},
            {"name": "  "},
            {"name": "x" * 200},
            {"name": None},
            {"name": ["Mr Wu"]},
        ):
            with self.subTest(params=str(params)[:40]):
                self.assertIn("error", self._sign(**params))
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "to_sign")
        self.assertFalse(self.order.signature)

    def test_token_of_another_customer(self):
        other = self._other_order()
        token = other.access_token
        result = self._sign(self._url("/sign", token=token))
        self.assertIn("not for you", result["error"])
        page = self.url_open(self._url(token=token))
        self.assertNotIn(self.order.name, page.text)
        self.assertNotIn("Qingshan", page.text)
        for token in ("wrong", "0", "%00"):
            self.assertIn("error", self._sign(self._url("/sign", token=token)))
        self.assertIn(
            "error", self._sign(f"/my/prerepair/{self.order.id}/sign?content=x")
        )
        self.assertIn("error", self._sign("/my/prerepair/99999999/sign"))
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "to_sign")

    def test_portal_user_without_token(self):
        self.authenticate("as_stranger", "as_stranger")
        page = self.url_open(f"/my/prerepair/{self.order.id}")
        self.assertNotIn(self.order.name, page.text)
        result = self._sign(f"/my/prerepair/{self.order.id}/sign")
        self.assertIn("not for you", result["error"])

    def test_a_draft_is_not_shown(self):
        url = self._url()
        self.line.with_user(self.advisor).quantity = 4
        self.assertEqual(self.order.state, "draft")
        self.assertNotIn("Scratch", self.url_open(url).text)

    def _supplement(self):
        self._sign_prerepair(self.order)
        self.sheet.action_start_diagnosis()
        self.sheet.diagnosis = "Worn"
        self.sheet.action_quote()
        self.sheet.action_decide("all")
        self.sheet.action_start()
        self.sheet.action_supplement()
        order = self.sheet.prerepair_ids.with_user(self.advisor)[-1:]
        order = order.search([("kind", "=", "supplement")], limit=1, order="id desc")
        order.reason = "Shaft"
        order.line_ids.create({"order_id": order.id, "product_id": self.pump.id})
        order.action_submit()
        return order.with_env(self.env)

    def test_supplement_refused_on_the_page(self):
        order = self._supplement()
        page = self.url_open(self._url(order=order))
        self.assertIn("Refuse the Supplement", page.text)
        url = self._url("/refuse", order=order)
        token = page.text.split('name="csrf_token"')[1].split('value="')[1]
        data = {"csrf_token": token.split('"')[0], "reason": "  "}
        page = self.url_open(url, data=data)
        self.assertIn("Please tell us why", page.text)
        page = self.url_open(url, data={**data, "reason": "Too expensive"})
        self.assertIn("The rest of the repair goes on", page.text)
        self.env.invalidate_all()
        self.assertEqual(order.state, "refused")
        self.assertEqual(order.refuse_reason, "Too expensive")
        self.assertEqual(self.sheet.state, "repair")
