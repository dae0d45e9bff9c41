from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDateMixin(AftersalesCommon):
    """Days that can be, wherever on earth they are entered."""

    def _check(self, day):
        self.equipment.write({"purchase_date": False, "factory_date": day})

    def test_first_day(self):
        self._check("1970-01-01")
        for day in ("1969-12-31", "0001-01-01"):
            with (
                self.subTest(day=day),
                self.assertRaisesRegex(ValidationError, "Factory Date .*before 1970"),
            ):
                self._check(day)
        self.assertEqual(self.equipment.factory_date, date(1970, 1, 1))

    def test_last_day_is_today_where_the_day_begins(self):
        for now, last in (
            ("2026-06-15 09:59:59", "2026-06-15"),
            ("2026-06-15 10:00:00", "2026-06-16"),
            ("2026-12-31 23:59:59", "2027-01-01"),
            ("2024-02-28 12:00:00", "2024-02-29"),
        ):
            with self.subTest(now=now), freeze_time(now):
                last = fields.Date.to_date(last)
                self.assertEqual(self.equipment._date_last_day(), last)
                self._check(last)
                with self.assertRaisesRegex(ValidationError, "lies in the future"):
                    self._check(last + timedelta(days=1))

    def test_order_names_both_days(self):
        with self.assertRaisesRegex(
            ValidationError,
            "Delivery Date 2026-01-01 lies before Factory Date 2026-01-02",
        ):
            self.equipment.write(
                {"factory_date": "2026-01-02", "delivery_date": "2026-01-01"}
            )
        self.equipment.write(
            {"factory_date": "2026-01-02", "delivery_date": "2026-01-02"}
        )

    def test_one_of_many_stops_all(self):
        other = self.equipment.copy({"serial": "MK-0002"})
        other.delivery_date = "2026-01-05"
        both = self.equipment | other
        with self.assertRaises(ValidationError):
            both.acceptance_date = "2026-01-04"
        self.assertFalse(any(both.mapped("acceptance_date")))


@tagged("post_install", "-at_install")
class TestStoryMixin(AftersalesCommon):
    """The story: in the order of time, in the words and zone of its reader."""

    def _get_story(self, user=None, **context):
        machine = self.equipment.with_user(user or self.agent)
        machine.invalidate_recordset(["story"])
        return machine.with_context(**context).story

    def test_a_day_stands_before_its_hours(self):
        day = fields.Date.today() - timedelta(days=3)
        self.equipment.purchase_date = day
        noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
        request = self._create_request(received_at=noon)
        titles = [
            entry["title"]
            for entry in self._get_story(tz="UTC")
            if entry["date"].startswith(str(day))
        ]
        self.assertEqual(titles[0], "Purchase Date")
        self.assertEqual(titles[1], f"{request.name}: request received")

    def test_time_in_the_zone_of_the_reader(self):
        self._create_request(received_at=datetime(2026, 3, 1, 20, 30))
        for zone, text in (
            ("UTC", "2026-03-01 20:30"),
            ("Asia/Shanghai", "2026-03-02 04:30"),
            ("America/Los_Angeles", "2026-03-01 12:30"),
        ):
            self.agent.tz = zone
            with self.subTest(zone=zone):
                days = [entry["date"] for entry in self._get_story(tz=zone)]
                self.assertIn(text, days)

    def test_days_know_no_zone(self):
        self.equipment.purchase_date = "2026-01-01"
        for zone in ("Asia/Shanghai", "America/Los_Angeles"):
            self.agent.tz = zone
            with self.subTest(zone=zone):
                days = [entry["date"] for entry in self._get_story(tz=zone)]
                self.assertIn("2026-01-01", days)

    def test_no_amounts_for_those_who_stand_at_the_machine(self):
        dispatch = self._issue_dispatch()
        self._issue_parts(dispatch, [(self.seal, 2)])
        mine = self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 2, charge="charged", charge_reason="Agreed")
        mine.action_finished()
        story = self._get_story(self.engineer_user)
        self.assertTrue([entry for entry in story if "Seal" in str(entry)])
        self.assertFalse([entry for entry in story if entry["amount"]])

    def test_long_symptom_is_cut(self):
        self._create_request(symptom="x" * 5000)
        texts = [entry["text"] for entry in self._get_story()]
        self.assertEqual(max(map(len, texts)), 200)

    def test_papers_and_tools_are_no_events(self):
        before = len(self._get_story())
        self.env["aftersales.equipment.supply"].with_user(self.agent).create(
            {"equipment_id": self.equipment.id, "name": "Spanner"}
        )
        self.assertEqual(len(self._get_story()), before)
        self.env["aftersales.meter.reading"].with_user(self.agent).create(
            {"equipment_id": self.equipment.id, "value": 7.25}
        )
        story = self._get_story()
        self.assertEqual(len(story), before + 1)
        self.assertEqual(story[-1]["title"], "Meter read")
