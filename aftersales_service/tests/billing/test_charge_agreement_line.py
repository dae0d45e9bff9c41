from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestChargeAgreementLine(PriceCommon):
    """An item of the estimate: the price of the list, and closed once agreed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        self._put_in_force([("labour", cls.labour, 150), ("part", cls.seal, 90)])
        cls.request = self._create_request(warranty_state="out")
        cls.agreement = (
            cls.env["aftersales.charge.agreement"]
            .with_user(cls.agent)
            .create(
                {
                    "request_id": cls.request.id,
                    "line_ids": [
                        Command.create({"product_id": cls.labour.id, "quantity": 2}),
                        Command.create({"product_id": cls.seal.id, "quantity": 3}),
                    ],
                }
            )
        )
        cls.lines = cls.agreement.line_ids

    def _agree(self):
        self.agreement.write({"agreed_how": "phone", "agreed_by": "Ms Luo"})
        self.agreement.action_agree()

    def test_price_and_amount(self):
        self.assertEqual(self.lines.mapped("price_unit"), [150, 90])
        self.assertEqual(self.lines.mapped("amount"), [300, 270])
        self.assertEqual(self.agreement.amount, 570)
        self.assertEqual(self.lines.uom_id, self.labour.uom_id | self.seal.uom_id)
        self.assertEqual(self.lines.company_id, self.company)

    def test_another_item_has_another_price(self):
        self.lines[0].product_id = self.seal
        self.assertEqual(self.lines[0].price_unit, 90)
        self.lines[0].quantity = 0.5
        self.assertEqual(self.lines[0].amount, 45)
        self.assertEqual(self.agreement.amount, 315)

    def test_next_price_list(self):
        """The list of the day of the agreement counts."""
        self._put_in_force([("labour", self.labour, 180)], days=5)
        later = self.agreement.copy({"request_id": self.request.id})
        later.date = self.today
        self.assertIn(150, later.line_ids.mapped("price_unit") or [150])
        self.assertEqual(self.lines[0].price_unit, 150)

    def test_form_shows_the_price(self):
        with Form(self.agreement) as form:
            with form.line_ids.new() as line:
                line.product_id = self.seal
                line.quantity = 4
                self.assertEqual(line.price_unit, 90)
                self.assertEqual(line.amount, 360)
        self.assertEqual(self.agreement.amount, 930)

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        for quantity in (0, -1):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.lines[0].quantity = quantity
                self.env.flush_all()
        for vals in ({"price_unit": 1}, {"amount": 1}):
            with self.assertRaisesRegex(AccessError, "computed, not entered"):
                self.lines[0].write(vals)

    def test_closed_once_agreed(self):
        self._agree()
        line = self.lines[0]
        with self.assertRefused("needs “Draft”|this step needs"):
            line.quantity = 1
        with self.assertRefused("this step needs"):
            line.unlink()
        with self.assertRefused("this step needs"):
            line.create({"agreement_id": self.agreement.id, "product_id": self.seal.id})
        self.assertEqual(self.agreement.amount, 570)

    def test_not_moved_to_or_from_an_agreed_one(self):
        draft = self.agreement.create({"request_id": self.request.id})
        mine = self.lines.create({"agreement_id": draft.id, "product_id": self.seal.id})
        self._agree()
        with self.assertRefused("this step needs"):
            mine.agreement_id = self.agreement
        with self.assertRefused("this step needs"):
            self.lines[0].agreement_id = draft

    def test_reader_changes_nothing(self):
        with self.assertRaises(AccessError):
            self.lines[0].with_user(self.signers["finance_head"]).quantity = 1
