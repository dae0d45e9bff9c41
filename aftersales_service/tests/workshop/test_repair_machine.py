from odoo.tests import tagged

from .common_repair import METHODS, VALUATIONS, RepairCommon


@tagged("post_install", "-at_install")
class TestRepairMachine(RepairCommon):
    """The customer's machine stays the customer's, at every step."""

    def _check_untouched(self, model, before, step):
        self.assertEqual(self._snapshot(model), before, step)

    def _check_inside(self, model, quantity, step):
        """The customer's piece is in the workshop, nobody else's is there."""
        owned = self._get_owned(model, self.workshop, self.customer)
        self.assertEqual(owned, quantity, step)
        self.assertEqual(self._get_owned(model, self.workshop, None), 0, step)
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "=", model.id),
                ("quantity", "<", 0),
                ("location_id.usage", "in", ("internal", "inventory")),
                ("location_id", "child_of", (self.workshop | self.stock).ids),
            ]
        )
        self.assertFalse(negative, step)

    def _play(self, model, serial="CU-1"):
        machine = self._new_equipment(model, serial)
        before = self._snapshot(model)
        sheet = self._receive_machine(machine)
        self._check_inside(model, 1, "received")
        self._check_untouched(model, before, "received")
        self._quote(sheet=sheet)
        sheet.action_decide("all")
        self._check_untouched(model, before, "agreed")
        sheet.with_user(self.engineer_user).action_start()
        self._check_untouched(model, before, "started")
        repair = sheet.sudo().repair_order_id
        self.assertEqual(repair.state, "under_repair")
        self._test(sheet)
        self.assertEqual(repair.state, "done")
        self.assertEqual(repair.move_id.move_line_ids.owner_id, self.customer)
        self._check_inside(model, 1, "repaired")
        self._check_untouched(model, before, "repaired")
        sheet.action_accept()
        sheet.action_settle()
        self._leave(sheet)
        self._check_inside(model, 0, "left")
        self._check_untouched(model, before, "left")
        machine.invalidate_recordset()
        self.assertEqual(machine.state, "in_use")
        return sheet, machine

    def test_every_costing_and_valuation(self):
        for method in METHODS:
            for valuation in VALUATIONS:
                with self.subTest(method=method, valuation=valuation):
                    self._play(self._new_machine(method, valuation))

    def test_without_serial(self):
        for method in METHODS:
            with self.subTest(method=method):
                model = self._new_machine(method, tracking="none")
                self._play(model)

    def test_valued_by_serial(self):
        model = self._new_machine("average", lot_valuated=True)
        self._play(model)

    def test_serial_never_in_our_stock(self):
        """The lot is made, the machine is neither doubled nor sold anew."""
        model = self._new_machine()
        lots = self.env["stock.lot"]
        self.assertFalse(lots.search([("name", "=", "UNKNOWN-7")]))
        sheet, machine = self._play(model, "UNKNOWN-7")
        lot = lots.search([("name", "=", "UNKNOWN-7")])
        self.assertEqual(len(lot), 1)
        self.assertEqual(lot.product_id, model)
        self.assertEqual(sheet.sudo().repair_order_id.lot_id, lot)
        machines = self.env["aftersales.equipment"].search(
            [("serial", "=", "UNKNOWN-7")]
        )
        self.assertEqual(machines, machine)

    def test_machine_we_sold(self):
        """Sold by us: it comes back without being taken back, and keeps its dates."""
        model = self._new_machine()
        lot = self.env["stock.lot"].search([("product_id", "=", model.id)], limit=1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [(0, 0, {"product_id": model.id})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.aftersales_lot_id = lot
        picking._aftersales_force_done()
        machine = self.env["aftersales.equipment"].search([("lot_id", "=", lot.id)])
        self.assertEqual(machine.state, "in_use")
        delivered = machine.delivery_date
        before = self._snapshot(model)
        sheet = self._receive_machine(machine)
        machine.invalidate_recordset()
        self.assertEqual(machine.state, "in_use")
        self.assertEqual(order.order_line.qty_delivered, 1)
        self._check_untouched(model, before, "received")
        self._quote(sheet=sheet)
        sheet.action_decide("none")
        self._leave(sheet)
        machine.invalidate_recordset()
        self.assertEqual(machine.state, "in_use")
        self.assertEqual(machine.delivery_date, delivered)
        self.assertEqual(order.order_line.qty_delivered, 1)
        customers = self.customer.property_stock_customer
        self.assertEqual(self._get_quantity(model, customers, lot), 1)

    def test_machine_nobody_knows(self):
        """Without a machine record: shipping back sells nothing and begins no term."""
        model = self._new_machine()
        _entry, sheet = self._enter(partner_id=self.customer.id)
        sheet.write(
            {
                "product_id": model.id,
                "serial": "NEW-1",
                "symptom": "Stops",
                "technician_id": self.engineer.id,
            }
        )
        sheet.action_receive()
        self._check_inside(model, 1, "received")
        known = self.env["aftersales.equipment"].search([("serial", "=", "NEW-1")])
        dates = known.mapped("delivery_date")
        self._quote(sheet=sheet)
        sheet.action_decide("none")
        self._leave(sheet)
        self._check_inside(model, 0, "left")
        after = self.env["aftersales.equipment"].search([("serial", "=", "NEW-1")])
        self.assertEqual(after, known)
        self.assertEqual(after.mapped("delivery_date"), dates)

    def test_serial_of_our_own_stock(self):
        """A number on our shelf is not the customer's: said before anything moves."""
        model = self._new_machine()
        lot = self.env["stock.lot"].search([("product_id", "=", model.id)], limit=1)
        machine = self._new_equipment(model, lot.name)
        before = self._snapshot(model)
        with self.assertRefused("is in .* already"):
            self._receive_machine(machine)
        self._check_untouched(model, before, "refused")

    def test_received_once(self):
        sheet = self._receive_machine()
        sheet.sudo()._take_in()
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 1)
        self.assertEqual(len(sheet.sudo().machine_picking_ids), 1)
        sheet.sudo()._ship_back()
        sheet.sudo()._ship_back()
        self.assertEqual(len(sheet.sudo().machine_picking_ids), 2)
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 0)

    def test_transfers_name_their_owner(self):
        sheet = self._receive_machine()
        receipt = sheet.sudo().machine_picking_ids
        self.assertEqual(receipt.owner_id, self.customer)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(
            receipt.picking_type_id, self.company.aftersales_machine_in_type_id
        )
        self.assertEqual(receipt.move_ids.aftersales_request_id, sheet.request_id)
        self.assertEqual(self.workshop.usage, "inventory")
        self.assertFalse(self.workshop.valuation_account_id)

    def _open_return(self, picking):
        """Odoo's “Return” button, as the storekeeper presses it."""
        return (
            self.env["stock.return.picking"]
            .with_user(self.keeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )

    def test_not_returned_in_the_stock_screens(self):
        """A machine comes and goes by its sheet: both ways are refused, and said."""
        sheet = self._receive_machine()
        receipt = sheet.sudo().machine_picking_ids
        with self.assertRefused(f"{receipt.name} .* sheet {sheet.name} .* not ret"):
            self._open_return(receipt)
        self._quote(sheet=sheet)
        sheet.action_decide("none")
        self._leave(sheet)
        delivery = sheet.sudo().machine_picking_ids - receipt
        with self.assertRefused(f"{delivery.name} .* gets a new one at the gate"):
            self._open_return(delivery)
        # Nor past the dialog, from a client of any kind.
        pickings = self.env["stock.picking"].with_user(self.keeper)
        vals = {
            "picking_type_id": receipt.picking_type_id.id,
            "location_id": delivery.location_dest_id.id,
            "location_dest_id": self.workshop.id,
        }
        with self.assertRefused("is not returned"):
            pickings.create({**vals, "return_id": delivery.id})
        plain = pickings.create(vals)
        with self.assertRefused("is not returned"):
            plain.return_id = delivery
        self.assertEqual(sheet.state, "left")
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 0)

    def test_other_transfers_are_returned_as_ever(self):
        receipt = self._receive(self.seal, 2)
        wizard = self._open_return(receipt)
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.assertEqual(back.return_id, receipt)

    def test_comes_back_after_it_left(self):
        """By the gate, with a sheet of its own."""
        first = self._receive_machine()
        self._quote(sheet=first)
        first.action_decide("none")
        self._leave(first)
        second = self._receive_machine()
        self.assertNotEqual(second, first)
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 1)

    def test_not_the_default_of_others(self):
        """Scrap and inventory loss stay where they were."""
        scrap = self.company._aftersales_get_scrap_location()
        self.assertNotEqual(scrap, self.workshop)
        first = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        self.assertNotEqual(first, self.workshop)
        warehouse = self.company._aftersales_get_warehouse()
        self.assertNotEqual(
            warehouse.repair_type_id, self.company.aftersales_repair_type_id
        )

    def test_ordinary_repair_is_as_ever(self):
        """Odoo's own repair order: no owner looked up by us, its own locations."""
        model = self._new_machine(tracking="none")
        repair = self.env["repair.order"].create(
            {"product_id": model.id, "partner_id": self.customer.id}
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertFalse(repair.move_id.move_line_ids.owner_id)
        self.assertNotEqual(repair.product_location_src_id, self.workshop)
        self.assertTrue(repair.copy())
