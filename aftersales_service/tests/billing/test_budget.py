from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestBudget(CostCommon):
    """Annual budget and its execution from posted entries (handbook 10.4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=1)
        cls.today = fields.Date.today()

    def _budget(self, amounts=None, user=None, **vals):
        """A draft with ``{class: amount of every month}``."""
        budget = (
            self.env["aftersales.budget"]
            .with_user(user or self.finance)
            .create({"year": self.today.year, **vals})
        )
        for key, amount in (amounts or {"transport": 100, "labour": 50}).items():
            line = budget.line_ids.filtered(lambda ln, k=key: ln.budget_class == k)
            line.write({f"amount_{month:02d}": amount for month in range(1, 13)})
        return budget

    def _approve_budget(self, budget):
        budget.action_submit()
        self._sign(budget, "finance_head", "general_manager")
        return budget

    def _get_used(self, budget):
        """``{class: used}`` of the current month."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["aftersales.budget.report"].search(
            [
                ("budget_id", "=", budget.id),
                ("month", "=", self.today.replace(day=1)),
                ("used", "!=", 0),
            ]
        )
        return {row.budget_class: row.used for row in rows}

    def test_classes_of_the_handbook(self):
        budget = self._budget()
        self.assertEqual(
            budget.line_ids.mapped("budget_class"),
            ["labour", "material", "depreciation", "transport", "outside"],
        )
        self.assertEqual(budget.amount_total, 12 * 150)
        budget.invalidate_recordset()
        self.assertEqual(len(budget.report_ids), 60)

    def test_year_is_spread_over_the_months(self):
        budget = self._budget()
        with Form(budget) as form:
            with form.line_ids.edit(1) as line:
                line.total = 1000
        line = budget.line_ids[1]
        self.assertEqual(line.amount_01, 83.33)
        self.assertEqual(line.amount_12, 83.37)
        self.assertEqual(line.total, 1000)

    def test_execution(self):
        budget = self._approve_budget(self._budget())
        self.assertEqual(budget.used_total, 0)
        self._spend(self.visit, 60, "transport_long")
        self._spend(self.visit, 30, "meals")
        self.assertEqual(self._get_used(budget), {"transport": 60, "labour": 30})
        budget.invalidate_recordset()
        self.assertEqual(budget.used_total, 90)
        self.assertEqual(budget.balance, 12 * 150 - 90)
        self.assertEqual(round(budget.execution, 1), 5.0)

    def test_execution_is_what_the_ledger_says(self):
        budget = self._budget()
        before = self._get_used(budget)
        free = self._issue_dispatch(self.visit.request_id)
        self._issue_parts(free, [(self.seal, 2)])
        self._go_to_customer(free)
        self._use(free, self.seal, 2, charge="free", charge_reason="Goodwill")
        free.with_user(self.engineer_user).action_finished()
        used = self._get_used(budget)
        self.assertEqual(used.get("material", 0) - before.get("material", 0), 80)
        self.assertEqual(
            sum(used.values()) - sum(before.values()),
            -self._get_ledger_balance(self.visit.request_id),
        )

    def test_computed_labour_is_not_used(self):
        budget = self._budget()
        self.assertEqual(self._get_used(budget), {})

    def test_accounts_without_a_case(self):
        """Wages and depreciation belong to no case: their accounts say the class."""
        budget = self._budget()
        wages = self.accounts["commission"]
        wages.aftersales_budget_class = "labour"
        journal = self.company._aftersales_get("cost_journal")
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": wages.id, "debit": 500}),
                    Command.create(
                        {"account_id": self.accounts["charge"].id, "credit": 500}
                    ),
                ],
            }
        )
        self.assertEqual(self._get_used(budget), {})
        entry.action_post()
        self.assertEqual(self._get_used(budget), {"labour": 500})

    def test_charge_reduces_what_is_used(self):
        budget = self._budget()
        expense = self._spend(self.visit, 60, "transport_long")
        charge = (
            self.env["aftersales.cost.charge"]
            .with_user(self.dispatcher)
            .with_context(default_expense_id=expense.id)
            .create({"reason": "Late", "amount": 40, "effect": "entry"})
        )
        charge.action_submit()
        self._sign(charge, "superior")
        self.assertEqual(self._get_used(budget), {"transport": 60})
        charge.sudo().move_id.action_post()
        self.assertEqual(self._get_used(budget), {"transport": 20})

    def test_region_and_department(self):
        department = self.env["hr.department"].create({"name": "Field Service"})
        self.engineer.department_id = department
        mine = self._budget(department_id=department.id)
        other = self._budget(
            department_id=self.env["hr.department"].create({"name": "Desk"}).id
        )
        whole = self._budget()
        self._spend(self.visit, 60, "transport_long")
        self.assertEqual(self._get_used(mine), {"transport": 60})
        self.assertEqual(self._get_used(other), {})
        self.assertEqual(self._get_used(whole), {"transport": 60})

    def test_warning(self):
        self.env["aftersales.parameter"].create(
            {
                "name": "Budget Warning From",
                "code": "budget_warning_percent",
                "company_id": self.company.id,
                "unit": "percent",
                "value": 80,
            }
        )
        budget = self._approve_budget(self._budget({"transport": 10}))
        self._spend(self.visit, 95.9, "transport_long")
        budget.invalidate_recordset()
        self.assertFalse(budget.warning)
        self._spend(self.visit, 0.2, "towing")
        budget.invalidate_recordset()
        self.assertIn("Transport", budget.warning)
        watched = self.env["aftersales.budget.report"].search(
            [("budget_id", "=", budget.id), ("is_warning", "=", True)]
        )
        self.assertEqual(watched.month, self.today.replace(day=1))
        self.assertEqual(watched.budget_class, "transport")

    # --------------------------------------------------------------- in force

    def test_months_in_force_do_not_change(self):
        budget = self._approve_budget(self._budget())
        self.assertEqual(budget.state, "approved")
        with self.assertRefused("needs"):
            budget.line_ids[0].amount_01 = 1
        with self.assertRefused("needs"):
            budget.year = 2000

    def test_adjustment(self):
        budget = self._approve_budget(self._budget())
        vals = {"budget_class": "transport", "month": 3, "reason": "New region"}
        adjustments = self.env["aftersales.budget.adjustment"].with_user(self.finance)
        row = adjustments.create({"budget_id": budget.id, "amount": 40, **vals})
        self.assertEqual(row.user_id, self.finance)
        self.assertEqual(budget.amount_total, 12 * 150 + 40)
        march = self.env["aftersales.budget.report"].search(
            [
                ("budget_id", "=", budget.id),
                ("budget_class", "=", "transport"),
                ("month", "=", f"{self.today.year}-03-01"),
            ]
        )
        self.assertEqual((march.planned, march.adjusted, march.amount), (100, 40, 140))
        with self.assertRefused("left with", ValidationError):
            adjustments.create({"budget_id": budget.id, "amount": -140.01, **vals})
        with self.assertRefused("stays as it is"):
            row.amount = 1
        with self.assertRaises(UserError):
            row.unlink()

    def test_adjustment_of_a_draft(self):
        budget = self._budget()
        with self.assertRefused("not in force", ValidationError):
            self.env["aftersales.budget.adjustment"].with_user(self.finance).create(
                {
                    "budget_id": budget.id,
                    "budget_class": "labour",
                    "month": 1,
                    "amount": 1,
                    "reason": "No",
                }
            )

    def test_closed(self):
        budget = self._approve_budget(self._budget())
        budget.action_close()
        with self.assertRefused("needs"):
            budget.action_close()
        self.assertEqual(budget.state, "closed")

    def test_empty_budget(self):
        budget = self._budget({"labour": 0})
        with self.assertRefused("Enter the monthly amounts"):
            budget.action_submit()

    def test_negative_month(self):
        budget = self._budget()
        with self.assertRefused("must not be negative", ValidationError):
            budget.line_ids[0].amount_05 = -1

    def test_change_while_signing_voids(self):
        budget = self._budget()
        budget.action_submit()
        budget.line_ids[0].amount_01 = 7
        self.assertEqual(budget.state, "draft")

    def test_one_a_year(self):
        self._budget()
        with self.assertRaisesRegex(Exception, "aftersales_budget_scope_uniq"):
            with self.env.cr.savepoint():
                self._budget()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._budget(user=self.agent)
        budget = self._budget()
        self.assertTrue(budget.with_user(self.agent).amount_total)
        with self.assertRaises(AccessError):
            budget.with_user(self.engineer_user).read(["name"])

    def test_lines_added_or_moved_under_signature(self):
        """A signature stands for the rows that were read."""
        budget = self._budget({"transport": 100})
        budget.line_ids.filtered(lambda ln: ln.budget_class == "labour").unlink()
        budget.action_submit()
        row = {"budget_class": "labour", "amount_01": 500}
        budget.line_ids.with_user(self.finance).create({"budget_id": budget.id, **row})
        self.assertEqual(budget.state, "draft")
        budget.action_submit()
        budget.line_ids.filtered("amount_01")[:1].unlink()
        self.assertEqual(budget.state, "draft")

    def test_row_moved_into_a_budget_in_force(self):
        budget = self._budget({"transport": 100})
        budget.line_ids.filtered(lambda ln: ln.budget_class == "labour").unlink()
        self._approve_budget(budget)
        other = self._budget({"labour": 900}, year=self.today.year + 1)
        row = other.line_ids.filtered(lambda ln: ln.budget_class == "labour")
        with self.assertRefused("state"):
            row.with_user(self.finance).budget_id = budget
        self.assertEqual(budget.amount_total, 1200)

    def test_adjustment_in_another_name(self):
        budget = self._approve_budget(self._budget())
        adjustments = self.env["aftersales.budget.adjustment"].with_user(self.finance)
        adjustment = adjustments.with_context(
            default_user_id=self.manager.id, default_date="2020-01-01"
        ).create(
            {
                "budget_id": budget.id,
                "budget_class": "transport",
                "month": 1,
                "amount": 5,
                "reason": "Prices rose",
            }
        )
        self.assertEqual(adjustment.user_id, self.finance)
        self.assertEqual(adjustment.date, self.today)
