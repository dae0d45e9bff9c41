from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestWarrantyAdjusted(WarrantyCommon):
    """Adjustments of a frozen warranty: their kinds, their people, their limits."""

    def setUp(self):
        super().setUp()
        self.sold = self._create_machine(delivery_date="2026-01-31")
        self.row = self._get_row(self.sold)

    def _propose(self, user=None, **vals):
        return (
            self.env["aftersales.warranty.adjustment"]
            .with_user(user or self.agent)
            .create(
                {
                    "warranty_id": self.row.id,
                    "kind": "extension",
                    "reason": "Agreed",
                    **vals,
                }
            )
        )

    # ------------------------------------------------------------ the sums

    def test_months_first_then_days(self):
        """From the last day on; a month too short for it gives its last day."""
        self.assertEqual(self.row.date_end, date(2027, 1, 30))
        for months, days, end in (
            (1, 0, date(2027, 2, 28)),
            (0, 1, date(2027, 3, 1)),
            (12, 1, date(2028, 3, 2)),
        ):
            with self.subTest(months=months, days=days):
                adjustment = self._propose(months=months, days=days)
                adjustment.with_user(self.quality).action_apply()
                self.assertEqual(self.row.date_end, end)
                self.assertEqual(adjustment.end, end)
        self.assertEqual(
            self.row.days_adjusted, (date(2028, 3, 2) - date(2027, 1, 30)).days
        )

    def test_prolongation_keeps_what_was_there_before(self):
        adjustment = self._propose(kind="prolongation", days=7)
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(
            (adjustment.old_start, adjustment.old_end, adjustment.days_added),
            (date(2026, 1, 31), date(2027, 1, 30), 7),
        )
        self.sold.acceptance_date = "2026-02-28"
        self.assertEqual(self.row.date_end, date(2027, 2, 27) + timedelta(days=7))

    def test_several_at_once(self):
        adjustments = self._propose(days=1) | self._propose(days=2)
        adjustments.with_user(self.quality).action_apply()
        self.assertEqual(self.row.date_end, date(2027, 2, 2))
        self.assertEqual(set(adjustments.mapped("state")), {"applied"})
        third = self._propose(days=5)
        with self.assertRaises(UserError):
            (third | adjustments[0]).with_user(self.quality).action_apply()
        self.assertEqual(third.state, "proposed", "one that is applied stops all")
        self.assertEqual(self.row.date_end, date(2027, 2, 2))

    def test_one_cover_only(self):
        accessory = self._get_row(self.sold, "accessory")
        before = self.row.date_end
        adjustment = self._propose(warranty_id=accessory.id, months=3)
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(accessory.date_end, date(2026, 10, 30))
        self.assertEqual(self.row.date_end, before)
        self.assertEqual(self.sold.warranty_end, before)
        ends = {row["cover"]: row["end"] for row in self.sold.warranty_terms}
        self.assertEqual(ends["accessory"], "2026-10-30", "the verdict knows it")

    # ------------------------------------------------------------ corrections

    def test_correction(self):
        adjustment = self._propose(kind="correction", new_end="2026-06-30")
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(self.sold.warranty_end, date(2026, 6, 30))
        self.assertEqual(adjustment.days_added, -214)
        self.assertTrue(self.row.is_fixed)
        self.sold.acceptance_date = "2026-03-01"
        self.assertEqual(self.row.date_end, date(2026, 6, 30))

    def test_correction_without_a_day(self):
        with self.assertRaisesRegex(ValidationError, "last day"):
            self._propose(kind="correction")
        adjustment = self._propose(kind="correction", new_end="2027-06-30")
        with self.assertRaisesRegex(ValidationError, "last day"):
            adjustment.new_end = False
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(self.sold.warranty_end, date(2027, 6, 30))

    def test_correction_before_the_first_day(self):
        for cover in ("whole_machine", "accessory"):
            row = self._get_row(self.sold, cover)
            with self.subTest(cover=cover), self.assertRaises(ValidationError):
                self._propose(
                    warranty_id=row.id, kind="correction", new_end="2026-01-30"
                )
        row = self._get_row(self.sold, "accessory")
        adjustment = self._propose(
            warranty_id=row.id, kind="correction", new_end="2026-02-15"
        )
        self.sold.acceptance_date = "2026-03-01"  # the first day moves beyond it
        with self.assertRaises(ValidationError):
            adjustment.with_user(self.quality).action_apply()
        self.assertGreater(row.date_end, row.date_start)

    def test_nobody_proposes_what_follows_by_itself(self):
        """A new owner, a contract, a date: these are logged, never typed."""
        for kind in ("transfer", "contract", "event"):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._propose(kind=kind)

    # ------------------------------------------------------------------ limits

    def test_absurd_extensions(self):
        for vals in ({"months": 200_000}, {"days": 10_000_000}, {"months": 1201}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._propose(**vals)
        self.assertTrue(self._propose(months=1200))

    def test_taken_from_the_other(self):
        """More months and fewer days is no extension."""
        for vals in ({"months": 1, "days": -1}, {"months": -1, "days": 60}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._propose(**vals)

    # ----------------------------------------------------------------- people

    def test_agent_changes_his_proposal_until_it_is_decided(self):
        adjustment = self._propose(days=3)
        adjustment.write({"days": 4, "reason": "Agreed by mail"})
        for fname, value in (
            ("state", "applied"),
            ("days_added", 99),
            ("applied_by_id", self.agent.id),
            ("source", "x,1"),
            ("old_end", "2020-01-01"),
        ):
            with self.subTest(field=fname), self.assertRaises(AccessError):
                adjustment.write({fname: value})
        adjustment.with_user(self.quality).action_reject()
        with self.assertRaises(UserError):
            adjustment.days = 5
        with self.assertRaises(AccessError):
            adjustment.unlink()
        self.assertEqual(self.row.date_end, date(2027, 1, 30))

    def test_applied_by_quality_alone(self):
        adjustment = self._propose(days=3)
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(adjustment.applied_by_id, self.quality)
        self.assertEqual(adjustment.user_id, self.agent)
        self.assertTrue(adjustment.applied_at)
        self.assertIn("Agreed", self.sold.message_ids[0].body)

    def test_sister_company(self):
        theirs = self._get_row(self.foreign_equipment)
        with self.assertRaises(UserError):
            self._propose(warranty_id=theirs.id, days=3)
        adjustment = self._propose(days=3)
        foreign = adjustment.with_user(self.foreign_manager)
        with self.assertRaises(AccessError):
            foreign.read(["reason"])
        with self.assertRaises(AccessError):
            foreign.action_apply()
        self.assertEqual(adjustment.state, "proposed")

    def test_button_on_the_machine(self):
        action = self.sold.with_user(self.agent).action_adjust_warranty()
        adjustments = self.env["aftersales.warranty.adjustment"]
        with Form(
            adjustments.with_user(self.agent).with_context(**action["context"])
        ) as form:
            self.assertEqual(form.warranty_id, self.row)
            form.days = 2
            form.reason = "Late delivery"
        self.assertEqual(form.record.equipment_id, self.sold)
        self.assertEqual(form.record.state, "proposed")

    def test_gone_with_its_machine(self):
        adjustment = self._propose(days=3)
        row = self.row
        self.sold.with_user(self.manager).unlink()
        self.assertFalse(adjustment.exists())
        self.assertFalse(row.exists())


@tagged("post_install", "-at_install")
class TestRepairProlongs(WarrantyCommon):
    """Days in repair are proposed as an adjustment, and follow the record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rule = cls.env["aftersales.guarantee.rule"].create(
            {"name": "Prolongs", "code": "PROL", "prolongs_warranty": True}
        )
        rule.action_make_default()
        cls.today = fields.Date.context_today(cls.equipment)

    def setUp(self):
        super().setUp()
        self.sold = self._create_machine(delivery_date=self.today - timedelta(days=100))

    def _repair(self, start, end=None, **vals):
        return (
            self.env["aftersales.repair.record"]
            .with_user(self.agent)
            .create(
                {
                    "equipment_id": self.sold.id,
                    "fault": "Pump leaks",
                    "started_on": self.today - timedelta(days=start),
                    "finished_on": end is not None and self.today - timedelta(days=end),
                    **vals,
                }
            )
        )

    def _get_proposals(self, cover="whole_machine"):
        adjustments = self.sold.sudo().warranty_adjustment_ids
        return adjustments.filtered(
            lambda a: a.kind == "prolongation" and a.warranty_id.cover == cover
        )

    def test_first_and_last_day_count(self):
        self._repair(10, 10)
        self.assertEqual(self._get_proposals().days, 1)
        self._repair(5, 3)
        self.assertEqual(sorted(self._get_proposals().mapped("days")), [1, 3])
        self.assertEqual(len(self._get_proposals("accessory")), 2)
        self.assertFalse(self._get_proposals("wear_part"), "not covered at all")

    def test_not_before_it_is_finished(self):
        record = self._repair(5)
        self.assertFalse(self._get_proposals())
        record.finished_on = self.today
        self.assertEqual(self._get_proposals().days, 6)

    def test_record_corrected(self):
        """The proposal follows its record until somebody has decided it."""
        record = self._repair(10, 6)
        self.assertEqual(self._get_proposals().days, 5)
        record.finished_on = self.today - timedelta(days=9)
        self.assertEqual(self._get_proposals().days, 2)
        self._get_proposals().with_user(self.quality).action_apply()
        record.finished_on = self.today - timedelta(days=8)
        self.assertEqual(len(self._get_proposals()), 1)
        self.assertEqual(self._get_proposals().days, 2, "what is applied stays")

    def test_record_taken_away(self):
        record = self._repair(10, 6)
        decided = self._repair(20, 19)
        proposal = self._get_proposals().filtered(lambda a: a.days == 2)
        proposal.with_user(self.quality).action_apply()
        (record | decided).with_user(self.manager).unlink()
        self.assertEqual(self._get_proposals(), proposal)

    def test_repair_after_the_last_day(self):
        accessory = self._get_row(self.sold, "accessory").sudo()
        accessory.date_end = self.today - timedelta(days=4)
        self._repair(4, 3)
        self.assertEqual(len(self._get_proposals("accessory")), 1)
        self._repair(3, 2)
        self.assertEqual(len(self._get_proposals("accessory")), 1)
        self.assertEqual(len(self._get_proposals()), 2)
