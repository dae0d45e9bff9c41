from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestVanRule(VanCommon):
    """A reordering rule of an engineer writes a requisition, and moves nothing."""

    def test_scheduler_writes_one_requisition(self):
        bolt = self._new_part("Bolt")
        self._rule(self.seal, 2, 5)
        self._rule(bolt, 1, 3)
        self._rule(self.seal, 1, 1, self.other_engineer)
        self._put(bolt, 2)
        self._run_scheduler()
        draft = self._travel()
        self.assertEqual(len(draft), 1)
        self.assertEqual(draft.state, "draft")
        self.assertFalse(draft.request_id)
        rows = [(line.product_id, line.quantity) for line in draft.line_ids]
        self.assertEqual(rows, [(self.seal, 5)])
        self.assertEqual(self._travel(self.other_engineer).line_ids.quantity, 1)
        moves = self.env["stock.move"].search(
            [("location_dest_id", "=", self.engineer_location.id)]
        )
        self.assertFalse(moves)

    def test_twice_doubles_nothing(self):
        rule = self._rule(self.seal, 2, 5)
        for _run in range(3):
            self._run_scheduler()
            self.assertEqual(self._travel().line_ids.quantity, 5)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (5, 0))

    def test_counts_as_coming_until_it_is_there(self):
        """In every state of the requisition the rule asks for the rest only."""
        rule = self._rule(self.seal, 2, 5)
        self._run_scheduler()
        requisition = self._travel()
        requisition.with_user(self.engineer_user).action_submit()
        self._run_scheduler()
        self.assertEqual(self._travel(), requisition)
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._run_scheduler()
        self.assertEqual(self._travel(), requisition)
        self._validate(requisition.picking_ids, {self.seal: 2})
        self._run_scheduler()
        self.assertEqual(self._travel(), requisition)
        self._validate(requisition.picking_ids.filtered(lambda p: p.state != "done"))
        self._run_scheduler()
        self.assertEqual(self._travel(), requisition)
        self.assertEqual((rule.qty_on_hand, rule.qty_to_order), (5, 0))

    def test_parts_for_a_case_fill_no_bag(self):
        """What he draws for a case is used up there: his bag is filled all the same."""
        self._rule(self.seal, 2, 5)
        dispatch = self._create_dispatch()
        self._create_requisition(dispatch, [(self.seal, 5)])
        self._run_scheduler()
        self.assertEqual(self._travel().line_ids.quantity, 5)

    def test_refused_is_asked_for_again(self):
        self._rule(self.seal, 2, 5)
        self._run_scheduler()
        first = self._travel()
        first.with_user(self.engineer_user).action_submit()
        self._sign(first, "finance_head", approve=False, opinion="Too much")
        self._run_scheduler()
        self.assertEqual(len(self._travel()), 2)
        self.assertEqual((self._travel() - first).line_ids.quantity, 5)

    def test_use_fills_the_draft_up(self):
        """What is used up goes on the same paper, the hand-written line stays."""
        self._put(self.seal, 5)
        self._rule(self.seal, 4, 6)
        dispatch = self._arrive_with()
        self._use(dispatch, self.seal, 3)
        dispatch.action_finished()
        self._run_scheduler()
        requisition = self._travel()
        self.assertEqual(requisition.line_ids.quantity, 4)
        requisition.line_ids.quantity = 5
        bolt = self._new_part("Bolt")
        self._rule(bolt, 1, 1)
        self._run_scheduler()
        rows = {line.product_id: line.quantity for line in self._travel().line_ids}
        self.assertEqual(rows, {self.seal: 5, bolt: 1})

    def test_button(self):
        rule = self._rule(self.seal, 2, 5, trigger="manual")
        self._run_scheduler()
        self.assertFalse(self._travel())
        rule.invalidate_recordset()
        self.assertFalse(rule.show_supply_warning)
        rule.qty_to_order = 3
        action = rule.action_replenish()
        requisition = self._travel()
        self.assertEqual(requisition.line_ids.quantity, 3)
        self.assertEqual(action["params"]["links"][0]["label"], requisition.name)
        rule.action_replenish()
        self.assertEqual(self._travel().line_ids.quantity, 3)

    def test_button_by_the_storekeeper(self):
        rule = self._rule(self.seal, 2, 5)
        rule.with_user(self.keeper)._procure_orderpoint_confirm(company_id=self.company)
        self.assertEqual(self._travel().line_ids.quantity, 5)
        with self.assertRaises(AccessError):
            rule.with_user(self.engineer_user).read(["product_min_qty"])

    def test_rule_of_the_warehouse_is_odoos(self):
        house = self.env["stock.warehouse"].create({"name": "North", "code": "NOR"})
        warehouse = self.company._aftersales_get_warehouse()
        warehouse.resupply_wh_ids = house
        part = self._new_part("Flange")
        part.route_ids = warehouse.resupply_route_ids
        rule = self._rule(part, 1, 4, location_id=self.stock.id)
        van = self._rule(part, 1, 2)
        self.assertFalse(rule.aftersales_is_van)
        self.assertTrue(van.aftersales_is_van)
        found = rule.search([("aftersales_is_van", "=", True)])
        self.assertIn(van, found)
        self.assertNotIn(rule, found)
        (rule | van)._procure_orderpoint_confirm(company_id=self.company)
        moves = self.env["stock.move"].search([("product_id", "=", part.id)])
        self.assertIn(4, moves.mapped("product_qty"))
        self.assertEqual(self._travel().line_ids.quantity, 2)

    def test_engineer_who_left(self):
        rule = self._rule(self.seal, 2, 5)
        self.engineer.active = False
        self._run_scheduler()
        self.assertFalse(self._travel())
        with self.assertRefused("belongs to no engineer at work"):
            rule._procure_orderpoint_confirm(company_id=self.company)

    def test_kit_counts_with_its_holder(self):
        kit = self.env["stock.location"].create(
            {"name": "Kit", "location_id": self.engineer_location.id}
        )
        self._put(self.seal, 4, location=kit)
        self._rule(self.seal, 2, 5)
        self._run_scheduler()
        self.assertFalse(self._travel())
