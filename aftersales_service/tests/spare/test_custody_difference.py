from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestCustodyDifference(CustodyCommon):
    """The nightly check counts anew and lists what does not tie."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.differences = cls.env["aftersales.custody.difference"]
        cls.line = cls()._draw(5)
        cls.out = cls()._move(2, cls.place, cls.stock)
        cls.env.flush_all()

    def _check(self):
        self.env.invalidate_all()
        return self.differences._check_company_custody(self.company)

    def _break(self, statement, *values):
        """Damage by somebody with access to the database."""
        self.env.cr.execute(statement, values)  # pylint: disable=sql-injection
        self.env.invalidate_all()

    def _lose_entry(self):
        self._break(
            "DELETE FROM aftersales_part_allocation WHERE move_id = %s", self.out.id
        )

    # ------------------------------------------------------------------ finds

    def test_all_ties(self):
        self.assertFalse(self._check())

    def test_entry_lost(self):
        self._lose_entry()
        found = self._check()
        self.assertEqual(sorted(found.mapped("kind")), ["line", "move", "stock"])
        by_kind = {record.kind: record for record in found}
        self.assertEqual(by_kind["move"].move_line_id, self.out.move_line_ids)
        self.assertEqual(by_kind["move"].difference, 2)
        self.assertEqual(by_kind["stock"].engineer_id, self.engineer)
        self.assertEqual(by_kind["stock"].product_id, self.part)
        self.assertEqual(
            (by_kind["stock"].moved_quantity, by_kind["stock"].on_hand_quantity), (3, 3)
        )
        self.assertEqual(by_kind["stock"].entered_quantity, 5)
        # What the line shows was not computed again: it is stale.
        self.assertEqual(by_kind["line"].requisition_line_id, self.line)
        self.assertEqual(by_kind["line"].difference, -2)
        self.assertTrue(all(found.mapped("finding")))

    def test_entry_with_another_quantity(self):
        self._break(
            "UPDATE aftersales_part_allocation SET change = -1, quantity = 1"
            " WHERE move_id = %s",
            self.out.id,
        )
        self.assertIn(("move", 1.0), self._find_differences())
        self.assertIn(("stock", 1.0), self._find_differences())

    def test_two_wrong_entries_that_make_up_for_each_other(self):
        """The sum ties; the moves do not."""
        other = self._move(1, self.place, self.stock)
        self.env.flush_all()
        for move, change in ((self.out, -1), (other, -2)):
            self._break(
                "UPDATE aftersales_part_allocation SET change = %s WHERE move_id = %s",
                change,
                move.id,
            )
        self.assertEqual(self._find_differences(), [("move", -1.0), ("move", 1.0)])

    def test_issue_entered_to_another_line(self):
        other = self._draw(1)
        self.env.flush_all()
        self._break(
            "UPDATE aftersales_part_allocation SET requisition_line_id = %s"
            " WHERE move_id = %s",
            other.id,
            self.line.move_ids.id,
        )
        found = self._check().filtered(lambda record: record.kind == "line")
        self.assertEqual(found.requisition_line_id, self.line | other)

    def test_stock_without_a_move(self):
        self.env["stock.quant"]._update_available_quantity(self.part, self.place, 4)
        found = self._check()
        self.assertEqual(found.kind, "stock")
        self.assertEqual(found.difference, 4)
        self.assertEqual(found.moved_quantity, found.entered_quantity)

    def test_part_that_is_not_counted(self):
        """Of a part without stock keeping there are moves and no stock on hand."""
        grease = self._new_part("Grease", is_storable=False)
        self._move(3, self.stock, self.place, grease)
        self.assertFalse(self._check())

    def test_archived_engineer(self):
        """Who has left still holds what he did not bring back."""
        self.engineer.active = False
        self._lose_entry()
        self.assertEqual(len(self._check()), 3)

    # ------------------------------------------------------------------- list

    def test_idempotent(self):
        self._lose_entry()
        first = self._check()
        again = self._check()
        self.assertEqual(first, again)
        self.assertEqual(self.differences.search_count([]), 3)
        head = self.signers["aftersales_head"]
        self.assertEqual(first.activity_ids.user_id, head)
        self.assertEqual(len(first.activity_ids), 3)

    def test_closes_itself_and_opens_again(self):
        self._lose_entry()
        found = self._check()
        self.entries._rebuild(self.company, self.part)
        self.assertFalse(self._check())
        self.assertEqual(set(found.mapped("state")), {"closed"})
        self.assertTrue(all(found.mapped("closed_on")))
        self.assertFalse(found.activity_ids)
        self.env.flush_all()
        self.out = self.env["stock.move"].browse(self.out.id)
        self._lose_entry()
        self.assertEqual(self._check(), found)
        self.assertFalse(any(found.mapped("closed_on")))

    def test_entered_anew_by_the_manager(self):
        self._lose_entry()
        found = self._check()
        with self.assertRefused("Only a manager"):
            found[0].with_user(self.keeper).action_allocate_again()
        found[0].with_user(self.manager).action_allocate_again()
        self.assertEqual(set(found.mapped("state")), {"closed"})
        self.assertLine(self.line, moved=5, returned=2, held=3)

    def test_cron(self):
        self._lose_entry()
        cron = self.env.ref("aftersales_service.ir_cron_aftersales_check_custody")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.differences.search_count([("state", "=", "open")]), 3)

    # ----------------------------------------------------------------- rights

    def test_only_the_explanation_is_written(self):
        self._lose_entry()
        record = self._check()[0]
        record.with_user(self.keeper).explanation = "Entry lost with the old disk."
        for vals in ({"state": "closed"}, {"difference": 0}, {"engineer_id": False}):
            with self.assertRefused("button only|computed", AccessError):
                record.with_user(self.keeper).write(vals)
        with self.assertRaises(AccessError):
            record.with_user(self.quality).explanation = "?"
        with self.assertRaises(AccessError):
            record.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.differences.with_user(self.engineer_user).search([])

    def test_each_company_has_its_own_list(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        self._lose_entry()
        found = self._check()
        self.assertFalse(self.differences._check_company_custody(other))
        self.assertEqual(set(found.mapped("state")), {"open"})
        reader = self.keeper
        reader.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(self.differences.with_user(reader).search([]))
        self.assertFalse(self.entries.with_user(reader).search([]))
