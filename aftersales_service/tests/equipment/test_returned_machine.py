from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestReturnedMachine(DeliveryCommon):
    """A machine that comes back is taken out; delivered again it returns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.serial = cls.serials[0]

    def setUp(self):
        super().setUp()
        self.delivery = self._deliver(self.serial, self.customer)
        self.found = self._get_machines(self.serial)

    def _return(self, picking=None):
        """Odoo's own return of a delivery, all of it."""
        picking = picking or self.delivery
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.storekeeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        action = wizard.action_create_returns_all()
        back = self.env["stock.picking"].browse(action["res_id"])
        back = back.with_user(self.storekeeper)
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def test_returned(self):
        back = self._return()
        self.assertEqual(self.found.state, "returned")
        self.assertFalse(self.found.active)
        self.assertEqual(self.found.out_on, self.found.delivery_date)
        self.assertIn(
            f"Came back with {back.name}.", self.found.message_ids.mapped("preview")
        )
        self.assertFalse(self._get_machines(self.serial))

    def test_delivered_again_to_its_owner(self):
        self.found.acceptance_date = self.found.delivery_date
        self._return()
        self._deliver(self.serial, self.site)
        self.assertEqual(self.found.state, "in_use")
        self.assertTrue(self.found.active)
        self.assertFalse(self.found.out_on)
        self.assertTrue(self.found.acceptance_date)
        self.assertFalse(self.found.transfer_ids)

    def test_delivered_again_to_somebody_else(self):
        self._return()
        buyer = self.env["res.partner"].create({"name": "Buyer", "is_company": True})
        picking = self._deliver(self.serial, buyer)
        self.assertEqual(self.found.state, "in_use")
        self.assertTrue(self.found.active)
        self.assertEqual(self.found.partner_id, buyer)
        row = self.found.transfer_ids
        self.assertEqual(row.source, "delivery")
        self.assertEqual(row.from_partner_id, self.customer)
        self.assertIn(picking.name, row.reason)

    def test_owner_entered_as_a_contact(self):
        """A machine of a contact of the customer is not sold anew to the customer."""
        self.found.write({"partner_id": self.customer.child_ids[0].id})
        self.found.acceptance_date = self.found.delivery_date
        self._return()
        self._deliver(self.serial, self.site)
        self.assertFalse(self.found.transfer_ids)
        self.assertTrue(self.found.acceptance_date)

    def _receive_from_customer(self, destination, **line_vals):
        """The machine comes back without a return of its delivery."""
        customers = self.env.ref("stock.stock_location_customers")
        places = {"location_id": customers.id, "location_dest_id": destination.id}
        warehouse = self.company._aftersales_get_warehouse()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "partner_id": self.customer.id,
                **places,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.machine.id,
                            "product_uom_qty": 1,
                            **places,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        picking.move_line_ids.create(
            {
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": self.machine.id,
                "lot_id": self.serial.id,
                "quantity": 1,
                "picked": True,
                **places,
                **line_vals,
            }
        )
        picking._action_done()
        self.assertEqual(picking.state, "done")

    def test_in_for_repair_it_stays_the_customers(self):
        self._receive_from_customer(self.stock, owner_id=self.customer.id)
        self.assertEqual(self.found.state, "in_use")
        self.assertTrue(self.found.active)

    def test_scrapped_at_the_customers(self):
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        self._receive_from_customer(scrap)
        self.assertEqual(self.found.state, "scrapped")
        self.assertFalse(self.found.active)

    def test_by_hand(self):
        machine = self.found.with_user(self.agent)
        machine.state = "replaced"
        self.assertFalse(machine.active)
        self.assertTrue(machine.out_on)
        machine.action_unarchive()
        self.assertEqual(machine.state, "in_use")
        self.assertTrue(machine.active)
        self.assertFalse(machine.out_on)
        machine.action_archive()
        self.assertEqual(machine.state, "in_use")
        with self.assertRaises(AccessError):
            machine.with_user(self.engineer_user).state = "scrapped"

    def test_unknown_serial_comes_back(self):
        self.found.unlink()
        before = self.env["aftersales.equipment"].search_count([])
        self._return()
        self.assertEqual(self.env["aftersales.equipment"].search_count([]), before)

    def test_twin_of_the_sister_stays(self):
        twin = self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": self.serial.name,
                "partner_id": self.customer.id,
                "company_id": self.sister.id,
            }
        )
        self._return()
        self.assertEqual(twin.state, "in_use")
        self.assertEqual(self.found.state, "returned")
