import calendar
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..common import AftersalesCommon


def count_last_day(start, months):
    """Day before the same day ``months`` later, counted by hand; the last day of a
    month that has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if start.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, start.day) - timedelta(days=1)


@tagged("post_install", "-at_install")
class TestWarranty(AftersalesCommon):
    """From when, until when, and what it says on the last day."""

    def _create_machine(self, serial="W-1", **vals):
        return (
            self.env["aftersales.equipment"]
            .with_user(self.agent)
            .create(
                {
                    "product_id": self.machine.id,
                    "serial": serial,
                    "partner_id": self.customer.id,
                    **vals,
                }
            )
        )

    # -------------------------------------------------------------- the dates

    def test_counted_from_the_first_date_known_in_order(self):
        for vals, start in (
            ({"purchase_date": "2026-01-10"}, date(2026, 1, 10)),
            (
                {"purchase_date": "2026-01-10", "delivery_date": "2026-02-01"},
                date(2026, 2, 1),
            ),
            (
                {
                    "purchase_date": "2026-01-10",
                    "delivery_date": "2026-01-15",
                    "acceptance_date": "2026-01-20",
                },
                date(2026, 1, 20),
            ),
            ({"factory_date": "2025-01-01", "first_use_date": "2026-03-01"}, False),
        ):
            with self.subTest(vals=vals):
                machine = self._create_machine(serial=str(vals), **vals)
                self.assertEqual(machine.warranty_start, start)
                self.assertEqual(
                    machine.warranty_end, start and count_last_day(start, 12)
                )

    def test_twelve_months_end_the_day_before(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        self.assertEqual(machine.warranty_end, date(2027, 3, 14))

    def test_leap_day(self):
        machine = self._create_machine(purchase_date="2024-02-29")
        self.assertEqual(machine.warranty_end, date(2025, 2, 28))

    @given(
        start=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
        months=st.integers(min_value=1, max_value=240),
    )
    @settings(max_examples=80, deadline=None)
    def test_any_date_and_any_number_of_months(self, start, months):
        product = self.env["product.product"].new(
            {"aftersales_warranty_months": months}
        )
        machine = self.env["aftersales.equipment"].new(
            {"product_id": product, "purchase_date": start}
        )
        self.assertEqual(machine.warranty_end, count_last_day(start, months))
        self.assertEqual(machine._get_warranty_state(start), "in")

    def test_no_date_or_no_months(self):
        self.assertFalse(self._create_machine().warranty_end)
        self.machine.aftersales_warranty_months = 0
        machine = self._create_machine(serial="W-2", purchase_date="2026-03-15")
        self.assertFalse(machine.warranty_end)
        self.assertEqual(machine.warranty_state, "unknown")

    def test_end_given_by_hand(self):
        machine = self._create_machine(
            purchase_date="2026-03-15", warranty_end="2030-01-01"
        )
        self.assertEqual(machine.warranty_end, date(2030, 1, 1))

    # ------------------------------------------------------------ later changes

    def test_other_months_alter_nothing_sold(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        corrected = self._create_machine(serial="W-2", purchase_date="2026-03-15")
        corrected.sudo().warranty_end = "2030-01-01"
        self.env.flush_all()
        self.machine.aftersales_warranty_months = 24
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(machine.warranty_end, date(2027, 3, 14))
        self.assertEqual(corrected.warranty_end, date(2030, 1, 1))
        later = self._create_machine(serial="W-3", purchase_date="2026-03-15")
        self.assertEqual(later.warranty_end, date(2028, 3, 14))

    def test_other_months_before_the_first_flush(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        self.machine.aftersales_warranty_months = 24
        self.assertEqual(machine.warranty_end, date(2027, 3, 14))

    def test_date_learnt_later_counts(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        machine.acceptance_date = "2026-05-01"
        self.assertEqual(machine.warranty_end, date(2027, 4, 30))
        machine.acceptance_date = False
        self.assertEqual(machine.warranty_end, date(2027, 3, 14))

    def test_correction_survives_what_does_not_concern_it(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        machine.sudo().warranty_end = "2030-01-01"
        machine.write({"factory_date": "2025-12-01", "first_use_date": "2026-03-20"})
        machine.note = "Extended by contract"
        self.assertEqual(machine.warranty_end, date(2030, 1, 1))

    # ---------------------------------------------------------------- the state

    def _assert_state(self, machine, state):
        machine.invalidate_recordset()
        self.assertEqual(machine.warranty_state, state)
        machines = self.env["aftersales.equipment"]
        for each in ("in", "out", "unknown"):
            found = machines.search(
                [("id", "=", machine.id), ("warranty_state", "=", each)]
            )
            self.assertEqual(bool(found), each == state, each)
            found = machines.search(
                [("id", "=", machine.id), ("warranty_state", "!=", each)]
            )
            self.assertEqual(bool(found), each != state, each)

    def test_last_day_is_in(self):
        machine = self._create_machine(purchase_date="2026-03-15")
        for day, state in (
            ("2026-03-15", "in"),
            ("2027-03-14", "in"),
            ("2027-03-15", "out"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 10:00:00"):
                self._assert_state(machine, state)
        self._assert_state(self._create_machine(serial="W-2"), "unknown")

    def test_search_by_several_states(self):
        machine = self._create_machine(
            purchase_date=fields.Date.today() - timedelta(days=3)
        )
        domain = [("id", "=", machine.id)]
        for states, found in ((["in", "out"], True), (["out", "unknown"], False)):
            with self.subTest(states=states):
                machines = machine.search([*domain, ("warranty_state", "in", states)])
                self.assertEqual(bool(machines), found)

    def test_day_begins_where_the_reader_is(self):
        """Midnight in Chengdu is four in the afternoon in London."""
        machine = self._create_machine(warranty_end="2026-06-30").sudo()
        with freeze_time("2026-06-30 16:30:00"):
            self.assertEqual(
                machine.with_context(tz="Asia/Shanghai").warranty_state, "out"
            )
            machine.invalidate_recordset()
            self.assertEqual(
                machine.with_context(tz="Europe/London").warranty_state, "in"
            )
