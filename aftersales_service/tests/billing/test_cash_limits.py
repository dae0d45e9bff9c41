from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashLimits(CollectionCommon):
    """The day of return, ageing, reminders, limits that hold an engineer."""

    def _days_ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def _collect_on_visit(self, days=0, returned=None):
        """Cash of the visit, which began before it and ended ``returned`` days ago."""
        visit = self.request.dispatch_ids.sudo()
        visit.departed_at = self._days_ago(30)
        if returned is not None:
            visit.write({"returned_at": self._days_ago(returned), "state": "returned"})
        return self._collect(100, collected_at=self._days_ago(days))

    # ------------------------------------------------------------------- due

    def test_not_late_while_out(self):
        collection = self._collect_on_visit(days=8)
        self.assertEqual(collection.dispatch_id, self.request.dispatch_ids)
        self.assertFalse(collection.hand_in_due)
        self.assertFalse(collection.is_late)

    def test_due_on_the_day_of_return(self):
        collection = self._collect_on_visit(days=8)
        visit = self.request.dispatch_ids.sudo()
        visit.write({"returned_at": self._days_ago(0), "state": "returned"})
        self.assertEqual(collection.hand_in_due, collection._form_day(False))
        self.assertFalse(collection.is_late)
        visit.returned_at = self._days_ago(3)
        self.assertEqual(
            collection.hand_in_due, collection._form_day(self._days_ago(3))
        )
        self.assertTrue(collection.is_late)

    def test_collected_after_the_return(self):
        collection = self._collect_on_visit(days=0, returned=5)
        self.assertEqual(collection.hand_in_due, collection.collected_on)
        self.assertFalse(collection.is_late)

    def test_days_of_grace(self):
        parameter = self.env["aftersales.parameter"].create(
            {
                "name": "Hand Cash In Within",
                "code": "cash_hand_in",
                "company_id": self.company.id,
                "value": 2,
                "unit": "day",
            }
        )
        self.assertEqual(parameter.value, 2)
        collection = self._collect_on_visit(days=3, returned=3)
        self.assertEqual(
            collection.hand_in_due, collection.collected_on + timedelta(days=2)
        )

    # ---------------------------------------------------------------- ageing

    def test_ageing(self):
        buckets = {0: "0", 1: "1", 2: "3", 3: "3", 4: "7", 7: "7", 8: "8", 30: "8"}
        for days in buckets:
            self._collect(10, f"D-{days}", collected_at=self._days_ago(days))
        self.env.flush_all()
        rows = self.env["aftersales.cash.open"].search(
            [("engineer_id", "=", self.engineer.id)]
        )
        self.assertEqual(
            {row.age: row.bucket for row in rows},
            buckets,
        )
        self.assertEqual({row.label for row in rows}, {f"D-{d}" for d in buckets})
        self.assertEqual(sum(rows.mapped("company_amount")), 80)
        self.assertEqual(sum(rows.mapped("company_amount")), self._get_custody())
        groups = self.env["aftersales.cash.open"]._read_group(
            [("engineer_id", "=", self.engineer.id)], ["bucket"], ["amount:sum"]
        )
        self.assertEqual(dict(groups), {"0": 10, "1": 10, "3": 20, "7": 20, "8": 20})

    def test_shortage_is_in_the_ageing(self):
        self._collect(100, collected_at=self._days_ago(9))
        sheet = self._sheet(
            counted=70,
            difference_reason="Lost",
            date=fields.Date.today() - timedelta(days=5),
        )
        sheet.action_confirm()
        self.env.flush_all()
        row = self.env["aftersales.cash.open"].search(
            [("engineer_id", "=", self.engineer.id)]
        )
        self.assertEqual(row.kind, "shortage")
        self.assertEqual(row.amount, 30)
        self.assertEqual(row.bucket, "7")
        self.assertEqual(row.action_view_item()["res_id"], sheet.id)

    def test_engineer_sees_his_own(self):
        self._issue_dispatch(self.request, engineer_id=self.other_engineer.id)
        mine = self._collect(10)
        self._collect(20, "R-2", self.other_engineer_user)
        self.env.flush_all()
        rows = self.env["aftersales.cash.open"].with_user(self.engineer_user).search([])
        self.assertEqual(rows.collection_id, mine)

    # ------------------------------------------------------------- reminders

    def test_reminded_once(self):
        late = self._collect_on_visit(days=4, returned=4)
        today = self._collect(10, "R-2")
        region = self.env["aftersales.region"].create(
            {"name": "West", "code": "W", "user_id": self.manager.id}
        )
        self.engineer.aftersales_region_id = region
        cron = self.env["aftersales.collection"].sudo()
        cron._cron_remind()
        cron._cron_remind()
        activities = late.sudo().activity_ids
        self.assertEqual(activities.user_id, self.engineer_user | self.manager)
        self.assertEqual(len(activities), 2)
        self.assertIn("has not handed over", activities[0].summary)
        self.assertTrue(late.warned_at)
        self.assertFalse(today.sudo().activity_ids)
        self._hand_over(late)
        self.assertFalse(late.sudo().activity_ids)

    # ----------------------------------------------------------------- limits

    def test_amount_limit(self):
        self.company.aftersales_cash_limit_amount = 150
        self._collect(100)
        holds = self.engineer._aftersales_get_holds
        self.assertEqual(holds("collection"), [])
        self._collect(100, "R-2")
        for step in ("collection", "dispatch", "requisition"):
            self.assertRegex(holds(step)[0], "200.00 in cash, more than .*150.00")
        for step in ("settlement", "expense"):
            self.assertEqual(holds(step), [])
        with self.assertRefused("hand it over or pay it in"):
            self._collect(10, "R-3")
        self._sheet(way="bank", deposit_slip="B-1").action_confirm()
        self.assertEqual(holds("collection"), [])
        self._collect(10, "R-3")

    def test_day_limit(self):
        self.company.aftersales_cash_limit_days = 5
        self._collect_on_visit(days=5)
        self.assertEqual(self.engineer._aftersales_get_holds("dispatch"), [])
        self._collect(10, "R-2", collected_at=self._days_ago(6))
        self.assertRegex(
            self.engineer._aftersales_get_holds("dispatch")[0], "for 6 days, 5 are"
        )
        with self.assertRefused("for 6 days"):
            self._collect(10, "R-3")
        self.assertEqual(self.other_engineer._aftersales_get_holds("dispatch"), [])

    def test_shortage_counts(self):
        """Money he owes is money he holds."""
        self.company.aftersales_cash_limit_amount = 50
        self._collect(100)
        self._sheet(counted=40, difference_reason="Lost").action_confirm()
        self.assertTrue(self.engineer._aftersales_get_holds("collection"))
        self._sheet(debt_amount=60).action_confirm()
        self.assertFalse(self.engineer._aftersales_get_holds("collection"))

    def test_no_limit(self):
        self._collect(300, collected_at=self._days_ago(90))
        self.assertEqual(self.engineer._aftersales_get_holds("collection"), [])
