from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairWay(RepairCommon):
    """From the receipt of two machines to the last of them leaving, paid."""

    def test_whole_way(self):
        """Quote two machines, part accepted, supplement, repair, settle, pay, leave."""
        second = self._new_equipment(self.machine, "MK-0002")
        first = self._receive_machine()
        other = self._receive_machine(second)
        self._propose(first, [(self.seal, 2, True), (self.pump, 1, False)])
        self._propose(first, work=[("Overhaul of the pump", 3, False)])
        self._propose(other, [(self.seal, 4, False)], [("New paint", 5, False)])
        for sheet in first | other:
            self._diagnose(sheet)
        both = (first | other).with_user(self.advisor)
        both.action_quote()
        order = both.sudo().sale_order_id
        self.assertEqual(len(order), 1)
        self._check_quotation(order, first, other)
        # The customer wants all of the first, of the other not the paint.
        paint = other.labour_ids
        paint.action_decline()
        first.action_decide("all")
        self.assertEqual(order.state, "draft")  # the other is not decided yet
        other.action_decide("partly", note="Seals only")
        self.assertEqual(order.state, "sale")
        self.assertEqual(paint.state, "declined")
        self.assertEqual(paint.sudo().sale_line_id.product_uom_qty, 0)
        self.assertEqual(order.amount_untaxed, 700 + 3 * 120 + 4 * 100)
        self.assertEqual(order.invoice_status, "no")  # nothing accepted yet
        self._supplement_and_repair(first, order)
        self._settle_and_leave(first, other, order)

    def _check_quotation(self, order, first, other):
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.require_signature)
        self.assertEqual(order.partner_id, self.customer)
        sections = order.order_line.filtered(
            lambda li: li.display_type == "line_section"
        )
        self.assertEqual(sections.aftersales_factory_repair_id, first | other)
        self.assertIn("MK-0001", sections[0].name)
        self.assertIn("MK-0002", sections[1].name)
        kinds = [
            (li.display_type or li.product_id.name, li.product_uom_qty)
            for li in order.order_line.sorted("sequence")
        ]
        self.assertEqual(
            kinds,
            [
                ("line_section", 0),
                ("line_note", 0),  # the free seals
                ("Pump", 1),
                ("Service Labour", 3),
                ("line_section", 0),
                ("Seal", 4),
                ("Service Labour", 5),
            ],
        )
        note = order.order_line.filtered(lambda li: li.display_type == "line_note")
        self.assertIn("2 × Seal", note.name)
        self.assertIn("200", note.name)
        self.assertEqual(order.amount_untaxed, 700 + 3 * 120 + 4 * 100 + 5 * 120)

    def _supplement_and_repair(self, sheet, order):
        self._stock_bag((self.seal, 12, None), (self.pump, 1, self.pump_lot))
        mine = sheet.with_user(self.engineer_user)
        mine.action_start()
        extra = self.env["aftersales.prerepair.order"].browse(
            mine.action_supplement()["res_id"]
        )
        extra = extra.with_user(self.advisor)
        extra.reason = "The second seal is worn too"
        self._propose(sheet, [(self.seal, 1, False)])
        with self.assertRefused("needs"):
            mine.action_finish()
        before = order.amount_untaxed
        self._fill_prerepair(extra)
        self._sign_prerepair(extra)
        self.assertEqual(order.amount_untaxed - before, 100)
        sheet.invalidate_recordset()
        self.assertEqual(sheet.state, "repair")
        part = sheet.part_ids.filtered(lambda p: p.product_id == self.pump)
        part.with_user(self.engineer_user).lot_id = self.pump_lot
        self._test(sheet)
        self.assertEqual(
            set(sheet.part_ids.mapped("state") + sheet.labour_ids.mapped("state")),
            {"done"},
        )

    def _settle_and_leave(self, first, other, order):
        repair = first.sudo().repair_order_id
        self.assertEqual(repair.state, "done")
        free = first.sudo().part_ids.filtered(lambda p: p.charge == "free")
        self.assertEqual(
            free.move_id.location_dest_id,
            self.company.aftersales_consumption_location_id,
        )
        self.assertTrue(free.move_id.account_move_id)
        charged = first.sudo().part_ids - free
        self.assertFalse(charged.move_id.account_move_id)
        self.assertEqual(charged.move_id.location_dest_id.usage, "customer")
        first.action_accept()
        with self.assertRefused("not invoiced"):
            first.action_settle()
        invoice = self._bill(order)
        self.assertEqual(invoice.amount_untaxed, 700 + 3 * 120 + 100)
        costs = invoice.line_ids.filtered(lambda li: li.display_type == "cogs")
        self.assertEqual(sum(costs.mapped("debit")), 300 + 40)
        with self.assertRefused("not paid"):
            first.action_settle()
        self._pay(invoice)
        first.action_settle()
        self._leave(first)
        self.assertEqual(first.state, "left")
        self._finish_other(other, order)

    def _finish_other(self, other, order):
        other.with_user(self.engineer_user).action_start()
        self._test(other)
        other.action_accept()
        invoice = self._bill(order)
        self.assertEqual(invoice.amount_untaxed, 4 * 100)
        self._pay(invoice)
        other.action_settle()
        self._leave(other)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(order.amount_untaxed, 700 + 3 * 120 + 100 + 400)
        self.assertEqual(sum(order.invoice_ids.mapped("amount_residual")), 0)
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 0)
