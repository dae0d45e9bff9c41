from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairPart(RepairCommon):
    """Each part of a repair goes one way and costs once."""

    def _new_valued_part(self, method, valuation="real_time"):
        """Four pieces in the technician's bag: two bought at 40, two at 60."""
        category = self.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_valuation": valuation,
                "property_cost_method": method,
            }
        )
        part = self._new_part(f"Part {method}", categ_id=category.id)
        self._receive(part, 2)
        move = self._receive(part, 2).move_ids
        if method != "standard":
            move.value_manual = 120.0
        self._stock_bag((part, 4, None))
        return part

    def _repair_with(self, parts, sheet=None, **kwargs):
        """A sheet in repair with ``parts``: ``[(product, quantity, free)]``."""
        return self._begin_work(self._quote(parts, sheet=sheet, **kwargs))

    def _check_costs(self, method, valuation, free_cost, charged_cost):
        part = self._new_valued_part(method, valuation)
        stock_account = self._get_stock_account(part)
        accounts = stock_account | self.expense_account
        before = {account: self._get_balance(account) for account in accounts}
        value = part.total_value
        machine = self._new_equipment(self.machine, f"V-{method}-{valuation}")
        sheet = self._repair_with([(part, 2, True), (part, 1, False)], machine=machine)
        self._test(sheet)
        sheet.action_accept()
        order = sheet.sudo().sale_order_id
        invoice = self._bill(order)
        costs = invoice.line_ids.filtered(lambda li: li.display_type == "cogs")
        free = sheet.sudo().part_ids.filtered(lambda p: p.charge == "free")
        if valuation == "periodic":
            self.assertFalse(free.move_id.account_move_id)
            self.assertFalse(costs)
            return
        self.assertEqual(sum(costs.mapped("debit")), charged_cost)
        booked = {a: self._get_balance(a) - before[a] for a in accounts}
        self.assertEqual(booked[self.expense_account], free_cost)
        self.assertEqual(booked[stock_account], -(free_cost + charged_cost))
        part.invalidate_recordset()
        self.assertEqual(part.total_value - value, -(free_cost + charged_cost))
        self.assertEqual(free.move_id.value, free_cost)

    def test_costs_once(self):
        for method, valuation, free, charged in (
            ("fifo", "real_time", 80.0, 60.0),
            ("average", "real_time", 100.0, 50.0),
            ("standard", "real_time", 80.0, 40.0),
            ("fifo", "periodic", 0.0, 0.0),
        ):
            with self.subTest(method=method, valuation=valuation):
                self._check_costs(method, valuation, free, charged)

    # ------------------------------------------------------------- not at hand

    def test_nothing_is_dropped_in_silence(self):
        """What is planned and not at hand: said, never cancelled."""
        sheet = self._repair_with([(self.seal, 3, False)])
        self._stock_bag((self.seal, 2, None))
        part = sheet.part_ids.with_user(self.engineer_user)
        self.assertEqual(part.missing_quantity, 1)
        with self.assertRefused("3 × Seal needed, 2 at hand"):
            self._test(sheet)
        sheet.invalidate_recordset()
        repair = sheet.sudo().repair_order_id
        self.assertEqual(repair.state, "under_repair")
        self.assertNotIn("done", repair.move_ids.mapped("state"))
        part.used_quantity = 2
        with self.assertRefused("Say why not all"):
            self._test(sheet)
        part.unused_reason = "The third one was good"
        self._test(sheet)
        move = part.sudo().move_id
        self.assertEqual((move.state, move.quantity), ("done", 2))
        self.assertEqual(part.sudo().sale_line_id.product_uom_qty, 2)
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 200)
        self.assertFalse(repair.move_ids.filtered(lambda m: m.state == "cancel"))

    def test_more_than_agreed_needs_a_supplement(self):
        sheet = self._repair_with([(self.seal, 1, False)])
        with self.assertRefused("supplement", ValidationError):
            sheet.part_ids.used_quantity = 2

    def test_odoo_would_cancel(self):
        """The guard on the repair order itself, whoever ends it."""
        sheet = self._repair_with([(self.seal, 3, False)])
        with self.assertRefused("not at hand"):
            sheet.sudo().repair_order_id.action_repair_end()

    def test_nothing_used(self):
        sheet = self._repair_with([(self.seal, 2, True)])
        part = sheet.part_ids.with_user(self.engineer_user)
        part.write({"used_quantity": 0, "unused_reason": "Cleaning was enough"})
        self._test(sheet)
        self.assertEqual(part.state, "done")
        self.assertFalse(part.sudo().move_id)
        self.assertEqual(part.relief, 0)
        self.assertFalse(sheet.request_id.sudo().parts_return_ids)

    def test_straight_from_the_warehouse(self):
        """Only where the company allows it."""
        sheet = self._repair_with([(self.seal, 2, True)])
        part = sheet.part_ids
        self.assertEqual(part.held_quantity, 0)
        self.company.aftersales_repair_from_stock = True
        part.invalidate_recordset()
        self.assertEqual(part.missing_quantity, 0)
        before = self._get_quantity(self.seal, self.stock)
        self._test(sheet)
        self.assertEqual(part.sudo().move_id.location_id, self.stock)
        self.assertEqual(self._get_quantity(self.seal, self.stock), before - 2)

    def test_requisition_for_the_repair(self):
        sheet = self._repair_with([(self.seal, 2, True), (self.seal, 1, False)])
        mine = sheet.with_user(self.engineer_user)
        requisition = self.env["aftersales.parts.requisition"].browse(
            mine.action_requisition_parts()["res_id"]
        )
        self.assertEqual(requisition.purpose, "factory")
        self.assertEqual(requisition.drawer_id, self.engineer)
        self.assertEqual(requisition.request_id, sheet.request_id)
        self.assertEqual(requisition.create_uid, self.engineer_user)
        self.assertEqual(requisition.line_ids.quantity, 3)
        with self.assertRefused("on a requisition already"):
            mine.action_requisition_parts()
        requisition.with_user(self.engineer_user).action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        requisition.sudo().picking_ids.with_user(self.keeper).button_validate()
        sheet.part_ids.invalidate_recordset()
        self.assertFalse(any(sheet.part_ids.mapped("missing_quantity")))
        self._test(sheet)
        moves = sheet.sudo().part_ids.move_id
        self.assertEqual(moves.location_id, self.engineer_location)
        held = self.env["stock.move"].sudo()._aftersales_get_held(requisition.sudo())
        self.assertEqual(held[self.seal], 0)

    # ------------------------------------------------------------------ serials

    def test_serials(self):
        self._stock_bag((self.pump, 1, self.pump_lot))
        sheet = self._repair_with([(self.pump, 1, True)])
        part = sheet.part_ids.with_user(self.engineer_user)
        with self.assertRefused("Choose the serial"):
            self._test(sheet)
        sheet.invalidate_recordset()
        same = self._new_lot(self.pump, f" {self.equipment.serial.lower()} ")
        with self.assertRefused("serial number of the machine", ValidationError):
            part.lot_id = same
        part.write({"lot_id": self.pump_lot.id, "old_serial": "P-OLD"})
        self._test(sheet)
        components = self.equipment.component_ids.filtered(lambda c: not c.removed_on)
        self.assertIn(self.pump_lot, components.lot_id)
        old = self.equipment.component_ids - components
        self.assertEqual(old.mapped("serial"), ["P-OLD"])

    def test_one_serial_is_one_piece(self):
        """Two pumps on the signed order become two lines of one piece."""
        sheet = self._quote([(self.pump, 2, True)])
        self.assertEqual(sheet.part_ids.mapped("quantity"), [1, 1])
        sheet.sudo()._create_quotation()
        self.assertEqual(len(sheet.part_ids), 2)

    # ---------------------------------------------------------------- old parts

    def test_old_parts_come_to_inspection(self):
        self._stock_bag((self.seal, 3, None))
        sheet = self._repair_with([(self.seal, 2, True), (self.seal, 1, False)])
        self._test(sheet)
        old = sheet.request_id.sudo().parts_return_ids
        self.assertEqual(old.line_ids.quantity, 2)  # what he paid for is his
        self.assertEqual(old.line_ids.value, 80)
        self.assertEqual(old.engineer_id, self.engineer)
        self.assertEqual(old.partner_id, self.customer)
        self.assertIn("not handed in", sheet.request_id.debt_text)
        old.with_user(self.engineer_user).action_hand_in()
        old.with_user(self.keeper).action_receive()
        self.assertEqual(old.state, "received")
        self.assertEqual(
            self._get_quantity(self.seal, self.company.aftersales_return_location_id),
            2,
        )

    def test_free_old_part_not_kept_needs_a_reason(self):
        sheet = self._repair_with([(self.seal, 1, True)])
        with self.assertRefused("not kept", ValidationError):
            sheet.part_ids.old_part = "customer"

    # ------------------------------------------------------------- Odoo's screens

    def test_odoo_buttons_are_refused(self):
        sheet = self._repair_with([(self.seal, 1, False)])
        self.keeper.group_ids += self.env.ref("sales_team.group_sale_manager")
        repair = sheet.sudo().repair_order_id.with_user(self.keeper)
        for button in (
            "action_validate",
            "action_repair_start",
            "action_repair_end",
            "action_repair_done",
            "action_repair_cancel",
            "action_repair_cancel_draft",
            "action_create_sale_order",
            "unlink",
        ):
            with self.assertRefused("register sheet"):
                getattr(repair, button)()
        with self.assertRefused("not copied"):
            repair.copy()
        with self.assertRefused("register sheet"):
            repair.under_warranty = True
        with self.assertRefused("register sheet"):
            self.env["stock.move"].with_user(self.keeper).create(
                {
                    "repair_id": repair.id,
                    "repair_line_type": "add",
                    "product_id": self.seal.id,
                    "product_uom_qty": 1,
                }
            )
        # Free text stays open to the storekeeper.
        repair.internal_notes = "Shelf 3"
        self.assertEqual(repair.state, "under_repair")

    def test_no_second_line_on_the_order(self):
        """Odoo would add each part once more, and price the lot anew."""
        self._stock_bag((self.seal, 2, None))
        sheet = self._repair_with([(self.seal, 2, False)])
        order = sheet.sudo().sale_order_id
        self.assertEqual(sheet.sudo().repair_order_id.sale_order_id, order)
        self._test(sheet)
        lines = order.order_line.filtered("product_id")
        self.assertEqual(len(lines), 1)
        self.assertEqual((lines.product_uom_qty, lines.qty_delivered), (2, 2))
        self.assertFalse(order.picking_ids)

    def test_back_to_the_bench(self):
        """Rejected, a part more: a second repair order books only that."""
        self._stock_bag((self.seal, 3, None))
        sheet = self._repair_with([(self.seal, 2, True)])
        self._test(sheet)
        first = sheet.sudo().repair_order_id
        sheet.action_reject("Still leaks")
        mine = sheet.with_user(self.engineer_user)
        mine.action_supplement()
        extra = sheet.prerepair_ids.filtered(lambda o: o.kind == "supplement")
        extra.with_user(self.advisor).reason = "One more"
        self._propose(sheet, [(self.seal, 1, True)])
        self._sign_prerepair(extra)
        second = sheet.sudo().repair_order_id
        self.assertNotEqual(first, second)
        self._test(sheet)
        self.assertEqual(second.state, "done")
        self.assertEqual(sum(second.move_ids.mapped("quantity")), 1)
        self.assertEqual(sum(first.move_ids.mapped("quantity")), 2)
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 1)
