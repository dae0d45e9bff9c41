from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon

DATES = (
    "factory_date",
    "purchase_date",
    "delivery_date",
    "acceptance_date",
    "first_use_date",
)


@tagged("post_install", "-at_install")
class TestMachineDates(AftersalesCommon):
    """Days on which nothing can have happened are refused in clear words."""

    def _create(self, **vals):
        return (
            self.env["aftersales.equipment"]
            .with_user(self.agent)
            .create(
                {
                    "product_id": self.machine.id,
                    "serial": "D-1",
                    "partner_id": self.customer.id,
                    **vals,
                }
            )
        )

    def test_future(self):
        day = fields.Date.today() + timedelta(days=3)
        for fname in DATES:
            label = self.equipment._fields[fname].string
            with self.subTest(fname=fname):
                with self.assertRaisesRegex(
                    ValidationError, f"{label} {day} lies in the future"
                ):
                    self._create(**{fname: day})

    def test_long_ago(self):
        for fname in DATES:
            with self.subTest(fname=fname):
                with self.assertRaisesRegex(ValidationError, "lies before 1970"):
                    self._create(**{fname: "1969-12-31"})

    @freeze_time("2026-03-10 18:00:00")
    def test_today_where_it_is_tomorrow_already(self):
        machines = self.env["aftersales.equipment"].with_context(tz="Asia/Shanghai")
        day = fields.Date.context_today(machines)
        self.assertEqual(str(day), "2026-03-11")
        self.assertTrue(self._create(delivery_date=day))

    def test_order(self):
        for first, then in (
            ("factory_date", "delivery_date"),
            ("delivery_date", "acceptance_date"),
            ("delivery_date", "first_use_date"),
        ):
            with self.subTest(first=first, then=then):
                with self.assertRaisesRegex(
                    ValidationError, "2026-03-01 lies before .* 2026-03-02"
                ):
                    self._create(**{first: "2026-03-02", then: "2026-03-01"})

    def test_what_may_be(self):
        """Tried before it was bought, and used before it was accepted."""
        machine = self._create(
            factory_date="2026-01-01",
            delivery_date="2026-01-01",
            first_use_date="2026-01-01",
            acceptance_date="2026-02-01",
            purchase_date="2026-03-01",
        )
        self.assertTrue(machine)
        with self.assertRaisesRegex(ValidationError, "lies before"):
            machine.delivery_date = "2026-01-02"

    @mute_logger("odoo.sql_db")
    def test_place(self):
        machine = self._create(latitude=30.65, longitude=-104.06)
        self.assertEqual(round(machine.longitude, 2), -104.06)
        for vals in ({"latitude": 91}, {"longitude": -181}):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(CheckViolation, "itude_check"):
                    machine.write(vals)
                    machine.flush_recordset()

    def test_blank_serial(self):
        with self.assertRaisesRegex(ValidationError, "needs its serial"):
            self._create(serial="  ")
