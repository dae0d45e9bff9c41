from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestRequisitionIssue(SpareCommon):
    """The warehouse works in its stock screens; what is done there is the issue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._issue_dispatch()

    def _approved(self, lines=None):
        return self._approve_requisition(self.dispatch, lines or [(self.seal, 5)])

    def test_partial_issue(self):
        requisition = self._approved([(self.seal, 5), (self.pump, 1)])
        picking = requisition.sudo().picking_ids
        self._validate(picking, {self.seal: 3})
        self.assertEqual(requisition.state, "partial")
        self.assertEqual(requisition.line_ids.mapped("issued_quantity"), [3, 0])
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        backorder = requisition.sudo().picking_ids - picking
        self.assertEqual(backorder.backorder_id, picking)
        self._validate(backorder, {self.seal: 2, self.pump: 1})
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.line_ids.mapped("issued_quantity"), [5, 1])
        self.assertEqual(self.engineer._aftersales_get_held(self.pump), 1)

    def test_partial_without_backorder(self):
        requisition = self._approved()
        self._validate(requisition.sudo().picking_ids, {self.seal: 3}, backorder=False)
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(self.seal.free_qty, 17)

    def test_over_issue(self):
        requisition = self._approved()
        picking = requisition.sudo().picking_ids
        with self.assertRefused("signed for 5 × Seal; 6 cannot be issued"):
            self._validate(picking, {self.seal: 6})
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(requisition.state, "approved")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

    def test_over_issue_by_a_second_transfer(self):
        requisition = self._approved()
        picking = requisition.sudo().picking_ids
        self._validate(picking)
        second = picking.with_user(self.keeper).copy()
        second.action_confirm()
        with self.assertRefused("10 cannot be issued"):
            self._validate(second, {self.seal: 5})
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)

    def test_transfer_of_another_company(self):
        """The stock of one company does not serve the requisition of another."""
        requisition = self._approve_requisition(self.dispatch, [(self.seal, 2)])
        foreign = self.env["res.company"].create({"name": "Foreign Roads"})
        foreign._aftersales_setup()
        house = foreign._aftersales_get_warehouse()
        places = {
            "location_id": house.lot_stock_id.id,
            "location_dest_id": house.lot_stock_id.id,
        }
        vals = {
            **places,
            "picking_type_id": house.int_type_id.id,
            "move_ids": [
                Command.create(
                    {**places, "product_id": self.seal.id, "product_uom_qty": 1}
                )
            ],
        }
        pickings = self.env["stock.picking"].with_company(foreign)
        picking = pickings.create(vals)
        picking.aftersales_requisition_id = requisition
        with self.assertRefused("Parts Requisition"):
            picking.action_confirm()
        picking.aftersales_requisition_id = False
        picking.move_ids.aftersales_requisition_line_id = requisition.line_ids
        with self.assertRefused("Requisition Line"):
            picking.action_confirm()

    def test_withdrawal_releases(self):
        requisition = self._approved([(self.seal, 20)])
        picking = requisition.sudo().picking_ids
        self.assertEqual(self.seal.free_qty, 0)
        requisition.action_withdraw()
        self.seal.invalidate_recordset(["free_qty"])
        self.assertEqual(self.seal.free_qty, 20)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(requisition.state, "withdrawn")
        with self.assertRefused("Withdrawn"):
            requisition.action_withdraw()

    def test_withdrawal_stops_the_signing(self):
        requisition = self._create_requisition(self.dispatch, [(self.seal, 1)])
        requisition.action_submit()
        self._sign(requisition, "finance_head")
        requisition.action_withdraw()
        requisition.invalidate_recordset()
        self.assertEqual(requisition.signature_ids.mapped("state"), ["approved"])
        self.assertFalse(requisition.sudo().activity_ids)
        self.assertFalse(requisition.sudo().picking_ids)

    def test_no_withdrawal_after_issue(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        with self.assertRefused("Issued"):
            requisition.action_withdraw()

    def test_nothing_in_stock(self):
        part = self._new_part("Rare Part")
        requisition = self._approved([(part, 2)])
        picking = requisition.sudo().picking_ids
        self.assertEqual(picking.state, "confirmed")
        self.assertEqual(requisition.line_ids.on_hand, 0)
        self._receive(part, 2)
        picking.with_user(self.keeper).action_assign()
        self._validate(picking)
        self.assertEqual(requisition.state, "issued")

    # ------------------------------------------------------------- who may

    def test_keeper_needs_no_write_right(self):
        requisition = self._approved()
        self.assertFalse(requisition.with_user(self.keeper).has_access("write"))
        self._validate(requisition.sudo().picking_ids)
        self.assertEqual(requisition.state, "issued")

    def test_plain_stock_user_may_issue(self):
        requisition = self._approved()
        self.keeper.group_ids = self.env.ref("stock.group_stock_user")
        self.assertFalse(requisition.with_user(self.keeper).has_access("read"))
        self._validate(requisition.sudo().picking_ids)
        self.assertEqual(requisition.state, "issued")

    def test_engineer_sees_what_is_there(self):
        self.assertFalse(self.engineer_user.has_group("stock.group_stock_user"))
        requisition = self._create_requisition(self.dispatch, [(self.seal, 5)])
        line = requisition.line_ids
        self.assertEqual(line.on_hand, 20)
        self._approve_requisition(self.dispatch, [(self.seal, 6)])
        line.invalidate_recordset()
        self.assertEqual(line.on_hand, 14)

    def test_engineer_does_not_issue_to_himself(self):
        requisition = self._approved()
        picking = requisition.sudo().picking_ids.with_user(self.engineer_user)
        with self.assertRaises(AccessError):
            picking.button_validate()
        with self.assertRefused("button", AccessError):
            requisition.write({"state": "issued"})

    def test_another_engineer(self):
        requisition = self._approved()
        his = requisition.with_user(self.other_engineer_user)
        self.assertFalse(his.search([("id", "=", requisition.id)]))
        with self.assertRaises(AccessError):
            his.action_withdraw()
        with self.assertRaises(AccessError):
            self._create_requisition(
                self.dispatch, [(self.seal, 1)], user=self.other_engineer_user
            )

    # ------------------------------------------------------------ locations

    def test_one_location_per_engineer(self):
        self.assertFalse(self.other_engineer.aftersales_location_id)
        location = self.other_engineer._aftersales_get_location()
        self.assertEqual(self.other_engineer._aftersales_get_location(), location)
        self.assertEqual(location.usage, "internal")
        self.assertEqual(location.company_id, self.company)
        self.assertEqual(location.location_id, self.company.aftersales_engineer_root_id)
        self._issue_parts(self.dispatch, [(self.seal, 1)])
        self._issue_parts(self.dispatch, [(self.seal, 1)])
        self.assertEqual(
            self.env["stock.location"].search_count(
                [("name", "=", self.engineer.name), ("usage", "=", "internal")]
            ),
            1,
        )
        self.assertNotEqual(self.engineer_location, location)

    def test_engineer_without_parts(self):
        self.assertEqual(self.other_engineer._aftersales_get_held(self.seal), 0)
        self.assertFalse(self.other_engineer.aftersales_location_id)

    # --------------------------------------------------- bringing back unused

    def test_unused_parts_come_back(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        action = requisition.action_return_unused()
        picking = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self.assertIn(picking.name, action["params"]["message"])
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 5)
        self._validate(picking)
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 0)
        self.assertEqual(self._get_quantity(self.seal, self.stock), 20)
        self.assertEqual(requisition.line_ids.issued_quantity, 5)
        self.assertEqual(requisition.state, "issued")
        with self.assertRefused("no unused parts"):
            requisition.action_return_unused()

    def test_unused_button_pressed_twice(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        requisition.action_return_unused()
        with self.assertRefused("no unused parts"):
            requisition.action_return_unused()
        self.assertEqual(len(requisition.sudo().picking_ids), 2)

    def test_unused_of_two_requisitions(self):
        first = self._issue_parts(self.dispatch, [(self.seal, 5)])
        second = self._issue_parts(self.dispatch, [(self.seal, 2)])
        first.action_return_unused()
        with self.assertRefused("no unused parts"):
            second.action_return_unused()
        back = first.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(back.move_ids.product_uom_qty, 7)

    def test_travel_stock_without_a_case(self):
        requisition = (
            self.env["aftersales.parts.requisition"]
            .with_user(self.engineer_user)
            .create(
                {
                    "line_ids": [
                        Command.create({"product_id": self.seal.id, "quantity": 4})
                    ]
                }
            )
        )
        self.assertEqual(requisition.drawer_id, self.engineer)
        self.assertEqual(requisition.purpose, "travel")
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._validate(requisition.sudo().picking_ids)
        self.assertEqual(requisition.state, "issued")
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._validate(back, {self.seal: 1})
        # The storekeeper got one; the other three wait in the backorder.
        with self.assertRefused("no unused parts"):
            requisition.action_return_unused()
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 3)

    def test_more_comes_back_than_announced(self):
        first = self._issue_parts(self.dispatch, [(self.seal, 5)])
        first.action_return_unused()
        back = first.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._issue_parts(self.dispatch, [(self.seal, 2)])
        self._validate(back, {self.seal: 7})
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 0)
        self.assertFalse(self.dispatch.request_id.sudo().requisition_ids._get_debts())

    def test_return_by_the_stock_screen(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        picking = requisition.sudo().picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.keeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self._validate(back)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.assertEqual(requisition.line_ids.issued_quantity, 5)
        held = self.env["stock.move"]._aftersales_get_held(requisition)
        self.assertEqual(held[self.seal], 3)
        self.assertEqual(requisition.state, "issued")

    # ----------------------------------------------------------------- debts

    def test_held_parts_are_owed(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5), (self.pump, 1)])
        request = self.dispatch.request_id
        self.assertIn("still holds 5 × Seal", request.debt_text)
        self.assertIn("still holds 1 × Pump", request.debt_text)
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._validate(back, {self.seal: 5})
        request.invalidate_recordset()
        self.assertNotIn("Seal", request.debt_text)
        self.assertIn("still holds 1 × Pump", request.debt_text)

    def test_story(self):
        requisition = self._issue_parts(self.dispatch, [(self.seal, 5)])
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._validate(back)
        story = {
            entry["title"]: entry["text"] for entry in self.dispatch.request_id.story
        }
        name = requisition.name
        self.assertEqual(story[f"{name}: Parts issued"], "5 × Seal")
        self.assertEqual(story[f"{name}: Unused parts brought back"], "5 × Seal")
