from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestVanCountLine(VanCommon):
    """The rows of a count: what may be counted, by whom, and what it is worth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        test._put(cls.seal, 5)
        test._put(cls.pump, 1, cls.pump_lot)
        counts = cls.env["aftersales.van.count"].with_user(cls.engineer_user)
        cls.count = counts.create({"engineer_id": cls.engineer.id})
        cls.seal_line = cls.count.line_ids.filtered(
            lambda line: line.product_id == cls.seal
        )
        cls.pump_line = cls.count.line_ids - cls.seal_line

    def _add(self, count=None, **vals):
        count = count or self.count
        lines = self.env["aftersales.van.count.line"].with_user(count.env.user)
        return lines.create({"count_id": count.id, **vals})

    # ----------------------------------------------------------------- figures

    def test_difference_and_its_value(self):
        self.seal_line.counted_quantity = 3
        self.assertEqual(self.seal_line.difference, -2)
        self.assertEqual(self.seal_line.sudo().value, -80)
        self.seal_line.counted_quantity = 6
        self.assertEqual(self.seal_line.sudo().value, 40)
        self.pump_line.counted_quantity = 0
        self.assertEqual(self.pump_line.sudo().value, -300)
        self.assertEqual(self.count.difference_count, 2)
        self.assertEqual(self.count.sudo().difference_value, -260)

    def test_cost_is_the_companys(self):
        """A price of another company is not what the part is worth here."""
        other = self.env["res.company"].create({"name": "Foreign Roads"})
        self.seal.with_company(other).standard_price = 999
        self.seal_line.sudo().with_company(other).counted_quantity = 4
        self.assertEqual(self.seal_line.sudo().value, -40)

    def test_place_is_filled_in(self):
        line = self._add(product_id=self._new_part("Bolt").id, counted_quantity=1)
        self.assertEqual(line.location_id, self.engineer_location)
        self.assertEqual((line.book_quantity, line.difference), (0, 1))
        self.assertEqual(line.company_id, self.company)

    def test_filled_in_on_screen(self):
        """The engineer adds a part he found, without leaving the form."""
        bolt = self._new_part("Bolt")
        with Form(self.count) as form, form.line_ids.new() as line:
            line.product_id = bolt
            line.counted_quantity = 2
            line.reason = "Was in the box"
            self.assertEqual(line.difference, 2)
        added = self.count.line_ids - self.seal_line - self.pump_line
        self.assertEqual((added.product_id, added.difference), (bolt, 2))

    # --------------------------------------------------------------- bad input

    def test_counted_less_than_nothing(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.seal_line.counted_quantity = -1
            self.env.flush_all()

    def test_a_part_once_per_place(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._add(product_id=self.seal.id, counted_quantity=1)
            self.env.flush_all()
        other = self._new_lot(self.pump, "P-2")
        self._add(product_id=self.pump.id, lot_id=other.id, counted_quantity=1)

    def test_place_of_a_colleague(self):
        his = self.other_engineer._aftersales_get_location()
        with self.assertRefused("is not with Engineer", ValidationError):
            self._add(
                product_id=self.pump.id,
                lot_id=self._new_lot(self.pump, "P-2").id,
                location_id=his.id,
            )
        with self.assertRefused("is not with Engineer", ValidationError):
            self.seal_line.location_id = his

    def test_serial_of_another_part(self):
        with self.assertRefused("is of Pump, not of Seal", ValidationError):
            self.seal_line.lot_id = self.pump_lot

    def test_half_a_serial(self):
        for quantity in (0.5, 2):
            with self.assertRefused("0 or 1", ValidationError):
                self.pump_line.counted_quantity = quantity

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Foreign Roads"})
        part = self._new_part("Foreign Bolt", company_id=company.id)
        with self.assertRefused("Foreign Bolt"):
            self._add(product_id=part.id, counted_quantity=1)

    def test_book_is_not_typed(self):
        with self.assertRefused("button only", AccessError):
            self._add(product_id=self._new_part("Bolt").id, book_quantity=5)
        count = self.count.with_context(default_book_quantity=5)
        line = self._add(count, product_id=self._new_part("Nut").id)
        self.assertEqual(line.book_quantity, 0)

    def test_explained_with_more_than_blanks(self):
        self.seal_line.write({"counted_quantity": 4, "reason": "  "})
        with self.assertRefused("Explain the difference of Seal: 5 .* 4 counted"):
            self.count.action_submit()
        self.pump_line.counted_quantity = 0
        self.seal_line.reason = "Lost"
        with self.assertRefused("Explain the difference of Pump P-1"):
            self.count.action_submit()

    def test_line_taken_off_is_noticed(self):
        """Leaving a part out hides no loss."""
        self.seal_line.unlink()
        with self.assertRefused("moved since the count: Seal"):
            self.count.action_submit()

    # ------------------------------------------------------------------ rights

    def test_each_his_own(self):
        lines = self.count.line_ids
        bolt = self._new_part("Bolt")
        his = lines.with_user(self.other_engineer_user)
        self.assertFalse(his.search([("id", "in", lines.ids)]))
        for attempt in (
            lambda: his.write({"counted_quantity": 1}),
            lambda: his.unlink(),
            lambda: self._add(
                self.count.with_user(self.other_engineer_user),
                product_id=bolt.id,
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(
            lines.with_user(self.keeper).search_count([("id", "in", lines.ids)]), 2
        )

    def test_reader_only_reads(self):
        reader = self.signers["superior"]
        with self.assertRaises(AccessError):
            self.seal_line.with_user(reader).counted_quantity = 1
        self.assertEqual(self.seal_line.with_user(reader).value, 0)

    def test_cost_is_not_the_engineers_to_see(self):
        with self.assertRaises(AccessError):
            self.seal_line.with_user(self.engineer_user).read(["value"])

    # ----------------------------------------------------------------- booking

    def test_only_what_differs_is_booked(self):
        self.seal_line.write({"counted_quantity": 7, "reason": "Found"})
        self.count.action_submit()
        self._sign(self.count, "superior")
        moves = self.env["stock.move"].search(
            [("inventory_name", "=like", self.count.name + ": %")]
        )
        self.assertRecordValues(
            moves,
            [
                {
                    "product_id": self.seal.id,
                    "quantity": 2,
                    "location_dest_id": self.engineer_location.id,
                    "inventory_name": f"{self.count.name}: Found",
                }
            ],
        )

    def test_lots_of_one_part_apart(self):
        """One serial lost, another found: two rows, two moves, nothing in sum."""
        other = self._new_lot(self.pump, "P-2")
        self.pump_line.write({"counted_quantity": 0, "reason": "Mixed up"})
        self.count.line_ids = [
            Command.create(
                {
                    "product_id": self.pump.id,
                    "lot_id": other.id,
                    "counted_quantity": 1,
                    "reason": "Mixed up",
                }
            )
        ]
        self.count.action_submit()
        self._sign(self.count, "superior")
        held = self.engineer._aftersales_get_held
        self.assertEqual(held(self.pump, self.pump_lot), 0)
        self.assertEqual(held(self.pump, other), 1)
        self.assertEqual(held(self.pump), 1)
