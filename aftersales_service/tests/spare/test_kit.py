from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestKit(VanCommon):
    """A kit is prepared, signed for, handed out as a whole and taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls.env["stock.location"].create(
            {
                "name": "Pump Kit 1",
                "location_id": cls.company._aftersales_get("kit_root").id,
                "company_id": cls.company.id,
            }
        )
        cls()._put(cls.seal, 4, location=cls.kit)
        cls()._put(cls.pump, 1, cls._kit_lot(), location=cls.kit)

    @classmethod
    def _kit_lot(cls):
        cls.kit_lot = cls.env["stock.lot"].create(
            {"name": "K-1", "product_id": cls.pump.id, "company_id": cls.company.id}
        )
        return cls.kit_lot

    def _request_kit(self, kit=None):
        requisition = (
            self.env["aftersales.parts.requisition"]
            .with_user(self.engineer_user)
            .create({"kit_location_id": (kit or self.kit).id})
        )
        requisition.action_load_kit()
        return requisition

    def _hand_out(self):
        requisition = self._request_kit()
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._validate(requisition.sudo().picking_ids)
        return requisition

    def test_handed_out_and_taken_back(self):
        requisition = self._request_kit()
        self.assertEqual(requisition.purpose, "travel")
        rows = {line.product_id: line.quantity for line in requisition.line_ids}
        self.assertEqual(rows, {self.seal: 4, self.pump: 1})
        self.assertEqual(set(requisition.line_ids.mapped("supply_state")), {"there"})
        requisition.action_submit()
        self.assertEqual(self._get_quantity(self.seal, self.kit), 4)
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._validate(requisition.sudo().picking_ids)
        self.assertEqual(self._get_quantity(self.seal, self.kit), 0)
        self.assertEqual(self._get_quantity(self.seal, self.stock), 20)
        place = self.engineer_location.child_ids
        self.assertEqual(place.name, "Pump Kit 1")
        self.assertEqual(self._get_quantity(self.seal, place), 4)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 4)
        held = self.engineer._aftersales_get_held
        self.assertEqual(held(self.pump, self.kit_lot), 1)
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._validate(back)
        self.assertEqual(self._get_quantity(self.seal, self.kit), 4)
        self.assertEqual(self._get_quantity(self.pump, self.kit, self.kit_lot), 1)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

    def test_second_time_the_same_place(self):
        requisition = self._hand_out()
        requisition.action_return_unused()
        self._validate(
            requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        )
        self._hand_out()
        self.assertEqual(len(self.engineer_location.child_ids), 1)

    def test_parts_of_a_kit_are_used(self):
        """What is used leaves the place it lies in, his own first."""
        self._hand_out()
        self._put(self.seal, 1)
        dispatch = self._arrive_with()
        self._use(dispatch, self.seal, 3)
        use = self._use(dispatch, self.pump, lot_id=self.kit_lot.id)
        self.assertIn(self.kit_lot, use.held_lot_ids)
        dispatch.action_finished()
        place = self.engineer_location.child_ids
        self.assertEqual(self._get_quantity(self.seal, place), 2)
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 2)
        self.assertEqual(self.engineer._aftersales_get_held(self.pump), 0)
        quants = self.env["stock.quant"].search(
            [("location_id", "child_of", self.engineer_location.id)]
        )
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0))
        self.assertEqual(use.move_id.state, "done")

    def test_bad_kits(self):
        with self.assertRefused("prepared kits"):
            self._request_kit(self.stock)
        with self.assertRefused("prepared kits", ValidationError):
            self._request_kit().write(
                {"kit_location_id": self.other_engineer._aftersales_get_location().id}
            )
        empty = self.kit.copy({"name": "Empty Kit", "barcode": False})
        with self.assertRefused("nothing in Empty Kit"):
            self._request_kit(empty)
        requisition = self._request_kit()
        requisition.line_ids = [
            Command.create({"product_id": self.seal.id, "quantity": 9})
        ]
        self.assertEqual(requisition.supply_state, "short")
        requisition.action_submit()
        self._sign(requisition, "finance_head")
        requisition.kit_location_id = empty
        self.assertEqual(requisition.state, "draft")
