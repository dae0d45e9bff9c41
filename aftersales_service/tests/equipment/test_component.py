from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestComponent(TwoCompaniesCommon):
    """What a machine consists of: a tree of parts with serials of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["aftersales.equipment"].create(
            {
                "product_id": cls.machine.id,
                "serial": "MK-0002",
                "partner_id": cls.customer.id,
            }
        )

    def _add(self, name="Engine", user=None, **vals):
        return (
            self.env["aftersales.equipment.component"]
            .with_user(user or self.agent)
            .create({"equipment_id": self.equipment.id, "name": name, **vals})
        )

    def test_tree(self):
        engine = self._add(serial="E-1")
        pump = self._add("Injection Pump", parent_id=engine.id)
        self.assertEqual(engine.child_ids, pump)
        self.assertEqual(engine.company_id, self.company)
        self.assertEqual(self.equipment.component_count, 2)

    def test_name_comes_from_the_part(self):
        pump = (
            self.env["aftersales.equipment.component"]
            .with_user(self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "product_id": self.pump.id,
                    "lot_id": self.pump_lot.id,
                }
            )
        )
        self.assertEqual(pump.name, "Pump")
        self.assertEqual(pump.serial, "P-1")
        self.assertEqual(pump.display_name, "Pump / P-1")

    def test_circular_tree(self):
        engine = self._add()
        pump = self._add("Pump", parent_id=engine.id)
        valve = self._add("Valve", parent_id=pump.id)
        for parent in (engine, pump, valve):
            with self.subTest(parent=parent.name):
                with self.assertRaisesRegex(ValidationError, "part of itself"):
                    engine.parent_id = parent
        self.assertFalse(engine.parent_id)

    def test_parts_of_two_machines(self):
        engine = self._add(equipment_id=self.second.id)
        with self.assertRaisesRegex(ValidationError, "same machine"):
            self._add("Pump", parent_id=engine.id)
        self._add("Pump", parent_id=engine.id, equipment_id=self.second.id)
        with self.assertRaisesRegex(ValidationError, "same machine"):
            engine.equipment_id = self.equipment

    def test_serial_of_the_machine(self):
        with self.assertRaisesRegex(ValidationError, "machine itself"):
            self._add(serial="MK-0001")
        engine = self._add(serial="E-1")
        with self.assertRaisesRegex(ValidationError, "machine itself"):
            engine.serial = "MK-0001"
        with self.assertRaisesRegex(ValidationError, "machine itself"):
            self.equipment.with_user(self.agent).serial = "E-1"

    def assertTaken(self):
        return self.assertRaisesRegex(UniqueViolation, "component_serial_uniq")

    @mute_logger("odoo.sql_db")
    def test_same_serial_twice(self):
        vals = {"product_id": self.pump.id, "serial": "P-9"}
        first = self._add(**vals)
        with self.assertTaken():
            self._add(**vals, equipment_id=self.second.id)
        with self.assertTaken():
            self._add(**vals)
        # Another maker's number, another thing without product: no clash.
        self._add(product_id=self.seal.id, serial="P-9")
        self._add("Gearbox", serial="P-9")
        with self.assertTaken():
            self._add("Gearbox", serial="P-9", equipment_id=self.second.id)
        first.removed_on = fields.Date.today()
        first.flush_recordset()
        self._add(**vals, equipment_id=self.second.id)
        with self.assertTaken():
            first.removed_on = False
            first.flush_recordset()

    @mute_logger("odoo.sql_db")
    def test_same_serial_twice_in_one_go(self):
        with self.assertTaken():
            self.env["aftersales.equipment.component"].create(
                [
                    {"equipment_id": machine.id, "name": "Engine", "serial": "E-1"}
                    for machine in self.equipment | self.second
                ]
            )

    def test_serial_is_one_piece(self):
        with self.assertRaisesRegex(ValidationError, "quantity 1"):
            self._add(serial="E-1", quantity=2)
        self.assertTrue(self._add("Wheel", quantity=4))

    def test_lot_of_another_part(self):
        with self.assertRaisesRegex(ValidationError, "P-1 belongs to Pump"):
            self._add(product_id=self.seal.id, lot_id=self.pump_lot.id)

    def test_absurd_dates(self):
        today = fields.Date.today()
        for vals, message in (
            ({"installed_on": today + timedelta(days=2)}, "in the future"),
            ({"installed_on": "1955-01-01"}, "before 1970"),
            (
                {"installed_on": today, "removed_on": today - timedelta(days=1)},
                "lies before Installed On",
            ),
        ):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(ValidationError, message):
                    self._add(**vals)

    def test_replaced_by_hand(self):
        block = self._add("Block")
        old = self._add(serial="E-1", parent_id=block.id)
        nested = self._add("Magneto", parent_id=old.id)
        new = self._add(serial="E-2", replaces_id=old.id)
        today = fields.Date.context_today(new)
        self.assertEqual(old.removed_on, today)
        self.assertEqual(old.removal_reason, "Replaced")
        self.assertEqual(nested.removed_on, today)
        self.assertEqual(old.replaced_by_id, new)
        self.assertEqual(new.parent_id, block)
        self.assertEqual(new.installed_on, today)
        other = self._add(equipment_id=self.second.id)
        with self.assertRaisesRegex(ValidationError, "of the same machine"):
            self._add(replaces_id=other.id)

    def test_rights(self):
        engine = self._add(serial="E-1")
        for user in (self.engineer_user, self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login):
                self.assertEqual(engine.with_user(user).serial, "E-1")
                with self.assertRaises(AccessError):
                    engine.with_user(user).serial = "E-2"
                with self.assertRaises(AccessError):
                    self._add(user=user)
        with self.assertRaises(AccessError):
            engine.unlink()
        engine.with_user(self.manager).unlink()

    def test_sister_company(self):
        engine = self._add(serial="E-1")
        with self.assertRaises(AccessError):
            engine.with_user(self.foreign_manager).read(["serial"])
        # The same serial in the sister company is its own business.
        self.assertTrue(
            self._add(
                user=self.foreign_manager,
                serial="E-1",
                equipment_id=self.foreign_equipment.id,
            )
        )
        with self.assertRaises(AccessError):
            self._add(equipment_id=self.foreign_equipment.id)

    def test_supplied_and_documents(self):
        machine = self.equipment.with_user(self.agent)
        machine.write(
            {
                "supply_ids": [
                    fields.Command.create({"kind": "spare", "product_id": self.seal.id})
                ],
                "document_ids": [
                    fields.Command.create(
                        {"kind": "manual", "name": "Manual.txt", "file": b"UGFnZSAx"}
                    )
                ],
            }
        )
        self.assertEqual(machine.supply_ids.name, "Seal")
        document = machine.document_ids
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", document._name),
                ("res_field", "=", "file"),
                ("res_id", "=", document.id),
            ]
        )
        self.assertEqual(attachment.raw, b"Page 1")
        for row in (machine.supply_ids, document):
            with self.subTest(model=row._name):
                self.assertTrue(row.with_user(self.engineer_user).name)
                with self.assertRaises(AccessError):
                    row.with_user(self.engineer_user).name = "X"
                with self.assertRaises(AccessError):
                    row.with_user(self.foreign_manager).read(["name"])
        with self.assertRaises(AccessError):
            attachment.with_user(self.foreign_manager).read(["name"])
