from datetime import date

from odoo.tests import freeze_time, tagged

from .common import CollectionCommon

# In Shanghai it is 4 o'clock of 1 February, in New York 15 o'clock of 31 January.
NIGHT = "2026-01-31 20:00:00"


@tagged("post_install", "-at_install")
class TestCashDays(CollectionCommon):
    """Days and months are those where the company works, not those of Greenwich."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.audits = cls.env["aftersales.cash.audit"].with_user(cls.finance)

    def _is_reminded(self, receipt):
        self.env["aftersales.collection"].sudo()._cron_remind()
        self.env.invalidate_all()
        return bool(receipt.sudo().warned_at)

    def _prepare(self, day):
        audit = self.audits.create({"month": day, "sample_size": 9})
        audit.action_prepare()
        return audit

    # ------------------------------------------------------------- late cash

    @freeze_time(NIGHT)
    def test_late_since_midnight_in_shanghai(self):
        receipt = self._collect(300, collected_at="2026-01-31 10:00:00")
        self.assertEqual(receipt.hand_in_due, date(2026, 1, 31))
        self.assertTrue(receipt.is_late)
        late = receipt.search([("is_late", "=", True)])
        self.assertIn(receipt, late)
        self.assertTrue(self._is_reminded(receipt))
        self.assertTrue(receipt.sudo().activity_ids)

    @freeze_time(NIGHT)
    def test_not_late_on_the_day_itself(self):
        receipt = self._collect(300, collected_at="2026-01-31 17:00:00")
        self.assertEqual(receipt.hand_in_due, date(2026, 2, 1))
        self.assertFalse(receipt.is_late)
        self.assertFalse(self._is_reminded(receipt))

    @freeze_time("2026-02-01 03:00:00")
    def test_not_late_yet_in_new_york(self):
        """At 22 o'clock there he has two hours left."""
        self.company.resource_calendar_id.tz = "America/New_York"
        receipt = self._collect(300, collected_at="2026-01-31 15:00:00")
        self.assertEqual(receipt.hand_in_due, date(2026, 1, 31))
        self.assertFalse(receipt.is_late)
        self.assertFalse(receipt.search([("is_late", "=", True)]))
        self.assertFalse(self._is_reminded(receipt))

    @freeze_time(NIGHT)
    def test_days_that_cash_was_held(self):
        """The limit counts the engineer's days."""
        self._collect(100, collected_at="2026-01-30 10:00:00")
        self.company.aftersales_cash_limit_days = 1
        with self.assertRefused("has held cash for 2 days"):
            self._collect(100, "R-2")

    def test_two_companies_two_days(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        sister.resource_calendar_id.tz = "America/New_York"
        with freeze_time(NIGHT):
            days = [c._aftersales_get_day() for c in self.company | sister]
        self.assertEqual(days, [date(2026, 2, 1), date(2026, 1, 31)])
        empty = self.env["res.company"]
        with freeze_time(NIGHT):
            self.assertEqual(empty._aftersales_get_day(), date(2026, 1, 31))

    # ------------------------------------------------------- month of a check

    @freeze_time(NIGHT)
    def test_last_month_is_january(self):
        self._collect(300, collected_at="2026-01-20 10:00:00")
        audit = self.audits.create({})
        self.assertEqual(audit.month, date(2026, 1, 1))
        audit.with_user(self.manager).unlink()
        self.audits.sudo()._cron_make()
        made = self.audits.search([("company_id", "=", self.company.id)])
        self.assertEqual(made.month, date(2026, 1, 1))
        self.assertEqual(made.case_count, 1)

    @freeze_time("2026-03-02 10:00:00")
    def test_receipt_of_the_first_night(self):
        """Written at one o'clock on 1 February, which is January in Greenwich."""
        self._collect(300, collected_at="2026-01-31 17:00:00")
        self.assertEqual(self._prepare("2026-01-01").case_count, 0)
        self.assertEqual(self._prepare("2026-02-01").case_count, 1)

    @freeze_time("2026-03-02 10:00:00")
    def test_card_and_call_of_the_last_night(self):
        cards = self.request.sudo().card_ids
        cards.write({"charge_amount": 300, "signed_at": "2026-01-31 17:00:00"})
        self.assertEqual(self._prepare("2026-01-01").case_count, 0)
        cards.charge_amount = 0
        self.env["aftersales.followup"].sudo().create(
            {
                "request_id": self.request.id,
                "charge_told": 300,
                "state": "done",
                "called_at": "2026-01-31 15:59:59",
            }
        )
        january = self.audits.search([("month", "=", "2026-01-01")])
        january.action_prepare()
        self.assertEqual(january.case_count, 1)
        self.assertEqual(self._prepare("2026-02-01").case_count, 0)
