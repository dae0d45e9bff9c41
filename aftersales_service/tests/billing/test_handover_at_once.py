from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common_committed import MARK, CommittedCommon

CUSTODY = (
    "odoo.addons.aftersales_service.models.billing.aftersales_cash_entry_mixin"
    ".AftersalesCashEntryMixin._book"
)


@tagged("post_install", "-at_install")
class TestHandoverAtOnce(CommittedCommon):
    """Two cashiers take the same cash: one wins, the other is told.

    The winner's transaction is rolled back at the end, so that no posted entry is
    left behind.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            cls.cashier_ids = [
                cls._create_user(env, login, "finance")
                for login in ("cashier_one", "cashier_two")
            ]
            request = env["aftersales.service.request"].create(
                {"partner_id": cls.partner_id}
            )
            product = env["product.product"].create(
                {"name": MARK, "type": "service", "taxes_id": [Command.clear()]}
            )
            order = env["sale.order"].create(
                {
                    "partner_id": cls.partner_id,
                    "aftersales_request_id": request.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": 80})
                    ],
                }
            )
            order.write({"state": "sale"})
            with patch(CUSTODY, lambda self: None):
                collection = env["aftersales.collection"].create(
                    {
                        "sale_order_id": order.id,
                        "receipt_no": MARK,
                        "amount": 80,
                        "collector_id": cls.engineer_id,
                    }
                )
            cls.collection_id = collection.id
            cls.sheet_ids = [
                env["aftersales.cash.handover"]
                .create(
                    {
                        "engineer_id": cls.engineer_id,
                        "collection_ids": [Command.set(collection.ids)],
                        "counted_amount": 80,
                    }
                )
                .id
                for _i in range(2)
            ]

    @classmethod
    def _sweep(cls):
        with cls._transaction() as env:
            cr = env.cr
            cr.execute(
                "DELETE FROM aftersales_cash_handover WHERE engineer_id IN"
                " (SELECT employee.id FROM hr_employee employee"
                " JOIN res_users u ON u.id = employee.user_id"
                " WHERE u.login LIKE %s)",
                [f"{MARK}%"],
            )
            cr.execute(
                "DELETE FROM aftersales_collection WHERE receipt_no = %s", [MARK]
            )
            orders = env["sale.order"].search([("partner_id.ref", "=", MARK)])
            if orders:  # confirmed ones can only be taken away under Odoo's back
                cr.execute(
                    "UPDATE sale_order SET state = 'draft' WHERE id IN %s",
                    [tuple(orders.ids)],
                )
                env.invalidate_all()
                orders.unlink()
            env["product.product"].search([("name", "=", MARK)]).unlink()
        return super()._sweep()

    def _confirm(self, env, number):
        sheet = env["aftersales.cash.handover"].browse(self.sheet_ids[number])
        sheet.action_confirm()
        return sheet

    def test_the_same_sheet(self):
        first, second = self.cashier_ids
        with self._transaction(first, commit=False) as one:
            sheet = self._confirm(one, 0)
            self.assertEqual(sheet.state, "done")
            with (
                self._transaction(second, commit=False) as two,
                self.assertRaisesRegex(UserError, "being changed by somebody else"),
            ):
                self._confirm(two, 0)

    def test_the_same_receipt_on_two_sheets(self):
        first, second = self.cashier_ids
        with self._transaction(first, commit=False) as one:
            sheet = self._confirm(one, 0)
            self.assertEqual(sheet.collection_ids.state, "handed_over")
            with (
                self._transaction(second, commit=False) as two,
                self.assertRaisesRegex(UserError, "being changed by somebody else"),
            ):
                self._confirm(two, 1)
        # Nothing of the loser is left; the receipt can be taken over after that.
        with self._transaction(second, commit=False) as two:
            self.assertEqual(self._confirm(two, 1).state, "done")

    def test_cancelled_while_it_is_taken_over(self):
        with self._transaction(self.cashier_ids[0], commit=False) as one:
            self._confirm(one, 0)
            with (
                self._transaction(self.engineer_user_id, commit=False) as two,
                self.assertRaisesRegex(UserError, "being changed by somebody else"),
            ):
                collection = two["aftersales.collection"].browse(self.collection_id)
                collection._cancel("Too late")
