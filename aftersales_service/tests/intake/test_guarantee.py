from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..equipment.common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestGuarantee(WarrantyCommon):
    """The three-guarantees clock of a machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["aftersales.guarantee.rule"].create(
            {
                "name": "Exchange",
                "code": "EX",
                "repairs": 2,
                "repair_days": 60,
                "warn_repairs": 1,
                "warn_days": 10,
                "prolongs_warranty": True,
            }
        )
        cls.rule.action_make_default()
        cls.today = fields.Date.context_today(cls.equipment)

    def _add(self, start, end=None, fault="Pump leaks", user=None):
        """A repair that began ``start`` and ended ``end`` days ago."""
        return (
            self.env["aftersales.repair.record"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "fault": fault,
                    "started_on": self.today - timedelta(days=start),
                    "finished_on": end is not None and self.today - timedelta(days=end),
                }
            )
        )

    def _work(self, request):
        dispatch = self._issue_dispatch(request)
        mine = self._go_to_customer(dispatch)
        return mine

    # --------------------------------------------------------- the counting

    def test_same_fault_three_times(self):
        machine = self.equipment
        self._add(30, 29)
        self.assertEqual(machine.guarantee_state, "ok")
        self._add(20, 19, "pump  LEAKS")
        self.assertEqual(machine.guarantee_state, "warning")
        self.assertIn("1 of 2", machine.guarantee_text)
        self._add(15, 14, "Motor hums")
        self.assertEqual(machine.guarantee_state, "warning")
        self._add(1)
        self.assertEqual(machine.guarantee_state, "right_arisen")
        self.assertEqual((machine.repair_count, machine.repair_days), (3, 8))

    def test_the_same_code_is_the_same_fault(self):
        code = self.env["aftersales.fault.code"].create(
            {"name": "Leaks", "code": "LEAK9", "kind": "symptom"}
        )
        for start, words in ((30, "Oil on the floor"), (20, "Drips")):
            self._add(start, start, words)
        self.assertEqual(self.equipment.repair_count, 1)
        self.equipment.repair_record_ids.with_user(self.agent).fault_code_id = code
        self.assertEqual(self.equipment.repair_count, 2)
        self.assertEqual(self.equipment.guarantee_state, "warning")

    def test_code_found_on_the_request(self):
        code = self.env["aftersales.fault.code"].create(
            {"name": "Leaks", "code": "LEAK9", "kind": "symptom"}
        )
        request = self._create_request()
        request.action_plan_factory()
        request.fault_code_id = code
        self.assertEqual(request.repair_record_ids.fault_code_id, code)

    def test_told_once(self):
        machine = self.equipment
        for start in (30, 20, 10):
            self._add(start, start)
        notes = machine.message_ids.filtered(lambda m: "Three guarantees" in m.body)
        self.assertEqual(len(notes), 2, "a warning, then the right")
        self.assertEqual(len(machine.activity_ids), 1)
        self.assertEqual(machine.activity_ids.user_id, self.agent)
        machine.sudo()._guarantee_update()
        self.env["aftersales.equipment"]._cron_update_guarantees()
        self._add(5, 5)
        self.assertEqual(len(machine.activity_ids), 1)
        again = machine.message_ids.filtered(lambda m: "Three guarantees" in m.body)
        self.assertEqual(again, notes)

    def test_a_repair_that_lasts_grows_day_by_day(self):
        self._add(40)
        self.assertEqual(self.equipment.guarantee_state, "ok")
        record = self.equipment.sudo().repair_record_ids
        self.env.cr.execute(
            "UPDATE aftersales_repair_record SET started_on = %s WHERE id = %s",
            [self.today - timedelta(days=60), record.id],
        )
        self.env.invalidate_all()
        self.env["aftersales.equipment"]._cron_update_guarantees()
        self.assertEqual(self.equipment.guarantee_state, "right_arisen")
        self.assertEqual(self.equipment.repair_days, 61)

    def test_repairs_after_the_period_give_no_right(self):
        self.rule.period_months = 1  # bought 60 days ago
        for start in (50, 45, 5, 4):
            self._add(start, start)
        self.assertEqual(self.equipment.repair_count, 2)
        self.assertEqual(self.equipment.guarantee_state, "warning")

    def test_wrong_record_taken_away(self):
        self._add(30, 29)
        record = self._add(20, 19)
        record.with_user(self.manager).unlink()
        self.assertEqual(self.equipment.guarantee_state, "ok")
        self.assertEqual(self.equipment.guarantee_text, "")

    def test_without_a_rule(self):
        self.company.aftersales_guarantee_rule_id = False
        for start in (30, 20, 10):
            self._add(start, start)
        self.assertEqual(self.equipment.guarantee_state, "ok")
        self.assertEqual(self.equipment.repair_count, 3)

    @mute_logger("odoo.sql_db")
    def test_bad_records(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._add(-3)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._add(3, 5)
        for user in (self.quality, self.finance, self.engineer_user):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._add(3, user=user)
        record = self._add(3)
        with self.assertRaises(AccessError):
            record.with_user(self.foreign_manager).read(["fault"])

    # ------------------------------------------------------ from the request

    def test_visit_is_a_repair(self):
        request = self._create_request(symptom="Pump leaks\nsince Monday")
        records = self.env["aftersales.repair.record"]
        self.assertFalse(records.search([("request_id", "=", request.id)]))
        mine = self._work(request)
        record = request.sudo().repair_record_ids
        self.assertEqual((record.fault, record.attempt), ("Pump leaks", 0))
        self.assertFalse(record.finished_on)
        mine.action_finished()
        request.with_user(self.agent).action_confirm_done()
        self.assertEqual(record.finished_on, request._form_day(request.done_at))
        self.assertEqual(request.sudo().repair_record_ids, record)

    def test_reopened_is_another_repair(self):
        request = self._create_request()
        self._work(request).action_finished()
        request.with_user(self.agent).action_confirm_done()
        request.with_user(self.agent).action_reopen()
        self.assertEqual(len(request.sudo().repair_record_ids), 1)
        request.with_user(self.agent).action_plan_factory()
        self.assertEqual(
            sorted(request.sudo().repair_record_ids.mapped("attempt")), [0, 1]
        )
        self.assertEqual(self.equipment.repair_count, 2)

    def test_advice_by_phone_is_none(self):
        request = self._create_request()
        request.action_start_remote()
        request._solve_remote(self.agent, False, "Switched on")
        self.assertFalse(request.sudo().repair_record_ids)

    def test_maintenance_is_none(self):
        request = self._create_request(request_type="maintenance")
        request.action_plan_factory()
        self.assertFalse(request.sudo().repair_record_ids)

    def test_cancelled(self):
        request = self._create_request()
        request.action_plan_factory()
        self.assertTrue(request.sudo().repair_record_ids)
        request.action_cancel()
        self.assertFalse(request.sudo().repair_record_ids)
        self.assertEqual(self.equipment.repair_count, 0)

    # -------------------------------------------------------- prolongation

    def test_repair_time_is_proposed(self):
        row = self._get_row(self.equipment)
        end = row.date_end
        record = self._add(9, 0)
        proposals = row.adjustment_ids
        self.assertEqual(
            (proposals.kind, proposals.state), ("prolongation", "proposed")
        )
        self.assertEqual(proposals.days, 10)
        self.assertEqual(row.date_end, end)
        record.fault = "Pump leaks again"
        self.assertEqual(row.adjustment_ids, proposals, "once a repair")
        proposals.with_user(self.quality).action_apply()
        self.assertEqual(row.date_end, end + timedelta(days=10))

    def test_not_when_the_rule_does_not_say_so(self):
        self.rule.prolongs_warranty = False
        self._add(9, 0)
        self.assertFalse(self._get_row(self.equipment).adjustment_ids)

    def test_presets(self):
        for name, values in (
            ("p003b", {"repairs": 2, "repair_days": 60}),
            ("p003k", {"period_months": 36}),
            ("general", {"repairs": 2, "parts_days": 90, "refund_days": 7}),
            (
                "farm",
                {"repair_days": 40, "exchange_days": 15, "period_months": 12},
            ),
            ("farm", {"is_reference": True, "busy_fault_days": 5}),
            ("general", {"is_reference": True}),
            ("p003g", {"is_reference": False, "unrepairable_exchange": True}),
        ):
            rule = self.env.ref(f"aftersales_service.guarantee_rule_{name}")
            with self.subTest(rule=name):
                self.assertFalse(rule.company_id)
                self.assertEqual({key: rule[key] for key in values}, values)
                with self.assertRaisesRegex(ValidationError, "template"):
                    rule.action_make_default()
