from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashCount(CollectionCommon):
    """Notes and coins on a handover sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        self._collect(250)
        cls.sheet = self._sheet(
            counted=201,
            user=cls.engineer_user,
            count_ids=[
                Command.create({"value": 0.5, "quantity": 2}),
                Command.create({"value": 100, "quantity": 2}),
            ],
        )
        cls.rows = cls.sheet.count_ids.sorted("value")

    def test_amounts(self):
        self.assertEqual(self.rows.mapped("amount"), [1, 200])
        self.assertEqual(self.rows.company_id, self.company)
        self.assertEqual(self.rows.currency_id, self.company.currency_id)
        self.sheet.invalidate_recordset(["count_ids"])
        self.assertEqual(self.sheet.count_ids.mapped("value"), [100, 0.5])

    def test_counted_on_the_form(self):
        """The engineer writes notes; the amount counted follows, and what lacks."""
        with Form(self.sheet) as form:
            with form.count_ids.new() as row:
                row.value = 10
                row.quantity = 4
                self.assertEqual(row.amount, 40)
            self.assertEqual(form.counted_amount, 241)
            self.assertEqual(form.difference, -9)
        with Form(self.sheet) as form:
            form.count_ids.remove(0)
        self.assertEqual(self.sheet.counted_amount, 41)

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        for vals in ({"value": 0}, {"value": -5}, {"value": 5, "quantity": -1}):
            with self.subTest(vals=vals), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    self.rows.create({"handover_id": self.sheet.id, **vals})
        self.rows[0].quantity = 0
        self.assertEqual(self.rows[0].amount, 0)

    def test_closed_with_the_sheet(self):
        self.rows.create({"handover_id": self.sheet.id, "value": 49, "quantity": 1})
        self.assertEqual(self.sheet.counted_amount, 250)
        self.sheet.with_user(self.finance).action_confirm()
        for user in (self.engineer_user, self.finance):
            row = self.rows[0].with_user(user)
            with self.assertRefused("Taken Over"):
                row.quantity = 7
            with self.assertRefused("Taken Over"):
                row.create({"handover_id": self.sheet.id, "value": 1})
            with self.assertRefused("Taken Over"):
                row.unlink()
        self.assertEqual(self.sheet.counted_amount, 250)

    def test_not_moved_to_a_closed_sheet(self):
        self.sheet.counted_amount = 250
        self.sheet.with_user(self.finance).action_confirm()
        other = self._sheet(0, collection_ids=[Command.clear()])
        row = self.rows.with_user(self.finance).create(
            {"handover_id": other.id, "value": 5}
        )
        with self.assertRefused("Taken Over"):
            row.handover_id = self.sheet

    def test_counted_anew_voids_the_signature(self):
        """What a superior signed for was the difference of the old count."""
        self.sheet.with_user(self.finance).write(
            {"difference_reason": "A note is false", "difference_way": "account"}
        )
        self.sheet.with_user(self.finance).action_submit()
        self.assertEqual(self.sheet.state, "signing")
        self.rows[1].with_user(self.finance).quantity = 1
        self.assertEqual(self.sheet.state, "draft")
        self.assertEqual(self.sheet.difference, -149)
        self.assertFalse(
            self.sheet.sudo().signature_ids.filtered(lambda s: s.state == "pending")
        )

    def test_of_another_engineer(self):
        other = self.rows[0].with_user(self.other_engineer_user)
        with self.assertRaises(AccessError):
            other.quantity = 1
        with self.assertRaises(AccessError):
            other.read(["amount"])
