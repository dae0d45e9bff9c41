from datetime import date, timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestWarrantyFrozen(WarrantyCommon):
    """What was promised stays; what changes it leaves its reason behind."""

    def setUp(self):
        super().setUp()
        self.sold = self._create_machine(delivery_date="2026-01-01")
        self.row = self._get_row(self.sold)

    def _propose(self, user=None, **vals):
        return (
            self.env["aftersales.warranty.adjustment"]
            .with_user(user or self.agent)
            .create(
                {
                    "warranty_id": self.row.id,
                    "kind": "extension",
                    "months": 1,
                    "reason": "Delivered late",
                    **vals,
                }
            )
        )

    def _get_log(self, kind=None):
        log = self.sold.sudo().warranty_adjustment_ids
        return log.filtered(lambda a: a.kind == kind) if kind else log

    # ----------------------------------------------------------- late dates

    def test_date_learnt_later(self):
        self.assertEqual(self.row.date_end, date(2026, 12, 31))
        self.sold.acceptance_date = "2026-01-31"
        self.assertEqual(self.row.date_end, date(2027, 1, 30))
        self.assertEqual(self.row.start_event, "acceptance")
        log = self._get_log("event").filtered(lambda a: a.warranty_id == self.row)
        self.assertEqual(
            (log.old_end, log.end, log.days_added, log.state),
            (date(2026, 12, 31), date(2027, 1, 30), 30, "applied"),
        )
        self.assertEqual(log.applied_by_id, self.agent)
        self.assertIn("date", log.reason)

    def test_the_same_date_again_changes_nothing(self):
        self.sold.acceptance_date = "2026-01-31"
        count = len(self._get_log())
        self.sold.write({"acceptance_date": "2026-01-31", "factory_date": "2025-12-01"})
        self.assertEqual(len(self._get_log()), count)

    def test_first_dates_are_no_adjustment(self):
        machine = self._create_machine("W-2")
        self.assertEqual(machine.warranty_state, "unknown")
        self.assertEqual(self._get_row(machine).months, 12)
        self.policy.line_ids.months = 99
        machine.purchase_date = "2026-05-01"
        self.assertEqual(machine.warranty_end, date(2027, 4, 30))
        self.assertFalse(machine.sudo().warranty_adjustment_ids)

    def test_extension_survives_a_date_learnt_later(self):
        self._propose(months=0, days=10).with_user(self.quality).action_apply()
        self.sold.acceptance_date = "2026-02-01"
        self.assertEqual(self.row.date_end, date(2027, 2, 10))

    # ---------------------------------------------------------- adjustments

    def test_extension(self):
        adjustment = self._propose()
        self.assertEqual(adjustment.state, "proposed")
        self.assertEqual(self.row.date_end, date(2026, 12, 31))
        adjustment.with_user(self.quality).action_apply()
        self.assertEqual(self.row.date_end, date(2027, 1, 31))
        self.assertEqual(self.sold.warranty_end, date(2027, 1, 31))
        self.assertEqual(
            (adjustment.state, adjustment.applied_by_id, adjustment.days_added),
            ("applied", self.quality, 31),
        )
        body = self.sold.message_ids[0].body
        self.assertIn("2027-01-31", body)
        self.assertIn("Delivered late", body)

    def test_twice_changes_once(self):
        adjustment = self._propose().with_user(self.manager)
        adjustment.action_apply()
        with self.assertRaisesRegex(UserError, "Applied"):
            adjustment.action_apply()
        with self.assertRaisesRegex(UserError, "Applied"):
            adjustment.action_reject()
        self.assertEqual(self.row.date_end, date(2027, 1, 31))

    def test_rejected(self):
        adjustment = self._propose()
        adjustment.with_user(self.quality).action_reject()
        self.assertEqual(adjustment.state, "rejected")
        with self.assertRaises(UserError):
            adjustment.with_user(self.quality).action_apply()
        self.assertEqual(self.row.date_end, date(2026, 12, 31))

    def test_only_quality_or_a_manager_applies(self):
        adjustment = self._propose()
        for user in (self.agent, self.dispatcher, self.finance, self.engineer_user):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                adjustment.with_user(user).action_apply()
        with self.assertRaises(AccessError):
            self._propose(self.engineer_user)
        with self.assertRaises(AccessError):
            self._propose(state="applied")

    def test_correction_on_the_machine(self):
        with self.assertRaises(AccessError):
            self.sold.warranty_end = "2030-01-01"
        self.sold.invalidate_recordset()
        self.assertEqual(self.sold.warranty_end, date(2026, 12, 31))
        self.sold.sudo().warranty_end = "2030-01-01"
        self.assertEqual(self.row.date_end, date(2030, 1, 1))
        log = self._get_log("correction")
        self.assertEqual((log.old_end, log.end), (date(2026, 12, 31), date(2030, 1, 1)))
        self.sold.acceptance_date = "2026-02-01"
        self.assertEqual(self.sold.warranty_end, date(2030, 1, 1), "decided by hand")

    def test_last_day_known_from_the_paper(self):
        machine = self._create_machine("W-9", warranty_end="2028-01-01")
        row = self._get_row(machine)
        self.assertTrue(row.is_fixed)
        self.assertEqual(row.date_end, date(2028, 1, 1))
        self.assertFalse(machine.sudo().warranty_adjustment_ids)

    def test_bad_adjustments(self):
        for vals in (
            {"reason": "  "},
            {"months": 0},
            {"months": -1},
            {"days": -40},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._propose(**vals)
        self.row = self._get_row(self._create_machine("W-2"))
        adjustment = self._propose().with_user(self.quality)
        with self.assertRaisesRegex(UserError, "not known yet"):
            adjustment.action_apply()

    def test_what_changed_a_warranty_stays(self):
        adjustment = self._propose().with_user(self.manager)
        adjustment.action_apply()
        with self.assertRaises(UserError):
            adjustment.unlink()
        with self.assertRaises(UserError):
            adjustment.write({"reason": "Something else"})
        self._propose().with_user(self.manager).unlink()

    @mute_logger("odoo.sql_db")
    def test_one_proposal_for_one_cause(self):
        self._propose().sudo().source = "x,1"
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._propose().sudo().source = "x,1"
            self.env.flush_all()

    # --------------------------------------------------------------- owners

    def _transfer(self, machine, vals=None):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        day = fields.Date.context_today(machine)
        machine._transfer(buyer, buyer, day, "Sold", vals=vals)
        return buyer

    def test_new_owner(self):
        buyer = self._transfer(self.sold)
        self.assertEqual(self.row.date_end, date(2026, 12, 31))
        log = self._get_log("transfer").filtered(lambda a: a.warranty_id == self.row)
        self.assertEqual((log.old_end, log.days_added), (self.row.date_end, 0))
        self.assertEqual(self.row.partner_id, buyer)

    def test_warranty_that_stays_with_the_buyer(self):
        self.policy.is_transferable = False
        today = fields.Date.context_today(self.sold)
        machine = self._create_machine("W-2", delivery_date=today - timedelta(days=30))
        self._transfer(machine)
        self.assertEqual(machine.warranty_end, today - timedelta(days=1))
        self.assertEqual(machine.warranty_state, "out")

    def test_warranty_ends_with_the_day_before_the_transfer(self):
        self.policy.is_transferable = False
        today = fields.Date.context_today(self.sold)
        machine = self._create_machine("W-3", delivery_date=today - timedelta(days=30))
        buyer = self.env["res.partner"].create({"name": "Late", "is_company": True})
        day = today - timedelta(days=10)
        machine._transfer(buyer, buyer, day, "Sold ten days ago")
        self.assertEqual(machine.warranty_end, day - timedelta(days=1))

    def test_story_tells_what_changed_the_warranty(self):
        adjustment = self.env["aftersales.warranty.adjustment"].create(
            {"warranty_id": self.row.id, "months": 6, "reason": "Promised at the fair"}
        )
        titles = [entry["title"] for entry in self.sold.story]
        self.assertFalse([title for title in titles if "Extension" in title])
        adjustment.with_user(self.quality).action_apply()
        self._transfer(self.sold)
        self.sold.invalidate_recordset(["story"])
        story = self.sold.with_user(self.engineer_user).story
        entry = next(entry for entry in story if "Extension" in entry["title"])
        self.assertIn("Promised at the fair", entry["text"])
        self.assertIn(fields.Date.to_string(self.row.date_end), entry["text"])
        self.assertTrue([e for e in story if "Warranty: New Owner" in e["title"]])

    def test_sold_anew_gets_new_terms(self):
        self.policy.line_ids[0].months = 24
        self._transfer(self.sold, {"delivery_date": "2026-06-01"})
        row = self._get_row(self.sold)
        self.assertNotEqual(row, self.row)
        self.assertFalse(self.row.active)
        self.assertEqual(row.months, 24)
        self.assertEqual(self.sold.warranty_end, date(2028, 5, 31))

    def test_the_same_values_again_renew_nothing(self):
        self.policy.line_ids[0].months = 24
        self.sold.write(
            {
                "partner_id": self.customer.id,
                "product_id": self.machine.id,
                "delivery_date": "2026-01-01",
                "contract_months": 0,
            }
        )
        self.assertEqual(self._get_row(self.sold), self.row)
        self.assertEqual(self.row.months, 12)
        self.assertFalse(self._get_log())

    def test_another_model(self):
        other = self.env["product.product"].create(
            {"name": "Other", "tracking": "serial", "aftersales_tracked": True}
        )
        other.product_tmpl_id.aftersales_warranty_policy_id = self._create_policy(
            [{"months": 3}]
        )
        self.sold.product_id = other
        self.assertEqual(self._get_row(self.sold).months, 3)
        self.assertFalse(self.row.active)
        self.assertEqual(self.sold.warranty_end, date(2026, 3, 31))

    # ------------------------------------------------------------ many, old

    def test_machines_of_the_time_before(self):
        self.row.unlink()
        self.sold.sudo().warranty_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_equipment SET warranty_end = '2026-12-31' WHERE id = %s",
            [self.sold.id],
        )
        self.env.invalidate_all()
        self.sold._warranty_freeze_known()
        self.assertEqual(self.sold.warranty_end, date(2026, 12, 31))
        self.assertTrue(self._get_row(self.sold).is_fixed)
        self.assertFalse(self._get_log())
        self.sold._warranty_freeze_known()
        self.assertEqual(len(self._get_row(self.sold)), 1)

    def test_many_machines(self):
        def create(count, prefix):
            self.env["aftersales.equipment"].with_user(self.agent).create(
                [
                    {
                        "product_id": self.machine.id,
                        "serial": f"{prefix}{number}",
                        "partner_id": self.customer.id,
                        "delivery_date": "2026-01-01",
                    }
                    for number in range(count)
                ]
            )
            self.env.flush_all()

        create(2, "warm")
        counts = []
        for count, prefix in ((5, "few"), (55, "many")):
            before = self.env.cr.sql_log_count
            create(count, prefix)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess((counts[1] - counts[0]) / 50, 1.0, "queries per machine")
