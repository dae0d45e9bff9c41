from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestPartAllocation(CustodyCommon):
    """The custody entries themselves: written by moves, read by those they concern."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.line = test._draw(3)
        cls.issue = cls.line.move_ids
        cls.entry = cls.entries.search([("move_id", "in", cls.issue.ids)])

    def _put_elsewhere(self, quantity=2):
        """Parts with the other engineer, which no requisition explains."""
        return self._move(quantity, self.stock, self.other_place)

    def test_what_an_entry_says(self):
        self.assertRecordValues(
            self.entry,
            [
                {
                    "kind": "issued",
                    "engineer_id": self.engineer.id,
                    "product_id": self.part.id,
                    "product_uom_id": self.part.uom_id.id,
                    "lot_id": False,
                    "requisition_line_id": self.line.id,
                    "requisition_id": self.line.requisition_id.id,
                    "request_id": self.line.requisition_id.request_id.id,
                    "company_id": self.company.id,
                    "move_id": self.issue.id,
                    "move_line_id": self.issue.move_line_ids.id,
                    "reference": self.issue.reference,
                    "date": self.issue.date,
                    "quantity": 3,
                    "change": 3,
                }
            ],
        )
        self.assertEqual(self.entry.currency_id, self.company.currency_id)

    def test_value_is_shared_by_the_rows_of_a_move(self):
        """One move that is taken from two lines is worth what it is worth once."""
        second = self._draw(2)
        move = self._move(
            4, self.place, self.company.aftersales_consumption_location_id
        )
        rows = self.entries.search([("move_id", "=", move.id)])
        self.assertEqual(rows.requisition_line_id, self.line | second)
        self.assertEqual(sorted(rows.mapped("quantity")), [1, 3])
        self.assertEqual(sum(rows.mapped("value")), move.value)
        self.assertEqual(sorted(rows.mapped("value")), [40, 120])
        self.assertEqual(sum(rows.mapped("change")), -4)

    # ------------------------------------------------------------------ rights

    def test_nobody_writes_them(self):
        for user in (self.engineer_user, self.keeper, self.finance, self.manager):
            entry = self.entry.with_user(user)
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    entry.quantity = 1
                with self.assertRaises(AccessError):
                    entry.unlink()
                with self.assertRaises(AccessError):
                    entry.copy()

    def test_each_engineer_his_own(self):
        other = self.entries.search([("move_id", "in", self._put_elsewhere().ids)])
        both = [("id", "in", (self.entry | other).ids)]
        for user, seen in (
            (self.engineer_user, self.entry),
            (self.other_engineer_user, other),
            (self.keeper, self.entry | other),
            (self.manager, self.entry | other),
        ):
            with self.subTest(user.name):
                mine = self.entries.with_user(user)
                self.assertEqual(mine.search(both).with_env(self.env), seen)
        with self.assertRaises(AccessError):
            self.entry.with_user(self.other_engineer_user).read(["quantity"])

    def test_cost_is_not_the_engineers_to_see(self):
        with self.assertRaises(AccessError):
            self.entry.with_user(self.engineer_user).read(["value"])
        self.assertIn("value", self.entry.with_user(self.keeper).read()[0])

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Foreign Roads"})
        self.manager.write({"company_ids": [(4, company.id)]})
        foreign = self.entries.with_user(self.manager).with_context(
            allowed_company_ids=company.ids
        )
        self.assertFalse(foreign.search([("id", "=", self.entry.id)]))

    # --------------------------------------------------------------- navigation

    def test_opens_its_transfer(self):
        action = self.entry.with_user(self.keeper).action_view_move()
        self.assertEqual(action["res_model"], "stock.picking")
        self.assertEqual(action["res_id"], self.issue.picking_id.id)

    def test_opens_the_move_of_a_count(self):
        """A stock count has no transfer."""
        self._count(self.place, 1)
        entry = self.entries.search(
            [("engineer_id", "=", self.engineer.id), ("kind", "=", "count")]
        )
        self.assertEqual((entry.quantity, entry.change), (2, -2))
        action = entry.action_view_move()
        self.assertEqual(action["res_model"], "stock.move")
        self.assertEqual(action["res_id"], entry.move_id.id)

    def test_search_by_transfer(self):
        """People know the number of the transfer."""
        found = self.entries.name_search(self.issue.reference)
        self.assertIn(self.entry.id, [row[0] for row in found])

    # ------------------------------------------------------------- what they keep

    def test_keeps_what_it_stands_on(self):
        """Neither a part, nor an engineer, nor a line with entries is deleted."""
        for record, refusal in (
            (self.part, IntegrityError),
            (self.engineer, IntegrityError),
            (self.line, UserError),
        ):
            with (
                self.subTest(record._name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(refusal),
                self.env.cr.savepoint(),
            ):
                record.sudo().unlink()
                self.env.flush_all()
        self.assertTrue(self.entry.exists())

    def test_zero_is_no_entry(self):
        """What moves within the places of an engineer has not happened to him."""
        bag = self.env["stock.location"].create(
            {"name": "Bag", "usage": "internal", "location_id": self.place.id}
        )
        move = self._move(2, self.place, bag)
        self.assertFalse(self.entries.search([("move_id", "=", move.id)]))
        self.assertLine(self.line, moved=3, held=3)

    def test_handed_to_a_colleague(self):
        """Two entries, one each, which together change nothing for the line."""
        move = self._move(2, self.place, self.other_place)
        rows = self.entries.search([("move_id", "=", move.id)], order="change")
        self.assertEqual(rows.mapped("kind"), ["transfer", "transfer"])
        self.assertEqual(rows.engineer_id, self.engineer | self.other_engineer)
        self.assertEqual(rows.mapped("change"), [-2, 2])
        self.assertEqual(sum(rows.mapped("quantity")), 0)
        self.assertLine(self.line, moved=3, held=3)
        debts = "".join(self.line.requisition_id._get_debts())
        self.assertIn(f"{self.other_engineer.name} still holds 2", debts)

    def test_made_again_as_they_were(self):
        self._move(1, self.place, self.stock)
        self._put_elsewhere()
        names = ["kind", "engineer_id", "requisition_line_id", "quantity", "change"]
        mine = [("product_id", "=", self.part.id)]

        def say():
            rows = self.entries.search(mine, order="date, move_line_id, change")
            return [tuple(row[name] for name in names) for row in rows]

        before = say()
        self.entries._rebuild(self.company, self.part)
        self.assertEqual(say(), before)
        self.assertTies()
