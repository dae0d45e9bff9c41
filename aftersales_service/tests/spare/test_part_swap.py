from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestPartSwap(SpareCommon):
    """A serial part used on a visit becomes a component of the machine."""

    def setUp(self):
        super().setUp()
        self.old = self.env["aftersales.equipment.component"].create(
            {
                "equipment_id": self.equipment.id,
                "name": "Main Pump",
                "product_id": self.pump.id,
                "serial": "P-OLD",
                "installed_on": "2026-01-01",
            }
        )

    def _swap(self, **vals):
        """The pump is used; the component it has become."""
        dispatch = self._arrive_with([(self.pump, 1)])
        self._use(dispatch, self.pump, lot_id=self.pump_lot.id, **vals)
        dispatch.action_finished()
        self.env.invalidate_all()
        component = self.equipment.component_ids.filtered(
            lambda c: c.lot_id == self.pump_lot
        )
        self.assertEqual(len(component), 1)
        self.assertEqual(
            component.installed_on, dispatch._form_day(dispatch.finished_at)
        )
        return component

    def test_old_serial_is_taken_out(self):
        new = self._swap(old_serial=" P-OLD ")
        self.assertEqual(new.replaces_id, self.old)
        self.assertEqual(new.name, "Main Pump")
        self.assertEqual(self.old.removed_on, new.installed_on)
        self.assertEqual(self.equipment.component_count, 1)
        story = [entry["title"] for entry in self.equipment.story]
        self.assertIn("Put in: Main Pump / P-1", story)
        self.assertFalse([title for title in story if title.startswith("Part used")])

    def test_only_one_of_its_kind(self):
        new = self._swap()
        self.assertEqual(new.replaces_id, self.old)

    def test_which_one_is_not_known(self):
        other = self.old.copy({"serial": "P-OLD-2", "name": "Second Pump"})
        new = self._swap()
        self.assertFalse(new.replaces_id)
        self.assertFalse((self.old | other).filtered("removed_on"))

    def test_old_serial_nobody_had_recorded(self):
        new = self._swap(old_serial="P-STRANGE")
        self.assertEqual(new.replaces_id.serial, "P-STRANGE")
        self.assertEqual(new.replaces_id.removed_on, new.installed_on)
        self.assertFalse(self.old.removed_on)

    def test_an_addition(self):
        new = self._swap(old_part="none", old_part_reason="Second pump fitted")
        self.assertFalse(new.replaces_id)
        self.assertFalse(self.old.removed_on)

    def test_serial_recorded_elsewhere(self):
        """It came out of our stock, so it cannot be in another machine."""
        other = self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "MK-0002",
                "partner_id": self.customer.id,
            }
        )
        stale = self.old.create(
            {
                "equipment_id": other.id,
                "product_id": self.pump.id,
                "lot_id": self.pump_lot.id,
            }
        )
        new = self._swap()
        self.assertEqual(stale.removed_on, new.installed_on)
        self.assertFalse(other.component_count)

    def test_parts_without_serial_are_no_components(self):
        dispatch = self._arrive_with([(self.seal, 2)])
        self._use(dispatch, self.seal, 2)
        dispatch.action_finished()
        self.assertEqual(self.equipment.component_ids, self.old)
        self.assertIn("2 × Seal", str(self.equipment.story))

    def test_history_for_the_engineer(self):
        request = self._create_request(symptom="Does not spray")
        dispatch = self._arrive_with([(self.pump, 1)], request=request)
        self._use(dispatch, self.pump, lot_id=self.pump_lot.id)
        dispatch.action_finished()
        machine = self.equipment.with_user(self.other_engineer_user)
        story = machine.story
        titles = [entry["title"] for entry in story]
        self.assertIn(f"{request.name}: request received", titles)
        self.assertIn(f"{dispatch.name}: visit finished", titles)
        self.assertIn("Put in: Main Pump / P-1", titles)
        self.assertFalse([entry for entry in story if entry["amount"]])
        self.assertEqual(
            [entry["date"][:10] for entry in story],
            sorted(entry["date"][:10] for entry in story),
        )
        self.assertEqual(machine.with_user(self.agent).request_count, 1)
