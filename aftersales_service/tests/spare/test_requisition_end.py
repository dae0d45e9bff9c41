from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import SpareCommon

SCRIPT = "aftersales_service/migrations/19.0.1.3.0/post-requisition.py"


@tagged("post_install", "-at_install")
class TestRequisitionEnd(SpareCommon):
    """What the warehouse will not issue ends the requisition, and the requester
    knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.dispatch = test._issue_dispatch()
        cls.requisition = test._approve_requisition(
            cls.dispatch, [(cls.seal, 5), (cls.pump, 1)]
        )
        cls.picking = cls.requisition.sudo().picking_ids

    def _issue_three(self):
        """Three seals are issued, two and the pump wait.

        :return: the backorder, as the storekeeper sees it
        """
        self._validate(self.picking, {self.seal: 3})
        self.assertEqual(self.requisition.state, "partial")
        rest = self.requisition.sudo().picking_ids - self.picking
        return rest.with_user(self.keeper)

    def _validate_without_backorder(self, picking, quantities):
        """“No Backorder” in the dialog of the stock screens."""
        picking = picking.with_user(self.keeper)
        for product, quantity in quantities.items():
            move = picking.move_ids.filtered(lambda m, p=product: m.product_id == p)
            move.write({"quantity": quantity, "picked": True})
        action = picking.button_validate()
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        wizard = self.env[action["res_model"]].with_user(self.keeper)
        wizard.with_context(**action["context"]).create({}).process_cancel_backorder()
        self.env.invalidate_all()

    def _get_free(self, product):
        product.invalidate_recordset()
        return product.free_qty

    def _get_told(self, user):
        """What the activities of ``user`` on the requisition say."""
        activities = self.requisition.sudo().activity_ids
        return activities.filtered(lambda a: a.user_id == user).mapped("note")

    def _check_ended(self):
        requisition = self.requisition
        self.env.invalidate_all()
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.ended_by_id, self.keeper)
        self.assertTrue(requisition.ended_at)
        self.assertEqual(requisition.line_ids.mapped("issued_quantity"), [3, 0])
        self.assertEqual(requisition.line_ids.mapped("missing_quantity"), [0, 0])
        self.assertFalse(requisition.supply_state)
        self.assertEqual(self._get_free(self.seal), 17)
        self.assertEqual(self._get_free(self.pump), 1)
        told = self._get_told(self.engineer_user)
        self.assertEqual(len(told), 1)
        self.assertIn("2 × Seal, 1 × Pump", told[0])
        self.assertIn("2 × Seal, 1 × Pump", requisition.message_ids[0].body)

    # ------------------------------------------------------ by the warehouse

    def test_backorder_cancelled(self):
        backorder = self._issue_three()
        self.assertEqual(self._get_free(self.pump), 0)
        backorder.action_cancel()
        self._check_ended()
        self.assertEqual(backorder.state, "cancel")
        backorder.action_cancel()
        self._check_ended()

    def test_no_backorder(self):
        self._validate_without_backorder(self.picking, {self.seal: 3, self.pump: 0})
        self._check_ended()

    def test_plain_stock_user(self):
        """He has no right on requisitions at all."""
        self.keeper.group_ids = self.env.ref("stock.group_stock_user")
        self._issue_three().action_cancel()
        self._check_ended()

    def test_deleted_backorder(self):
        backorder = self._issue_three().sudo()
        backorder.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.requisition.state, "issued")
        self.assertTrue(self.requisition.ended_at)

    def test_one_of_two_parts(self):
        """As long as something is to come, it is not the end."""
        backorder = self._issue_three()
        seal, pump = backorder.move_ids.sorted("id")[::-1]
        if seal.product_id != self.seal:
            seal, pump = pump, seal
        pump._action_cancel()
        self.assertEqual(self.requisition.state, "partial")
        self.assertFalse(self.requisition.ended_at)
        self.assertFalse(self._get_told(self.engineer_user))
        self._validate(seal.picking_id, {self.seal: 2})
        self.assertEqual(self.requisition.state, "issued")
        self.assertTrue(self.requisition.ended_at)
        self.assertIn("1 × Pump", self._get_told(self.engineer_user)[0])

    def test_nothing_was_issued(self):
        self.picking.with_user(self.keeper).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.requisition.state, "withdrawn")
        self.assertEqual(self._get_free(self.seal), 20)
        self.assertIn("5 × Seal, 1 × Pump", self._get_told(self.engineer_user)[0])
        self.assertFalse(self.requisition.reconcile_state)
        self.assertFalse(self.requisition.sudo()._get_debts())

    def test_nothing_is_issued_after_the_end(self):
        """By a transfer that is made again from a cancelled one."""
        self.requisition.action_withdraw()
        copy = self.picking.with_user(self.keeper).copy()
        copy.action_confirm()
        with self.assertRefused("in state “Withdrawn”"):
            self._validate(copy)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 0)

    def test_issued_after_all(self):
        """The warehouse finds them: what was signed for may still be issued."""
        backorder = self._issue_three()
        backorder.action_cancel()
        again = backorder.copy()
        again.action_confirm()
        self._validate(again, {self.seal: 2})
        self.assertEqual(self.requisition.state, "partial")
        self.assertFalse(self.requisition.ended_at)
        last = self.requisition.sudo().picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        self._validate(last)
        self.assertEqual(self.requisition.state, "issued")
        self.assertFalse(self.requisition.ended_at)
        self.assertEqual(self.requisition.line_ids.mapped("issued_quantity"), [5, 1])

    def test_no_more_than_signed_after_the_end(self):
        self._issue_three().action_cancel()
        again = self.picking.with_user(self.keeper).copy()
        again.action_confirm()
        with self.assertRefused("signed for 5 × Seal; 8 cannot be issued"):
            self._validate(again, {self.seal: 5})

    # ----------------------------------------------- what follows from the end

    def test_reconciled_by_what_was_issued(self):
        self._issue_three().action_cancel()
        requisition = self.requisition
        self.env.invalidate_all()
        self.assertEqual(requisition.reconcile_state, "open")
        self.assertIn("still holds 3 × Seal", self.dispatch.request_id.debt_text)
        requisition.action_receive()
        self.assertEqual(requisition.received_by_id, self.engineer_user)
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        self._validate(back)
        self.assertEqual(requisition.reconcile_state, "done")
        self.assertFalse(requisition.sudo()._get_debts())
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(self._get_free(self.seal), 20)

    def test_return_that_is_cancelled_ends_nothing(self):
        """The way back is another transfer of the same form."""
        self._issue_three()
        self.requisition.action_return_unused()
        back = self.requisition.sudo().picking_ids.filtered(
            lambda p: p.location_id == self.engineer_location
        )
        back.with_user(self.keeper).action_cancel()
        self.assertEqual(self.requisition.state, "partial")
        self.assertFalse(self.requisition.ended_at)

    def test_new_requisition_for_the_rest(self):
        self._issue_three().action_cancel()
        rest = self._issue_parts(self.dispatch, [(self.seal, 2)])
        self.assertEqual(rest.state, "issued")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)

    # -------------------------------------------------------- by the requester

    def test_rest_not_needed(self):
        backorder = self._issue_three()
        with self.assertRaises(AccessError):
            self.requisition.with_user(self.other_engineer_user).action_end()
        with self.assertRaises(AccessError):
            self.requisition.with_user(self.keeper).action_end()
        self.requisition.action_end()
        self.assertEqual(backorder.state, "cancel")
        self.assertEqual(self.requisition.state, "issued")
        self.assertEqual(self.requisition.ended_by_id, self.engineer_user)
        self.assertEqual(self._get_free(self.seal), 17)
        self.assertFalse(self._get_told(self.engineer_user), "he did it himself")
        with self.assertRefused("in state “Parts Issued”"):
            self.requisition.action_end()

    def test_only_what_is_partly_issued(self):
        with self.assertRefused("in state “To Issue”"):
            self.requisition.action_end()
        self.assertEqual(self.picking.state, "assigned")

    def test_withdrawn_by_the_requester(self):
        """His own decision is no news to him."""
        self.requisition.action_withdraw()
        self.assertEqual(self.requisition.state, "withdrawn")
        self.assertFalse(self.requisition.ended_at)
        self.assertFalse(self._get_told(self.engineer_user))

    def test_changed_after_the_signatures(self):
        """Its transfer is cancelled, the form is not: it is signed again."""
        self.requisition.line_ids[0].quantity = 4
        self.env.invalidate_all()
        self.assertEqual(self.picking.state, "cancel")
        self.assertEqual(self.requisition.state, "draft")
        self.assertFalse(self.requisition.ended_at)
        self.assertFalse(self._get_told(self.engineer_user))

    def test_not_typed(self):
        for vals in ({"ended_at": "2030-01-01"}, {"ended_by_id": self.keeper.id}):
            with self.assertRefused("button only", AccessError):
                self.requisition.write(vals)

    # ----------------------------------------------------------------- upgrade

    def test_stuck_before_the_update(self):
        """A form whose transfers were cancelled when that ended nothing."""
        self._issue_three().sudo().move_ids.write({"state": "cancel"})
        waiting = self._approve_requisition(self.dispatch, [(self.seal, 1)])
        spec = spec_from_file_location("upgrade", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "")
        self.env.invalidate_all()
        self.assertEqual(self.requisition.state, "partial", "nothing to upgrade")
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(self.requisition.state, "issued")
        self.assertTrue(self.requisition.ended_at)
        self.assertEqual(waiting.state, "approved")
