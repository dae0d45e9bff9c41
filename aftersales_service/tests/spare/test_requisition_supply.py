from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form, tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestRequisitionSupply(SpareCommon):
    """What is short, when it comes, and how it is ordered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._issue_dispatch()
        cls.warehouse = cls.company._aftersales_get_warehouse()
        cls.valve = cls()._new_part("Valve")

    def _expect(self, product, quantity, days, warehouse=None):
        """A confirmed receipt that is to come in ``days`` days."""
        warehouse = warehouse or self.warehouse
        when = fields.Datetime.now() + timedelta(days=days)
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": warehouse.lot_stock_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": warehouse.in_type_id.id,
                "scheduled_date": when,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "date": when,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking

    def _other_warehouse(self, product, quantity):
        house = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NOR", "company_id": self.company.id}
        )
        if quantity:
            self.env["stock.quant"]._update_available_quantity(
                product, house.lot_stock_id, quantity
            )
        return house

    # -------------------------------------------------------------- the line

    def test_shown_while_typing(self):
        day = fields.Date.today() + timedelta(days=4)
        self._expect(self.valve, 1, 2)
        self._expect(self.valve, 3, 4)
        requisitions = self.env["aftersales.parts.requisition"]
        with Form(requisitions.with_user(self.engineer_user)) as form:
            form.dispatch_id = self.dispatch.with_user(self.engineer_user)
            with form.line_ids.new() as line:
                line.product_id = self.seal
                line.quantity = 5
                self.assertEqual(line.on_hand, 20)
                self.assertEqual(line.supply_state, "there")
                line.quantity = 26
                self.assertEqual(line.missing_quantity, 6)
                self.assertEqual(line.supply_state, "short")
                self.assertFalse(line.expected_date)
                line.product_id = self.valve
                line.quantity = 3
                self.assertEqual(line.missing_quantity, 3)
                self.assertEqual(line.forecast_quantity, 4)
                self.assertEqual(line.supply_state, "coming")
                self.assertEqual(line.expected_date, day)
                line.quantity = 5
                self.assertEqual(line.supply_state, "short")
        self.assertEqual(form.record.supply_state, "short")

    def test_two_lines_share_what_is_free(self):
        requisition = self._create_requisition(
            self.dispatch, [(self.seal, 15), (self.seal, 8)]
        )
        self.assertEqual(requisition.line_ids.mapped("missing_quantity"), [0, 3])

    def test_own_reservation_is_no_shortage(self):
        first = self._approve_requisition(self.dispatch, [(self.seal, 18)])
        self.assertEqual(first.line_ids.missing_quantity, 0)
        second = self._approve_requisition(self.dispatch, [(self.seal, 5)])
        self.assertEqual(second.line_ids.missing_quantity, 3)
        self._validate(second.sudo().picking_ids)
        self.assertEqual(second.state, "partial")
        self.assertEqual(second.line_ids.missing_quantity, 3)
        self._receive(self.seal, 3)
        second.sudo().picking_ids.filtered(lambda p: p.state != "done").action_assign()
        second.invalidate_recordset()
        self.assertEqual(second.line_ids.missing_quantity, 0)

    def test_one_query_for_many_lines(self):
        parts = [self._new_part(f"Part {number}") for number in range(8)]
        small = self._create_requisition(self.dispatch, [(parts[0], 1)])
        large = self._create_requisition(self.dispatch, [(p, 1) for p in parts])
        counts = []
        for requisition in (small, large):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requisition.line_ids.mapped("supply_state")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # ----------------------------------------------- reservation, at the quants

    def _reserved(self, product):
        return sum(
            self.env["stock.quant"]
            .search(
                [("product_id", "=", product.id), ("location_id", "=", self.stock.id)]
            )
            .mapped("reserved_quantity")
        )

    def test_refusal_and_withdrawal_reserve_nothing(self):
        requisition = self._create_requisition(self.dispatch, [(self.seal, 7)])
        requisition.action_submit()
        self.assertEqual(self._reserved(self.seal), 0)
        self._sign(requisition, "finance_head", approve=False, opinion="Too much")
        self.assertEqual(requisition.state, "refused")
        self.assertEqual(self._reserved(self.seal), 0)
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self.assertEqual(self._reserved(self.seal), 7)
        requisition.action_withdraw()
        self.assertEqual(self._reserved(self.seal), 0)
        self.assertFalse(
            requisition.sudo().picking_ids.filtered(lambda p: p.state != "cancel")
        )

    def test_change_after_approval_releases(self):
        requisition = self._approve_requisition(self.dispatch, [(self.seal, 7)])
        requisition.line_ids.quantity = 9
        self.assertEqual(requisition.state, "draft")
        self.assertEqual(self._reserved(self.seal), 0)

    def test_held_engineer_does_not_draw(self):
        requisition = self._create_requisition(self.dispatch, [(self.seal, 1)])
        self.patch(
            type(self.env["hr.employee"]),
            "_aftersales_get_holds",
            lambda person, step: [f"{step}: bring the old parts first."],
        )
        with self.assertRefused("requisition: bring the old parts"):
            requisition.action_submit()
        self.assertEqual(requisition.state, "draft")

    # ------------------------------------------------------------- receipt

    def test_receipt_is_confirmed_by_the_drawer(self):
        requisition = self._approve_requisition(self.dispatch, [(self.seal, 2)])
        with self.assertRefused("To Issue"):
            requisition.action_receive()
        self._validate(requisition.sudo().picking_ids)
        with self.assertRefused("Only As Engineer|Only Engineer|confirms"):
            requisition.with_user(self.dispatcher).action_receive()
        requisition.action_receive()
        self.assertEqual(requisition.received_by_id, self.engineer_user)
        with self.assertRefused("confirmed already"):
            requisition.action_receive()

    # -------------------------------------------------------------- ordering

    def _open_wizard(self, requisition, user=None):
        action = requisition.with_user(user or self.keeper).action_procure()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.keeper)
            .browse(action["res_id"])
        )

    def test_nothing_is_ordered_unasked(self):
        requisition = self._approve_requisition(self.dispatch, [(self.valve, 2)])
        wizard = self._open_wizard(requisition)
        self.assertEqual(wizard.line_ids.method, "list")
        self.assertFalse(
            self.env["stock.warehouse.orderpoint"].search(
                [("product_id", "=", self.valve.id)]
            )
        )
        with self.assertRefused("tell them"):
            requisition.action_procure()

    def test_put_on_the_replenishment_list(self):
        requisition = self._approve_requisition(self.dispatch, [(self.valve, 2)])
        wizard = self._open_wizard(requisition, self.dispatcher)
        wizard.action_procure()
        rule = self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "=", self.valve.id)]
        )
        self.assertEqual((rule.trigger, rule.qty_to_order), ("manual", 2))
        self.assertEqual(rule.location_id, self.stock)
        self.assertEqual(requisition.line_ids.raised_quantity, 2)
        with self.assertRefused("Of Valve only 0 are missing"):
            wizard.action_procure()
        with self.assertRefused("Nothing is missing"):
            self._open_wizard(requisition)
        requisition.invalidate_recordset()
        self.assertIn("Valve × 2", requisition.sudo().message_ids[0].body)

    def test_from_another_warehouse(self):
        house = self._other_warehouse(self.valve, 5)
        requisition = self._approve_requisition(self.dispatch, [(self.valve, 2)])
        wizard = self._open_wizard(requisition)
        row = wizard.line_ids
        self.assertEqual((row.method, row.source_warehouse_id), ("transfer", house))
        self.assertIn("North has 5", row.proposal)
        row.quantity = 3
        with self.assertRefused("only 2 are missing"):
            wizard.action_procure()
        row.quantity = 2
        wizard.action_procure()
        move = self.env["stock.move"].search([("product_id", "=", self.valve.id)])
        transfer = move.picking_id.filtered(lambda p: p.origin == requisition.name)
        transfer = transfer.filtered(lambda p: p.location_id == house.lot_stock_id)
        self.assertEqual(transfer.state, "assigned")
        self.env.invalidate_all()
        self.assertEqual(requisition.line_ids.supply_state, "coming")
        transfer.button_validate()
        issue = requisition.sudo().picking_ids
        issue.action_assign()
        self._validate(issue)
        self.assertEqual(requisition.state, "issued")

    def test_by_the_route_of_the_product(self):
        house = self._other_warehouse(self.valve, 0)
        self.warehouse.resupply_wh_ids = house
        route = self.warehouse.resupply_route_ids
        self.valve.route_ids = route
        requisition = self._approve_requisition(self.dispatch, [(self.valve, 2)])
        wizard = self._open_wizard(requisition)
        self.assertEqual(wizard.line_ids.method, "route")
        self.assertEqual(wizard.line_ids.proposal, route.name)
        wizard.action_procure()
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", self.valve.id),
                ("location_id", "child_of", house.view_location_id.id),
            ]
        )
        self.assertEqual(sum(moves.mapped("product_qty")), 2)

    def test_no_route_is_said(self):
        requisition = self._approve_requisition(self.dispatch, [(self.valve, 2)])
        wizard = self._open_wizard(requisition)
        self.warehouse.reception_route_id.active = False
        wizard.line_ids.method = "route"
        with self.assertRefused("No rule has been found"):
            wizard.action_procure()
        self.assertEqual(requisition.line_ids.raised_quantity, 0)
        wizard.line_ids.method = "transfer"
        with self.assertRefused("Choose the warehouse"):
            wizard.action_procure()
