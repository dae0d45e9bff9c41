from odoo import Command, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestAgreementPortal(PriceCommon, HttpCase):
    """The customer agrees on a page that only the holder of its token sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.request = self._create_request(warranty_state="out")
        cls.agreement = (
            cls.env["aftersales.charge.agreement"]
            .with_user(cls.agent)
            .create(
                {
                    "request_id": cls.request.id,
                    "line_ids": [
                        Command.create({"product_id": cls.travel.id, "quantity": 2})
                    ],
                }
            )
        )
        cls.page = cls.agreement.action_open_page()["url"]

    def _accept(self, page=None, **data):
        page = page or self.page
        address, _sep, query = page.partition("?")
        return self.url_open(
            f"{address}/accept?{query}",
            data={
                "csrf_token": self.csrf_token(),
                "name": "Ms Luo",
                "amount": f"{self.agreement.amount:.2f}",
                **data,
            },
        )

    def csrf_token(self):
        self.authenticate(None, None)
        return http.Request.csrf_token(self)

    def test_agree(self):
        page = self.url_open(self.page)
        self.assertIn(self.agreement.name, page.text)
        self.assertIn("I Agree", page.text)
        answer = self._accept()
        self.assertIn("we have noted that you agree", answer.text)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.agreement,
            [{"state": "agreed", "agreed_how": "portal", "agreed_by": "Ms Luo"}],
        )
        self.assertTrue(self.request.charge_agreed)
        again = self._accept(name="Somebody")
        self.assertNotIn("I Agree", again.text)
        self.env.invalidate_all()
        self.assertEqual(self.agreement.agreed_by, "Ms Luo")

    def test_changed_meanwhile(self):
        for data in ({"amount": "1.00"}, {"name": "  "}, {"amount": ""}):
            answer = self._accept(**data)
            self.assertIn("Please read it again", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.agreement.state, "draft")
        self.assertFalse(self.request.charge_agreed)

    @mute_logger("odoo.http")
    def test_stranger(self):
        stranger = self.page.replace("access_token=", "access_token=x")
        self.assertNotIn(self.agreement.name, self.url_open(stranger).text)
        self._accept(stranger)
        self.agreement.action_cancel()
        self.assertNotIn("I Agree", self.url_open(self.page).text)
        self._accept()
        self.env.invalidate_all()
        self.assertEqual(self.agreement.state, "cancelled")
