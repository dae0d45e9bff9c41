from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .test_parts_return import PartsReturnCommon


@tagged("post_install", "-at_install")
class TestOldSerial(PartsReturnCommon):
    """Only a serial that was delivered to this customer comes back from him."""

    def _type(self, serial):
        self.pump_line.with_user(self.engineer_user).serial = serial

    def _accept(self, user, reason="Swapped by the customer himself"):
        line = self.pump_line.with_user(user)
        action = line.action_accept_serial()
        return (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason": reason})
            .action_accept()
        )

    def assertKnown(self, known=True):
        self.env.invalidate_all()
        state = "known" if known else "unknown"
        self.assertEqual(self.pump_line.serial_state, state)
        self.assertEqual(self.returned.has_unknown_serial, not known)

    # ---------------------------------------------------------- what is known

    def test_of_his_machine(self):
        self.assertKnown()
        self.equipment.partner_id = self.env["res.partner"].create({"name": "Other"})
        self.assertKnown(False)

    def test_nothing_typed_nothing_asked(self):
        self._type(False)
        self.assertFalse(self.pump_line.serial_state)
        self.assertFalse(self.seal_line.serial_state)
        self._receive_old_parts()
        self.assertEqual(self.returned.state, "received")

    def test_delivered_to_him(self):
        self._type("P-77")
        self.assertKnown(False)
        lot = self._new_lot(self.pump, "P-77")
        self._receive(self.pump, 1, lot)
        stranger = self.env["res.partner"].create({"name": "Somebody Else"})
        site = self.env["res.partner"].create(
            {"name": "Building Site", "parent_id": self.customer.id}
        )
        back = self.stock
        customers = self.env.ref("stock.stock_location_customers")
        for partner, known in ((stranger, False), (site, True)):
            for source, target in ((back, customers), (customers, back)):
                picking = self.env["stock.picking"].create(
                    {
                        "picking_type_id": self.company._aftersales_get("use_type").id,
                        "partner_id": partner.id,
                        "location_id": source.id,
                        "location_dest_id": target.id,
                        "move_ids": [
                            Command.create(
                                {
                                    "product_id": self.pump.id,
                                    "product_uom_qty": 1,
                                    "location_id": source.id,
                                    "location_dest_id": target.id,
                                    "aftersales_lot_id": lot.id,
                                }
                            )
                        ],
                    }
                )
                picking._aftersales_force_done()
            self.assertKnown(known)

    def test_used_free_on_an_earlier_visit(self):
        """A free part goes to the consumption location, and to the customer still."""
        self._type(self.pump_lot.name)
        self.assertKnown()

    def test_known_from_its_removal_only(self):
        """What the engineer himself typed on the card proves nothing."""
        component = self.old_pump.copy({"serial": "P-55", "installed_on": False})
        self._type("P-55")
        self.assertKnown()
        component.from_swap = True
        self.assertKnown(False)

    # --------------------------------------------------------------- refused

    def test_refused_by_the_button(self):
        self._type("P-404")
        self._as(self.engineer_user).action_hand_in()
        with self.assertRefused("P-404 was never delivered to Qingshan"):
            self._as(self.keeper).action_receive()
        self.assertEqual(self.returned.state, "handed_in")
        self.assertFalse(self._get_quantity(self.pump, self.return_location))

    def test_refused_in_the_stock_screens(self):
        self._type("P-404")
        self._as(self.engineer_user).action_hand_in()
        with self.assertRefused("never delivered"):
            self._validate(self.returned.picking_id)
        self.assertEqual(self.returned.picking_id.state, "assigned")

    def test_serial_of_another_product(self):
        gear = self._new_part("Gear Box", tracking="serial")
        self._new_lot(gear, "G-1")
        self._type("G-1")
        self._as(self.engineer_user).action_hand_in()
        # The receipt makes a lot of this name: it must not hide whose it is.
        self.pump_line.lot_id.sudo().name = "P-X"
        with self.assertRefused("Serial G-1 is of Gear Box, not of Pump"):
            self._as(self.keeper).action_receive()

    def test_lot_of_another_product(self):
        lot = self._new_lot(self.machine, "M-1")
        with self.assertRefused("M-1 is of Line Marking", ValidationError):
            self.pump_line.sudo().lot_id = lot

    def test_twice_on_its_way(self):
        lines = self.env["aftersales.parts.return.line"].with_user(self.engineer_user)
        vals = {"return_id": self.returned.id, "product_id": self.pump.id}
        with self.assertRefused("on its way back already", ValidationError):
            lines.create({**vals, "serial": "OLD-7 "})
        with self.assertRefused("on its way back already", ValidationError):
            lines.create([{**vals, "serial": "N-1"}, {**vals, "serial": "N-1"}])
        lines.create({**vals, "serial": "N-1"})
        lines.create({**vals, "product_id": self.seal.id, "serial": "OLD-7"})

    def test_comes_back_again_after_reuse(self):
        self._approve()
        self._as(self.keeper).action_dispose()
        dispatch = self._arrive_with()
        again = (
            self.env["aftersales.parts.return"]
            .with_user(self.dispatcher)
            .create(
                {
                    "dispatch_id": dispatch.id,
                    "line_ids": [
                        Command.create({"product_id": self.pump.id, "serial": "OLD-7"})
                    ],
                }
            )
        )
        self.assertEqual(again.line_ids.serial_state, "known")

    def test_one_serial_is_one_piece(self):
        with self.assertRefused("one piece", ValidationError):
            self.pump_line.with_user(self.dispatcher).quantity = 2

    # --------------------------------------------------------------- accepted

    def test_accepted_with_a_reason(self):
        self._type("P-404")
        self._as(self.engineer_user).action_hand_in()
        self._accept(self.keeper)
        self.assertEqual(self.pump_line.serial_state, "accepted")
        self.assertFalse(self.returned.has_unknown_serial)
        self.assertRecordValues(
            self.pump_line,
            [
                {
                    "serial_reason": "Swapped by the customer himself",
                    "serial_accepted_by_id": self.keeper.id,
                }
            ],
        )
        self.assertTrue(self.pump_line.serial_accepted_at)
        note = self.returned.message_ids[0]
        self.assertIn("P-404", note.body)
        self.assertIn("Swapped by the customer himself", note.body)
        self.assertEqual(note.author_id, self.keeper.partner_id)
        self._as(self.keeper).action_receive()
        self.assertEqual(self.returned.state, "received")

    def test_who_may_accept(self):
        self._type("P-404")
        for user in (self.engineer_user, self.dispatcher, self.finance):
            with self.assertRefused("Only the parts keeper"):
                self.pump_line.with_user(user).action_accept_serial()
            with self.assertRefused("Only the parts keeper"):
                self.pump_line.with_user(user)._accept_serial("Because")
        with self.assertRefused("Say why"):
            self._accept(self.quality, "  ")
        self._accept(self.quality)
        with self.assertRefused("needs no acceptance"):
            self._accept(self.quality)

    def test_nobody_writes_the_reason(self):
        self._type("P-404")
        for user in (self.engineer_user, self.keeper, self.manager):
            with self.assertRefused("button only", AccessError):
                self.pump_line.with_user(user).serial_reason = "Let it pass"
        with self.assertRefused("button only", AccessError):
            self.env["aftersales.parts.return.line"].with_user(
                self.engineer_user
            ).create(
                {
                    "return_id": self.returned.id,
                    "product_id": self.pump.id,
                    "serial": "P-405",
                    "serial_reason": "Let it pass",
                }
            )

    def test_another_serial_needs_another_reason(self):
        self._type("P-404")
        self._accept(self.keeper)
        self._type("P-406")
        self.assertKnown(False)
