from odoo import Command
from odoo.tests import new_test_user

from ..common_company import TwoCompaniesCommon


class DeliveryCommon(TwoCompaniesCommon):
    """Three machines in stock, and a storekeeper who ships them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = new_test_user(
            cls.env, login="as_storekeeper", groups="stock.group_stock_user"
        )
        cls.serials = cls.env["stock.lot"].create(
            [
                {"name": f"D-{number}", "product_id": cls.machine.id}
                for number in range(1, 4)
            ]
        )
        for serial in cls.serials:
            cls.env["stock.quant"]._update_available_quantity(
                cls.machine, cls.stock, 1, lot_id=serial
            )
        cls.site = cls.env["res.partner"].create(
            {"name": "Site 3", "parent_id": cls.customer.id, "type": "delivery"}
        )

    def _deliver(self, serials, partner=None, product=None, location=None):
        """Ship ``serials`` as a storekeeper who knows nothing of after-sales."""
        product = product or self.machine
        picking_type = self.company._aftersales_get_warehouse().out_type_id
        destination = location or self.env.ref("stock.stock_location_customers")
        places = {
            "location_id": self.stock.id,
            "location_dest_id": destination.id,
        }
        picking = (
            self.env["stock.picking"]
            .with_user(self.storekeeper)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": partner.id if partner else False,
                    **places,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": len(serials),
                                **places,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        picking.move_line_ids.create(
            [
                {
                    "picking_id": picking.id,
                    "move_id": picking.move_ids.id,
                    "product_id": product.id,
                    "lot_id": serial.id,
                    "quantity": 1,
                    **places,
                }
                for serial in serials
            ]
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _get_machines(self, serials=None):
        return self.env["aftersales.equipment"].search(
            [
                ("product_id", "=", self.machine.id),
                ("serial", "in", (serials or self.serials).mapped("name")),
            ],
            order="serial",
        )

    def _bring_back(self, serial):
        quants = self.env["stock.quant"]
        customers = self.env.ref("stock.stock_location_customers")
        quants._update_available_quantity(self.machine, customers, -1, lot_id=serial)
        quants._update_available_quantity(self.machine, self.stock, 1, lot_id=serial)
