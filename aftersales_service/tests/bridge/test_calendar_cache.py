from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from ...engine.clock import used
from ..common_company import TwoCompaniesCommon

MONDAY = datetime(2026, 3, 2, 0, 0)  # 8 o'clock in Shanghai
HOUR = 3600


@tagged("post_install", "-at_install")
class TestCalendarCache(TwoCompaniesCommon):
    """The working time of a calendar is remembered, and forgotten in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "company_id": False,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"Day {day}",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 18,
                            "day_period": "full_day",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    def _get_hours(self, company=None, days=7):
        """Working hours from Monday on; read twice, so that the cache is full."""
        for _again in range(2):
            working = self.calendar._aftersales_working_time(company or self.company)
        if working is None:
            return None
        return used(working, MONDAY, MONDAY + timedelta(days=days)) / HOUR

    def _take_leave(self, day="2026-03-03", company=None, **vals):
        leaves = self.env["resource.calendar.leaves"]
        return leaves.with_company(company or self.company).create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": f"{day} 00:00:00",
                "date_to": f"{day} 12:00:00",
                **vals,
            }
        )

    def test_asked_twice_costs_nothing(self):
        self.assertEqual(self._get_hours(), 50)
        with self.assertQueryCount(0):
            self.calendar._aftersales_working_time(self.company)

    def test_hours_changed(self):
        self.assertEqual(self._get_hours(), 50)
        self.calendar.attendance_ids[0].hour_to = 12
        self.assertEqual(self._get_hours(), 44)

    def test_day_added_and_taken_away(self):
        self.assertEqual(self._get_hours(), 50)
        saturday = self.env["resource.calendar.attendance"].create(
            {
                "name": "Saturday",
                "calendar_id": self.calendar.id,
                "dayofweek": "5",
                "hour_from": 8,
                "hour_to": 12,
                "day_period": "morning",
            }
        )
        self.assertEqual(self._get_hours(), 54)
        saturday.unlink()
        self.assertEqual(self._get_hours(), 50)

    def test_holiday_entered_moved_and_taken_away(self):
        self.assertEqual(self._get_hours(), 50)
        holiday = self._take_leave()
        self.assertEqual(self._get_hours(), 40)
        holiday.write({"date_to": "2026-03-03 05:00:00"})
        self.assertEqual(self._get_hours(), 45)
        holiday.write(
            {"date_from": "2026-03-07 00:00:00", "date_to": "2026-03-07 12:00:00"}
        )
        self.assertEqual(self._get_hours(), 50, "a Saturday")
        holiday.write(
            {"date_from": "2026-03-04 00:00:00", "date_to": "2026-03-04 12:00:00"}
        )
        self.assertEqual(self._get_hours(), 40)
        holiday.unlink()
        self.assertEqual(self._get_hours(), 50)

    def test_leave_of_one_becomes_a_holiday_of_all(self):
        resource = self.engineer.resource_id
        leave = self._take_leave(resource_id=resource.id)
        self.assertEqual(self._get_hours(), 50)
        leave.resource_id = False
        self.assertEqual(self._get_hours(), 40)
        leave.resource_id = resource
        self.assertEqual(self._get_hours(), 50)

    def test_holiday_of_all_calendars(self):
        holiday = self._take_leave(calendar_id=False)
        self.assertEqual(self._get_hours(), 40)
        holiday.calendar_id = self.calendar.copy({"name": "Another"})
        self.assertEqual(self._get_hours(), 50)

    def test_work_on_a_holiday_is_work(self):
        self._take_leave(time_type="other")
        self.assertEqual(self._get_hours(), 50)

    def test_each_company_has_its_holidays(self):
        holiday = self._take_leave(company=self.sister)
        self.assertEqual(holiday.company_id, self.sister)
        self.assertEqual(self._get_hours(), 50)
        self.assertEqual(self._get_hours(self.sister), 40)
        self._take_leave("2026-03-04")
        self.assertEqual(self._get_hours(), 40)
        self.assertEqual(self._get_hours(self.sister), 40)

    def test_zone_changed(self):
        """The same hours begin later further west."""
        self.assertEqual(self._get_hours(days=1), 10)
        self.calendar.tz = "Europe/Berlin"
        self.assertEqual(self._get_hours(days=1), 10)
        noon = MONDAY + timedelta(hours=12)
        working = self.calendar._aftersales_working_time(self.company)
        self.assertEqual(used(working, MONDAY, noon) / HOUR, 5)

    def test_without_hours_there_is_no_working_time(self):
        self.assertEqual(self._get_hours(), 50)
        self.calendar.flexible_hours = True
        self.assertIsNone(self._get_hours())
        self.calendar.flexible_hours = False
        self.assertEqual(self._get_hours(), 50)
        self.calendar.attendance_ids.unlink()
        self.assertIsNone(self._get_hours())

    def test_time_off_of_one_person_leaves_the_cache_alone(self):
        self.assertEqual(self._get_hours(), 50)
        leave = self._take_leave(resource_id=self.engineer.resource_id.id)
        with self.assertQueryCount(0):
            self.calendar._aftersales_working_time(self.company)
        leave.write({"name": "Longer"})
        leave.unlink()
        with self.assertQueryCount(0):
            self.calendar._aftersales_working_time(self.company)

    def test_engineer_needs_no_right_to_calendars(self):
        mine = self.calendar.with_user(self.engineer_user)
        working = mine._aftersales_working_time(self.company)
        day = used(working, MONDAY, MONDAY + timedelta(days=1))
        self.assertEqual(day, 10 * HOUR)
