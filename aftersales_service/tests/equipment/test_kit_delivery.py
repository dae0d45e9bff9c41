from odoo import Command
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestKitDelivery(DeliveryCommon):
    """What is sold as one thing with a machine becomes part of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls.env["product.product"].create(
            {"name": "Engine", "is_storable": True, "tracking": "serial"}
        )
        cls.engine_lots = cls.env["stock.lot"].create(
            [{"name": f"E-{n}", "product_id": cls.engine.id} for n in (1, 2)]
        )
        for lot in cls.engine_lots:
            cls.env["stock.quant"]._update_available_quantity(
                cls.engine, cls.stock, 1, lot_id=lot
            )

    def _sell(self, machines=1, engines=1):
        """A combo of machines and engines, delivered."""
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        head = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.seal.id}
        )
        for product, quantity in ((self.machine, machines), (self.engine, engines)):
            self.env["sale.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "linked_line_id": head.id,
                }
            )
        order.action_confirm()
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_combo(self):
        self._sell()
        machine = self._get_machines()
        self.assertEqual(len(machine), 1)
        self.assertEqual(machine.component_ids.product_id, self.engine)
        self.assertEqual(machine.component_ids.lot_id, self.engine_lots[0])
        self.assertEqual(machine.component_ids.installed_on, machine.delivery_date)

    def test_not_where_it_is_uncertain(self):
        self._sell(machines=2, engines=2)
        machines = self._get_machines()
        self.assertEqual(len(machines), 2)
        self.assertFalse(machines.component_ids)

    def test_several_moves_of_one_line(self):
        """A kit: the line names the kit, each of its parts has a move."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.machine.id})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self.engine.id,
                "product_uom_qty": 1,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "sale_line_id": order.order_line.id,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(
            self._get_machines().component_ids.product_id,
            self.engine,
        )

    def test_separate_lines_are_separate_things(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.machine.id}),
                    Command.create({"product_id": self.engine.id}),
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        self.assertFalse(self._get_machines().component_ids)
