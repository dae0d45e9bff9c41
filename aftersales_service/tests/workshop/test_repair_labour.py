from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairLabour(RepairCommon):
    """Work of a factory repair: what kind, who does it, what it is charged with."""

    def _add(self, sheet, user=None, **vals):
        return (
            self.env["aftersales.repair.labour"]
            .with_user(user or self.advisor)
            .create({"factory_repair_id": sheet.id, "name": "Overhaul", **vals})
        )

    def test_service_of_each_kind(self):
        sheet = self._receive_machine()
        fees = {
            "labour": "labour",
            "diagnosis": "diagnosis",
            "test": "test",
            "outside": "outside",
            "towing": "freight",
        }
        for kind, fee in fees.items():
            line = self._add(sheet, kind=kind)
            self.assertEqual(line.product_id.aftersales_fee, fee, kind)
            self.assertEqual(line.product_id.type, "service")
            known = line._get_kind(line.product_id, self.company)
            self.assertEqual(known, kind)
        other = self._add(sheet, kind="other")
        self.assertEqual(other._get_kind(other.product_id, self.company), "other")

    def test_who_does_it(self):
        """The technician of the sheet, and nobody of ours for outside work."""
        sheet = self._receive_machine()
        mine = self._add(sheet)
        outside = self._add(sheet, kind="outside", vendor_id=self.customer.id, cost=70)
        self.assertEqual(mine.technician_id, self.engineer)
        self.assertFalse(outside.technician_id)
        sheet.technician_id = self.other_engineer
        self.assertEqual(mine.technician_id, self.engineer, "named is named")
        self.assertEqual(self._add(sheet).technician_id, self.other_engineer)
        mine.kind = "outside"
        self.assertFalse(mine.technician_id)

    def test_towing_goes_by_the_verdict_on_travel(self):
        sheet = self._receive_machine()
        request = sheet.sudo().request_id
        results = {"parts": "free", "labour": "free", "travel": "charged"}
        request.with_user(self.quality)._override_verdict(results, "Tow bar bent")
        towing = self._add(sheet, kind="towing")
        work = self._add(sheet)
        self.assertEqual((towing.verdict, towing.charge), ("charged", "charged"))
        self.assertEqual((work.verdict, work.charge), ("free", "free"))

    def test_goods_are_no_work(self):
        sheet = self._receive_machine()
        with self.assertRaisesRegex(ValidationError, "Seal is no service"):
            self._add(sheet, product_id=self.seal.id)

    def test_own_words_on_the_quotation(self):
        sheet = self._receive_machine()
        self._propose(sheet)
        line = self._add(
            sheet,
            name="Grind the valve seat",
            quantity=2,
            charge="charged",
            charge_reason="Wished for",
        )
        self._diagnose(sheet)
        sheet.action_quote()
        sale_line = line.sudo().sale_line_id
        self.assertEqual(sale_line.name, "Grind the valve seat")
        self.assertEqual((sale_line.product_uom_qty, sale_line.price_unit), (2, 120))
        self.assertEqual((line.amount, line.relief), (240, 0))
        line.name = "Grind the valve seats"
        self.assertEqual(sale_line.name, "Grind the valve seats")

    def test_free_work_shows_its_relief(self):
        sheet = self._quote(work=[("Overhaul", 2, True)])
        line = sheet.labour_ids
        self.assertEqual((line.amount, line.relief), (0, 240))
        self.assertEqual(line.sudo().sale_line_id.display_type, "line_note")
        self.assertEqual(sheet.amount_relief, 240)
        self.assertEqual(sheet.amount_charged, 0)

    def test_what_is_entered_at_the_bench(self):
        sheet = self._begin_work(self._quote(work=[("Overhaul", 3, False)]))
        line = sheet.labour_ids.with_user(self.engineer_user)
        line.write({"used_quantity": 2, "technician_id": self.engineer.id})
        with self.assertRaisesRegex(ValidationError, "agreed to 3, not to 4"):
            line.used_quantity = 4
        with self.assertRaisesRegex(UserError, "goes on a supplement"):
            line.name = "Something else"
        mine = sheet.with_user(self.engineer_user)
        mine.work_done = "Repaired"
        mine.action_finish()
        mine.write({"exterior_result": "Clean", "test_result": "Tight"})
        with self.assertRaisesRegex(UserError, "Say why not all"):
            mine.action_test_passed()
        line.unused_reason = "Went quickly"
        mine.action_test_passed()
        self.assertEqual((line.state, line.amount), ("done", 240))
        with self.assertRaisesRegex(UserError, "is settled"):
            line.used_quantity = 1

    def test_numbers_that_cannot_be(self):
        sheet = self._receive_machine()
        for vals in ({"quantity": 0}, {"quantity": -1}, {"cost": -5}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
            ):
                self._add(sheet, kind="outside", **vals)
                self.env.flush_all()
        with self.assertRaisesRegex(UserError, "below the price list"):
            self._add(sheet, price_unit=1)

    def test_people(self):
        sheet = self._receive_machine()
        self._add(sheet, self.engineer_user)
        for user in (self.agent, self.other_engineer_user, self.gatekeeper):
            with self.assertRaises(AccessError):
                self._add(sheet, user)
        line = sheet.labour_ids
        with self.assertRaises(AccessError):
            line.with_user(self.agent).quantity = 9
        for vals in ({"state": "done"}, {"sale_line_id": 1}, {"repair_id": 1}):
            with self.assertRaisesRegex(UserError, "decision is made on the sheet"):
                line.with_user(self.manager).write(vals)
