from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestPartUse(SpareCommon):
    """What the engineer may enter, and what “Finished” refuses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._arrive_with([(cls.seal, 5), (cls.pump, 1)])

    def _finish(self):
        self.dispatch.action_finished()

    def _assert_nothing_booked(self, held=5):
        """Refused: not a single trace of “Finished”."""
        self.dispatch.invalidate_recordset()
        uses = self.dispatch.part_use_ids
        self.assertEqual(self.dispatch.state, "arrived")
        self.assertFalse(self.dispatch.finished_at)
        self.assertFalse(uses.sudo().move_id)
        self.assertEqual(set(uses.mapped("state")), {"draft"})
        self.assertFalse(
            self.env["stock.move"].search([("aftersales_part_use_id", "in", uses.ids)])
        )
        self.assertFalse(self.dispatch.request_id.sudo().parts_return_ids)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), held)

    # --------------------------------------------------------------- entering

    def test_default_charge_follows_warranty(self):
        self.assertEqual(self._use(self.dispatch, self.seal).charge, "free")
        self.dispatch.request_id.with_user(self.agent).warranty_state = "out"
        self.assertEqual(self._use(self.dispatch, self.seal).charge, "charged")
        self.dispatch.request_id.with_user(self.agent).warranty_state = "unknown"
        self.assertEqual(self._use(self.dispatch, self.seal).charge, "charged")

    def test_warranty_change_keeps_what_was_entered(self):
        use = self._use(self.dispatch, self.seal, charge="charged", charge_reason="x")
        self.dispatch.request_id.with_user(self.agent).warranty_state = "unknown"
        self.assertEqual(use.charge, "charged")

    def test_old_part_default(self):
        free = self._use(self.dispatch, self.seal)
        self.assertEqual(free.old_part, "kept")
        charged = self._use(
            self.dispatch, self.seal, charge="charged", charge_reason="Misuse"
        )
        self.assertEqual(charged.old_part, "customer")

    def test_old_part_left_needs_a_reason(self):
        for old_part in ("customer", "none"):
            for reason in (False, "", "  "):
                with self.assertRefused("Art. 22", ValidationError):
                    self._use(
                        self.dispatch,
                        self.seal,
                        old_part=old_part,
                        old_part_reason=reason,
                    )
        use = self._use(
            self.dispatch, self.seal, old_part="customer", old_part_reason="Proof"
        )
        with self.assertRefused("Art. 22", ValidationError):
            use.old_part_reason = False

    @mute_logger("odoo.sql_db")
    def test_quantity_of_nothing(self):
        for quantity in (0, -2):
            with self.assertRaises(CheckViolation):
                self._use(self.dispatch, self.seal, quantity)
                self.env.flush_all()

    def test_serial_of_another_product(self):
        seal_lot = self._new_lot(self._new_part("Lot Seal", tracking="lot"), "P-1")
        with self.assertRefused("P-1 is of Lot Seal, not of Pump", ValidationError):
            self._use(self.dispatch, self.pump, lot_id=seal_lot.id)

    def test_one_serial_one_piece(self):
        with self.assertRefused("quantity 1", ValidationError):
            self._use(self.dispatch, self.pump, 2, lot_id=self.pump_lot.id)

    def test_only_by_its_engineer(self):
        for vals in ({}, {"product_id": self.pump.id}):
            with self.assertRaises(AccessError):
                self.env["aftersales.part.use"].with_user(
                    self.other_engineer_user
                ).create(
                    {
                        "dispatch_id": self.dispatch.id,
                        "product_id": self.seal.id,
                        **vals,
                    }
                )
        use = self._use(self.dispatch, self.seal)
        with self.assertRaises(AccessError):
            use.with_user(self.other_engineer_user).quantity = 2
        with self.assertRaises(AccessError):
            use.with_user(self.keeper).quantity = 2

    def test_booking_fields_are_not_typed(self):
        use = self._use(self.dispatch, self.seal)
        move = self.env["stock.move"].search([], limit=1)
        for vals in ({"move_id": move.id}, {"state": "done"}):
            with self.assertRefused("“Finished”"):
                use.write(vals)
        with self.assertRefused("“Finished”"):
            self._use(self.dispatch, self.seal, move_id=move.id)
        typed = self._use(self.dispatch, self.seal, state="done")
        self.assertEqual(typed.state, "draft")
        uses = self.env["aftersales.part.use"].with_user(self.engineer_user)
        with self.assertRefused("“Finished”"):
            uses.with_context(default_move_id=move.id).create(
                {"dispatch_id": self.dispatch.id, "product_id": self.seal.id}
            )

    def test_what_follows_from_the_visit_is_not_typed(self):
        """Neither another man's stock nor another case."""
        use = self._use(self.dispatch, self.seal)
        other = self._create_request()
        for vals in (
            {"engineer_id": self.other_engineer.id},
            {"request_id": other.id},
            {"used_at": "2020-01-01 08:00:00"},
        ):
            with self.assertRefused("computed, not entered", AccessError):
                use.write(vals)
        with self.assertRefused("computed, not entered", AccessError):
            self._use(self.dispatch, self.seal, used_at="2020-01-01 08:00:00")
        self.assertEqual(use.engineer_id, self.engineer)

    def test_before_issue_and_after_finish(self):
        draft = self._create_dispatch(self.dispatch.request_id)
        with self.assertRefused("from its issue until"):
            self._use(draft, self.seal)
        use = self._use(self.dispatch, self.seal)
        self._finish()
        for late in (
            lambda: self._use(self.dispatch, self.seal),
            lambda: use.write({"quantity": 3}),
            use.unlink,
        ):
            with self.assertRefused("from its issue until"):
                late()

    def test_not_moved_to_a_finished_visit(self):
        self._use(self.dispatch, self.seal)
        self._finish()
        second = self._issue_dispatch(self.dispatch.request_id)
        use = self._use(second, self.seal)
        with self.assertRefused("from its issue until"):
            use.dispatch_id = self.dispatch.id
        with self.assertRefused("from its issue until"):
            second.with_user(self.engineer_user).part_use_ids.write(
                {"dispatch_id": self.dispatch.id}
            )

    def test_cancelled_dispatch(self):
        second = self._issue_dispatch(self.dispatch.request_id)
        second.action_cancel()
        with self.assertRefused("from its issue until"):
            self._use(second, self.seal)

    # -------------------------------------------------------------- finishing

    def test_more_than_held(self):
        self._use(self.dispatch, self.seal, 3)
        self._use(self.dispatch, self.seal, 4, charge="charged", charge_reason="x")
        self._use(self.dispatch, self.pump, lot_id=self.pump_lot.id)
        with self.assertRefused("holds 5 Units of Seal, not 7"):
            self._finish()
        self._assert_nothing_booked()

    def test_last_part_of_many_fails(self):
        self._use(self.dispatch, self.seal, 5)
        part = self._new_part("Never Issued")
        self._use(self.dispatch, part)
        with self.assertRefused("holds 0 Units of Never Issued, not 1"):
            self._finish()
        self._assert_nothing_booked()

    def test_serial_missing(self):
        self._use(self.dispatch, self.seal)
        self._use(self.dispatch, self.pump)
        with self.assertRefused("serial or lot number of Pump"):
            self._finish()
        self._assert_nothing_booked()

    def test_serial_twice(self):
        self._use(self.dispatch, self.pump, lot_id=self.pump_lot.id)
        self._use(self.dispatch, self.pump, lot_id=self.pump_lot.id)
        with self.assertRefused("holds 1 Units of Pump P-1, not 2"):
            self._finish()
        self._assert_nothing_booked()

    def test_serial_of_another_engineer(self):
        other_lot = self._new_lot(self.pump, "P-2")
        self._receive(self.pump, 1, other_lot)
        other = self._issue_dispatch(
            self.dispatch.request_id, engineer_id=self.other_engineer.id
        )
        requisition = self._create_requisition(
            other, [(self.pump, 1)], user=self.other_engineer_user
        )
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._validate(requisition.sudo().picking_ids)
        self.assertEqual(
            self.other_engineer._aftersales_get_held(self.pump, other_lot), 1
        )
        self._use(self.dispatch, self.pump, lot_id=other_lot.id)
        with self.assertRefused("Engineer holds 0 Units of Pump P-2, not 1"):
            self._finish()
        self._assert_nothing_booked()

    def test_lot_tracked_part(self):
        grease = self._new_part("Grease", tracking="lot")
        lots = [self._new_lot(grease, name) for name in ("G-1", "G-2")]
        for lot in lots:
            self._receive(grease, 4, lot)
        self._issue_parts(self.dispatch, [(grease, 8)])
        self._use(self.dispatch, grease, 3, lot_id=lots[0].id)
        self._use(self.dispatch, grease, 1, lot_id=lots[1].id)
        self._finish()
        held = self.engineer._aftersales_get_held
        self.assertEqual(held(grease, lots[0]), 1)
        self.assertEqual(held(grease, lots[1]), 3)
        self.assertEqual(held(grease), 4)

    def test_finished_twice(self):
        self._use(self.dispatch, self.seal, 2)
        self._finish()
        moves = self.dispatch.sudo().part_use_ids.move_id
        with self.assertRefused("Finished"):
            self._finish()
        self.assertEqual(self.dispatch.sudo().part_use_ids.move_id, moves)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)

    def test_finishing_late_does_not_lose_the_check(self):
        """The time of the event is free, what he holds counts at the booking."""
        self._use(self.dispatch, self.seal, 6)
        with self.assertRefused("holds 5 Units of Seal"):
            self.dispatch.action_finished(self.dispatch.arrived_at)
        self._assert_nothing_booked()

    def test_service_needs_no_stock(self):
        cable_ties = self.env["product.product"].create({"name": "Cable Ties"})
        self.assertFalse(cable_ties.is_storable)
        use = self._use(self.dispatch, cable_ties, 20)
        self._finish()
        self.assertEqual(use.state, "done")

    def test_two_visits_at_once(self):
        """A batch of visits of one engineer cannot use the same part twice."""
        second = self._arrive_with(request=self.dispatch.request_id)
        self._use(self.dispatch, self.seal, 4)
        self._use(second, self.seal, 2)
        with self.assertRefused("holds 5 Units of Seal, not 6"):
            (self.dispatch | second).action_finished()
        self._assert_nothing_booked()
        self._finish()
        with self.assertRefused("holds 1 Units of Seal, not 2"):
            second.action_finished()

    def test_held_is_shown(self):
        use = self._use(self.dispatch, self.seal, 2)
        self.assertEqual(use.held_quantity, 5)
        self._finish()
        use.invalidate_recordset()
        self.assertEqual(use.held_quantity, 3)

    def test_used_in_the_story(self):
        self._use(self.dispatch, self.seal, 2)
        self._use(
            self.dispatch,
            self.pump,
            lot_id=self.pump_lot.id,
            charge="charged",
            charge_reason="Misuse",
        )
        self._finish()
        request = self.dispatch.request_id
        story = {entry["title"]: entry for entry in request.story}
        self.assertEqual(story["Part used (Free)"]["text"], "2 × Seal")
        self.assertIn("80.00", story["Part used (Free)"]["amount"])
        self.assertEqual(story["Part used (Charged)"]["text"], "1 × Pump P-1")
        self.assertIn("Pump is charged but not on a settlement", request.debt_text)
