from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestPartVerdict(SpareCommon):
    """Free or charged for one part, by its kind of cover."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "Without Wear Parts",
                "code": "NO_WEAR",
                "line_ids": [
                    Command.create({"cover": "whole_machine", "months": 12}),
                    Command.create({"cover": "wear_part", "months": 0}),
                ],
            }
        )
        policy.action_make_default()
        cls.covered = cls.env["aftersales.equipment"].create(
            {
                "product_id": cls.machine.id,
                "serial": "PV-1",
                "partner_id": cls.customer.id,
                "delivery_date": fields.Date.today(),
            }
        )

    def setUp(self):
        super().setUp()
        request = self._create_request(equipment_id=self.covered.id)
        self.visit = self._issue_dispatch(request)
        self._issue_parts(self.visit, [(self.seal, 3)])

    def test_wear_part_is_charged_in_warranty(self):
        self.assertEqual(self._use(self.visit, self.seal).charge, "free")
        self.seal.aftersales_cover = "wear_part"
        use = self._use(self.visit, self.seal)
        self.assertEqual((use.verdict, use.charge), ("charged", "charged"))
        self.assertIn("Wear Part: not covered", use.verdict_text)

    def test_against_the_verdict_with_a_reason(self):
        self.seal.aftersales_cover = "wear_part"
        with self.assertRaisesRegex(ValidationError, "Wear Part: not covered"):
            self._use(self.visit, self.seal, charge="free")
        use = self._use(self.visit, self.seal, charge="free", charge_reason="Goodwill")
        self.assertEqual(use.charge, "free")

    def test_exclusion_charges_the_parts(self):
        request = self.visit.request_id.with_user(self.agent)
        request.exclusion_id = self.env.ref(
            "aftersales_service.warranty_exclusion_self_repair"
        )
        use = self._use(self.visit, self.seal)
        self.assertEqual(use.charge, "charged", "at discretion: not given away")
        self.assertEqual(use.verdict, "undecided")

    def test_stated_in_warranty_against_the_record(self):
        """Charged unless somebody says why not; the statement alone gives nothing."""
        self.covered.delivery_date = "2020-01-01"
        request = self.visit.request_id.with_user(self.agent)
        request.warranty_state = "in"
        use = self._use(self.visit, self.seal)
        self.assertEqual((use.verdict, use.charge), ("undecided", "charged"))
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._use(self.visit, self.seal, charge="free")

    def test_override_rules_every_part(self):
        self.seal.aftersales_cover = "wear_part"
        self.visit.request_id.with_user(self.quality)._override_verdict(
            {"parts": "free", "labour": "free", "travel": "free"},
            "Promised by the director",
            goodwill=True,
        )
        use = self._use(self.visit, self.seal)
        self.assertEqual((use.verdict, use.charge), ("free", "free"))

    def test_settlement_follows_the_verdict(self):
        """Travel is charged where only parts and labour are free."""
        self.visit.request_id.with_user(self.quality)._override_verdict(
            {"parts": "free", "labour": "free", "travel": "charged"}, "Far away"
        )
        self._go_to_customer(self.visit).action_finished()
        request = self.visit.request_id
        request.with_user(self.dispatcher).action_create_settlement()
        order = request.sudo().sale_order_ids
        self.assertEqual(
            order.order_line.product_id, self.company.aftersales_travel_product_id
        )
