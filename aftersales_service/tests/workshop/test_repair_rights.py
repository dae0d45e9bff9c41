from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairRights(RepairCommon):
    """The lowest role that works there can do it; nobody else, no other company."""

    def test_people_have_no_odoo_rights(self):
        """Advisor and technician do all of it without stock or accounting rights."""
        for user in (self.advisor, self.engineer_user):
            for model in (
                "stock.move",
                "stock.picking",
                "repair.order",
                "account.move",
            ):
                self.assertFalse(self.env[model].with_user(user).has_access("read"))
        self._stock_bag((self.seal, 1, None))
        sheet = self._begin_work(self._quote([(self.seal, 1, True)]))
        self._test(sheet)
        self.assertEqual(sheet.sudo().part_ids.move_id.state, "done")

    def test_technician_sees_his_own(self):
        sheet = self._quote([(self.seal, 1, False)], [("Overhaul", 1, False)])
        mine = sheet.with_user(self.engineer_user)
        self.assertEqual(mine.part_ids.product_id, self.seal)
        self.assertTrue(mine.sale_order_id.amount_total)
        for model in ("aftersales.repair.part", "aftersales.repair.labour"):
            other = self.env[model].with_user(self.other_engineer_user)
            self.assertFalse(other.search([("factory_repair_id", "=", sheet.id)]))
        with self.assertRaises(AccessError):
            part = sheet.part_ids.with_user(self.other_engineer_user)
            part.used_quantity = 0
        with self.assertRaises(AccessError):
            sheet.sale_order_id.with_user(self.other_engineer_user).read(["name"])

    def test_what_the_technician_writes(self):
        sheet = self._quote([(self.pump, 1, False)])
        part = sheet.part_ids.with_user(self.engineer_user)
        part.lot_id = self.pump_lot
        sheet.action_decide("all")
        part.old_serial = "P-OLD"
        for vals in ({"quantity": 2}, {"price_unit": 1}, {"charge": "free"}):
            with self.assertRefused("supplement"):
                part.write(vals)
        for vals in ({"state": "done"}, {"sale_line_id": False}):
            with self.assertRefused("decision"):
                part.write(vals)
        with self.assertRefused("supplement"):
            part.unlink()
        with self.assertRefused("supplement"):
            part.create({"factory_repair_id": sheet.id, "product_id": self.seal.id})
        self._stock_bag((self.pump, 1, self.pump_lot))
        sheet.with_user(self.engineer_user).action_start()
        self._test(sheet)
        with self.assertRefused("settled"):
            part.old_serial = "Later"

    def test_agent_only_reads(self):
        sheet = self._quote([(self.seal, 1, False)])
        part = sheet.part_ids.with_user(self.agent)
        self.assertEqual(part.quantity, 1)
        with self.assertRaises(AccessError):
            part.used_quantity = 0

    def test_charge_follows_the_verdict(self):
        """Per part, by its own cover; against it only with a reason."""
        self.seal.aftersales_cover = "wear_part"
        sheet = self._receive_machine()
        parts = self.env["aftersales.repair.part"].with_user(self.advisor)
        part = parts.create({"factory_repair_id": sheet.id, "product_id": self.pump.id})
        self.assertEqual((part.verdict, part.charge), ("free", "free"))
        work = (
            self.env["aftersales.repair.labour"]
            .with_user(self.advisor)
            .create({"factory_repair_id": sheet.id, "name": "Overhaul"})
        )
        self.assertEqual((work.verdict, work.charge), ("free", "free"))
        self.assertEqual(work.technician_id, self.engineer)
        self.assertEqual(work.price_unit, 120)
        with self.assertRefused("Say why Pump is Charged", Exception):
            part.charge = "charged"
        part.write({"charge": "charged", "charge_reason": "Misuse"})
        wear = parts.create({"factory_repair_id": sheet.id, "product_id": self.seal.id})
        judged = sheet.sudo().request_id._judge_part("wear_part")[0]
        self.assertEqual(wear.verdict, judged)
        self.assertEqual(wear.charge, "free" if judged == "free" else "charged")

    def test_second_company(self):
        """Workshop, types and lines of the sister are her own."""
        sister = self.env["res.company"].create({"name": "Sister Works"})
        for fname in (
            "aftersales_workshop_location_id",
            "aftersales_machine_in_type_id",
            "aftersales_machine_out_type_id",
            "aftersales_repair_type_id",
        ):
            self.assertEqual(sister[fname].company_id, sister, fname)
            self.assertNotEqual(sister[fname], self.company[fname])
        before = sister.aftersales_workshop_location_id
        sister._aftersales_setup()
        self.assertEqual(sister.aftersales_workshop_location_id, before)
        stranger = new_test_user(
            self.env,
            login="as_stranger",
            groups=f"{GROUP}manager",
            company_id=sister.id,
            company_ids=[Command.set(sister.ids)],
        )
        sheet = self._quote([(self.seal, 1, False)], [("Overhaul", 1, False)])
        for lines in (sheet.part_ids, sheet.labour_ids):
            self.assertFalse(
                self.env[lines._name]
                .with_user(stranger)
                .search([("id", "in", lines.ids)])
            )
            with self.assertRaises(AccessError):
                lines.with_user(stranger).read(["quantity"])
        with self.assertRaises(AccessError):
            sheet.with_user(stranger).action_update_quotation()
