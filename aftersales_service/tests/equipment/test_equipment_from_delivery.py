from odoo import Command, fields
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestEquipmentFromDelivery(DeliveryCommon):
    """A delivered serial becomes the machine at the customer, once."""

    def test_one_machine_per_serial(self):
        self._deliver(self.serials, self.site)
        machines = self._get_machines()
        self.assertEqual(machines.mapped("serial"), ["D-1", "D-2", "D-3"])
        self.assertEqual(machines.lot_id, self.serials)
        self.assertEqual(machines.company_id, self.company)
        today = fields.Date.context_today(machines.with_user(self.storekeeper))
        for machine in machines:
            self.assertEqual(machine.partner_id, self.customer)
            self.assertEqual(machine.site_partner_id, self.site)
            self.assertEqual(machine.delivery_date, today)
            self.assertEqual(machine.warranty_start, today)
            self.assertEqual(machine.warranty_state, "in")

    def test_sold_by_an_order(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "partner_shipping_id": self.site.id,
                "date_order": "2026-01-05 08:00:00",
                "order_line": [Command.create({"product_id": self.machine.id})],
            }
        )
        order.action_confirm()
        order.date_order = "2026-01-05 08:00:00"
        picking = order.picking_ids
        picking.move_line_ids.lot_id = self.serials[1]
        picking.button_validate()
        machine = self._get_machines()
        self.assertEqual(machine.serial, "D-2")
        self.assertEqual(machine.partner_id, self.customer)
        self.assertEqual(machine.site_partner_id, self.site)
        self.assertEqual(machine.purchase_date, fields.Date.to_date("2026-01-05"))

    def test_machine_entered_before_is_not_doubled(self):
        known = self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "D-1",
                "partner_id": self.customer.id,
                "acceptance_date": "2026-01-01",
            }
        )
        self._deliver(self.serials[0], self.customer)
        self.assertEqual(self._get_machines(), known)
        self.assertEqual(known.acceptance_date, fields.Date.to_date("2026-01-01"))

    def test_sent_out_again_to_the_same_customer(self):
        """A machine that was here for repair keeps its dates and its warranty."""
        self._deliver(self.serials[0], self.site)
        machine = self._get_machines()
        machine.write({"delivery_date": "2026-01-01", "warranty_end": "2026-12-31"})
        self._bring_back(self.serials[0])
        self._deliver(self.serials[0], self.site)
        self.assertEqual(self._get_machines(), machine)
        self.assertEqual(machine.delivery_date, fields.Date.to_date("2026-01-01"))
        self.assertEqual(machine.warranty_end, fields.Date.to_date("2026-12-31"))

    def test_sold_again_to_somebody_else(self):
        self._deliver(self.serials[0], self.customer)
        machine = self._get_machines()
        machine.write(
            {
                "purchase_date": "2024-01-01",
                "delivery_date": "2024-01-01",
                "acceptance_date": "2024-01-02",
                "first_use_date": "2024-01-03",
                "active": False,
            }
        )
        self.assertEqual(machine.warranty_state, "out")
        buyer = self.env["res.partner"].create({"name": "Buyer", "is_company": True})
        self._bring_back(self.serials[0])
        self._deliver(self.serials[0], buyer)
        self.assertTrue(machine.active)
        self.assertEqual(self._get_machines(), machine)
        self.assertEqual(machine.partner_id, buyer)
        self.assertEqual(machine.site_partner_id, buyer)
        today = fields.Date.context_today(machine.with_user(self.storekeeper))
        self.assertEqual(machine.delivery_date, today)
        self.assertFalse(machine.acceptance_date)
        self.assertFalse(machine.first_use_date)
        self.assertEqual(machine.warranty_state, "in")

    def test_history_stays_with_the_machine_that_is_sold_again(self):
        self._deliver(self.serials[0], self.customer)
        machine = self._get_machines()
        request = self._create_request(equipment_id=machine.id)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self._bring_back(self.serials[0])
        self._deliver(self.serials[0], buyer)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.equipment_id.partner_id, buyer)
        request.with_user(self.agent).write({"symptom": "Still open"})
        self.assertEqual(request.symptom, "Still open")

    def test_not_for_other_products(self):
        plain = self.env["product.product"].create(
            {"name": "Trailer", "is_storable": True, "tracking": "serial"}
        )
        by_lot = self.env["product.product"].create(
            {
                "name": "Paint",
                "is_storable": True,
                "tracking": "lot",
                "aftersales_tracked": True,
            }
        )
        before = self.env["aftersales.equipment"].search_count([])
        for product in plain, by_lot:
            lot = self.env["stock.lot"].create(
                {"name": "X-1", "product_id": product.id}
            )
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock, 1, lot_id=lot
            )
            self._deliver(lot, self.customer, product)
        self.assertEqual(self.env["aftersales.equipment"].search_count([]), before)

    def test_not_for_moves_that_stay_inside(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self._deliver(self.serials[0], self.customer, location=shelf)
        self.assertFalse(self._get_machines())

    def test_nobody_named_nothing_made(self):
        self._deliver(self.serials[0])
        self.assertFalse(self._get_machines())

    def test_same_serial_in_the_sister_company(self):
        self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "D-1",
                "partner_id": self.customer.id,
                "company_id": self.sister.id,
            }
        )
        self._deliver(self.serials[0], self.customer)
        self.assertEqual(
            self._get_machines(self.serials[0]).company_id, self.company | self.sister
        )
