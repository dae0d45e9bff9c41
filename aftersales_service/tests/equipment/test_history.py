from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestHistory(AftersalesCommon):
    """What was done on a machine, in the order of time and at a fixed price."""

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(self.equipment.with_user(self.agent).story)
        return self.env.cr.sql_log_count - before

    def _add(self, count):
        """``count`` requests with a visit, and as many readings and components."""
        for number in range(count):
            self._create_dispatch()
            self.env["aftersales.meter.reading"].create(
                {"equipment_id": self.equipment.id, "value": 0}
            )
            self.env["aftersales.equipment.component"].create(
                {
                    "equipment_id": self.equipment.id,
                    "name": f"Part {number}",
                    "installed_on": fields.Date.today(),
                }
            )

    def test_long_story_costs_no_more_queries(self):
        self._add(2)
        self._count_queries()
        few = self._count_queries()
        self._add(4)
        self.assertLessEqual(self._count_queries(), few)

    def test_order_of_time(self):
        today = fields.Date.today()
        self.equipment.write(
            {
                "delivery_date": today - timedelta(days=30),
                "acceptance_date": today - timedelta(days=20),
            }
        )
        self._add(1)
        self.equipment.state = "scrapped"
        story = self.equipment.with_user(self.agent).story
        days = [entry["date"][:10] for entry in story]
        self.assertEqual(days, sorted(days))
        titles = [entry["title"] for entry in story]
        self.assertEqual(titles[0], "Purchase Date")
        for title in ("Delivery Date", "Acceptance Date", "Meter read", "Scrapped"):
            with self.subTest(title=title):
                self.assertIn(title, titles)
        # Where only the day is known, no hour is made up.
        self.assertEqual(len(story[0]["date"]), 10)

    def test_nothing_happened(self):
        self.equipment.purchase_date = False
        self.assertFalse(self.equipment.story)
