from datetime import timedelta

from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestReception(WorkshopCommon):
    """Nobody is left without a meal or a bed (Art.23)."""

    def setUp(self):
        super().setUp()
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.sheet = self._receive_machine()
        self.marketing = self.signers["marketing_head"]

    def _plan(self, **vals):
        return (
            self.env["aftersales.reception.line"]
            .with_user(self.advisor)
            .create(
                {
                    "factory_repair_id": self.sheet.id,
                    "date": fields.Datetime.now() + timedelta(days=1),
                    "arranged_by_id": self.marketing.id,
                    "persons": 2,
                    **vals,
                }
            )
        )

    def test_who_arranges_it_is_asked_and_done(self):
        line = self._plan(kind="lodging")
        activity = self.sheet.activity_ids
        self.assertEqual(activity.user_id, self.marketing)
        self.assertEqual(activity.summary, "Lodging for 2 persons")
        line.with_user(self.marketing).done = True
        self.assertFalse(self.sheet.activity_ids)
        line.with_user(self.marketing).done = True

    def test_a_change_asks_the_other_one(self):
        line = self._plan()
        line.arranged_by_id = self.advisor
        self.assertEqual(self.sheet.activity_ids.user_id, self.advisor)
        line.unlink()
        self.assertFalse(self.sheet.activity_ids)

    def test_due_list(self):
        due = self._plan(date=fields.Datetime.now() + timedelta(hours=1))
        later = self._plan()
        found = due.search([("is_due", "=", True), ("id", "in", (due | later).ids)])
        self.assertEqual(found, due)
        self.assertTrue(due.is_due)
        self.assertFalse(later.is_due)
        self.assertIn("Lunch for 2 is not arranged", self.sheet.reception_due)
        due.done = True
        self.assertNotIn("not arranged", self.sheet.reception_due or "")

    def test_meal_time_without_a_meal(self):
        self.sheet.customer_waits = True
        day = (fields.Datetime.now() + timedelta(days=1)).date()
        # Noon in Shanghai.
        with freeze_time(f"{day} 04:30:00"):
            self.sheet.invalidate_recordset()
            self.assertIn("Nobody has thought of Lunch", self.sheet.reception_due)
            self._plan(date=f"{day} 04:00:00", done=True)
            self.sheet.invalidate_recordset()
            self.assertFalse(self.sheet.reception_due)
        with freeze_time(f"{day} 01:30:00"):
            self.sheet.invalidate_recordset()
            self.assertFalse(self.sheet.reception_due)
        with freeze_time(f"{day} 10:00:00"):
            self.sheet.invalidate_recordset()
            self.assertIn("Nobody has thought of Dinner", self.sheet.reception_due)

    def test_bad_input(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["aftersales.reception.line"].create({"kind": "lunch"})
        for persons in (0, -1, 1000):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self._plan(persons=persons)

    def test_on_a_notice(self):
        notice = self._announce()
        line = self._plan(factory_repair_id=False, notice_id=notice.id)
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual(notice.activity_ids.user_id, self.marketing)
        with self.assertRaises(AccessError):
            line.with_user(self.gatekeeper).done = True

    def test_list_opens_by_itself(self):
        """From the menu there is no form around it, whose values it could ask for."""
        line = self._plan()
        action = self.env.ref("aftersales_service.aftersales_reception_line_action")
        context = safe_eval(action.context)
        for user in (self.advisor, self.agent, self.marketing):
            lines = line.with_user(user).with_context(**context)
            views = lines.get_views([(False, "list"), (False, "search")])["views"]
            columns = list(etree.fromstring(views["list"]["arch"]).iter("field"))
            shown = [
                column.get("name")
                for column in columns
                if not safe_eval(
                    column.get("column_invisible") or "False",
                    {"context": {**context, "uid": user.id}},
                )
            ]
            self.assertIn("partner_id", shown)
            specification = {column.get("name"): {} for column in columns}
            found = lines.web_search_read([("id", "=", line.id)], specification)
            self.assertEqual(found["length"], 1)

    def test_list_on_the_sheet(self):
        """There everybody knows whose sheet it is."""
        arch = self.sheet.get_view(view_type="form")["arch"]
        [node] = etree.fromstring(arch).xpath("//field[@name='reception_ids']")
        context = safe_eval(node.get("context"), {"person_count": 3, "parent": None})
        self.assertEqual(context["default_persons"], 3)
