from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_parts_return import PartsReturnCommon


@tagged("post_install", "-at_install")
class TestOldPartVerdict(PartsReturnCommon):
    """What came back in part, and is judged in part."""

    def _split(self, line, quantity=1, user=None):
        user = user or self.quality
        action = line.with_user(user).action_split()
        wizard = self.env[action["res_model"]].with_user(user)
        wizard.with_context(**action["context"]).create(
            {"quantity": quantity}
        ).action_split()
        self.env.invalidate_all()
        return self.returned.line_ids.filtered(lambda part: part.split_from_id == line)

    # --------------------------------------------------------- partial receipt

    def _receive_some(self):
        self._as(self.engineer_user).action_hand_in()
        self._validate(self.returned.picking_id, {self.seal: 1, self.pump: 0})

    def test_rest_stays_due(self):
        self._receive_some()
        self._as(self.keeper).action_leave_rest_due()
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(self.returned.received_by_id, self.keeper)
        self.assertRecordValues(
            self.returned.line_ids,
            [{"product_id": self.seal.id, "quantity": 1, "value": 40}],
        )
        rest = self.dispatch.request_id.parts_return_ids.with_env(self.env)
        rest -= self.returned
        self.assertEqual(rest.state, "draft")
        self.assertEqual(
            {line.product_id: (line.quantity, line.value) for line in rest.line_ids},
            {self.seal: (1, 40), self.pump: (1, 300)},
        )
        self.assertIn(rest.name, self.dispatch.request_id.debt_text)
        pickings = self.env["stock.picking"].search(
            [("aftersales_return_id", "=", self.returned.id)]
        )
        self.assertEqual(set(pickings.mapped("state")), {"done", "cancel"})
        # The rest goes its own way.
        rest.with_user(self.engineer_user).action_hand_in()
        rest.with_user(self.keeper).action_receive()
        self.assertEqual(rest.state, "received")
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)
        self.assertEqual(self._get_quantity(self.pump, self.return_location), 1)

    def test_rest_of_a_factory_repair(self):
        """Without a visit too: the rest stays due of the same request."""
        request = self.dispatch.request_id
        form = self.env["aftersales.parts.return"].create(
            {
                "request_id": request.id,
                "engineer_id": self.engineer.id,
                "line_ids": [
                    Command.create({"product_id": self.seal.id, "quantity": 3})
                ],
            }
        )
        form.action_hand_in()
        self._validate(form.sudo().picking_id, {self.seal: 2})
        form.with_user(self.keeper).action_leave_rest_due()
        self.assertEqual(form.state, "received")
        rest = request.parts_return_ids.with_env(self.env).filtered(
            lambda r: r not in (form, self.returned)
        )
        self.assertEqual(rest.line_ids.quantity, 1)
        self.assertEqual(rest.engineer_id, self.engineer)
        self.assertFalse(rest.dispatch_id)

    def test_no_rest(self):
        self._as(self.engineer_user).action_hand_in()
        with self.assertRefused("a part of"):
            self._as(self.keeper).action_leave_rest_due()
        with self.assertRefused("Parts Keeper"):
            self._as(self.engineer_user).action_leave_rest_due()
        self._as(self.keeper).action_receive()
        with self.assertRefused("Handed In"):
            self._as(self.keeper).action_leave_rest_due()

    def test_receipt_cancelled_and_done_again(self):
        self._as(self.engineer_user).action_hand_in()
        first = self.returned.picking_id
        first.with_user(self.keeper).action_cancel()
        self.assertEqual(self.returned.state, "handed_in")
        self._as(self.keeper).action_receive()
        self.assertEqual(self.returned.state, "received")
        self.assertEqual(first.state, "cancel")
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)

    # ------------------------------------------------------------------ split

    def test_split_verdicts(self):
        self._receive_old_parts()
        part = self._split(self.seal_line)
        self.assertRecordValues(
            self.seal_line | part,
            [{"quantity": 1, "value": 40}, {"quantity": 1, "value": 40}],
        )
        self.assertEqual(self.returned.total_value, 380)
        inspector = self.quality
        self.seal_line.with_user(inspector).verdict = "scrap"
        part.with_user(inspector).write({"verdict": "reuse", "reuse_value": 15})
        self.pump_line.with_user(inspector).verdict = "scrap"
        self._as(inspector).action_inspect()
        self._as(inspector).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        on_hand = self.seal.qty_available
        self._as(self.keeper).action_dispose()
        self.assertEqual(self.seal_line.scrap_id.scrap_qty, 1)
        self.assertEqual(sum(part.picking_id.move_ids.mapped("quantity")), 2)
        self.env.invalidate_all()
        self.assertEqual(self.seal.qty_available, on_hand + 1)
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 0)

    def test_value_is_not_lost_by_rounding(self):
        self.seal_line.with_user(self.dispatcher).write({"quantity": 3, "value": 100})
        self._receive_old_parts()
        first = self._split(self.seal_line)
        second = self._split(self.seal_line) - first
        values = (self.seal_line | first | second).mapped("value")
        self.assertEqual(sorted(values), [33.33, 33.33, 33.34])
        self.assertEqual(self.returned.total_value, 400)

    def test_split_needs_something_on_both_sides(self):
        self._receive_old_parts()
        for quantity in (-1, 0, 2, 3):
            with self.assertRefused("judged apart"):
                self._split(self.seal_line, quantity)
        with self.assertRefused("judged apart"):
            self._split(self.pump_line)

    def test_split_is_the_inspectors(self):
        with self.assertRefused("To Return"):
            self._split(self.seal_line)
        self._receive_old_parts()
        with self.assertRaises(AccessError):
            self._split(self.seal_line, user=self.keeper)
        with self.assertRefused("button only", AccessError):
            self.pump_line.with_user(self.quality).split_from_id = self.seal_line

    def test_split_voids_signatures(self):
        self._approve()
        part = self._split(self.seal_line)
        self.assertEqual(self.returned.state, "inspected")
        with self.assertRefused("Every old part needs a verdict"):
            self._as(self.quality).action_submit()
        part.with_user(self.quality).verdict = "scrap"
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        self._as(self.keeper).action_dispose()
        with self.assertRefused("Disposed"):
            self._split(self.seal_line)

    # ------------------------------------------------------------------ judge

    def test_engineer_may_not_judge(self):
        lines = self.env["aftersales.parts.return.line"].with_user(self.engineer_user)
        vals = {"return_id": self.returned.id, "product_id": self.seal.id}
        for judged in (
            {"verdict": "reuse"},
            {"reuse_value": 50},
            {"responsibility": "quality"},
            {"supplier_id": self.customer.id},
        ):
            with self.assertRefused("inspector's"):
                lines.create({**vals, **judged})
            with self.assertRefused("inspector's"):
                self.seal_line.with_user(self.engineer_user).write(judged)

    def test_judged_when_it_is_there(self):
        for step in (lambda: None, self._as(self.engineer_user).action_hand_in):
            step()
            with self.assertRefused("when the warehouse has them"):
                self.seal_line.with_user(self.quality).verdict = "scrap"

    def test_no_line_added_or_removed_later(self):
        self._as(self.engineer_user).action_hand_in()
        lines = self.env["aftersales.parts.return.line"]
        with self.assertRefused("can no longer be changed"):
            lines.with_user(self.engineer_user).create(
                {"return_id": self.returned.id, "product_id": self.seal.id}
            )
        with self.assertRefused("can no longer be changed"):
            self.seal_line.with_user(self.manager).unlink()

    def test_two_inspectors(self):
        """The second one is told; the first one's name stays."""
        other = self.quality.copy({"login": "as_quality_2", "name": "Quality Two"})
        self._inspect()
        with self.assertRefused("Inspection Due"):
            self._as(other).action_inspect()
        self.assertEqual(self.returned.inspector_id, self.quality)

    def test_failure_mode_says_who_answers(self):
        cause = self.env["aftersales.fault.code"].create(
            {
                "name": "Seal Worn Out",
                "code": "T-1",
                "kind": "cause",
                "cause_class": "misuse",
            }
        )
        self._receive_old_parts()
        with self.assertRefused("inspector's"):
            self.seal_line.with_user(self.keeper).failure_code_id = cause
        line = self.seal_line.with_user(self.quality)
        line.failure_code_id = cause
        self.assertEqual(line.responsibility, "man_made")
        line.responsibility = "wear"
        self.assertEqual(line.responsibility, "wear", "the inspector knows better")
        line.failure_code_id = False
        self.assertEqual(line.responsibility, "wear")

    def test_scrap_has_its_reason(self):
        self._receive_old_parts()
        self.seal_line.with_user(self.quality).responsibility = "wear"
        for line in self.returned.line_ids:
            line.with_user(self.quality).verdict = "scrap"
        self._as(self.quality).action_inspect()
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        self._as(self.keeper).action_dispose()
        tags = [
            line.scrap_id.scrap_reason_tag_ids.mapped("name")
            for line in self.returned.line_ids
        ]
        self.assertEqual(tags, [["Old Part: Wear"], ["Old Part"]])

    # -------------------------------------------------------------- valuation

    def test_reuse_at_standard_cost(self):
        """Standard cost: stock takes it in at the standard price, which is what the
        ledger and the product say."""
        self.part_category.property_cost_method = "standard"
        self.env.invalidate_all()
        self._approve(seal="reuse", reuse_value=22.0)
        stock_account = self._get_stock_account(self.seal)
        asset = self._get_balance(stock_account)
        expense = self._get_balance(self.expense_account)
        value = self.seal.total_value
        self._as(self.keeper).action_dispose()
        self.env.invalidate_all()
        added = self._get_balance(stock_account) - asset
        self.assertEqual(self._get_balance(self.expense_account) - expense, -added)
        self.assertAlmostEqual(self.seal.total_value - value, added, 2)
        self.assertEqual(added, 2 * self.seal.standard_price)

    def test_lock_date(self):
        """In a closed period nothing is booked, and nothing is half done."""
        self._approve(seal="reuse", reuse_value=22.0)
        self.company.sudo().hard_lock_date = "2099-12-31"
        before = self._get_balance(self.expense_account)
        with self.assertRefused("lock|Lock"):
            self._as(self.keeper).action_dispose()
        self.assertEqual(self.returned.state, "approved")
        self.assertFalse(self.returned.line_ids.scrap_id)
        self.assertEqual(self._get_balance(self.expense_account), before)
        self.assertEqual(self._get_quantity(self.seal, self.return_location), 2)
