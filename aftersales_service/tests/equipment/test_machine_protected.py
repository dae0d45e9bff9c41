import re

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_warranty import WarrantyCommon

# What follows from other records: nobody types it, by whatever way.
COMPUTED = {
    "name": "Another name",
    "warranty_start": "2020-01-01",
    "warranty_terms": [],
    "is_over_hours": True,
    "meter_hours": 5.0,
    "meter_read_on": "2026-01-01",
    "run_hours": 5.0,
    "hours_per_day": 5.0,
    "guarantee_state": "right_arisen",
    "guarantee_reasons": [],
    "repair_count": 7,
    "repair_days": 7,
}


@tagged("post_install", "-at_install")
class TestMachineProtected(WarrantyCommon):
    """What the machine knows from its records is not written over by a call."""

    def setUp(self):
        super().setUp()
        today = fields.Date.context_today(self.equipment)
        self.sold = self._create_machine(delivery_date=today)

    def test_written_over_rpc(self):
        for fname, value in COMPUTED.items():
            for user in (self.agent, self.manager):
                with self.subTest(field=fname, user=user.login):
                    before = self.sold[fname]
                    label = self.sold._fields[fname].string
                    with self.assertRaisesRegex(AccessError, re.escape(label)):
                        self.sold.with_user(user).write({fname: value})
                    self.assertEqual(self.sold[fname], before)

    def test_given_at_creation(self):
        for number, (fname, value) in enumerate(COMPUTED.items()):
            if not value:
                continue  # what a form sends of an empty field
            with self.subTest(field=fname), self.assertRaises(AccessError):
                self._create_machine(f"P-{number}", **{fname: value})

    def test_default_through_the_context(self):
        machines = self.env["aftersales.equipment"].with_user(self.agent)
        machine = machines.with_context(
            default_guarantee_state="right_arisen", default_site_location="Hall 2"
        ).create(
            {
                "product_id": self.machine.id,
                "serial": "P-CTX",
                "partner_id": self.customer.id,
            }
        )
        self.assertEqual(
            (machine.guarantee_state, machine.site_location), ("ok", "Hall 2")
        )

    def test_verdict_rests_on_the_terms_alone(self):
        """Emptied terms would let a charged repair be decided at will."""
        old = self._create_machine("W-OLD", delivery_date="2020-01-01")
        with self.assertRaises(AccessError):
            old.write({"warranty_terms": [], "note": "Let us see"})
        self.assertFalse(old.note)
        request = self._create_request(equipment_id=old.id)
        self.assertEqual(request.verdict_parts, "charged")

    def test_the_system_itself_may(self):
        self.sold.sudo()._guarantee_write({"guarantee_state": "warning"})
        self.assertEqual(self.sold.guarantee_state, "warning")
        self.env["aftersales.meter.reading"].with_user(self.engineer_user).create(
            {"equipment_id": self.sold.id, "value": 12.5}
        )
        self.assertEqual((self.sold.meter_hours, self.sold.run_hours), (12.5, 12.5))

    def test_form_saves_as_before(self):
        with Form(self.sold) as form:
            form.site_location = "Hall 7"
            form.acceptance_date = fields.Date.context_today(self.sold)
        self.assertEqual(self.sold.site_location, "Hall 7")
        with Form(self.env["aftersales.equipment"].with_user(self.agent)) as form:
            form.partner_id = self.customer
            form.product_id = self.machine
            form.serial = "P-FORM"
        self.assertEqual(form.record.name, "Line Marking Machine / P-FORM")

    def test_copy_is_a_machine_without_history(self):
        for days in (20, 10):
            day = fields.Date.subtract(fields.Date.today(), days=days)
            self.env["aftersales.repair.record"].with_user(self.agent).create(
                {
                    "equipment_id": self.sold.id,
                    "fault": "Pump leaks",
                    "started_on": day,
                    "finished_on": day,
                }
            )
        self.assertEqual(self.sold.repair_count, 2)
        twin = self.sold.copy({"serial": "P-TWIN"})
        self.assertFalse(twin.repair_record_ids)
        self.assertEqual((twin.repair_count, twin.repair_days), (0, 0))
        self.assertEqual(twin.guarantee_state, "ok")
        self.assertEqual(twin.warranty_end, self.sold.warranty_end)
        self.assertNotEqual(self._get_row(twin), self._get_row(self.sold))

    def test_rows_of_the_warranty_are_not_made_through_the_machine(self):
        row = self._get_row(self.sold)
        for user in (self.agent, self.quality, self.manager):
            for command in (
                Command.update(row.id, {"date_end": "2099-01-01"}),
                Command.delete(row.id),
                Command.create({"cover": "whole_machine", "months": 99}),
            ):
                with (
                    self.subTest(user=user.login, command=command[0]),
                    self.assertRaises(AccessError),
                ):
                    self.sold.with_user(user).write({"warranty_ids": [command]})
        self.assertEqual(self._get_row(self.sold), row)

    def test_customer_of_the_sister(self):
        """A customer of another company alone owns no machine here."""
        theirs = self.env["res.partner"].create(
            {"name": "Secret Client", "company_id": self.sister.id}
        )
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self._create_machine("P-SIS", partner_id=theirs.id)
        wizard = (
            self.env["aftersales.equipment.hand.over"]
            .with_user(self.agent)
            .with_context(active_model="aftersales.equipment", active_ids=self.sold.ids)
        )
        with self.assertRaises(UserError):
            wizard.create({"partner_id": theirs.id, "reason": "Sold"}).action_transfer()
        self.assertEqual(self.sold.partner_id, self.customer)
