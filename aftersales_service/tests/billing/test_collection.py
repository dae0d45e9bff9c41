from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollection(CollectionCommon):
    """What the engineer may write on the receipt."""

    def test_defaults(self):
        collection = self._collect(100)
        self.assertEqual(collection.state, "collected")
        self.assertEqual(collection.collector_id, self.engineer)
        self.assertEqual(collection.partner_id, self.customer)
        self.assertEqual(collection.request_id, self.request)
        self.assertEqual(collection.currency_id, self.order.currency_id)
        self.assertEqual(collection.due_amount, 300)

    def test_button_on_the_settlement(self):
        action = self.order.with_user(self.engineer_user).action_aftersales_collect()
        collection = (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .with_context(**action["context"])
            .new({})
        )
        self.assertEqual(collection.sale_order_id._origin, self.order)
        self.assertEqual(collection.due_amount, 300)

    def test_nothing_left_to_collect(self):
        mine = self.order.with_user(self.engineer_user)
        self._collect(299)
        self.assertTrue(mine.action_aftersales_collect())
        self._collect(1, "R-2")
        with self.assertRefused("nothing is left to collect"):
            mine.action_aftersales_collect()

    # ----------------------------------------------------------------- amount

    def test_more_than_due(self):
        with self.assertRefused("301.00.* is more than .*300.00", ValidationError):
            self._collect(301)
        self._collect(200)
        with self.assertRefused("more than the customer owes", ValidationError):
            self._collect(100.01, "R-2")
        self._collect(100, "R-2")

    def test_raised_afterwards(self):
        collection = self._collect(100)
        with self.assertRefused("more than the customer owes", ValidationError):
            collection.amount = 301
        collection.amount = 300
        self.assertEqual(collection.amount, 300)

    def test_cash_of_a_colleague_counts(self):
        """What an engineer cannot see, the customer has paid all the same."""
        self._issue_dispatch(self.request, engineer_id=self.other_engineer.id)
        self._collect(200)
        with self.assertRefused("more than the customer owes", ValidationError):
            self._collect(200, "R-2", self.other_engineer_user)
        his = self._collect(100, "R-2", self.other_engineer_user)
        self.assertEqual(his.due_amount, 100)

    @mute_logger("odoo.sql_db")
    def test_nothing(self):
        for amount in (0, -5):
            with self.assertRaises(CheckViolation):
                self._collect(amount)
                self.env.flush_all()

    # ---------------------------------------------------------------- receipt

    @mute_logger("odoo.sql_db")
    def test_receipt_used_twice(self):
        self._collect(100)
        with self.assertRaises(UniqueViolation):
            self._collect(100)
            self.env.flush_all()

    def test_cancelled_receipt_frees_amount_and_number(self):
        collection = self._collect(300)
        self._cancel(collection)
        self.assertEqual(collection.state, "cancelled")
        self.assertFalse(self.request.sudo().collection_ids._get_debts())
        again = self._collect(300)
        self.assertEqual(again.receipt_no, collection.receipt_no)
        with self.assertRefused("Cancelled"):
            self._hand_over(collection)

    def test_never_deleted(self):
        collection = self._collect()
        for user in (self.engineer_user, self.manager):
            with self.assertRaises(AccessError):
                collection.with_user(user).unlink()
        with self.assertRefused("never deleted"):
            collection.sudo().unlink()
        self.assertTrue(collection.exists())

    # ------------------------------------------------------------------- time

    def test_future(self):
        with self.assertRefused("future"):
            self._collect(collected_at=fields.Datetime.now() + timedelta(hours=1))

    def test_late(self):
        today = self._collect(100)
        yesterday = self._collect(
            100, "R-2", collected_at=fields.Datetime.now() - timedelta(days=1)
        )
        both = today | yesterday
        search = self.env["aftersales.collection"].search
        self.assertFalse(today.is_late)
        self.assertTrue(yesterday.is_late)
        self.assertEqual(
            search([("is_late", "=", True), ("id", "in", both.ids)]),
            yesterday.with_env(self.env),
        )
        self.assertEqual(
            search([("is_late", "=", False), ("id", "in", both.ids)]),
            today.with_env(self.env),
        )
        self._hand_over(yesterday)
        self.assertFalse(yesterday.is_late)
        self.assertFalse(search([("is_late", "=", True), ("id", "in", both.ids)]))

    # -------------------------------------------------------------------- who

    def test_only_on_a_confirmed_settlement(self):
        draft = self.order.copy({"aftersales_request_id": self.request.id})
        with self.assertRefused("confirmed settlement only", ValidationError):
            self._collect(100, sale_order_id=draft.id)
        ordinary = self.order.copy()
        ordinary.action_confirm()
        with self.assertRefused("confirmed settlement only", ValidationError):
            self._collect(
                100,
                user=self.finance,
                sale_order_id=ordinary.id,
                collector_id=self.engineer.id,
            )

    def test_another_engineer(self):
        collection = self._collect()
        theirs = collection.with_user(self.other_engineer_user)
        self.assertFalse(theirs.search([("id", "=", collection.id)]))
        with self.assertRaises(AccessError):
            theirs.action_cancel()
        with self.assertRaises(AccessError):
            self._collect(user=self.other_engineer_user, collector_id=self.engineer.id)

    def test_states_are_not_typed(self):
        collection = self._collect()
        for vals in (
            {"state": "handed_over"},
            {"payment_id": 1},
            {"received_by_id": self.finance.id},
            {"name": "SK-1"},
        ):
            with self.assertRefused("button", AccessError):
                collection.write(vals)

    def test_fixed_after_the_handover(self):
        collection = self._collect(100)
        self._hand_over(collection)
        for vals in (
            {"amount": 50},
            {"receipt_no": "R-9"},
            {"sale_order_id": self.order.id},
            {"collector_id": self.other_engineer.id},
            {"collected_at": fields.Datetime.now() - timedelta(days=1)},
        ):
            with self.assertRefused("Collected, Not Handed Over"):
                collection.write(vals)
        collection.note = "Two notes of 50"
        with self.assertRefused("Collected, Not Handed Over"):
            collection.action_cancel()
