from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaCalendar(SlaCommon):
    """Where the time counts: Shanghai, Monday to Friday, 8 to 18 (UTC 0 to 10)."""

    def _get_deadline(self, received, **vals):
        request = self._create_request(received_at=self._at(received), **vals)
        return self._get_clock(request).deadline

    def test_around_the_clock(self):
        self._create_policy({"limit": 36})
        friday = "2026-03-06 09:00:00"
        self.assertEqual(self._get_deadline(friday), self._at("2026-03-07 21:00:00"))

    def test_working_time(self):
        self._create_policy({"limit": 4, "basis": "working"})
        friday = "2026-03-06 09:00:00"
        self.assertEqual(self._get_deadline(friday), self._at("2026-03-09 03:00:00"))

    def test_holiday(self):
        self._create_policy({"limit": 4, "basis": "working"})
        self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday of all",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-08 16:00:00",
                "date_to": "2026-03-09 15:59:59",
            }
        )
        friday = "2026-03-06 09:00:00"
        self.assertEqual(self._get_deadline(friday), self._at("2026-03-10 03:00:00"))

    def test_leave_of_one_person_is_no_holiday(self):
        self._create_policy({"limit": 4, "basis": "working"})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "His own",
                "calendar_id": self.calendar.id,
                "resource_id": self.engineer.resource_id.id,
                "date_from": "2026-03-08 16:00:00",
                "date_to": "2026-03-09 15:59:59",
            }
        )
        friday = "2026-03-06 09:00:00"
        self.assertEqual(self._get_deadline(friday), self._at("2026-03-09 03:00:00"))

    def test_two_working_days(self):
        """Until work ends on the second working day, whatever the basis says."""
        self._create_policy({"limit": 2, "unit": "working_day", "basis": "always"})
        friday = "2026-03-06 02:00:00"
        self.assertEqual(self._get_deadline(friday), self._at("2026-03-10 10:00:00"))

    def test_same_day_ends_at_midnight_of_the_company(self):
        self._create_policy({"unit": "same_day"})
        # 23:30 in Shanghai; a day further for UTC a moment later.
        self.assertEqual(
            self._get_deadline("2026-03-05 15:30:00"), self._at("2026-03-05 16:00:00")
        )
        self.assertEqual(
            self._get_deadline("2026-03-05 16:10:00"), self._at("2026-03-06 16:00:00")
        )

    def test_timer_before_policy_before_company(self):
        night = self.calendar.copy({"name": "Night"})
        night.attendance_ids.write({"hour_from": 20, "hour_to": 22})
        noon = self.calendar.copy({"name": "Noon"})
        noon.attendance_ids.write({"hour_from": 12, "hour_to": 14})
        policy = self._create_policy(
            {"limit": 1, "basis": "working"}, calendar_id=noon.id
        )
        thursday = "2026-03-05 01:00:00"
        self.assertEqual(self._get_deadline(thursday), self._at("2026-03-05 05:00:00"))
        policy.timer_ids.calendar_id = night
        self.assertEqual(self._get_deadline(thursday), self._at("2026-03-05 13:00:00"))

    def test_lunch_and_two_weeks(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Every other week",
                "tz": "Asia/Shanghai",
                "two_weeks_calendar": True,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{week} {period}",
                            "dayofweek": "0",
                            "week_type": week,
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        }
                    )
                    for week, shift in (("0", 0), ("1", 1))
                    for period, start, stop in (
                        ("morning", 8 + shift, 12),
                        ("lunch", 12, 13),
                        ("afternoon", 13, 17),
                    )
                ],
            }
        )
        self._create_policy({"limit": 5, "basis": "working"}, calendar_id=calendar.id)
        deadlines = {
            self._get_deadline(f"2026-03-{day} 00:00:00").hour for day in ("02", "09")
        }
        # From 8 or 9 o'clock: five hours of work, and one of lunch between them.
        self.assertEqual(deadlines, {14 - 8, 15 - 8})

    def test_no_hours(self):
        self.calendar.attendance_ids.unlink()
        policy = self._create_policy({"limit": 4, "basis": "working"})
        self.assertIn("Office", policy.calendar_warning)
        request = self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        clock = self._get_clock(request)
        self.assertTrue(clock.is_fallback)
        self.assertEqual(clock.deadline, self._at("2026-03-06 13:00:00"))
        self.assertEqual(request.sla_info["ticking"], True)

    def test_flexible_calendar(self):
        self.calendar.flexible_hours = True
        self._create_policy({"limit": 4, "basis": "working"})
        self.assertTrue(self._get_clock(self._create_request()).is_fallback)

    def test_no_calendar_at_all(self):
        self.company.resource_calendar_id = False
        policy = self._create_policy(
            {"limit": 4, "basis": "working"},
            {"kind": "answer", "unit": "same_day"},
            {"kind": "repair", "unit": "working_day", "limit": 2},
        )
        self.assertIn("Neither the promise", policy.calendar_warning)
        policy.calendar_id = self.calendar
        self.assertFalse(policy.calendar_warning)
        policy.calendar_id = False
        around_the_clock = self._create_policy({"limit": 4}, fault_level="4")
        self.assertFalse(around_the_clock.calendar_warning)
        request = self._create_request(received_at=self._ago(hours=1))
        self.assertTrue(self._get_clock(request).is_fallback)
        self.assertEqual(len(self._get_clocks(request, state="running")), 3)

    def test_holiday_without_end(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "For ever",
                "calendar_id": self.calendar.id,
                "date_from": "2020-01-01 00:00:00",
                "date_to": "2090-01-01 00:00:00",
            }
        )
        self._create_policy({"limit": 4, "basis": "working"})
        clock = self._get_clock(self._create_request(received_at=self._ago(hours=1)))
        self.assertTrue(clock.is_fallback)
        self.assertTrue(clock.deadline)

    def test_change_of_the_calendar_alters_no_clock(self):
        self._create_policy({"limit": 4, "basis": "working"})
        request = self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        clock = self._get_clock(request)
        self.calendar.attendance_ids.write({"hour_from": 14})
        self.assertEqual(clock.deadline, self._at("2026-03-09 03:00:00"))
        later = self._create_request(received_at=self._at("2026-03-06 09:00:00"))
        self.assertEqual(
            self._get_clock(later).deadline, self._at("2026-03-09 09:00:00")
        )

    def test_no_warning_where_all_is_well(self):
        policy = self._create_policy({"limit": 4, "basis": "working"})
        self.assertFalse(policy.calendar_warning)

    def test_calendar_in_use_is_kept(self):
        self._create_policy({"limit": 4, "basis": "working"})
        clock = self._get_clock(self._create_request())
        self.assertEqual(clock.calendar_id, self.calendar)
        self.assertGreater(clock.budget_seconds, timedelta(hours=3).total_seconds())
