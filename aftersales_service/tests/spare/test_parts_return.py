from contextlib import closing
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import SpareCommon


class PartsReturnCommon(SpareCommon):
    """A finished visit: two seals and a pump were replaced free of charge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.old_pump = cls.env["aftersales.equipment.component"].create(
            {
                "equipment_id": cls.equipment.id,
                "product_id": cls.pump.id,
                "serial": "OLD-7",
            }
        )
        cls.dispatch = self._arrive_with([(cls.seal, 5), (cls.pump, 1)])
        cls.seal_use = self._use(cls.dispatch, cls.seal, 2)
        cls.pump_use = self._use(
            cls.dispatch, cls.pump, lot_id=cls.pump_lot.id, old_serial=" OLD-7 "
        )
        cls.dispatch.action_finished()
        cls.returned = cls.dispatch.request_id.parts_return_ids.with_env(cls.env)
        cls.returned.ensure_one()
        cls.seal_line, cls.pump_line = cls.returned.line_ids
        cls.return_location = cls.company.aftersales_return_location_id

    def _as(self, user):
        return self.returned.with_user(user)

    def _receive_old_parts(self):
        self._as(self.engineer_user).action_hand_in()
        self._as(self.keeper).action_receive()

    def _inspect(self, seal="scrap", pump="scrap", **vals):
        self._receive_old_parts()
        inspector = self._as(self.quality)
        self.seal_line.with_user(self.quality).write({"verdict": seal, **vals})
        self.pump_line.with_user(self.quality).write({"verdict": pump, **vals})
        inspector.action_inspect()

    def _approve(self, **verdicts):
        self._inspect(**verdicts)
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)


@tagged("post_install", "-at_install")
class TestPartsReturn(PartsReturnCommon):
    """Old parts: handed in, received, inspected, signed, disposed."""

    # ------------------------------------------------------------ what is due

    def test_made_by_finishing(self):
        self.assertEqual(self.returned.state, "draft")
        self.assertRecordValues(
            self.returned.line_ids,
            [
                {"product_id": self.seal.id, "quantity": 2, "value": 80},
                {"product_id": self.pump.id, "quantity": 1, "value": 300},
            ],
        )
        self.assertEqual(self.returned.total_value, 380)
        self.assertIn(
            f"Old parts of {self.returned.name} are not handed in",
            self.dispatch.request_id.debt_text,
        )

    def test_nothing_due_for_what_stays(self):
        dispatch = self._arrive_with([(self.seal, 2)])
        self._use(dispatch, self.seal, charge="charged", charge_reason="Misuse")
        self._use(dispatch, self.seal, old_part="customer", old_part_reason="Proof")
        dispatch.action_finished()
        self.assertFalse(dispatch.request_id.parts_return_ids)

    def test_one_form_per_visit(self):
        visits = self.env["aftersales.dispatch"]
        for _visit in range(2):
            visits |= self._arrive_with([(self.seal, 1)])
            self._use(visits[-1], self.seal)
        visits.with_user(self.engineer_user).action_finished()
        forms = visits.request_id.parts_return_ids
        self.assertEqual(forms.dispatch_id, visits)
        self.assertEqual(len(forms), 2)

    def test_overdue(self):
        search = self.env["aftersales.parts.return"].search
        today = fields.Date.today()
        self.assertFalse(self.returned.due_date)
        self.assertFalse(self.returned.is_overdue)
        self.dispatch.action_returned()
        self.assertEqual(self.returned.due_date, today)
        self.assertNotIn(self.returned, search([("is_overdue", "=", True)]))
        self.dispatch.sudo().returned_at -= timedelta(days=2)
        self.assertTrue(self.returned.is_overdue)
        self.assertIn(self.returned, search([("is_overdue", "=", True)]))
        self.assertNotIn(self.returned, search([("is_overdue", "=", False)]))
        self._as(self.engineer_user).action_hand_in()
        self.assertFalse(self.returned.is_overdue)
        self.assertNotIn(self.returned, search([("is_overdue", "=", True)]))

    # ------------------------------------------------------- hand in, receive

    def test_hand_in_prepares_the_receipt(self):
        self._as(self.engineer_user).action_hand_in()
        self.assertEqual(self.returned.state, "handed_in")
        self.assertEqual(self.returned.handed_in_by_id, self.engineer_user)
        picking = self.returned.picking_id
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.location_id.usage, "customer")
        self.assertEqual(picking.location_dest_id, self.return_location)
        with self.assertRefused("Handed In"):
            self._as(self.engineer_user).action_hand_in()
        self.assertEqual(self.returned.picking_id, picking)

    def test_received_by_button(self):
        self._receive_old_parts()
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(self.returned.received_by_id, self.keeper)
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)
        with self.assertRefused("Inspection Due"):
            self._as(self.keeper).action_receive()
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)

    def test_received_in_the_stock_screens(self):
        self._as(self.engineer_user).action_hand_in()
        self._validate(self.returned.picking_id)
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(self.returned.received_by_id, self.keeper)
        self.assertTrue(self.returned.received_at)
        self.assertEqual(self._get_quantity(self.pump, self.return_location), 1)

    def test_received_in_two_goes(self):
        self._as(self.engineer_user).action_hand_in()
        first = self.returned.picking_id
        self._validate(first, {self.seal: 2, self.pump: 0})
        self.assertEqual(self.returned.state, "handed_in")
        rest = self.env["stock.picking"].search(
            [("aftersales_return_id", "=", self.returned.id), ("id", "!=", first.id)]
        )
        self._validate(rest)
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(self._get_quantity(self.pump, self.return_location), 1)

    def test_rest_received_by_button(self):
        for backorder in (True, False):
            with self.subTest(backorder=backorder):
                savepoint = self.env.cr.savepoint()
                self._receive_rest(backorder)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def _receive_rest(self, backorder):
        self._as(self.engineer_user).action_hand_in()
        self._validate(
            self.returned.picking_id, {self.seal: 1, self.pump: 0}, backorder
        )
        self.assertEqual(self.returned.state, "handed_in")
        self._as(self.keeper).action_receive()
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)
        self.assertEqual(self._get_quantity(self.pump, self.return_location), 1)

    def test_serial_of_the_old_part(self):
        self._as(self.engineer_user).action_hand_in()
        self.assertEqual(self.pump_line.lot_id.name, "OLD-7")
        self.assertEqual(self.pump_line.lot_id.product_id, self.pump)
        self.assertFalse(self.seal_line.lot_id)

    def test_known_serial_is_taken(self):
        known = self._new_lot(self.pump, "OLD-7")
        self._receive_old_parts()
        self.assertEqual(self.pump_line.lot_id, known)

    def test_no_readable_serial(self):
        self.pump_line.with_user(self.engineer_user).serial = False
        self._receive_old_parts()
        lot = self.pump_line.lot_id
        self.assertIn(self.returned.name, lot.name)
        self.assertEqual(self._get_quantity(self.pump, self.return_location, lot), 1)

    def test_empty_form(self):
        empty = (
            self.env["aftersales.parts.return"]
            .with_user(self.dispatcher)
            .create({"dispatch_id": self.dispatch.id})
        )
        with self.assertRefused("at least one old part"):
            empty.action_hand_in()
        self.assertEqual(empty.state, "draft")

    # ---------------------------------------------------------------- inspect

    def test_verdict_missing(self):
        self._receive_old_parts()
        self.seal_line.with_user(self.quality).verdict = "scrap"
        with self.assertRefused("Every old part needs a verdict"):
            self._as(self.quality).action_inspect()
        self.assertEqual(self.returned.state, "received")
        self.assertFalse(self.returned.inspector_id)

    def test_supplier_missing(self):
        self._receive_old_parts()
        with self.assertRefused("supplier who gets Seal", ValidationError):
            self.seal_line.with_user(self.quality).verdict = "supplier"

    def test_verdict_is_the_inspectors(self):
        self._receive_old_parts()
        for user in (self.engineer_user, self.keeper, self.dispatcher, self.finance):
            with self.assertRefused("inspector's"):
                self.seal_line.with_user(user).verdict = "reuse"
            with self.assertRefused("inspector's"):
                self.seal_line.with_user(user).reuse_value = 50

    def test_debt_is_not_lessened_by_the_engineer(self):
        """What the visit booked is due from him, as it was booked."""
        line = self.seal_line.with_user(self.engineer_user)
        for vals in ({"value": 0}, {"quantity": 1}, {"product_id": self.pump.id}):
            with self.assertRefused("Ask the dispatcher"):
                line.write(vals)
        for vals in ({"due_date": "2099-01-01"}, {"return_state": "disposed"}):
            with self.assertRefused("computed, not entered", AccessError):
                line.write(vals)
        form = self._as(self.engineer_user)
        for vals in (
            {"engineer_id": self.other_engineer.id},
            {"dispatch_id": False},
        ):
            with self.assertRefused("changed by the dispatcher"):
                form.write(vals)
        other = self.returned.copy({"line_ids": False})
        with self.assertRefused("stays on its verification"):
            line.return_id = other
        self.seal_line.with_user(self.dispatcher).quantity = 1
        self.assertEqual(self.seal_line.quantity, 1)

    def test_handed_in_is_not_deleted(self):
        self._as(self.engineer_user).action_hand_in()
        with self.assertRefused("can no longer be changed"):
            self._as(self.manager).unlink()

    def test_supplier_is_signed_for(self):
        self._approve(seal="supplier", pump="supplier", supplier_id=self.customer.id)
        line = self.seal_line.with_user(self.quality)
        line.supplier_id = self.customer.child_ids
        self.assertEqual(self.returned.state, "inspected")

    def _call(self, user, **vals):
        """What a client of ``user`` writes on the line of the seal."""
        lines = self.seal_line.with_user(user).browse()
        call_kw(lines, "write", [self.seal_line.ids, vals], {})
        self.env.flush_all()

    def test_reason_is_fixed_at_the_handing_in(self):
        """What the signers read is not written over by who brought the part."""
        told = ({"reason": "Wear"}, {"failure_mode": "Torn"})
        for vals in told:
            self._call(self.engineer_user, **vals)
        self._as(self.engineer_user).action_hand_in()
        for user in (self.engineer_user, self.dispatcher):
            for vals in told:
                with self.assertRefused("can no longer be changed"):
                    self._call(user, **vals)
        self._as(self.keeper).action_receive()
        self._call(self.quality, failure_mode="Torn at the lip", verdict="scrap")
        self.pump_line.with_user(self.quality).verdict = "scrap"
        self._as(self.quality).action_inspect()
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        for vals in (*told, {"responsibility": "man_made"}):
            with self.assertRefused("can no longer be changed|inspector's"):
                self._call(self.engineer_user, **vals)
        self.assertEqual(self.returned.state, "approved")
        self.assertEqual(self.seal_line.failure_mode, "Torn at the lip")

    def test_judgement_is_signed_for(self):
        """The inspector thinks again: what was signed is signed anew."""
        cause = self.env["aftersales.fault.code"].search(
            [("kind", "=", "cause"), ("cause_class", "=", "misuse")], limit=1
        ) or self.env["aftersales.fault.code"].create(
            {
                "code": "CA-T1",
                "name": "Misuse",
                "kind": "cause",
                "cause_class": "misuse",
            }
        )
        for vals in (
            {"responsibility": "man_made"},
            {"failure_code_id": cause.id},
            {"failure_mode": "Cut"},
            {"reason": "Cut by the customer"},
        ):
            with self.subTest(vals), closing(self.env.cr.savepoint()):
                self._approve()
                self._call(self.quality, **vals)
                self.assertEqual(self.returned.state, "inspected")
                self.assertEqual(self.returned.approval_state, "draft")
            self.env.invalidate_all()
        self._approve()
        self._as(self.keeper).action_dispose()
        for vals in ({"responsibility": "wear"}, {"reason": "Age"}):
            with self.assertRefused("carried out and cannot change"):
                self._call(self.quality, **vals)

    def test_value_is_fixed_at_the_handing_in(self):
        self._as(self.engineer_user).action_hand_in()
        for vals in ({"value": 0}, {"quantity": 1}, {"product_id": self.pump.id}):
            with self.assertRefused("can no longer be changed"):
                self.seal_line.with_user(self.engineer_user).write(vals)

    def test_steps_belong_to_their_group(self):
        steps = [
            ("action_receive", self.quality, "Parts Keeper"),
            ("action_receive", self.engineer_user, "Parts Keeper"),
            ("action_inspect", self.keeper, "Quality"),
            ("action_dispose", self.quality, "Parts Keeper"),
        ]
        for action, user, group in steps:
            with self.subTest(action), self.assertRefused(group):
                getattr(self._as(user), action)()
        with self.assertRaises(AccessError):
            self._as(self.other_engineer_user).action_hand_in()
        self.assertEqual(self.returned.state, "draft")

    def test_in_order_only(self):
        for action, user in (
            ("action_receive", self.keeper),
            ("action_inspect", self.quality),
            ("action_submit", self.quality),
            ("action_dispose", self.keeper),
        ):
            with self.subTest(action), self.assertRefused("To Return"):
                getattr(self._as(user), action)()

    # ------------------------------------------------------------------- sign

    def test_four_signatures_in_order(self):
        self._inspect()
        self._as(self.quality).action_submit()
        for position, role in enumerate(self.RETURN_ROLES):
            pending = self.returned.signature_ids.filtered(
                lambda s: s.state == "pending"
            )
            self.assertEqual(pending.role_id.code, role)
            for later in self.RETURN_ROLES[position + 1 :]:
                box = self.returned.signature_ids.filtered(
                    lambda s, role=later: s.role_id.code == role
                )
                with self.assertRefused("cannot be signed now"):
                    box.with_user(self.signers[later])._sign(True)
            self._sign(self.returned, role)
        self.assertEqual(self.returned.state, "approved")

    def test_refused_and_again(self):
        self._inspect()
        self._as(self.quality).action_submit()
        self._sign(self.returned, "aftersales_head")
        self._sign(self.returned, "marketing_centre", approve=False, opinion="Why?")
        self.assertEqual(self.returned.state, "refused")
        with self.assertRefused("Refused"):
            self._as(self.keeper).action_dispose()
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        self.assertEqual(self.returned.state, "approved")

    def test_new_verdict_voids_signatures(self):
        self._approve()
        self.seal_line.with_user(self.quality).write(
            {"verdict": "reuse", "reuse_value": 10}
        )
        self.assertEqual(self.returned.state, "inspected")
        with self.assertRefused("Inspected"):
            self._as(self.keeper).action_dispose()

    def test_no_change_after_disposal(self):
        self._approve()
        self._as(self.keeper).action_dispose()
        with self.assertRefused("carried out"):
            self.seal_line.with_user(self.quality).verdict = "reuse"
        self.assertEqual(self.seal_line.verdict, "scrap")

    def test_story(self):
        self._receive_old_parts()
        self.dispatch.request_id.invalidate_recordset()
        titles = [entry["title"] for entry in self.dispatch.request_id.story]
        self.assertIn(f"{self.returned.name}: Old parts handed in", titles)
        self.assertIn(f"{self.returned.name}: Old parts received", titles)
        self.assertNotIn(self.returned.name, self.dispatch.request_id.debt_text)
