from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.workshop.aftersales_factory_step_mixin import EVENT_FIELDS, STATES
from ...models.workshop.aftersales_prerepair_sign_mixin import CONTENT_FIELDS
from .common import WorkshopCommon

# button -> (arguments, the states in which it may be pressed)
BUTTONS = {
    "action_receive": ((), {"entered"}),
    "action_start_diagnosis": ((), {"received"}),
    "action_quote": ((), {"diagnosis"}),
    "action_decide": (("all",), {"quoted"}),
    "action_start": ((), {"agreed"}),
    "action_supplement": ((), {"repair"}),
    "action_finish": ((), {"repair"}),
    "action_test_passed": ((), {"testing"}),
    "action_test_failed": (("Drips",), {"testing"}),
    "action_accept": ((), {"acceptance"}),
    "action_reject": (("Scratched",), {"acceptance"}),
    "action_settle": ((), {"settlement"}),
    "action_charge_diagnosis": ((), {"declined"}),
    "action_evaluate": ((), {"settled"}),
    "action_leave": ((), {"declined", "settled", "evaluated"}),
    "action_archive_sheet": ((), {"left"}),
    "action_cancel": ((), {"announced", "entered"}),
}


@tagged("post_install", "-at_install")
class TestFactoryMatrix(WorkshopCommon):
    """Every button in every state, every field under every signature."""

    def test_every_button_in_every_wrong_state(self):
        sheet = self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        for state, _label in STATES:
            sheet.sudo().state = state
            for button, (arguments, right) in BUTTONS.items():
                if state in right:
                    continue
                with self.subTest(state=state, button=button):
                    with self.assertRaisesRegex(UserError, "this step needs"):
                        getattr(sheet, button)(*arguments)
                    self.assertEqual(sheet.state, state)

    def test_every_state_can_be_left(self):
        """No state but the last two is a dead end."""
        reachable = set().union(*(right for _args, right in BUTTONS.values()))
        # The supplement is left by the customer's signature or refusal.
        ends = {"archived", "cancelled", "supplement"}
        self.assertEqual({key for key, _label in STATES} - reachable, ends)

    def test_every_time_is_checked_against_those_before(self):
        sheet = self._receive_machine().sudo()
        base = fields.Datetime.now() - timedelta(days=3)
        for index, fname in enumerate(EVENT_FIELDS[1:], start=1):
            sheet.write(dict.fromkeys(EVENT_FIELDS, False))
            before = EVENT_FIELDS[index - 1]
            sheet[before] = base
            with self.subTest(fname=fname):
                with self.assertRaisesRegex(UserError, "is before"):
                    sheet._step("received", fname, base - timedelta(minutes=1))
                sheet._step("received", fname, base)
                self.assertEqual(sheet[fname], base.replace(microsecond=0))

    def test_what_is_done_again_may_be_later_than_what_came_after(self):
        """Back at the bench the old times of later steps do not stand in the way."""
        sheet = self._receive_machine().sudo()
        now = fields.Datetime.now()
        early = dict.fromkeys(EVENT_FIELDS[:3], now - timedelta(hours=6))
        sheet.write(
            {**early, "started_at": now - timedelta(hours=5), "accepted_at": now}
        )
        sheet._step("testing", "finished_at", now - timedelta(hours=1))
        self.assertEqual(sheet._get_last_event("tested_at"), "finished_at")

    def test_every_content_field_is_under_the_signature(self):
        sheet = self._receive_machine()
        order = sheet.prerepair_ids
        now = fields.Datetime.now()
        other = self.equipment.copy({"serial": "MK-7"})
        another = self._receive_machine(other)
        photo = self.env["ir.attachment"].create({"name": "a", "raw": b"picture"})
        values = {
            "factory_repair_id": another.id,
            "kind": "supplement",
            "date": now - timedelta(hours=3),
            "bringer": "Mr Other",
            "bringer_phone": "1",
            "meter_hours": 5.5,
            "statement": "x",
            "exterior": "y",
            "photo_ids": photo.ids,
            "no_items": True,
            "reason": "z",
            "finish_expected_at": now + timedelta(days=1),
            "old_parts_handling": "given_up",
        }
        self.assertEqual(set(values), set(CONTENT_FIELDS))
        seen = {order._get_content_hash()}
        for fname, value in values.items():
            with self.subTest(fname=fname):
                order.sudo().write({fname: value})
                content = order._get_content_hash()
                self.assertNotIn(content, seen)
                seen.add(content)

    def test_every_field_of_lines_and_items_is_under_the_signature(self):
        order = self._receive_machine().prerepair_ids.with_user(self.advisor)
        line = order.line_ids.create({"order_id": order.id, "name": "Paint"})
        item = order.item_ids.create({"order_id": order.id, "name": "Key"})
        seen = {order._get_content_hash()}
        for record, vals in (
            (line, {"kind": "work"}),
            (line, {"product_id": self.seal.id}),
            (line, {"name": "Paint, red"}),
            (line, {"quantity": 3}),
            (line, {"price_unit": 177}),
            (line, {"in_warranty": not line.in_warranty, "charge_reason": "Misuse"}),
            (item, {"kind": "tool"}),
            (item, {"name": "Keys"}),
            (item, {"quantity": 2}),
            (item, {"condition": "bent"}),
        ):
            with self.subTest(vals=vals):
                record.write(vals)
                content = order._get_content_hash()
                self.assertNotIn(content, seen)
                seen.add(content)
        before = order._get_content_hash()
        item.returned = True
        self.assertEqual(order._get_content_hash(), before)

    def test_the_order_of_entry_does_not_matter_for_the_same_content(self):
        order = self._receive_machine().prerepair_ids
        before = order._get_content_hash()
        order.invalidate_recordset()
        self.assertEqual(order._get_content_hash(), before)
        self.assertEqual(order.with_user(self.manager)._get_content_hash(), before)
        chinese = order.with_context(lang="zh_CN", tz="Asia/Shanghai")
        self.assertEqual(chinese._get_content_hash(), before)

    def test_what_comes_next_is_said_in_every_state(self):
        sheet = self._receive_machine().sudo()
        for state, _label in STATES:
            sheet.state = state
            sheet.invalidate_recordset(["next_step"])
            if state in ("archived", "cancelled"):
                self.assertFalse(sheet.next_step)
            else:
                self.assertTrue(sheet.next_step, state)

    def test_many_machines_at_once(self):
        machines = self.equipment.browse()
        for index in range(5):
            machines |= self.equipment.copy({"serial": f"MK-10{index}"})
        notice = self._announce(machines=machines)
        notice.with_user(self.gatekeeper).action_enter()
        sheets = notice.repair_ids.with_user(self.advisor)
        sheets.write({"technician_id": self.engineer.id})
        sheets.action_receive()
        self.assertEqual(set(sheets.mapped("state")), {"received"})
        self.assertEqual(len(sheets.request_id), 5)
        orders = sheets.prerepair_ids
        self.assertEqual(len(orders), 5)
        self.assertEqual(len(set(orders.mapped("name"))), 5)
        for order in orders:
            self._sign_prerepair(order)
        sheets.with_user(self.engineer_user).action_start_diagnosis()
        sheets.diagnosis = "Worn"
        sheets.action_quote()
        sheets.action_decide("none")
        sheets.collected_by = "Mr Wu"
        sheets.action_leave()
        self.assertEqual(set(sheets.request_id.mapped("state")), {"done"})
        notice.entry_ids.with_user(self.gatekeeper).action_exit()

    def test_one_bad_machine_stops_all(self):
        second = self.equipment.copy({"serial": "MK-2"})
        notice = self._announce(machines=self.equipment | second)
        notice.with_user(self.gatekeeper).action_enter()
        sheets = notice.repair_ids.with_user(self.advisor)
        sheets[1].write({"equipment_id": False, "serial": False})
        with self.assertRaisesRegex(UserError, "enter first: Serial Number"):
            sheets.action_receive()
        self.assertEqual(set(sheets.mapped("state")), {"entered"})
        self.assertFalse(sheets.request_id)
        self.assertFalse(sheets.prerepair_ids)
