from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.meter import find_fault, hours_per_day, run_hours

START = date(2026, 1, 1)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(0, 24), st.booleans(), st.integers(0, 99)
    ),
    max_size=12,
)
# A busy machine is no fault of the code.
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def build(steps):
    """Readings of a meter that is right, from ``(days, hours a day, replaced,
    hours the new meter shows)``; the hours it ran after the first reading too."""
    readings, day, value, ran = [(START, 100, False)], START, 100, 0
    for days, rate, replaced, shown in steps:
        day += timedelta(days=days)
        if replaced:
            value = shown
        else:
            value += days * rate
            ran += days * rate
        readings.append((day, value, replaced))
    return readings, ran


@tagged("post_install", "-at_install", "aftersales_static")
class TestMeterEngine(BaseCase):
    """Run hours from readings, against the way they were made."""

    @SLOW
    @given(STEPS)
    def test_right_meter(self, steps):
        readings, ran = build(steps)
        self.assertIsNone(find_fault(readings))
        self.assertEqual(run_hours(readings), 100 + ran)
        days = (readings[-1][0] - START).days
        self.assertEqual(hours_per_day(readings), ran / days if days else 0.0)
        self.assertLessEqual(hours_per_day(readings), 24)

    @SLOW
    @given(STEPS, st.integers(0, 30), st.integers(1, 50))
    def test_backwards_is_found(self, steps, days, back):
        readings, _ran = build(steps)
        day, value, _replaced = readings[-1]
        readings.append((day + timedelta(days=days), value - back, False))
        self.assertEqual(find_fault(readings), (len(readings) - 1, "backwards"))

    @SLOW
    @given(STEPS, st.integers(0, 30), st.integers(1, 50))
    def test_too_fast_is_found(self, steps, days, more):
        readings, _ran = build(steps)
        day, value, _replaced = readings[-1]
        value += 24 * (days + 1) + more
        readings.append((day + timedelta(days=days), value, False))
        self.assertEqual(find_fault(readings), (len(readings) - 1, "fast"))

    def test_nothing_read(self):
        self.assertIsNone(find_fault([]))
        self.assertEqual(run_hours([]), 0.0)
        self.assertEqual(hours_per_day([]), 0.0)

    def test_new_meter_counts_on(self):
        readings = [
            (START, 900, False),
            (START + timedelta(days=10), 1000, False),
            (START + timedelta(days=20), 5, True),
            (START + timedelta(days=30), 105, False),
        ]
        self.assertEqual(run_hours(readings), 1100)
        self.assertAlmostEqual(hours_per_day(readings), 200 / 30)
