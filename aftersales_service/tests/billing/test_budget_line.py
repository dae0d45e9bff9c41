from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_cost import CostCommon

MONTHS = [f"amount_{month:02d}" for month in range(1, 13)]


@tagged("post_install", "-at_install")
class TestBudgetLine(CostCommon):
    """Twelve months of a class, what is signed, and how it changes afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.budget = (
            cls.env["aftersales.budget"]
            .with_user(cls.finance)
            .create({"year": fields.Date.today().year})
        )
        cls.line = cls.budget.line_ids.filtered(
            lambda line: line.budget_class == "transport"
        )
        cls.line.total = 1200

    def _submit(self, approve=True):
        self.budget.action_submit()
        if approve:
            self._sign(self.budget, "finance_head", "general_manager")

    def _adjust(self, **vals):
        return (
            self.env["aftersales.budget.adjustment"]
            .with_user(self.finance)
            .create(
                {
                    "budget_id": self.budget.id,
                    "budget_class": "transport",
                    "month": 3,
                    "amount": 40,
                    "reason": "Dearer fuel",
                    **vals,
                }
            )
        )

    # -------------------------------------------------------------------- line

    def test_year_and_months(self):
        self.assertEqual({self.line[name] for name in MONTHS}, {100})
        self.line.total = 100
        self.assertEqual(self.line.amount_01, 8.33)
        self.assertAlmostEqual(sum(self.line[name] for name in MONTHS), 100)
        self.line.amount_12 += 0.5
        self.assertAlmostEqual(self.line.total, 100.5)
        self.line.total = 100.5
        self.assertEqual(self.line.amount_01, 8.33, "the same year changes nothing")
        self.assertEqual(self.line.display_name, "Transport")

    def test_order_of_the_paper_form(self):
        row = self.line.create(
            {"budget_id": self._other_budget().id, "budget_class": "labour"}
        )
        self.assertEqual((row.sequence, self.line.sequence), (0, 3))

    def _other_budget(self):
        return self.budget.create({"year": self.budget.year + 1, "line_ids": False})

    def test_negative_month(self):
        with self.assertRaisesRegex(ValidationError, "must not be negative"):
            self.line.amount_05 = -0.01

    @mute_logger("odoo.sql_db")
    def test_class_stands_once(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.line.create({"budget_id": self.budget.id, "budget_class": "transport"})

    def test_every_change_voids_the_signatures(self):
        for change in (
            lambda: self.line.write({"amount_01": 500}),
            lambda: self.line.write({"total": 2400}),
            lambda: self.budget.line_ids[:1].unlink(),
        ):
            self._submit(approve=False)
            self._sign(self.budget, "finance_head")
            change()
            self.assertEqual(self.budget.state, "draft")
            self.assertEqual(self.budget.approval_state, "draft")

    def test_in_force(self):
        self._submit()
        self.assertEqual(self.budget.state, "approved")
        with self.assertRefused("this step needs"):
            self.line.amount_01 = 1
        with self.assertRefused("this step needs"):
            self.line.total = 1
        with self.assertRefused("this step needs"):
            self.line.unlink()
        with self.assertRefused("this step needs"):
            self.budget.line_ids.create(
                {"budget_id": self.budget.id, "budget_class": "labour"}
            )
        with self.assertRefused("this step needs"):
            other = self._other_budget()
            self.line.budget_id = other
        self.assertEqual(self.line.total, 1200)

    def test_who(self):
        for user in (self.engineer_user, self.agent, self.dispatcher):
            with self.assertRaises(AccessError):
                self.line.with_user(user).amount_01 = 1

    # -------------------------------------------------------------- adjustment

    def test_told_on_the_budget(self):
        """Those who signed the budget read what became of it, and why."""
        self._submit()
        self._adjust()
        self.assertEqual(self.budget.amount_total, 1240)
        message = self.budget.message_ids[:1]
        for part in ("Transport", "month 3", "40.00", "Dearer fuel", "1,240.00"):
            self.assertIn(part, str(message.body))
        self.assertEqual(message.author_id, self.finance.partner_id)

    def test_each_is_told(self):
        self._submit()
        before = len(self.budget.message_ids)
        self._adjust()
        self._adjust(amount=-10, month=4, reason="Fewer trips")
        self.assertEqual(len(self.budget.message_ids), before + 2)
        self.assertEqual(self.budget.amount_total, 1230)

    def test_reason(self):
        self._submit()
        for reason in ("", "  ", " \n"):
            with self.assertRaisesRegex(ValidationError, "Write down why"):
                self._adjust(reason=reason)
        self.assertFalse(self.budget.adjustment_ids)
