from odoo import Command
from odoo.tests import tagged

from ..common_committed import MARK, CommittedCommon


@tagged("post_install", "-at_install")
class TestPickingAtOnce(CommittedCommon):
    """Two storekeepers validate the same issue: one wins, the other is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            cls.keeper_ids = [
                cls._create_user(env, login, "keeper")
                for login in ("keeper", "second_keeper")
            ]
            cls.product_id = (
                env["product.product"]
                .create({"name": MARK, "is_storable": True, "default_code": MARK})
                .id
            )
            stock = env.company._aftersales_get_warehouse().lot_stock_id
            env["stock.quant"]._update_available_quantity(
                env["product.product"].browse(cls.product_id), stock, 10
            )

    @classmethod
    def _sweep(cls):
        cls._sweep_stock()
        return super()._sweep()

    @classmethod
    def _sweep_stock(cls):
        """Moves that are done can only be taken away under Odoo's back."""
        with cls._transaction() as env:
            products = env["product.product"].search([("default_code", "=", MARK)])
            ids = tuple(products.ids)
            if not ids:
                return
            env.cr.execute(
                "SELECT DISTINCT picking_id FROM stock_move WHERE product_id IN %s"
                " AND picking_id IS NOT NULL",
                [ids],
            )
            pickings = tuple(row[0] for row in env.cr.fetchall()) or (0,)
            for query, values in (
                ("DELETE FROM aftersales_part_allocation WHERE product_id IN %s", ids),
                ("DELETE FROM stock_move_line WHERE product_id IN %s", ids),
                ("DELETE FROM stock_move WHERE product_id IN %s", ids),
                ("DELETE FROM stock_quant WHERE product_id IN %s", ids),
                ("DELETE FROM stock_picking WHERE id IN %s", pickings),
                (
                    "DELETE FROM aftersales_parts_requisition WHERE id IN (SELECT"
                    " requisition_id FROM aftersales_parts_requisition_line WHERE"
                    " product_id IN %s)",
                    ids,
                ),
            ):
                env.cr.execute(query, [values])
            env.invalidate_all()
            employees = env["hr.employee"].search([("name", "=", "Committed Engineer")])
            places = employees.aftersales_location_id
            employees.aftersales_location_id = False
            places.unlink()
            products.product_tmpl_id.unlink()

    def _commit_issue(self, quantity=2):
        """A committed, signed requisition; returns the id of its transfer."""
        with self._transaction() as env:
            requisition = env["aftersales.parts.requisition"].create(
                {
                    "drawer_id": self.engineer_id,
                    "purpose": "travel",
                    "line_ids": [
                        Command.create(
                            {"product_id": self.product_id, "quantity": quantity}
                        )
                    ],
                }
            )
            requisition.write({"state": "approved", "approval_state": "approved"})
            return requisition._create_picking().id

    def _browse(self, env, picking_id):
        return env["stock.picking"].browse(picking_id)

    def _check_issued_once(self, picking_id):
        with self._transaction() as env:
            picking = self._browse(env, picking_id)
            self.assertEqual(picking.state, "done")
            line = picking.aftersales_requisition_id.line_ids
            self.assertEqual(line.issued_quantity, 2)
            self.assertEqual(picking.aftersales_requisition_id.state, "issued")
            self.assertFalse(picking.backorder_ids)

    def _validate(self, picking_id):
        """The same button, pressed by both storekeepers."""
        return [
            (user_id, lambda env: self._browse(env, picking_id).button_validate())
            for user_id in self.keeper_ids
        ]

    def test_both_at_the_same_moment(self):
        picking_id = self._commit_issue()
        self._race_locked(*self._validate(picking_id))
        self._check_issued_once(picking_id)

    def test_one_still_sees_the_old_screen(self):
        picking_id = self._commit_issue()

        def look(env):
            self.assertEqual(self._browse(env, picking_id).state, "assigned")

        self._race_stale(*self._validate(picking_id), look, "was validated already")
        self._check_issued_once(picking_id)

    def test_another_transfer_is_not_disturbed(self):
        first_id, second_id = self._commit_issue(), self._commit_issue()
        with self._transaction(self.keeper_ids[0]) as first:
            self._browse(first, first_id).button_validate()
        with self._transaction(self.keeper_ids[1]) as second:
            self._browse(second, second_id).button_validate()
        self._check_issued_once(first_id)
        self._check_issued_once(second_id)
