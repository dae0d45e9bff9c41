from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFactoryRights(WorkshopCommon):
    """Who may do what, and who sees what."""

    def test_agent_announces_but_does_not_receive(self):
        notice = self._announce(self.agent)
        notice.with_user(self.gatekeeper).action_enter()
        sheet = notice.repair_ids.with_user(self.agent)
        for button in ("action_receive", "action_cancel"):
            with self.assertRaisesRegex(AccessError, "workshop advisor's"):
                getattr(sheet, button)()
        self.assertEqual(sheet.state, "entered")

    def test_technician_works_on_his_own_only(self):
        sheet = self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        other = sheet.with_user(self.other_engineer_user)
        with self.assertRaises(AccessError):
            other.action_start_diagnosis()
        with self.assertRaises(AccessError):
            other.read(["diagnosis"])
        mine = sheet.with_user(self.engineer_user)
        self.assertIn(mine, mine.search([]))
        self.assertEqual(mine.request_id.read(["name"])[0]["id"], mine.request_id.id)
        mine.action_start_diagnosis()
        with self.assertRaisesRegex(AccessError, "workshop advisor"):
            mine.action_quote()

    def test_technician_writes_his_part_of_the_sheet(self):
        sheet = self._diagnose()
        mine = sheet.with_user(self.engineer_user)
        mine.write({"diagnosis": "Worn", "work_done": "Nothing yet"})
        for vals in (
            {"partner_id": self.customer.id},
            {"technician_id": self.other_engineer.id},
            {"diagnosis_fee": 0},
            {"rating_repair": "5"},
            {"diagnosis": "x", "serial": "y"},
        ):
            with self.assertRaisesRegex(AccessError, "advisor changes this part"):
                mine.write(vals)

    def test_nobody_writes_past_the_buttons(self):
        sheet = self._receive_machine()
        order = sheet.prerepair_ids.with_user(self.manager)
        manager = sheet.with_user(self.manager)
        for vals in (
            {"state": "settled"},
            {"left_at": "2026-01-01"},
            {"decision": "all"},
            {"acceptance": "accepted"},
            {"sale_order_id": False},
            {"entry_id": False},
        ):
            with self.assertRaises(AccessError):
                manager.write(vals)
        for vals in (
            {"state": "signed"},
            {"signed_hash": "x"},
            {"signed_at": "2026-01-01"},
            {"kind": "supplement"},
        ):
            with self.assertRaises(AccessError):
                order.write(vals)
        with self.assertRaises(AccessError):
            self.env["aftersales.prerepair.order"].with_user(self.advisor).create(
                {"factory_repair_id": sheet.id, "kind": "supplement"}
            )

    def test_gatekeeper_sees_notices_and_entries_only(self):
        sheet = self._receive_machine()
        for record in (sheet, sheet.prerepair_ids, sheet.request_id, self.equipment):
            with self.assertRaises(AccessError):
                record.with_user(self.gatekeeper).read(["display_name"])
        notice = self._announce(machines=self.equipment.browse())
        self.assertTrue(notice.with_user(self.gatekeeper).machine_text is not None)
        with self.assertRaises(AccessError):
            notice.with_user(self.gatekeeper).plate = "A 1"

    def test_gatekeeper_reads_which_machine_comes(self):
        notice = self._announce().with_user(self.gatekeeper)
        self.assertIn("MK-0001", notice.machine_text)

    def test_reader_changes_nothing(self):
        sheet = self._receive_machine()
        reader = self.signers["company_leader"]
        self.assertTrue(sheet.with_user(reader).next_step)
        with self.assertRaises(AccessError):
            sheet.with_user(reader).note = "x"
        with self.assertRaises(AccessError):
            sheet.with_user(reader).action_start_diagnosis()

    def test_cashier_settles(self):
        sheet = self._finish()
        sheet.action_accept()
        with self.assertRaises(AccessError):
            sheet.with_user(self.finance).action_leave()
        with self.assertRaises(AccessError):
            sheet.with_user(self.engineer_user).action_settle()
        sheet.with_user(self.finance).action_settle()
        self.assertEqual(sheet.state, "settled")
        with self.assertRaisesRegex(AccessError, "advisor changes this part"):
            sheet.with_user(self.finance).collected_by = "Mr Wu"


@tagged("post_install", "-at_install")
class TestFactoryCompanies(WorkshopCommon):
    """The sister company neither sees nor touches the machines of this one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister Machines"})
        cls.stranger = new_test_user(
            cls.env,
            login="as_sister_manager",
            groups=f"{GROUP}manager",
            company_id=cls.sister.id,
            company_ids=[Command.set(cls.sister.ids)],
        )

    def test_strangers_see_nothing(self):
        notice = self._announce()
        sheet = self._receive_machine()
        order = sheet.prerepair_ids
        order.line_ids.with_user(self.advisor).create(
            {"order_id": order.id, "name": "Look", "kind": "work"}
        )
        order.item_ids.with_user(self.advisor).create(
            {"order_id": order.id, "name": "Key"}
        )
        line = (
            self.env["aftersales.reception.line"]
            .with_user(self.advisor)
            .create({"factory_repair_id": sheet.id})
        )
        records = (notice, sheet.entry_id, sheet, order, order.line_ids)
        for record in (*records, order.item_ids, line):
            mine = record.with_user(self.stranger)
            with self.assertRaises(AccessError):
                mine.read(["id", "company_id"])
            self.assertFalse(mine.search([("id", "in", record.ids)]))
        with self.assertRaises(AccessError):
            sheet.with_user(self.stranger).action_start_diagnosis()

    def test_machine_of_the_other_company(self):
        foreign = self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "SI-1",
                "company_id": self.sister.id,
                "partner_id": self.customer.id,
            }
        )
        _entry, sheet = self._enter(partner_id=self.customer.id)
        with self.assertRaises(UserError):
            sheet.sudo().equipment_id = foreign

    def test_numbers_and_place_of_its_own(self):
        self.sister.aftersales_waiting_place = "Yard 3"
        entry = (
            self.env["aftersales.gate.entry"]
            .with_user(self.stranger)
            .create({"customer_text": "Somebody", "machine_text": "A mixer"})
        )
        self.assertEqual(entry.company_id, self.sister)
        self.assertEqual(entry.place, "Yard 3")
        self.assertEqual(entry.repair_ids.company_id, self.sister)
        self.assertRegex(entry.name, r"^JC\d{4}-00001$")
