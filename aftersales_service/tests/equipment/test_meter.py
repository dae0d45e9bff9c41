from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon

DAY = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestMeter(TwoCompaniesCommon):
    """The hour meter runs forward, whoever reads it and in whatever order."""

    def _read(self, value, day=0, user=None, **vals):
        """A reading ``day`` days after the first of January."""
        return (
            self.env["aftersales.meter.reading"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "value": value,
                    "date": DAY + timedelta(days=day),
                    **vals,
                }
            )
        )

    def test_machine_shows_the_last_reading(self):
        self.assertFalse(self.equipment.meter_read_on)
        self.assertEqual(self.equipment.hours_per_day, 0)
        self._read(100)
        self._read(180, 20)
        self.assertEqual(self.equipment.meter_hours, 180)
        self.assertEqual(self.equipment.run_hours, 180)
        self.assertEqual(self.equipment.meter_read_on, DAY + timedelta(days=20))
        self.assertEqual(self.equipment.hours_per_day, 4)
        self._read(120, 10)  # entered late
        self.assertEqual(self.equipment.meter_hours, 180)

    def test_backwards(self):
        self._read(100)
        with self.assertRaisesRegex(ValidationError, "100.0 h, then 2026-01-11: 99.0"):
            self._read(99, 10)
        self._read(200, 20)
        with self.assertRaisesRegex(ValidationError, "run backwards"):
            self._read(201, 10)  # late, and higher than what came after
        self.assertEqual(self.equipment.reading_ids.mapped("value"), [200, 100])

    def test_corrected_backwards(self):
        first = self._read(100)
        self._read(120, 10)
        with self.assertRaisesRegex(ValidationError, "run backwards"):
            first.value = 121
        with self.assertRaisesRegex(ValidationError, "run backwards"):
            first.date = DAY + timedelta(days=11)
        first.value = 119
        self.assertEqual(self.equipment.hours_per_day, 0.1)

    def test_faster_than_the_clock(self):
        self._read(100)
        with self.assertRaisesRegex(ValidationError, "more than 24 hours a day"):
            self._read(1000, 10)

    def test_meter_replaced(self):
        self._read(5000)
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._read(0, 10, replaced=True)
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._read(0, 10, replaced=True, reason="  ")
        new = self._read(0, 10, replaced=True, reason="Display broken")
        self._read(40, 20)
        self.assertEqual(self.equipment.meter_hours, 40)
        self.assertEqual(self.equipment.run_hours, 5040)
        with self.assertRaisesRegex(ValidationError, "run backwards"):
            new.with_user(self.manager).unlink()
        with self.assertRaisesRegex(ValidationError, "run backwards"):
            new.replaced = False

    def test_absurd(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        for vals, message in (
            ({"date": tomorrow}, "lies in the future"),
            ({"date": "1969-12-31"}, "lies before 1970"),
        ):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(ValidationError, message):
                    self._read(1, **vals)
        for value in (-1, 1_000_001):
            with (
                self.subTest(value=value),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(CheckViolation, "value_check"),
            ):
                self._read(value)

    def test_rights(self):
        reading = self._read(10, user=self.engineer_user)
        self.assertEqual(reading.user_id, self.engineer_user)
        for user in (self.engineer_user, self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login):
                self.assertEqual(reading.with_user(user).value, 10)
                with self.assertRaises(AccessError):
                    reading.with_user(user).value = 11
        with self.assertRaises(AccessError):
            self._read(10, 1, user=self.keeper)
        with self.assertRaises(AccessError):
            reading.with_user(self.agent).unlink()
        reading.with_user(self.manager).unlink()
        self.assertEqual(self.equipment.meter_hours, 0)

    def test_sister_company(self):
        reading = self._read(10)
        with self.assertRaises(AccessError):
            reading.with_user(self.foreign_manager).read(["value"])
        with self.assertRaises(AccessError):
            self._read(10, 1, user=self.foreign_manager)
        with self.assertRaises(AccessError):
            self._read(10, equipment_id=self.foreign_equipment.id)

    def test_button_asks_for_a_reading(self):
        action = self.equipment.with_user(self.engineer_user).action_enter_reading()
        self.assertEqual(action["res_model"], "aftersales.meter.reading")
        self.assertEqual(action["context"]["default_equipment_id"], self.equipment.id)

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(st.integers(0, 300), st.integers(0, 24)), min_size=1, max_size=6
        ),
        st.randoms(),
    )
    def test_order_of_entry_does_not_matter(self, steps, random):
        """Readings of a right meter on different days pass in any order."""
        with self.env.cr.savepoint() as savepoint:
            value, day, rows = 0, -1, []
            for days, rate in steps:
                day = min(day + 1 + days, 300 + len(rows))
                value += rate
                rows.append((value, day))
            rows = list({day: (value, day) for value, day in rows}.values())
            random.shuffle(rows)
            for value, day in rows:
                self._read(value, day)
            last = max(rows, key=lambda row: row[1])
            self.assertEqual(self.equipment.meter_hours, last[0])
            savepoint.rollback()
        self.env.invalidate_all()
