from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestUseOnSite(VanCommon):
    """Serials that fit, and a visit that is booked wholly or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._arrive_with([(cls.seal, 3), (cls.pump, 1)])

    def test_serial_of_the_machine(self):
        lot = self._new_lot(self.pump, self.equipment.serial)
        with self.assertRefused("MK-0001 is the serial number of", ValidationError):
            self._use(self.dispatch, self.pump, lot_id=lot.id)
        use = self._use(self.dispatch, self.pump, lot_id=self.pump_lot.id)
        with self.assertRefused("is the serial number of", ValidationError):
            use.old_serial = " MK-0001 "
        with self.assertRefused("new and the old part at once", ValidationError):
            use.old_serial = self.pump_lot.name
        with self.assertRefused("is of Pump, not of Seal", ValidationError):
            self._use(self.dispatch, self.seal, lot_id=self.pump_lot.id)

    def test_pair_of_serials_is_kept(self):
        """Old and new serial go to the component list and the swap ledger."""
        self._use(self.dispatch, self.pump, lot_id=self.pump_lot.id, old_serial="P-OLD")
        self.dispatch.action_finished()
        components = self.equipment.component_ids
        new = components.filtered(lambda c: c.lot_id == self.pump_lot)
        self.assertEqual(new.product_id, self.pump)
        old = self.env["aftersales.equipment.component"].search(
            [("equipment_id", "=", self.equipment.id), ("serial", "=", "P-OLD")]
        )
        self.assertTrue(old.removed_on)
        self.assertEqual(old.replaced_by_id, new)

    def test_engineer_without_location(self):
        """He gets one when it is needed, and has nothing in it."""
        dispatch = self._issue_dispatch(engineer_id=self.other_engineer.id)
        theirs = dispatch.with_user(self.other_engineer_user)
        theirs.action_contacted()
        theirs.action_departed()
        theirs.action_arrived()
        self.assertFalse(self.other_engineer.aftersales_location_id)
        use = self.env["aftersales.part.use"].with_user(self.other_engineer_user)
        use.create({"dispatch_id": dispatch.id, "product_id": self.seal.id})
        with self.assertRefused("Other Engineer holds 0 .* of Seal, not 1"):
            theirs.action_finished()
        self.assertEqual(theirs.state, "arrived")

    def _use_both(self):
        self._use(self.dispatch, self.seal, 2)
        return self._use(
            self.dispatch,
            self.pump,
            lot_id=self.pump_lot.id,
            charge="charged",
            charge_reason="Misuse",
        )

    def _assert_nothing_happened(self):
        self.env.invalidate_all()
        self.assertEqual(self.dispatch.state, "arrived")
        self.assertFalse(self.dispatch.part_use_ids.move_id)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.assertEqual(self.engineer._aftersales_get_held(self.pump), 1)
        self.assertFalse(self.dispatch.sudo().request_id.parts_return_ids)
        self.assertEqual(self._get_balance(self.expense_account), 0)

    def test_closed_period(self):
        self._use_both()
        self.company.hard_lock_date = fields.Date.today()
        with self.assertRefused("books of .* are closed until"):
            self.dispatch.action_finished()
        self._assert_nothing_happened()

    def test_undone_move_stops_the_visit(self):
        self._use_both()
        with (
            patch.object(
                type(self.env["stock.picking"]), "_action_done", lambda picking: True
            ),
            self.assertRefused("Seal could not be booked: 0 of 2 moved"),
        ):
            self.dispatch.action_finished()
        self._assert_nothing_happened()
        self.dispatch.action_finished()
        self.assertEqual(self._get_balance(self.expense_account), 80)
