from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestMachineResold(DeliveryCommon):
    """What becomes of the warranty when a machine comes back or is sold again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "One Year",
                "code": "YEAR",
                "start_basis": "acceptance",
                "line_ids": [Command.create({"months": 12})],
            }
        )
        cls.policy.action_make_default()
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer Ltd", "is_company": True}
        )
        cls.serial = cls.serials[0]
        cls.today = fields.Date.context_today(cls.equipment)

    def setUp(self):
        super().setUp()
        self._deliver(self.serial, self.customer)
        self.sold = self._get_machines(self.serial)

    def _get_row(self):
        return self.sold.sudo().warranty_ids.filtered("active")

    def _send_again(self, partner):
        self._bring_back(self.serial)
        self._deliver(self.serial, partner)
        self.sold.invalidate_recordset()

    def test_sold_again_begins_anew(self):
        old = self._get_row()
        self.sold.acceptance_date = self.today
        self.policy.line_ids.months = 24
        self._send_again(self.buyer)
        row = self._get_row()
        self.assertEqual(self.sold.partner_id, self.buyer)
        self.assertFalse(self.sold.acceptance_date, "the former owner's")
        self.assertEqual((old.active, row.months), (False, 24))
        self.assertEqual(row.start_event, "delivery")
        self.assertEqual(row.date_start, self.today)
        self.assertEqual(len(self.sold.warranty_terms), 1)

    def test_back_to_its_owner_the_promise_goes_on(self):
        row = self._get_row()
        end = row.date_end
        self.sold.write({"state": "returned"})
        self.policy.line_ids.months = 24
        self._send_again(self.site)
        self.assertEqual(self._get_row(), row)
        self.assertEqual((row.months, row.date_end), (12, end))
        self.assertTrue(self.sold.active)
        self.assertFalse(self.sold.transfer_ids)

    def test_adjustments_of_the_first_owner_stay_with_his_row(self):
        old = self._get_row()
        adjustment = (
            self.env["aftersales.warranty.adjustment"]
            .with_user(self.agent)
            .create(
                {"warranty_id": old.id, "kind": "extension", "days": 9, "reason": "X"}
            )
        )
        adjustment.with_user(self.quality).action_apply()
        self._send_again(self.buyer)
        row = self._get_row()
        self.assertEqual((row.days_adjusted, row.is_fixed), (0, False))
        self.assertEqual(adjustment.warranty_id, old)
        self.assertEqual(old.days_adjusted, 9)

    def test_sold_again_twice(self):
        third = self.env["res.partner"].create({"name": "Third", "is_company": True})
        self._send_again(self.buyer)
        self._send_again(third)
        self.assertEqual(
            self.sold.transfer_ids.sorted("id").to_partner_id.ids,
            [self.buyer.id, third.id],
        )
        rows = self.sold.sudo().with_context(active_test=False).warranty_ids
        self.assertEqual(rows.mapped("active").count(True), 1)
        self.assertEqual(len(rows), 3)

    def test_open_request_of_the_former_owner_stays_his(self):
        request = self._create_request(equipment_id=self.sold.id)
        verdict = request.verdict_data
        self._send_again(self.buyer)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.verdict_data, verdict)

    def test_out_of_use_and_taken_back(self):
        machine = self.sold
        for state in ("returned", "scrapped", "replaced"):
            machine.with_user(self.agent).state = state
            with self.subTest(state=state):
                self.assertFalse(machine.active)
                self.assertEqual(machine.out_on, self.today)
                machine.invalidate_recordset(["story"])
                titles = [entry["title"] for entry in machine.story]
                label = dict(machine._fields["state"].selection)[state]
                self.assertIn(label, titles)
            machine.with_user(self.agent).action_unarchive()
            self.assertEqual((machine.state, machine.out_on), ("in_use", False))
            self.assertTrue(machine.active)

    def test_day_it_went_out_stays(self):
        machine = self.sold
        machine.sudo().delivery_date = self.today - timedelta(days=9)
        day = self.today - timedelta(days=3)
        machine.with_user(self.agent).write({"state": "returned", "out_on": day})
        machine.with_user(self.agent).state = "scrapped"
        self.assertEqual(machine.out_on, day)

    def test_several_serials_in_one_delivery(self):
        self._deliver(self.serials[1:], self.buyer)
        machines = self._get_machines(self.serials[1:])
        self.assertEqual(len(machines), 2)
        self.assertEqual(machines.partner_id, self.buyer)
        self.assertEqual(machines.mapped("warranty_start"), [self.today] * 2)
        rows = machines.sudo().warranty_ids
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.equipment_id, machines)
