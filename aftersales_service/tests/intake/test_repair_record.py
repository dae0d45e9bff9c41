from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..equipment.common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestRepairRecord(WarrantyCommon):
    """Repair records follow their request; rules come with the preset."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["aftersales.guarantee.rule"].create(
            {
                "name": "Exchange",
                "code": "EX",
                "repairs": 2,
                "refund_days": 7,
                "exchange_days": 15,
                "prolongs_warranty": True,
            }
        )
        cls.rule.action_make_default()
        cls.today = fields.Date.context_today(cls.equipment)

    def setUp(self):
        super().setUp()
        self.second = self._create_machine("R-2", delivery_date="2026-01-01")

    # ------------------------------------------------ follows the request

    def test_machine_entered_after_dispatch(self):
        request = self._create_request(equipment_id=False)
        request.action_plan_factory()
        self.assertFalse(request.sudo().repair_record_ids)
        request.equipment_id = self.second
        record = request.sudo().repair_record_ids
        self.assertEqual(record.equipment_id, self.second)
        self.assertEqual(self.second.repair_count, 1)
        request.equipment_id = self.second
        self.assertEqual(request.sudo().repair_record_ids, record, "once")

    def test_type_entered_after_dispatch(self):
        request = self._create_request(request_type="maintenance")
        request.action_plan_factory()
        request.request_type = "repair"
        self.assertTrue(request.sudo().repair_record_ids)
        request.request_type = "maintenance"
        self.assertFalse(request.sudo().repair_record_ids)
        self.assertEqual(self.equipment.repair_count, 0)

    def test_other_machine(self):
        request = self._create_request()
        request.action_plan_factory()
        record = request.sudo().repair_record_ids
        self.assertEqual(self.equipment.repair_count, 1)
        request.equipment_id = self.second
        self.assertEqual(record.equipment_id, self.second)
        self.assertEqual(
            (self.equipment.repair_count, self.second.repair_count), (0, 1)
        )
        request.equipment_id = False
        self.assertFalse(record.exists())
        self.assertEqual(self.second.repair_count, 0)

    def test_what_was_proposed_for_the_wrong_machine_goes(self):
        request = self._create_request()
        self._go_to_customer(self._issue_dispatch(request)).action_finished()
        request.action_confirm_done()
        proposals = self.equipment.sudo().warranty_adjustment_ids
        self.assertTrue(proposals)
        request.equipment_id = self.second
        self.assertFalse(proposals.exists())
        self.assertTrue(self.second.sudo().warranty_adjustment_ids)

    def test_machine_found_when_the_work_is_done(self):
        request = self._create_request(
            equipment_id=False,
            product_id=self.machine.id,
            purchase_date="2026-01-01",
            warranty_state="in",
        )
        self._go_to_customer(self._issue_dispatch(request)).action_finished()
        request.action_confirm_done()
        request.equipment_id = self.second
        record = request.sudo().repair_record_ids
        self.assertEqual(record.finished_on, request._form_day(request.done_at))

    def test_advice_by_phone_stays_none(self):
        request = self._create_request(equipment_id=False)
        request.action_start_remote()
        request._solve_remote(self.agent, False, "Switched on")
        request.equipment_id = self.second
        self.assertFalse(request.sudo().repair_record_ids)

    # ------------------------------------------------------ days for parts

    def test_days_without_parts(self):
        now = fields.Datetime.now()
        request = self._create_request(received_at=now - timedelta(days=20))
        request.action_plan_factory()
        request._sla_wait("parts", now - timedelta(days=15))
        request._sla_resume(now - timedelta(days=12))
        request._sla_wait("customer", now - timedelta(days=10))
        request._sla_resume(now - timedelta(days=8))
        request._sla_wait("parts", now - timedelta(days=5))
        request.sudo()._advance("confirm")
        request.action_confirm_done()
        record = request.sudo().repair_record_ids
        self.assertEqual(record.parts_days, 8)
        record.with_user(self.agent).parts_days = 3
        request.action_reopen()
        self.assertEqual(record.parts_days, 3, "as corrected")

    # ------------------------------------------------- rule of the preset

    def _create_bundle(self, **vals):
        bundle = self.env["aftersales.preset.bundle"].create(
            {"name": "Own", "code": "OWN"}
        )
        self.env["aftersales.guarantee.rule"].create(
            {
                "name": "Of the Preset",
                "code": "OF_PRESET",
                "bundle_id": bundle.id,
                "company_id": False,
                "repairs": 1,
                **vals,
            }
        )
        bundle._apply(self.company)
        return bundle

    def test_rule_of_the_preset(self):
        bundle = self._create_bundle()
        self.assertEqual(self.equipment._get_guarantee_rule(), self.rule, "chosen")
        self.company.aftersales_guarantee_rule_id = False
        rule = self.equipment._get_guarantee_rule()
        self.assertEqual((rule.bundle_id, rule.company_id), (bundle, self.company))
        rule.active = False
        self.assertFalse(self.equipment._get_guarantee_rule())

    def test_public_rules_only_when_chosen(self):
        self.company.aftersales_guarantee_rule_id = False
        self._create_bundle(is_reference=True)
        self.assertFalse(self.equipment._get_guarantee_rule())
        rule = self.env["aftersales.guarantee.rule"].search(
            [("company_id", "=", self.company.id), ("code", "=", "OF_PRESET")]
        )
        rule.with_user(self.manager).action_make_default()
        self.assertEqual(self.equipment._get_guarantee_rule(), rule)

    # ------------------------------------------------- days since purchase

    def test_fault_soon_after_the_purchase(self):
        for days, state, words in (
            (7, "right_arisen", "refund"),
            (15, "right_arisen", "exchange"),
            (16, "ok", ""),
        ):
            machine = self._create_machine(
                f"P-{days}", purchase_date=self.today - timedelta(days=days)
            )
            machine.sudo().repair_record_ids = [
                Command.create({"fault": "Dead", "started_on": self.today})
            ]
            with self.subTest(days=days):
                self.assertEqual(machine.guarantee_state, state)
                self.assertIn(words, machine.guarantee_text.lower())
