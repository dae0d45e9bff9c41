from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestCostCharge(CostCommon):
    """Cost that the person responsible bears: decided by the superior (Art.25(1))."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.visit = self._visit(hours=2)
        cls.request = cls.visit.request_id
        cls.expense = self._spend(cls.visit, 300, "transport_long")

    def _charge(self, user=None, **vals):
        context = self.expense.with_user(self.dispatcher).action_aftersales_charge()
        return (
            self.env["aftersales.cost.charge"]
            .with_user(user or self.dispatcher)
            .with_context(**context["context"])
            .create({"reason": "Went before the paint had arrived", **vals})
        )

    def _decide(self, charge):
        charge.action_submit()
        self._sign(charge, "superior")
        return charge

    def test_prefilled_from_the_expense(self):
        charge = self._charge()
        self.assertEqual(charge.amount, 300)
        self.assertEqual(charge.employee_id, self.engineer)
        self.assertEqual(charge.dispatch_id, self.visit)
        self.assertEqual(charge.request_id, self.request)
        self.assertEqual(charge.effect, "record")
        self.assertEqual(charge.company_id, self.company)

    def test_record_only(self):
        """Decided, and nothing in the books: it stands apart on the sheet."""
        posted = self._get_ledger_balance(self.request)
        charge = self._decide(self._charge(amount=100))
        self.assertEqual(charge.state, "decided")
        self.assertTrue(charge.decided_at)
        self.assertFalse(charge.sudo().move_id)
        self.assertEqual(self._get_ledger_balance(self.request), posted)
        kinds = self._get_kinds(self.request, is_posted=False)
        self.assertEqual(kinds, {"labour": -100, "charge": 100})

    def test_entry_is_a_draft_for_the_accountant(self):
        charge = self._decide(self._charge(amount=100, effect="entry"))
        move = charge.sudo().move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(
            {line.account_id: line.balance for line in move.line_ids},
            {
                self.accounts["charge"]: 100,
                self.expense.sudo().account_id: -100,
            },
        )
        self.assertEqual(move.line_ids.partner_id, self.engineer.work_contact_id)
        # Not posted yet: still apart. Posted: part of the ledger, and once.
        self.assertEqual(self._get_kinds(self.request, kind="charge"), {"charge": 100})
        self.assertFalse(self._get_rows(self.request, kind="charge").is_posted)
        move.action_post()
        rows = self._get_rows(self.request, kind="charge")
        self.assertEqual(rows.mapped("margin"), [100])
        self.assertTrue(rows.is_posted)
        self.assertEqual(self._get_ledger_balance(self.request), -200)
        request = self.request.with_user(self.finance)
        self.assertEqual(request.cost_posted, 200)

    def test_entry_proposed_later(self):
        charge = self._decide(self._charge(amount=100))
        charge.with_user(self.finance).action_create_entry()
        move = charge.sudo().move_id
        self.assertEqual(move.state, "draft")
        charge.with_user(self.finance).action_create_entry()
        self.assertEqual(charge.sudo().move_id, move)

    def test_account_is_never_guessed(self):
        self.company.aftersales_charge_account_id = False
        charge = self._charge(effect="entry")
        with self.assertRefused("Receivable from Employees"):
            charge.action_submit()
        self.assertEqual(charge.state, "draft")

    def test_not_above_the_expense(self):
        with self.assertRefused("cost only", ValidationError):
            self._charge(amount=300.01)
        self._charge(amount=200)
        with self.assertRefused("cost only", ValidationError):
            self._charge(amount=101)
        self._charge(amount=100)

    @mute_logger("odoo.sql_db")
    def test_not_negative(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._charge(amount=-5)

    def test_nobody_decides_on_himself(self):
        self.engineer_user.group_ids += self.env.ref(
            "aftersales_service.group_aftersales_user"
        )
        role = self.env.ref("aftersales_service.role_superior")
        self.env["aftersales.role.assignment"].search(
            [("role_id", "=", role.id)]
        ).write({"user_id": self.engineer_user.id})
        charge = self._charge()
        charge.action_submit()
        with (
            patch.dict(self.signers, superior=self.engineer_user),
            self.assertRefused("your own document"),
        ):
            self._sign(charge, "superior")

    def test_refused_with_a_reason(self):
        charge = self._charge()
        charge.action_submit()
        self._sign(charge, "superior", approve=False, opinion="The road was closed")
        self.assertEqual(charge.state, "refused")
        self.assertNotIn("charge", self._get_kinds(self.request))

    def test_statement_of_the_person(self):
        charge = self._charge()
        mine = charge.with_user(self.engineer_user)
        mine.statement = "Nobody told me."
        self.assertEqual(charge.statement, "Nobody told me.")
        with self.assertRaises(AccessError):
            mine.amount = 1
        with self.assertRaises(AccessError):
            charge.with_user(self.other_engineer_user).read(["amount"])
        with self.assertRaises(AccessError):
            self._charge(self.engineer_user)

    def test_content_after_the_decision(self):
        charge = self._decide(self._charge(amount=100))
        with self.assertRefused("needs"):
            charge.amount = 10
        with self.assertRefused("needs"):
            charge.action_submit()

    def test_change_while_signing_voids(self):
        charge = self._charge(amount=100)
        charge.action_submit()
        charge.amount = 50
        self.assertEqual(charge.state, "draft")

    def test_cancel(self):
        charge = self._decide(self._charge(amount=100, effect="entry"))
        move = charge.sudo().move_id
        move.action_post()
        with self.assertRefused("Reverse the entry"):
            charge.action_cancel()
        move.button_draft()
        charge.action_cancel()
        self.assertEqual(charge.state, "cancelled")
        self.assertFalse(move.exists())
        with self.assertRefused("needs"):
            charge.action_cancel()

    def test_cancel_after_the_entry_was_reversed(self):
        charge = self._decide(self._charge(amount=100, effect="entry"))
        move = charge.sudo().move_id
        move.action_post()
        reversal = move._reverse_moves()
        with self.assertRefused("Reverse the entry"):
            charge.action_cancel()
        reversal.action_post()
        charge.action_cancel()
        self.assertEqual(charge.state, "cancelled")
        self.assertEqual(move.state, "posted")
        self.assertFalse(self._get_kinds(self.request).get("charge"))

    def test_of_a_visit_without_expense(self):
        charge = (
            self.env["aftersales.cost.charge"]
            .with_user(self.dispatcher)
            .with_context(default_dispatch_id=self.visit.id)
            .create({"reason": "Second trip", "amount": 50, "effect": "entry"})
        )
        self._decide(charge)
        credit = charge.sudo().move_id.line_ids.filtered("credit")
        location = self.company.aftersales_consumption_location_id
        self.assertEqual(credit.account_id, location.valuation_account_id)

    def test_other_case(self):
        other = self._create_request()
        with self.assertRefused("different cases", ValidationError):
            self._charge(request_id=other.id)

    def test_person_without_work_contact(self):
        self.engineer.work_contact_id = False
        charge = self._charge(effect="entry")
        charge.action_submit()
        with self.assertRaisesRegex(UserError, "no work contact"):
            self._sign(charge, "superior")
        self.assertEqual(charge.state, "signing")
