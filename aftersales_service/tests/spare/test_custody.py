from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestCustody(CustodyCommon):
    """Every done move into or out of an engineer's hands belongs to a line."""

    # ------------------------------------------------------------------ kinds

    def test_issued_used_and_returned(self):
        dispatch = self._issue_dispatch()
        line = self._draw(5, dispatch)
        issue = line.move_ids
        self.assertEqual(self._get_entries(issue), [("issued", line, 5, 5)])
        self.assertEqual(
            self.entries.search([("move_id", "=", issue.id)]).request_id,
            dispatch.request_id,
        )
        self.assertLine(line, moved=5, held=5)
        visit = self._go_to_customer(dispatch)
        self._use(visit, self.part, 2)
        self._use(visit, self.part, charge="charged", charge_reason="Misuse")
        visit.action_finished()
        self.assertLine(line, moved=5, used_free=2, used_charged=1, held=2)
        self.assertEqual(line.requisition_id.reconcile_state, "partial")
        requisition = line.requisition_id.with_user(self.engineer_user)
        requisition.action_return_unused()
        self._validate(
            line.requisition_id.picking_ids.filtered(lambda p: p.state != "done")
        )
        self.assertLine(line, moved=5, used_free=2, used_charged=1, returned=2)
        self.assertEqual(line.requisition_id.reconcile_state, "done")
        self.assertTies()

    def test_value_of_what_left(self):
        dispatch = self._issue_dispatch()
        line = self._draw(5, dispatch)
        visit = self._go_to_customer(dispatch)
        use = self._use(visit, self.part, 3)
        visit.action_finished()
        used = self.entries.search([("move_id", "=", use.sudo().move_id.id)])
        self.assertEqual(used.requisition_line_id, line)
        self.assertEqual(used.value, 3 * 40)
        self.assertEqual(
            line.allocation_ids.filtered(lambda r: r.kind == "issued").value, 0
        )

    def test_initial_stock_has_no_line(self):
        move = self._move(4, self.stock, self.place)
        none = self.entries.requisition_line_id
        self.assertEqual(self._get_entries(move), [("received", none, 4, 4)])
        back = self._move(1, self.place, self.stock)
        self.assertEqual(self._get_entries(back), [("returned", none, 1, -1)])
        self.assertTies()

    def test_more_than_the_requisition_explains(self):
        self._move(4, self.stock, self.place)
        line = self._draw(2)
        out = self._move(3, self.place, self.stock)
        none = self.entries.requisition_line_id
        self.assertEqual(
            self._get_entries(out),
            [("returned", line, 2, -2), ("returned", none, 1, -1)],
        )
        self.assertLine(line, moved=2, returned=2)
        self.assertTies()

    def test_every_way_out(self):
        customers = self.env.ref("stock.stock_location_customers")
        suppliers = self.env.ref("stock.stock_location_suppliers")
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        line = self._draw(6)
        ways = [
            (self.company.aftersales_consumption_location_id, "used_free"),
            (customers, "used_charged"),
            (production, "repair"),
            (self.stock, "returned"),
            (suppliers, "other"),
        ]
        for target, kind in ways:
            move = self._move(1, self.place, target)
            self.assertEqual(self._get_entries(move), [(kind, line, 1, -1)])
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.part.id,
                "scrap_qty": 1,
                "location_id": self.place.id,
                "scrap_location_id": self.company._aftersales_get_scrap_location().id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(self._get_entries(scrap.move_ids), [("scrap", line, 1, -1)])
        self.assertLine(
            line, moved=6, used_free=1, used_charged=1, repair=1, returned=1, lost=2
        )
        self.assertTies()

    def test_within_his_own_places(self):
        kit = self.env["stock.location"].create(
            {"name": "Blanks Kit", "location_id": self.place.id, "usage": "internal"}
        )
        line = self._draw(3)
        inside = self._move(2, self.place, kit)
        self.assertFalse(self._get_entries(inside))
        self.assertLine(line, moved=3, held=3)
        out = self._move(1, kit, self.stock)
        self.assertEqual(self._get_entries(out), [("returned", line, 1, -1)])
        self.assertTies()

    def test_other_moves_are_nobodys(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id, "usage": "internal"}
        )
        self.assertFalse(self._get_entries(self._move(2, self.stock, shelf)))

    # ------------------------------------------------------------------ order

    def test_same_case_before_the_oldest(self):
        older = self._draw(2)
        dispatch = self._issue_dispatch()
        own = self._draw(2, dispatch)
        visit = self._go_to_customer(dispatch)
        use = self._use(visit, self.part, 3)
        visit.action_finished()
        self.assertEqual(
            self._get_entries(use.sudo().move_id),
            [("used_free", own, 2, -2), ("used_free", older, 1, -1)],
        )
        self.assertLine(older, moved=2, used_free=1, held=1)
        self.assertEqual(own.requisition_id.reconcile_state, "done")
        self.assertEqual(older.requisition_id.reconcile_state, "partial")
        self.assertTies()

    def test_return_of_mixed_origins(self):
        """One transfer brings back what three requisitions drew."""
        lines = [self._draw(quantity) for quantity in (2, 3, 4)]
        back = self._move(
            6,
            self.place,
            self.stock,
            aftersales_requisition_id=lines[1].requisition_id.id,
        )
        self.assertEqual(
            self._get_entries(back),
            [
                ("returned", lines[1], 3, -3),
                ("returned", lines[0], 2, -2),
                ("returned", lines[2], 1, -1),
            ],
        )
        self.assertLine(lines[2], moved=4, returned=1, held=3)
        self.assertTies()

    def test_lots_are_kept_apart(self):
        lots = [self._new_lot(self.pump, name) for name in ("P-8", "P-9")]
        for lot in lots:
            self._receive(self.pump, 1, lot)
        request = self._create_request()
        requisitions = []
        for lot in lots:
            requisition = self._approve_requisition(
                self._issue_dispatch(request), [(self.pump, 1)]
            ).with_env(self.env)
            picking = requisition.picking_ids
            picking.move_ids.move_line_ids.lot_id = lot
            self._validate(picking)
            requisitions.append(requisition)
        out = self._move(1, self.place, self.stock, self.pump, lots[1])
        self.assertEqual(
            self._get_entries(out), [("returned", requisitions[1].line_ids, 1, -1)]
        )
        self.assertLine(requisitions[0].line_ids, moved=1, held=1)
        self.assertTies()

    def test_in_the_units_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.part.uom_ids |= dozen
        move = self._move(2, self.stock, self.place, product_uom=dozen.id)
        self.assertEqual([row[3] for row in self._get_entries(move)], [24])
        self.assertTies()

    # --------------------------------------------------------------- reversed

    def test_issue_given_back_in_the_stock_screens(self):
        older = self._draw(2)
        line = self._draw(3)
        back = self._give_back(line.move_ids, 2)
        self.assertEqual(self._get_entries(back), [("returned", line, 2, -2)])
        self.assertLine(line, moved=3, returned=2, held=1)
        self.assertLine(older, moved=2, held=2)
        self.assertTies()

    def test_return_given_back(self):
        """Brought back by mistake and taken along again: it is held as before."""
        line = self._draw(3)
        issued_at = line.requisition_id.issued_at
        line.requisition_id.with_user(self.engineer_user).action_receive()
        back = self._give_back(line.move_ids, 2)
        self.assertEqual(line.requisition_id.issued_at, issued_at)
        with self.assertRefused("confirmed already"):
            line.requisition_id.with_user(self.engineer_user).action_receive()
        again = self._give_back(back, 1)
        self.assertEqual(self._get_entries(again), [("returned", line, -1, 1)])
        self.assertLine(line, moved=3, returned=1, held=2)
        self._give_back(again, 1)
        self.assertLine(line, moved=3, returned=2, held=1)
        self.assertTies()

    def test_issued_by_the_dozen(self):
        """The storekeeper issues in another unit; the form counts in its own."""
        requisition = self._approve_requisition(
            self._issue_dispatch(), [(self.part, 24)]
        )
        move = requisition.sudo().picking_ids.move_ids
        picking = move.picking_id
        picking.do_unreserve()
        move.write(
            {"product_uom": self.env.ref("uom.product_uom_dozen").id}
            | {"product_uom_qty": 2, "quantity": 1, "picked": True}
        )
        picking.with_context(cancel_backorder=False)._action_done()
        line = requisition.with_env(self.env).line_ids
        self.assertEqual((requisition.state, line.issued_quantity), ("partial", 12))
        self.assertLine(line, moved=12, held=12)
        rest = requisition.sudo().picking_ids - picking
        rest.move_ids.write({"quantity": 1, "picked": True})
        rest._action_done()
        self.env.invalidate_all()
        self.assertEqual((requisition.state, line.issued_quantity), ("issued", 24))
        self.assertTies()

    def test_use_given_back(self):
        """The customer gives a charged part back: it is not used any more."""
        older = self._draw(1)
        line = self._draw(3)
        customers = self.env.ref("stock.stock_location_customers")
        sold = self._move(
            4,
            self.place,
            customers,
            aftersales_request_id=line.requisition_id.request_id.id,
        )
        self.assertLine(line, moved=3, used_charged=3)
        first = self._give_back(sold, 1)
        self.assertEqual(self._get_entries(first), [("used_charged", older, -1, 1)])
        second = self._give_back(sold, 2)
        self.assertEqual(self._get_entries(second), [("used_charged", line, -2, 2)])
        self.assertLine(older, moved=1, held=1)
        self.assertLine(line, moved=3, used_charged=1, held=2)
        self.assertTies()

    def test_count_and_found_again(self):
        line = self._draw(4)
        self._count(self.place, 1)
        self.assertLine(line, moved=4, lost=3, held=1)
        self._count(self.place, 3)
        self.assertLine(line, moved=4, lost=1, held=3)
        self._count(self.place, 6)
        self.assertLine(line, moved=4, held=4)
        rest = self.entries.search(
            [("kind", "=", "count"), ("requisition_line_id", "=", False)]
        )
        self.assertEqual(rest.mapped("change"), [2])
        self.assertTies()

    def test_handed_to_another_engineer(self):
        """The line goes with the part; he answers for it, and nothing is lost."""
        line = self._draw(5)
        handed = self._move(3, self.place, self.other_place)
        self.assertEqual(
            self._get_entries(handed),
            [("transfer", line, 3, -3), ("transfer", line, -3, 3)],
        )
        self.assertLine(line, moved=5, held=5)
        self.assertEqual(
            self.entries._read_group(
                [("requisition_line_id", "=", line.id)],
                ["engineer_id"],
                ["change:sum"],
            ),
            [(self.engineer, 2), (self.other_engineer, 3)],
        )
        self._move(3, self.other_place, self.stock)
        self.assertLine(line, moved=5, returned=3, held=2)
        self.assertTies()

    def test_handed_on_twice_in_one_batch(self):
        line = self._draw(2)
        vals = {"product_id": self.part.id, "product_uom_qty": 2}
        moves = self.env["stock.move"].create(
            [
                {
                    **vals,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": self.part.id,
                                "quantity": 2,
                                "location_id": source.id,
                                "location_dest_id": target.id,
                            }
                        )
                    ],
                    "picked": True,
                }
                for source, target in (
                    (self.place, self.other_place),
                    (self.other_place, self.stock),
                )
            ]
        )
        moves._action_done()
        self.assertLine(line, moved=2, returned=2)
        self.assertTies()

    # -------------------------------------------------------------- corrected

    def test_done_move_corrected(self):
        line = self._draw(5)
        out = self._move(3, self.place, self.stock)
        out.move_line_ids.quantity = 1
        self.assertEqual(self._get_entries(out), [("returned", line, 1, -1)])
        self.assertLine(line, moved=5, returned=1, held=4)
        out.move_line_ids.quantity = 0
        self.assertFalse(self._get_entries(out))
        self.assertLine(line, moved=5, held=5)
        self.assertTies()

    def test_issue_corrected_after_use(self):
        """What was used is more than what was issued: the line shows it."""
        line = self._draw(5)
        self._move(4, self.place, self.stock)
        line.move_ids.move_line_ids.quantity = 3
        self.env.flush_all()
        self.assertEqual(line.held_quantity, -1)
        self.assertIn(("line", 1.0), self._find_differences())

    def test_rebuild_gives_the_same(self):
        first, second = self._draw(3), self._draw(2)
        self._move(4, self.place, self.other_place)
        self._move(1, self.other_place, self.stock)
        self._count(self.place, 0)
        before = self._get_entries(self.env["stock.move"].search([]))
        self.entries._rebuild(self.company, self.part)
        self.assertEqual(self._get_entries(self.env["stock.move"].search([])), before)
        self.assertEqual((first | second).mapped("held_quantity"), [2, 1])
        self.assertTies()

    # ----------------------------------------------------------------- rights

    def test_nobody_writes(self):
        line = self._draw(1)
        row = line.allocation_ids
        for user in (self.engineer_user, self.keeper, self.finance, self.manager):
            with self.subTest(user=user.name):
                self.assertTrue(row.with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    row.with_user(user).quantity = 9
                with self.assertRaises(AccessError):
                    row.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    self.entries.with_user(user).create(row.copy_data())

    def test_cost_is_not_for_engineers(self):
        row = self._draw(1).allocation_ids
        with self.assertRaises(AccessError):
            row.with_user(self.engineer_user).read(["value"])
        value = row.with_user(self.keeper).read(["value"])[0]["value"]
        self.assertEqual(value, row.move_id.value)

    def test_nobody_types_quantities(self):
        line = self._draw(1).with_user(self.manager)
        for name in ("held_quantity", "moved_quantity", "custody_difference"):
            with self.assertRefused("computed, not entered", AccessError):
                line.write({name: 7})

    def test_an_engineer_sees_his_own(self):
        line = self._draw(2)
        self._move(1, self.place, self.other_place)
        seen = self.entries.with_user(self.other_engineer_user).search([])
        self.assertEqual(seen.engineer_id, self.other_engineer)
        mine = self.entries.with_user(self.engineer_user)
        self.assertEqual(mine.search([]).engineer_id, self.engineer)
        with self.assertRaises(AccessError):
            line.with_user(self.other_engineer_user).action_view_allocations()
        action = line.with_user(self.engineer_user).action_view_allocations()
        self.assertEqual(len(mine.search(action["domain"])), 2)
