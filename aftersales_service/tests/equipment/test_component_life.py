from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestComponentLife(TwoCompaniesCommon):
    """A component put in, replaced, and replaced again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.equipment)

    def _add(self, name="Engine", days=100, user=None, **vals):
        """Put in ``days`` ago by the agent."""
        return (
            self.env["aftersales.equipment.component"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "name": name,
                    "installed_on": self.today - timedelta(days=days),
                    **vals,
                }
            )
        )

    def test_replaced_twice(self):
        first = self._add(serial="E-1")
        second = self._add(days=50, serial="E-2", replaces_id=first.id)
        third = self._add(days=10, serial="E-3", replaces_id=second.id)
        self.assertEqual(first.removed_on, second.installed_on)
        self.assertEqual(second.removed_on, third.installed_on)
        self.assertFalse(third.removed_on)
        self.assertEqual(first.replaced_by_id, second)
        self.assertEqual(first.removal_reason, "Replaced")
        self.assertEqual(self.equipment.component_count, 1)
        titles = [entry["title"] for entry in self.equipment.story]
        self.assertEqual(
            [title for title in titles if "Put in" in title],
            [f"Put in: Engine / E-{number}" for number in (1, 2, 3)],
        )
        self.assertFalse([title for title in titles if "Taken out" in title])

    @mute_logger("odoo.sql_db")
    def test_replaced_by_one_other_only(self):
        first = self._add()
        self._add(days=50, replaces_id=first.id)
        with self.assertRaises(UniqueViolation):
            self._add(days=40, replaces_id=first.id)
        self.assertEqual(len(first.replacement_ids), 1)

    def test_replaced_before_it_was_put_in(self):
        first = self._add(days=10)
        with self.assertRaisesRegex(ValidationError, "lies before"):
            self._add(days=11, replaces_id=first.id)
        self.assertFalse(first.removed_on)
        self._add(days=10, replaces_id=first.id)
        self.assertEqual(first.removed_on, first.installed_on)

    def test_today_when_no_day_is_said(self):
        first = self._add()
        second = self._add(installed_on=False, replaces_id=first.id)
        self.assertEqual((second.installed_on, first.removed_on), (self.today,) * 2)

    def test_parts_of_what_is_taken_out_go_with_it(self):
        engine = self._add()
        pump = self._add("Pump", parent_id=engine.id, serial="P-77")
        valve = self._add("Valve", parent_id=pump.id)
        gone = self._add("Filter", parent_id=engine.id)
        gone.removed_on = self.today - timedelta(days=60)
        self._add(days=20, replaces_id=engine.id)
        day = self.today - timedelta(days=20)
        self.assertEqual((pump | valve).mapped("removed_on"), [day, day])
        self.assertEqual(gone.removed_on, self.today - timedelta(days=60))
        # Its serial is free for another machine.
        other = self.equipment.copy({"serial": "MK-0002"})
        again = self._add("Pump", equipment_id=other.id, serial="P-77", days=5)
        self.assertFalse(again.removed_on)

    def test_replacement_takes_the_place_in_the_tree(self):
        engine = self._add()
        old = self._add("Pump", parent_id=engine.id)
        new = self._add("Pump", days=5, replaces_id=old.id)
        self.assertEqual(new.parent_id, engine)
        loose = self._add("Pump", days=1, replaces_id=new.id, parent_id=False)
        self.assertFalse(loose.parent_id)

    def test_deleting(self):
        engine = self._add()
        new = self._add(days=5, replaces_id=engine.id)
        with self.assertRaises(AccessError):
            new.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception):  # noqa: B017
            engine.with_user(self.manager).unlink()
            self.env.flush_all()
        self.assertTrue(engine.exists(), "its replacement rests on it")
        new.with_user(self.manager).unlink()
        engine.with_user(self.manager).unlink()
        self.assertFalse(engine.exists())

    def test_engineer_reads_only(self):
        engine = self._add()
        mine = engine.with_user(self.engineer_user)
        self.assertEqual(mine.name, "Engine")
        with self.assertRaises(AccessError):
            mine.removed_on = self.today
        with self.assertRaises(AccessError):
            self._add(user=self.engineer_user)
        with self.assertRaises(AccessError):
            self._add(user=self.engineer_user, replaces_id=engine.id)
        self.assertFalse(engine.removed_on)

    def test_machine_and_part_of_the_sister(self):
        with self.assertRaises(AccessError):
            self._add(equipment_id=self.foreign_equipment.id)
        theirs = self._add(
            user=self.foreign_manager, equipment_id=self.foreign_equipment.id
        )
        with self.assertRaises(AccessError):
            self._add(replaces_id=theirs.id)
        with self.assertRaises(UserError):
            self._add(user=self.both_user, replaces_id=theirs.id)
        self.assertFalse(theirs.removed_on)

    def test_machine_renamed_to_the_serial_of_its_part(self):
        self._add(serial="E-9")
        with self.assertRaisesRegex(ValidationError, "machine itself"):
            self.equipment.serial = "E-9"

    # ------------------------------------------------ put in by the work itself

    def _install(self, lot, machine=None, days=0, **row):
        return (
            self.env["aftersales.equipment.component"]
            .sudo()
            ._install(
                [
                    {
                        "equipment": machine or self.equipment,
                        "product": self.pump,
                        "lot": lot,
                        "day": self.today - timedelta(days=days),
                        **row,
                    }
                ]
            )
        )

    def _new_lot(self, name):
        return self.env["stock.lot"].create(
            {"name": name, "product_id": self.pump.id, "company_id": self.company.id}
        )

    def test_booked_twice_is_put_in_once(self):
        first = self._install(self.pump_lot)
        self.assertEqual((first.serial, first.name), ("P-1", "Pump"))
        self.assertFalse(self._install(self.pump_lot))
        self.assertEqual(self.equipment.component_count, 1)

    def test_two_of_a_kind_stay_unless_one_is_named(self):
        old = self._install(self.pump_lot, days=9) | self._install(
            self._new_lot("P-2"), days=9
        )
        self._install(self._new_lot("P-3"), days=5, swap=True)
        self.assertFalse(any(old.mapped("removed_on")), "which of them is not known")
        self._install(self._new_lot("P-4"), days=4, swap=True, old_serial=" P-2 ")
        self.assertEqual(
            old.mapped("removed_on"), [False, self.today - timedelta(days=4)]
        )

    def test_moved_to_another_machine(self):
        first = self._install(self.pump_lot, days=9)
        other = self.equipment.copy({"serial": "MK-0003"})
        second = self._install(self.pump_lot, other, days=2)
        self.assertEqual(first.removed_on, second.installed_on)
        self.assertEqual(first.removal_reason, "Went into another machine")
        self.assertEqual(other.component_count, 1)
        self.assertEqual(self.equipment.component_count, 0)
        self.assertIn("Went into another machine", str(self.equipment.story))
