from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..equipment.common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestGuaranteeClock(WarrantyCommon):
    """The three-guarantees clock at its thresholds, and whose rule it follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule("MAIN", repairs=2, warn_repairs=1)
        cls.rule.action_make_default()
        cls.today = fields.Date.context_today(cls.equipment)
        cls.equipment.purchase_date = cls.today - timedelta(days=300)

    @classmethod
    def _create_rule(cls, code, **vals):
        return cls.env["aftersales.guarantee.rule"].create(
            {"name": code, "code": code, **vals}
        )

    def _add(self, start, end=None, machine=None, user=None, **vals):
        """A repair that began ``start`` and ended ``end`` days ago."""
        return (
            self.env["aftersales.repair.record"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": (machine or self.equipment).id,
                    "fault": "Pump leaks",
                    "started_on": self.today - timedelta(days=start),
                    "finished_on": end is not None and self.today - timedelta(days=end),
                    **vals,
                }
            )
        )

    # ----------------------------------------------------------- thresholds

    def test_days_of_one_repair(self):
        self.rule.write({"repairs": 0, "repair_days": 30, "warn_days": 10})
        record = self._add(40, 21)
        for ended, days, state in (
            (21, 20, "ok"),
            (20, 21, "warning"),
            (11, 30, "warning"),
            (10, 31, "right_arisen"),
        ):
            record.finished_on = self.today - timedelta(days=ended)
            with self.subTest(days=days):
                self.assertEqual(self.equipment.repair_days, days)
                self.assertEqual(self.equipment.guarantee_state, state)

    def test_days_without_parts(self):
        self.rule.write({"repairs": 0, "parts_days": 20, "warn_days": 3})
        record = self._add(60, 30)
        for days, state in ((17, "ok"), (18, "warning"), (21, "right_arisen")):
            record.parts_days = days
            with self.subTest(days=days):
                self.assertEqual(self.equipment.guarantee_state, state)
        self.assertIn("21 of 20 days for parts", self.equipment.guarantee_text)

    def test_last_day_of_the_period(self):
        """A repair that began on the last day counts, one a day later does not."""
        self.rule.period_months = 6
        machine = self.equipment
        machine.purchase_date = "2026-01-15"
        for day, count in (("2026-07-14", 1), ("2026-07-15", 1), ("2026-01-15", 2)):
            record = self._add(0, 0)
            record.sudo().write({"started_on": day, "finished_on": day})
            with self.subTest(day=day):
                self.assertEqual(machine.repair_count, count)

    def test_period_begins_with_the_purchase(self):
        self.rule.period_months = 1
        machine = self._create_machine(
            "G-1",
            purchase_date=self.today - timedelta(days=100),
            delivery_date=self.today - timedelta(days=10),
        )
        self._add(5, 5, machine)
        self.assertEqual(machine.repair_count, 0)
        machine.purchase_date = False
        machine.sudo()._guarantee_update()
        self.assertEqual(machine.repair_count, 1, "from the delivery on")

    def test_right_falls_back_when_a_record_was_wrong(self):
        records = [self._add(days, days) for days in (30, 20, 10)]
        machine = self.equipment
        self.assertEqual(machine.guarantee_state, "right_arisen")
        records[0].fault = "Something else"
        self.assertEqual(machine.guarantee_state, "warning")
        records[1].with_user(self.manager).unlink()
        self.assertEqual((machine.guarantee_state, machine.repair_count), ("ok", 1))
        self.assertFalse(machine.guarantee_text)

    def test_record_moved_to_another_machine(self):
        other = self._create_machine("G-2", purchase_date=self.today)
        other.purchase_date = self.today - timedelta(days=200)
        self._add(30, 30)
        record = self._add(20, 20)
        self.assertEqual(self.equipment.guarantee_state, "warning")
        record.equipment_id = other
        self.assertEqual(self.equipment.repair_count, 1)
        self.assertEqual(self.equipment.guarantee_state, "ok")
        self.assertEqual(other.repair_count, 1)

    # ------------------------------------------------------------ whose rule

    def test_rule_of_the_model_before_the_category_before_the_company(self):
        self._add(30, 30)
        machine, template = self.equipment, self.machine.product_tmpl_id
        strict = self._create_rule("STRICT", repairs=1)
        never = self._create_rule("NEVER")
        self.machine.categ_id = self.part_category
        self.part_category.aftersales_guarantee_rule_id = strict
        self._add(20, 20)
        self.assertEqual(machine.guarantee_state, "right_arisen")
        template.aftersales_guarantee_rule_id = never
        machine.sudo()._guarantee_update()
        self.assertEqual(machine.guarantee_state, "ok")
        never.with_user(self.manager).active = False
        machine.sudo()._guarantee_update()
        self.assertEqual(machine.guarantee_state, "right_arisen", "archived: none")

    def test_rule_of_another_company(self):
        self.assertFalse(self.foreign_equipment._get_guarantee_rule() & self.rule)
        theirs = self._create_rule("SIS", company_id=self.sister.id, repairs=1)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).action_make_default()
        theirs.with_user(self.foreign_manager).action_make_default()
        self.assertEqual(self.foreign_equipment._get_guarantee_rule(), theirs)
        self.assertEqual(self.equipment._get_guarantee_rule(), self.rule)

    def test_who_makes_a_rule_the_default(self):
        other = self._create_rule("OTHER", repairs=9)
        for user in (self.agent, self.quality, self.engineer_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                other.with_user(user).action_make_default()
        other.with_user(self.manager).action_make_default()
        other.with_user(self.manager).action_make_default()
        self.assertTrue(other.is_default)
        self.rule.invalidate_recordset()
        self.assertFalse(self.rule.is_default)

    @mute_logger("odoo.sql_db")
    def test_thresholds_are_not_negative(self):
        for fname in (
            "repairs",
            "repair_days",
            "total_days",
            "parts_days",
            "warn_repairs",
            "warn_days",
            "period_months",
            "depreciation_rate",
            "refund_days",
            "exchange_days",
            "answer_days",
            "easy_fault_days",
            "busy_fault_days",
            "works_days",
            "parts_years",
        ):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(CheckViolation, "threshold_check"),
            ):
                self.rule[fname] = -1
                self.env.flush_all()

    # --------------------------------------------------------------- records

    @mute_logger("odoo.sql_db")
    def test_records_that_cannot_be(self):
        with self.assertRaises(CheckViolation):
            self._add(1, 2)
        with self.assertRaises(CheckViolation):
            self._add(5, 4, parts_days=-1)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._add(-3)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._add(3, -3)
        self.assertFalse(self.equipment.repair_record_ids)

    @mute_logger("odoo.sql_db")
    def test_one_record_for_one_attempt(self):
        request = self._create_request()
        request.action_plan_factory()
        record = request.sudo().repair_record_ids
        self.assertEqual((len(record), record.attempt), (1, 0))
        with self.assertRaises(UniqueViolation):
            self._add(1, 1, request_id=request.id)

    def test_people(self):
        record = self._add(3, 2)
        for user in (self.engineer_user, self.quality, self.keeper):
            with self.subTest(user=user.login):
                self.assertEqual(record.with_user(user).days, 2)
                with self.assertRaises(AccessError):
                    record.with_user(user).parts_days = 1
                with self.assertRaises(AccessError):
                    self._add(1, 1, user=user)
        with self.assertRaises(AccessError):
            record.unlink()
        with self.assertRaises(AccessError):
            record.with_user(self.foreign_manager).read(["fault"])
        with self.assertRaises(AccessError):
            self._add(1, 1, machine=self.foreign_equipment)

    def test_daily_run_looks_at_lasting_repairs_only(self):
        self.rule.write({"repairs": 0, "repair_days": 5, "warn_days": 0})
        done = self._create_machine("G-3", purchase_date=self.today)
        done.purchase_date = self.today - timedelta(days=50)
        self._add(4, 4, done)
        lasting = self._add(4)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_repair_record SET started_on = %s WHERE id = %s",
            [self.today - timedelta(days=5), lasting.id],
        )
        self.env.cr.execute(
            "UPDATE aftersales_equipment SET guarantee_state = 'warning' WHERE id = %s",
            [done.id],
        )
        self.env.invalidate_all()
        self.env["aftersales.equipment"]._cron_update_guarantees()
        self.assertEqual(self.equipment.guarantee_state, "right_arisen")
        self.assertEqual(done.guarantee_state, "warning", "nothing lasts there")
        notes = len(self.equipment.message_ids)
        self.env["aftersales.equipment"]._cron_update_guarantees()
        self.assertEqual(len(self.equipment.message_ids), notes)
