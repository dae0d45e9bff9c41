from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestPrerepairVerdict(RepairCommon):
    """Free or charged on a pre-repair order follows the verdict of the case; against
    it only by who may decide a warranty against its terms, with a reason."""

    def _order(self, state="out"):
        sheet = self._receive_machine()
        sheet.sudo().request_id.warranty_state = state
        return sheet.prerepair_ids.with_user(self.advisor)

    def _add(self, order, user=None, **vals):
        row = {"product_id": self.seal.id, "quantity": 1, **vals}
        order.with_user(user or self.advisor).line_ids = [Command.create(row)]
        return order.line_ids.sorted("id")[-1]

    def test_follows_the_verdict(self):
        order = self._order("in")
        part = self._add(order)
        work = self._add(order, kind="work", product_id=False, name="Change it")
        self.assertEqual((part.verdict, part.in_warranty), ("free", True))
        self.assertEqual((work.verdict, work.in_warranty), ("free", True))
        self.assertEqual(order.amount_estimate, 0)
        # The case turns out to be out of warranty while he still writes.
        order.sudo().request_id.warranty_state = "out"
        self.assertEqual((part.in_warranty, work.in_warranty), (False, False))
        self.assertEqual(order.amount_free, 0)
        self.assertGreater(order.amount_estimate, 0)

    def test_advisor_gives_nothing_free_against_it(self):
        order = self._order()
        with self.assertRaisesRegex(ValidationError, "Say why Seal is Free"):
            self._add(order, in_warranty=True)
        with self.assertRaisesRegex(AccessError, "Quality or a manager"):
            self._add(order, in_warranty=True, charge_reason="Good customer")
        line = self._add(order)
        self.assertFalse(line.in_warranty)
        with self.assertRaisesRegex(ValidationError, "Say why Seal is Free"):
            line.in_warranty = True
        with self.assertRaisesRegex(AccessError, "Quality or a manager"):
            line.write({"in_warranty": True, "charge_reason": "Good customer"})
        self.assertFalse(line.in_warranty)

    def test_undecided_is_not_free(self):
        order = self._order("unknown")
        line = self._add(order)
        self.assertEqual(line.verdict, "undecided")
        self.assertFalse(line.in_warranty)
        with self.assertRaises(AccessError):
            line.write({"in_warranty": True, "charge_reason": "Good customer"})
        with self.assertRaisesRegex(UserError, "not followed|Say why Seal is Free"):
            line.with_user(self.manager).in_warranty = True

    def test_manager_with_a_reason(self):
        order = self._order()
        with self.assertRaises(ValidationError):
            self._add(order, self.manager, in_warranty=True)
        line = self._add(
            order, self.manager, in_warranty=True, charge_reason="Our own fault"
        )
        self.assertTrue(line.in_warranty)
        note = order.sudo().request_id.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        for text in (order.name, "free against the warranty verdict", "Our own fault"):
            self.assertIn(text, note.body)
        # What he allowed is not more than what he allowed.
        for vals in (
            {"quantity": 100},
            {"product_id": self.pump.id},
            {"charge_reason": "x"},
        ):
            with self.assertRaises(AccessError):
                line.with_user(self.advisor).write(vals)
        line.with_user(self.advisor).sequence = 3
        line.with_user(self.advisor).write({"in_warranty": False})
        self.assertFalse(line.in_warranty)

    def test_quality_decides_the_case(self):
        """The one way to override for who writes no pre-repair orders."""
        order = self._order()
        line = self._add(order)
        results = {"parts": "free", "labour": "free", "travel": "charged"}
        order.sudo().request_id.with_user(self.quality)._override_verdict(
            results, "Fault of manufacture", goodwill=True
        )
        self.assertEqual((line.verdict, line.in_warranty), ("free", True))

    def test_charged_in_warranty_needs_a_reason(self):
        order = self._order("in")
        line = self._add(order)
        with self.assertRaisesRegex(ValidationError, "Say why Seal is Charged"):
            line.in_warranty = False
        line.write({"in_warranty": False, "charge_reason": "Misuse"})
        self.assertFalse(line.in_warranty)
        order.sudo().request_id.warranty_state = "unknown"
        order.sudo().request_id.warranty_state = "in"
        self.assertFalse(line.in_warranty, "what was decided with a reason stays")

    def test_what_the_customer_reads_stays(self):
        order = self._order("in")
        line = self._add(order)
        self._fill_prerepair(order)
        self.assertEqual(order.state, "to_sign")
        before = order._get_content_hash()
        order.sudo().request_id.warranty_state = "out"
        self.assertTrue(line.in_warranty)
        self.assertEqual(order._get_content_hash(), before)

    def test_quotation_follows_the_verdict_of_its_day(self):
        """The diagnosis shows misuse: the quotation charges, the customer decides."""
        order = self._order("in")
        self._add(order)
        misuse = self._add(order, in_warranty=False, charge_reason="Wished for")
        sheet = order.factory_repair_id.with_user(self.advisor)
        self._diagnose(sheet)
        sheet.sudo().request_id.warranty_state = "out"
        sheet.action_quote()
        self.assertEqual(set(sheet.part_ids.mapped("charge")), {"charged"})
        reasons = sheet.part_ids.mapped("charge_reason")
        self.assertIn("Wished for", reasons)
        self.assertEqual(misuse.verdict, "charged")
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 200)

    def test_what_was_allowed_stays_on_the_quotation(self):
        order = self._order()
        self._add(order, self.manager, in_warranty=True, charge_reason="Our fault")
        sheet = order.factory_repair_id.with_user(self.advisor)
        self._diagnose(sheet)
        sheet.action_quote()
        self.assertEqual(sheet.part_ids.charge, "free")
        self.assertEqual(sheet.part_ids.charge_reason, "Our fault")
        self.assertEqual(sheet.amount_relief, 100)

    def test_supplement_is_as_signed(self):
        sheet = self._start()
        mine = sheet.with_user(self.engineer_user)
        mine.action_supplement()
        extra = sheet.prerepair_ids.sorted("id")[-1].with_user(self.advisor)
        extra.reason = "Shaft"
        line = self._add(extra)
        self.assertTrue(line.in_warranty)
        extra.action_submit()
        sheet.sudo().request_id.warranty_state = "out"
        self._sign_prerepair(extra)
        self.assertEqual(
            (sheet.part_ids.state, sheet.part_ids.charge), ("agreed", "free")
        )

    # ------------------------------------------------- parts and work of the sheet

    def test_parts_and_work_of_the_sheet(self):
        """No way round on the register sheet itself."""
        sheet = self._order().factory_repair_id.with_user(self.advisor)
        row = {
            "factory_repair_id": sheet.id,
            "charge": "free",
            "charge_reason": "Good customer",
        }
        for model, vals in (
            ("aftersales.repair.part", {"product_id": self.seal.id}),
            ("aftersales.repair.labour", {"name": "Overhaul"}),
        ):
            lines = self.env[model]
            for user in (self.advisor, self.engineer_user):
                with self.assertRaisesRegex(AccessError, "Quality or a manager"):
                    lines.with_user(user).create({**row, **vals})
            line = lines.with_user(self.manager).create({**row, **vals})
            self.assertEqual(line.charge, "free")
            with self.assertRaises(AccessError):
                line.with_user(self.advisor).quantity = 20
            charged = lines.with_user(self.advisor).create(
                {"factory_repair_id": sheet.id, **vals}
            )
            self.assertEqual(charged.charge, "charged")
            with self.assertRaises(AccessError):
                charged.write({"charge": "free", "charge_reason": "Good customer"})
