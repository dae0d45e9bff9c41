from datetime import date

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestWarrantyPolicy(WarrantyCommon):
    """Which policy rules a machine, and what it freezes on it."""

    def test_rows_of_the_policy(self):
        machine = self._create_machine(acceptance_date="2026-01-31")
        rows = machine.sudo().warranty_ids
        self.assertEqual(
            [(r.cover, r.months, r.is_excluded, r.date_end) for r in rows],
            [
                ("whole_machine", 12, False, date(2027, 1, 30)),
                ("accessory", 6, False, date(2026, 7, 30)),
                ("wear_part", 0, True, False),
            ],
        )
        self.assertEqual(set(rows.mapped("policy_name")), {"Own Promise"})
        self.assertEqual(rows.exclusion_ids, self.misuse)
        self.assertEqual(machine.warranty_end, date(2027, 1, 30))

    def test_model_then_category_then_company(self):
        short = self._create_policy([{"months": 3}])
        shorter = self._create_policy([{"months": 2}, {"cover": "software"}])
        template = self.machine.product_tmpl_id
        parent = self.env["product.category"].create({"name": "Machines"})
        template.categ_id = self.env["product.category"].create(
            {"name": "Line Markers", "parent_id": parent.id}
        )
        expected = [12]
        parent.aftersales_warranty_policy_id = short
        expected.append(3)
        machines = [self._create_machine("A", delivery_date="2026-01-01")]
        template.aftersales_warranty_policy_id = shorter
        expected.append(2)
        machines.append(self._create_machine("B", delivery_date="2026-01-01"))
        self.assertEqual(
            [self._get_row(machine).months for machine in machines], expected[1:]
        )

    def test_sister_company_has_its_own(self):
        row = self._get_row(self.foreign_equipment)
        self.assertEqual(row.policy_id.company_id, self.sister, "that of its preset")
        self.assertEqual(row.months, 12, "the months of the product")
        with self.assertRaises(AccessError):
            self.policy.with_user(self.foreign_manager).read(["name"])
        template = self.env.ref("aftersales_service.warranty_policy_p003b")
        self.assertTrue(template.with_user(self.foreign_manager).name)

    def test_change_alters_nothing_sold(self):
        machine = self._create_machine(acceptance_date="2026-01-01")
        names = ["cover", "months", "start_basis", "date_end", "policy_name"]
        before = self._get_row(machine).read(names)[0]
        self.policy.line_ids.months = 36
        self.policy.write({"start_basis": "purchase", "name": "New"})
        self.policy.line_ids[1:].unlink()
        self.assertEqual(self._get_row(machine).read(names)[0], before)
        self.assertEqual(machine.warranty_end, date(2026, 12, 31))
        machine.acceptance_date = "2026-02-01"
        self.assertEqual(machine.warranty_end, date(2027, 1, 31), "by the old terms")

    def test_start_bases(self):
        dates = {
            "purchase_date": "2026-01-01",
            "delivery_date": "2026-02-01",
            "acceptance_date": "2026-03-01",
            "first_use_date": "2026-04-01",
        }
        for number, (basis, start) in enumerate(
            (
                ("purchase", "2026-01-01"),
                ("delivery", "2026-02-01"),
                ("acceptance", "2026-03-01"),
                ("first_use", "2026-04-01"),
            )
        ):
            self.policy.start_basis = basis
            machine = self._create_machine(f"B{number}", **dates)
            self.assertEqual(machine.warranty_start, fields.Date.to_date(start))

    def test_latest_start_after_delivery(self):
        self.policy.cap_months = 3
        machine = self._create_machine(delivery_date="2026-01-31")
        row = self._get_row(machine)
        self.assertEqual((row.date_start, row.start_event), (date(2026, 4, 30), "cap"))
        machine.acceptance_date = "2026-02-10"
        self.assertEqual(machine.warranty_start, date(2026, 2, 10))
        machine.acceptance_date = "2026-09-01"
        self.assertEqual(machine.warranty_start, date(2026, 4, 30))

    def test_cap_needs_an_event_that_comes_later(self):
        with self.assertRaisesRegex(ValidationError, "acceptance or first use"):
            self.policy.write({"start_basis": "purchase", "cap_months": 2})

    def test_contract(self):
        machine = self._create_machine(
            delivery_date="2026-01-01", contract_months=30, contract_ref="HT-7"
        )
        row = self._get_row(machine)
        self.assertEqual((row.months, row.contract_ref), (30, "HT-7"))
        self.assertEqual(self._get_row(machine, "accessory").months, 12)
        with self.assertRaisesRegex(ValidationError, "at most 36 months"):
            self._create_machine("W-2", contract_months=37)
        with self.assertRaisesRegex(ValidationError, "negative"):
            self._create_machine("W-3", contract_months=-1)

    def test_contract_made_later_is_logged(self):
        machine = self._create_machine(delivery_date="2026-01-01")
        with self.assertRaises(AccessError):
            machine.contract_months = 24
        machine.invalidate_recordset()
        machine.sudo().write({"contract_months": 24, "contract_ref": "HT-8"})
        self.assertEqual(machine.warranty_end, date(2027, 12, 31))
        log = machine.sudo().warranty_adjustment_ids
        self.assertEqual(log.mapped("kind"), ["contract"])
        self.assertEqual(log.old_end, date(2026, 12, 31))

    def test_months_of_the_product(self):
        self.policy.months_from_product = True
        self.machine.aftersales_warranty_months = 18
        machine = self._create_machine(delivery_date="2026-01-01")
        self.assertEqual(self._get_row(machine).months, 18)

    def test_templates_of_the_bundles(self):
        for name, basis, covers in (
            ("p001", "acceptance", {"whole_machine": 12}),
            ("p003a", "acceptance", {"whole_machine": 12, "software": 12}),
            ("p003b", "purchase", {"whole_machine": 12, "accessory": 6}),
            ("p003g", "acceptance", {"whole_machine": 12}),
            ("p003k", "purchase", {"whole_machine": 60, "wear_part": 60}),
            ("p003d", "acceptance", {"whole_machine": 0}),
        ):
            with self.subTest(policy=name):
                policy = self.env.ref(f"aftersales_service.warranty_policy_{name}")
                self.assertFalse(policy.company_id)
                self.assertEqual(policy.start_basis, basis)
                self.assertEqual(
                    {line.cover: line.months for line in policy.line_ids}, covers
                )
                with self.assertRaisesRegex(ValidationError, "template"):
                    policy.action_make_default()
        policy = self.env.ref("aftersales_service.warranty_policy_p003b")
        self.assertEqual(policy.contract_max_months, 36)
        copy = policy.copy({"company_id": self.company.id})
        self.assertEqual(copy.line_ids.mapped("contract_months"), [0, 12])

    @mute_logger("odoo.sql_db")
    def test_bad_lines(self):
        for vals, check in (
            ({"months": -1}, "months_check"),
            ({"hours_limit": -1}, "months_check"),
            ({"parts": False, "labour": False, "travel": False}, "aspect_check"),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(CheckViolation, check),
            ):
                self.policy.line_ids[0].write(vals)
                self.env.flush_all()

    def test_a_preset_brings_its_policy(self):
        bundle = self.env.ref("aftersales_service.preset_bundle_p003b_display")
        bundle._apply(self.sister)
        bundle._apply(self.sister)
        policies = self.env["aftersales.warranty.policy"].search(
            [("company_id", "=", self.sister.id), ("bundle_id", "=", bundle.id)]
        )
        self.assertEqual(policies.line_ids.mapped("months"), [12, 6])
        self.assertEqual(len(policies.exclusion_ids), 5)
        machine = self._create_machine(
            "SI-2",
            self.foreign_manager,
            company_id=self.sister.id,
            purchase_date="2026-01-01",
            delivery_date="2026-02-01",
        )
        row = self._get_row(machine)
        self.assertEqual((row.policy_id, row.date_start), (policies, date(2026, 1, 1)))
        self.assertTrue(policies._preset_is_used())
        self.assertFalse(self.policy._preset_is_used())
        self.assertIn("Accessory 6 months", policies._preset_summary())

    def test_rights(self):
        line = self.policy.line_ids[0]
        for user in (self.agent, self.quality, self.engineer_user):
            for record in (self.policy, line, self.misuse):
                self.assertTrue(record.with_user(user).display_name)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(user).write({"sequence": 99})
        self.policy.with_user(self.manager).write({"sequence": 99})
        row = self._get_row(self.equipment)
        for user in (self.agent, self.quality, self.manager):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                row.with_user(user).write({"date_end": "2099-01-01"})

    def test_contract_of_the_sale(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.machine.id,
                            "aftersales_contract_months": 24,
                        }
                    )
                ],
            }
        )
        vals = order.order_line._aftersales_prepare_contract()
        self.assertEqual(vals, {"contract_months": 24, "contract_ref": order.name})
        order.order_line.aftersales_contract_ref = "HT-9"
        vals = order.order_line._aftersales_prepare_contract()
        self.assertEqual(vals["contract_ref"], "HT-9")
        order.order_line.aftersales_contract_months = 0
        self.assertFalse(order.order_line._aftersales_prepare_contract())

    def test_exclusions_of_the_handbook_only(self):
        """003-A and 003-K name none: what is found is left to a decision."""
        for name, codes in (
            ("p003a", set()),
            ("p003k", set()),
            ("p003g", {"OTHER_CAUSE"}),
        ):
            policy = self.env.ref(f"aftersales_service.warranty_policy_{name}")
            self.assertEqual(
                {code.upper() for code in policy.exclusion_ids.mapped("code")}, codes
            )
        policy = self.env.ref("aftersales_service.warranty_policy_p003k")
        self.assertIn("designed", policy.note)

    def test_blank_policy_promises_nothing_of_its_own(self):
        blank = self.env.ref("aftersales_service.warranty_policy_p003d")
        own = blank.copy({"company_id": self.company.id, "code": "BLANK"})
        own.action_make_default()
        self.machine.aftersales_warranty_months = 0
        machine = self._create_machine("B-1", delivery_date="2026-01-01")
        self.assertFalse(machine.sudo().warranty_ids)
        self.assertEqual(machine.warranty_state, "unknown")
        request = self._create_request(equipment_id=machine.id)
        self.assertEqual(request.verdict_parts, "undecided")
        self.machine.aftersales_warranty_months = 6
        machine = self._create_machine("B-2", delivery_date="2026-01-01")
        self.assertEqual(self._get_row(machine).months, 6)

    def test_templates_are_nobody_s_to_change(self):
        template = self.env.ref("aftersales_service.warranty_policy_p003b")
        rule = self.env.ref("aftersales_service.guarantee_rule_p003b")
        for user in (self.manager, self.foreign_manager, self.both_user):
            for record, vals in (
                (template, {"name": "Mine"}),
                (template.line_ids[0], {"months": 1}),
                (rule, {"repairs": 1}),
            ):
                mine = record.with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    self.assertTrue(mine.display_name)
                    with self.assertRaises(AccessError):
                        mine.write(vals)
                    with self.assertRaises(AccessError):
                        mine.unlink()
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        mine.create({**mine.copy_data()[0], "company_id": False})
        self.policy.with_user(self.manager).name = "Our promise"
        with self.assertRaises(AccessError):
            self.policy.with_user(self.foreign_manager).name = "Theirs"

    def test_exclusions_are_for_all_companies(self):
        with self.assertRaises(AccessError):
            self.misuse.with_user(self.manager).name = "Mine"
        with self.assertRaises(AccessError):
            self.misuse.create({"name": "X", "code": "X"}).with_user(
                self.foreign_manager
            ).unlink()
        self.manager.group_ids += self.env.ref("base.group_system")
        self.misuse.with_user(self.manager).name = "Misuse or neglect"
