from datetime import date, timedelta

from psycopg2.errors import CheckViolation, ForeignKeyViolation, UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestWarrantyLimits(WarrantyCommon):
    """Terms at their very ends: months, hours, leap days, other companies."""

    # ----------------------------------------------------------- cover lines

    def test_line_that_promises_nothing(self):
        """No months: an accessory is named as not covered, a whole machine is not
        spoken of."""
        self.policy.line_ids.write({"months": 0, "contract_months": 0})
        machine = self._create_machine("L-1", delivery_date="2026-01-01")
        rows = machine.sudo().warranty_ids
        self.assertEqual(set(rows.mapped("cover")), {"accessory", "wear_part"})
        self.assertEqual(rows.mapped("is_excluded"), [True, True])
        self.assertFalse(any(rows.mapped("date_end")))
        self.assertEqual(machine.warranty_state, "unknown")

    def test_months_by_contract(self):
        line = self.policy.line_ids.filtered(lambda li: li.cover == "accessory")
        for contract, given, months in ((0, 12, 6), (24, 12, 12), (24, 0, 6)):
            with self.subTest(contract=contract, given=given):
                line.contract_months = given
                self.assertEqual(line._get_months(12, contract), months)
        whole = self.policy.line_ids.filtered(lambda li: li.cover == "whole_machine")
        self.assertEqual(whole._get_months(18, 24), 24)
        self.assertEqual(whole._get_months(18, 0), 12)
        self.policy.months_from_product = True
        self.assertEqual(whole._get_months(18, 0), 18)
        self.assertIsNone(whole._get_months(0, 0))

    def test_removed_line_alters_nothing_sold(self):
        machine = self._create_machine("L-2", delivery_date="2026-01-01")
        rows = machine.sudo().warranty_ids
        terms = machine.warranty_terms
        self.policy.with_user(self.manager).line_ids.filtered(
            lambda line: line.cover != "whole_machine"
        ).unlink()
        self.assertEqual(machine.sudo().warranty_ids, rows)
        self.assertEqual(machine.warranty_terms, terms)
        later = self._create_machine("L-3", delivery_date="2026-01-01")
        self.assertEqual(later.sudo().warranty_ids.cover, "whole_machine")

    def test_lines_of_a_template_and_of_the_sister(self):
        template = self.env.ref("aftersales_service.warranty_policy_p001")
        rule = self.env["aftersales.guarantee.rule"].search(
            [("company_id", "=", False)], limit=1
        )
        for record, vals in (
            (template, {"cap_months": 9}),
            (template.line_ids[:1], {"months": 99}),
            (rule, {"repairs": 99}),
        ):
            with self.subTest(model=record._name):
                mine = record.with_user(self.manager)
                self.assertTrue(mine.display_name)
                with self.assertRaises(AccessError):
                    mine.write(vals)
                with self.assertRaises(AccessError):
                    mine.unlink()
        line = self.policy.line_ids[0].with_user(self.foreign_manager)
        with self.assertRaises(AccessError):
            line.read(["months"])

    def test_more_months_than_a_calendar_has(self):
        self.policy.contract_max_months = 0
        for months in (1201, 200_000, 2**31):
            with (
                self.subTest(months=months),
                self.assertRaisesRegex(ValidationError, "at most 1200 months"),
            ):
                self._create_machine(
                    "L-4", delivery_date="2026-01-01", contract_months=months
                )
        machine = self._create_machine(
            "L-4", delivery_date="2026-01-01", contract_months=1200
        )
        self.assertEqual(machine.warranty_end, date(2125, 12, 31))
        for fname in ("months", "contract_months"):
            with (
                self.subTest(field=fname),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(CheckViolation, "months_check"),
            ):
                self.policy.line_ids[0][fname] = 1201
                self.env.flush_all()
        self.policy.cap_months = 1201
        with self.assertRaisesRegex(ValidationError, "at most 1200 months"):
            self._create_machine("L-5", delivery_date="2026-01-01")

    # ------------------------------------------------------------ exclusions

    @mute_logger("odoo.sql_db")
    def test_exclusion_is_known_by_its_code(self):
        exclusions = self.env["aftersales.warranty.exclusion"]
        flood = exclusions.create({"name": "Flood", "code": "flood"})
        self.assertEqual(flood.effect, "charge")
        with self.assertRaises(UniqueViolation):
            exclusions.create({"name": "Flood again", "code": "flood"})
        for user in (self.agent, self.quality, self.engineer_user, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                exclusions.with_user(user).create({"name": "X", "code": "x"})

    def test_exclusion_in_a_promise_is_not_deleted(self):
        machine = self._create_machine("X-1", delivery_date="2026-01-01")
        self.assertIn(self.misuse, self._get_row(machine).exclusion_ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation):
            self.misuse.unlink()
            self.env.flush_all()
        self.assertIn(self.misuse, self._get_row(machine).exclusion_ids)
        unused = self.env["aftersales.warranty.exclusion"].create(
            {"name": "Unused", "code": "unused"}
        )
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_exclusion_gets_another_code(self):
        """What was promised with a machine holds under the new code."""
        today = fields.Date.context_today(self.equipment)
        machine = self._create_machine("X-2", delivery_date=today)
        self.env.flush_all()
        self.misuse.code = "wrong_use"
        request = self._create_request(
            equipment_id=machine.id, exclusion_id=self.misuse.id
        )
        self.assertEqual(request.verdict_parts, "charged", "not at discretion")

    def test_archived_exclusion_still_holds_for_what_is_sold(self):
        today = fields.Date.context_today(self.equipment)
        machine = self._create_machine("X-3", delivery_date=today)
        self.misuse.active = False
        machine.acceptance_date = today  # the terms are put together anew
        request = self._create_request(
            equipment_id=machine.id, exclusion_id=self.misuse.id
        )
        self.assertEqual(request.verdict_parts, "charged")

    # ----------------------------------------------------- days, hours, zones

    def test_leap_days(self):
        for delivered, months, end in (
            ("2024-02-29", 12, date(2025, 2, 28)),
            ("2024-02-29", 48, date(2028, 2, 28)),
            ("2023-02-28", 12, date(2024, 2, 27)),
            ("2023-03-01", 12, date(2024, 2, 29)),
            ("2024-01-31", 1, date(2024, 2, 29)),
        ):
            with self.subTest(delivered=delivered, months=months):
                self.policy.line_ids[0].months = months
                machine = self._create_machine(
                    f"D-{delivered}-{months}", delivery_date=delivered
                )
                self.assertEqual(machine.warranty_end, end)

    def test_hours_at_the_limit(self):
        self.policy.line_ids[0].hours_limit = 100
        today = fields.Date.context_today(self.equipment)
        start = today - timedelta(days=30)
        machine = self._create_machine("H-1", delivery_date=start)
        readings = self.env["aftersales.meter.reading"].with_user(self.engineer_user)
        for days, value, over in (
            (9, 99.9, False),
            (8, 100.0, False),
            (7, 100.1, True),
        ):
            readings.create(
                {
                    "equipment_id": machine.id,
                    "date": today - timedelta(days=days),
                    "value": value,
                }
            )
            with self.subTest(value=value):
                self.assertEqual(machine.is_over_hours, over)
                self.assertEqual(machine.warranty_state, "out" if over else "in")

    def test_hours_go_on_with_a_new_meter(self):
        """A meter that begins anew gives no hours back."""
        self.policy.line_ids[0].hours_limit = 100
        today = fields.Date.context_today(self.equipment)
        machine = self._create_machine("H-2", delivery_date=today)
        for vals in (
            {"date": today - timedelta(days=9), "value": 90},
            {
                "date": today - timedelta(days=8),
                "value": 0,
                "replaced": True,
                "reason": "Broken",
            },
            {"date": today - timedelta(days=7), "value": 10.5},
        ):
            self.env["aftersales.meter.reading"].with_user(self.agent).create(
                {"equipment_id": machine.id, **vals}
            )
        self.assertEqual((machine.meter_hours, machine.run_hours), (10.5, 100.5))
        self.assertTrue(machine.is_over_hours)

    def test_reading_taken_away_gives_the_warranty_back(self):
        self.policy.line_ids[0].hours_limit = 100
        today = fields.Date.context_today(self.equipment)
        machine = self._create_machine("H-3", delivery_date=today)
        reading = self.env["aftersales.meter.reading"].create(
            {
                "equipment_id": machine.id,
                "value": 500,
            }
        )
        self.assertEqual(machine.warranty_state, "out")
        reading.with_user(self.manager).unlink()
        self.assertEqual(machine.warranty_state, "in")

    # ------------------------------------------------------ what rules a model

    def test_archived_policy_rules_nobody(self):
        own = self._create_policy([{"months": 3}], code="ARCH")
        self.part_category.aftersales_warranty_policy_id = own
        self.machine.categ_id = self.part_category
        machine = self._create_machine("A-1", delivery_date="2026-01-01")
        self.assertEqual(self._get_row(machine).policy_id, own)
        own.with_user(self.manager).active = False
        machine = self._create_machine("A-2", delivery_date="2026-01-01")
        self.assertEqual(self._get_row(machine).policy_id, self.policy)

    def test_deleted_policy_leaves_the_next_one(self):
        own = self._create_policy([{"months": 3}], code="GONE")
        self.part_category.aftersales_warranty_policy_id = own
        self.machine.categ_id = self.part_category
        own.with_user(self.manager).unlink()
        self.env.invalidate_all()
        machine = self._create_machine("A-3", delivery_date="2026-01-01")
        self.assertEqual(self._get_row(machine).policy_id, self.policy)
        self._create_machine("A-4")
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.policy.with_user(self.manager).unlink()

    def test_copied_twice(self):
        manager = self.policy.with_user(self.manager)
        copies = manager.copy() | manager.copy() | manager.copy()
        self.env.flush_all()
        self.assertEqual(len(set(copies.mapped("code"))), 3)
        for copy in copies:
            self.assertEqual(
                copy.line_ids.mapped("cover"), self.policy.line_ids.mapped("cover")
            )

    def test_default_of_a_company_is_its_own(self):
        theirs = self._create_policy(
            [{"months": 5}], code="SIS", company_id=self.sister.id
        )
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).action_make_default()
        for user in (self.agent, self.quality):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.policy.with_user(user).action_make_default()
        theirs.with_user(self.foreign_manager).action_make_default()
        self.assertEqual(self.company.aftersales_warranty_policy_id, self.policy)
        self.assertEqual(self.sister.aftersales_warranty_policy_id, theirs)

    def test_preview_in_the_form(self):
        """The last day is shown while the machine is typed in."""
        machines = self.env["aftersales.equipment"].with_user(self.agent)
        with Form(machines) as form:
            form.partner_id = self.customer
            form.product_id = self.machine
            form.serial = "V-1"
            self.assertFalse(form.warranty_end)
            form.delivery_date = "2026-01-01"
            self.assertEqual(fields.Date.to_date(form.warranty_end), date(2026, 12, 31))
            form.acceptance_date = "2026-02-01"
            self.assertEqual(fields.Date.to_date(form.warranty_end), date(2027, 1, 31))
        self.assertEqual(form.record.warranty_end, date(2027, 1, 31))

    def test_policies_with_two_whole_rows(self):
        """Parts for a year, labour for two: the machine is as long in warranty as
        its parts are."""
        self.policy.line_ids = [
            Command.clear(),
            Command.create({"months": 12, "labour": False}),
            Command.create({"months": 24, "parts": False, "travel": False}),
        ]
        machine = self._create_machine("T-1", delivery_date="2026-01-01")
        self.assertEqual(machine.warranty_end, date(2026, 12, 31))
        self.assertEqual(len(machine.warranty_terms), 2)
