from odoo.tests import tagged

from .common_custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestCustodyAstray(CustodyCommon):
    """What the storekeeper takes elsewhere is not issued, and somebody is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.location_id.id}
        )
        cls.requisition = test._approve_requisition(
            test._issue_dispatch(), [(cls.part, 3)]
        ).with_env(cls.env)
        cls.line = cls.requisition.line_ids
        cls.picking = cls.requisition.picking_ids

    def _take_to(self, place, quantity=3):
        """The storekeeper validates with another destination than the form's."""
        self.picking.with_user(self.keeper).location_dest_id = place
        self._validate(self.picking, {self.part: quantity})

    def test_to_a_shelf(self):
        self._take_to(self.shelf)
        self.assertEqual(self.line.issued_quantity, 0)
        self.assertLine(self.line)
        self.assertEqual(self.requisition.state, "approved")
        self.assertFalse(self.line.arrived_at)
        self.assertEqual(self.engineer._aftersales_get_held(self.part), 0)
        self.assertEqual(self._find_differences(), [("line", -3)])

    def test_to_another_engineer(self):
        """He holds them; the drawer answers for nothing."""
        self._take_to(self.other_place)
        self.assertEqual(self.line.issued_quantity, 0)
        self.assertLine(self.line)
        entries = self._get_entries(self.picking.move_ids)
        none = self.line.browse()
        self.assertEqual(entries, [("received", none, 3, 3)])
        self.assertEqual(self.other_engineer._aftersales_get_held(self.part), 3)
        self.assertFalse(self.requisition._get_debts())
        self.assertEqual(self._find_differences(), [("line", -3)])

    def test_into_a_kit_of_the_drawer(self):
        kit = self.env["stock.location"].create(
            {"name": "Kit", "usage": "internal", "location_id": self.place.id}
        )
        self._take_to(kit)
        self.assertLine(self.line, moved=3, held=3)
        self.assertEqual(self.requisition.state, "issued")
        self.assertTies()

    def test_lines_of_two_engineers_at_once(self):
        """Each line asks for its own drawer, also when both are read together."""
        dispatch = self._issue_dispatch(engineer_id=self.other_engineer.id)
        other = self._create_requisition(
            dispatch, [(self.part, 2)], self.other_engineer_user
        )
        other.action_submit()
        self._sign(other, *self.REQUISITION_ROLES)
        self._validate(other.sudo().picking_ids)
        self._take_to(self.other_place)
        both = self.line | other.with_env(self.env).line_ids
        self.env.invalidate_all()
        self.assertEqual(both.mapped("issued_quantity"), [0, 2])
        both._compute_custody()
        self.assertEqual(both.mapped("moved_quantity"), [0, 2])

    def test_brought_back_and_issued(self):
        """Returned by the stock screens: the difference is gone, the rest comes."""
        self._take_to(self.shelf)
        again = self.picking.copy({"location_dest_id": self.place.id})
        again.move_ids.location_dest_id = self.place
        self._give_back(self.picking.move_ids)
        self.assertTies()
        again.action_confirm()
        self._validate(again)
        self.assertEqual(self.requisition.state, "issued")
        self.assertLine(self.line, moved=3, held=3)
        self.assertTies()

    def test_brought_back_in_part(self):
        self._take_to(self.shelf)
        self._give_back(self.picking.move_ids, 1)
        self.assertEqual(self._find_differences(), [("line", -2)])

    def test_returned_from_the_drawer(self):
        """What was issued and came back is no difference, nor is its way there."""
        self._take_to(self.place)
        back = self._give_back(self.picking.move_ids, 2)
        self.assertLine(self.line, moved=3, held=1, returned=2)
        self.assertTies()
        self._give_back(back)
        self.assertTies()
        self.assertEqual(self.line.issued_quantity, 3)

    def test_destination_put_right_afterwards(self):
        """A done transfer that was wrong is corrected: now it is issued."""
        self._take_to(self.shelf)
        self.picking.move_ids.move_line_ids.location_dest_id = self.place
        self.env.invalidate_all()
        self.assertEqual(self.line.issued_quantity, 3)
        self.assertEqual(self.requisition.state, "issued")
        self.assertLine(self.line, moved=3, held=3)
        self.assertTies()

    def test_corrected_to_more_than_signed(self):
        self._take_to(self.place)
        move_line = self.picking.move_ids.move_line_ids
        with self.assertRefused("signed for 3 × Nozzle; 4 cannot be issued"):
            move_line.quantity = 4
        self.env.invalidate_all()
        self.assertEqual(self.engineer._aftersales_get_held(self.part), 3)

    def test_corrected_to_less(self):
        """What he never got does not come any more, until it is drawn anew."""
        self._take_to(self.place)
        self.picking.move_ids.move_line_ids.quantity = 2
        self.env.invalidate_all()
        self.assertEqual(self.requisition.state, "issued")
        self.assertTrue(self.requisition.ended_at)
        self.assertLine(self.line, moved=2, held=2)
        self.assertTies()

    def test_given_up(self):
        """The requester does without what lies on the shelf; it stays listed."""
        self._validate(self.picking, {self.part: 1})
        rest = self.requisition.picking_ids - self.picking
        rest.with_user(self.keeper).location_dest_id = self.shelf
        self._validate(rest)
        self.assertEqual(self.requisition.state, "partial")
        self.requisition.with_user(self.engineer_user).action_end()
        self.assertEqual(self.requisition.state, "issued")
        self.assertTrue(self.requisition.ended_at)
        self.assertEqual(self._find_differences(), [("line", -2)])
