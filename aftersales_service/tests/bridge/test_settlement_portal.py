from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..test_whole_case import SIGNATURE
from .common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementPortal(SettlementCommon, HttpCase):
    """The customer accepts the quotation on the portal with his signature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        visit = self._finish_visit([(cls.seal, 2, None)], hours=1)
        cls.settlement = self._settle(visit.request_id).with_env(cls.env)
        cls.settlement.action_quotation_sent()
        cls.moves = visit.sudo().part_use_ids.move_id
        cls.contact = new_test_user(
            cls.env, login="as_customer", groups="base.group_portal", lang="en_US"
        )
        cls.contact.partner_id.parent_id = cls.customer
        cls.stranger = new_test_user(
            cls.env, login="as_stranger", groups="base.group_portal", lang="en_US"
        )

    def _accept(self, **params):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.settlement.id}/accept",
            {"name": "Ms Luo", "signature": SIGNATURE, **params},
        )

    def test_page_of_the_quotation(self):
        self.settlement.partner_id = self.contact.partner_id.commercial_partner_id
        self.authenticate("as_customer", "as_customer")
        page = self.url_open(f"/my/orders/{self.settlement.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.settlement.name, page.text)
        self.assertIn("Seal", page.text)

    def test_signing_confirms(self):
        self.settlement._portal_ensure_token()
        result = self._accept(access_token=self.settlement.access_token)
        self.assertTrue(result.get("force_refresh"), result)
        self.settlement.invalidate_recordset()
        self.assertEqual(self.settlement.state, "sale")
        self.assertEqual(self.settlement.signed_by, "Ms Luo")
        self.assertTrue(self.settlement.signature)
        self.assertEqual(self.settlement.picking_ids, self.moves.picking_id)

    def test_signing_twice(self):
        self.settlement._portal_ensure_token()
        token = self.settlement.access_token
        self._accept(access_token=token)
        self.assertIn("error", self._accept(access_token=token, name="Mr Other"))
        self.assertEqual(self.settlement.signed_by, "Ms Luo")

    def test_without_signature(self):
        self.settlement._portal_ensure_token()
        result = self._accept(access_token=self.settlement.access_token, signature="")
        self.assertIn("error", result)
        self.assertEqual(self.settlement.state, "sent")

    @mute_logger("odoo.http")
    def test_strangers_cannot(self):
        self.authenticate("as_stranger", "as_stranger")
        self.assertIn("error", self._accept())
        self.assertIn("error", self._accept(access_token="wrong"))
        self.assertEqual(self.settlement.state, "sent")
        page = self.url_open(f"/my/orders/{self.settlement.id}")
        self.assertNotIn(self.settlement.name, page.text)
