from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...engine import provision
from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestProvision(CostCommon):
    """The provision is proposed as a draft, and never posted (gap 9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.today = fields.Date.today()
        request = self._create_request()
        self.assertEqual(request.warranty_state, "in")
        cls.visit = self._visit(hours=1, request=request)
        self._spend(cls.visit, 120, "transport_long")

    def _proposal(self, user=None, **vals):
        return (
            self.env["aftersales.provision"]
            .with_user(user or self.finance)
            .create(vals)
        )

    def _calculate(self, **vals):
        proposal = self._proposal(**vals)
        proposal.action_calculate()
        return proposal

    def _get_line(self, proposal):
        return proposal.line_ids.filtered(lambda ln: ln.product_id == self.machine)

    def test_figures(self):
        proposal = self._calculate()
        line = self._get_line(proposal)
        warranty = self.env["aftersales.warranty"].search(
            [("equipment_id", "=", self.equipment.id)]
        )
        low, high = provision.past_window(self.today, 12)
        self.assertEqual((proposal.day_from, proposal.day_to), (low, high))
        start, end = (
            min(warranty.mapped("date_start")),
            max(warranty.mapped("date_end")),
        )
        exposure = provision.overlap_months(start, end, low, high)
        remaining = provision.months_between(high + timedelta(1), end)
        self.assertEqual(line.machine_count, 1)
        self.assertEqual(line.cost, 120)
        self.assertAlmostEqual(line.exposure, exposure, 1)
        self.assertAlmostEqual(line.remaining, remaining, 1)
        self.assertEqual(line.expected, round(120 / exposure * remaining, 2))
        self.assertEqual(proposal.adjustment, proposal.expected_total)
        self.assertIn(str(low), proposal.method)

    def test_cost_is_that_of_the_ledger(self):
        """Computed labour and cases out of warranty are not in it."""
        outside = self._visit(hours=1)
        self._spend(outside, 999, "transport_long")
        line = self._get_line(self._calculate())
        self.assertEqual(line.cost, -self._get_ledger_balance(self.visit.request_id))

    def test_draft_entry(self):
        proposal = self._calculate()
        proposal.action_propose()
        move = proposal.sudo().move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.auto_post, "no")
        self.assertEqual(move.date, proposal.day_to)
        amount = proposal.adjustment
        self.assertEqual(
            {line.account_id: line.balance for line in move.line_ids},
            {
                self.accounts["provision_expense"]: amount,
                self.accounts["provision"]: -amount,
            },
        )
        with self.assertRefused("needs"):
            proposal.action_propose()

    def test_only_the_difference_is_booked(self):
        proposal = self._calculate()
        proposal.action_propose()
        move = proposal.sudo().move_id
        move.date = self.today
        move.action_post()
        following = fields.Date.add(self.today, months=1)
        again = self._calculate(month=following)
        self.assertEqual(again.balance, proposal.expected_total)
        self.assertAlmostEqual(
            again.adjustment, again.expected_total - proposal.expected_total, 2
        )
        self.assertLess(again.adjustment, 0, "a month of the term has passed")
        again.action_propose()
        line = again.sudo().move_id.line_ids.filtered("debit")
        self.assertEqual(line.account_id, self.accounts["provision"])

    def test_second_proposal_replaces_the_draft(self):
        first = self._calculate()
        first.action_propose()
        move = first.sudo().move_id
        second = self._calculate()
        self.assertEqual(first.state, "cancelled")
        self.assertFalse(move.exists())
        second.action_propose()
        self.assertTrue(second.sudo().move_id)

    def test_posted_month_is_refused(self):
        first = self._calculate()
        first.action_propose()
        move = first.sudo().move_id
        move.date = self.today
        move.action_post()
        second = self._proposal()
        with self.assertRefused("is booked with"):
            second.action_calculate()
        self.assertEqual(first.state, "proposed")
        self.assertEqual(second.state, "draft")
        move._reverse_moves([{"date": self.today}]).action_post()
        second.action_calculate()
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(second.balance, 0)
        self.assertEqual(move.state, "posted")

    def test_nothing_to_book(self):
        proposal = self._calculate(month="2001-05-17")
        self.assertEqual(str(proposal.month), "2001-05-01")
        self.assertEqual(proposal.adjustment, 0)
        with self.assertRefused("nothing to book"):
            proposal.action_propose()

    def test_accounts_must_be_chosen(self):
        self.company.aftersales_provision_account_id = False
        with self.assertRefused("Warranty Provision"):
            self._calculate()

    def test_figures_are_not_typed(self):
        proposal = self._calculate()
        with self.assertRaises(UserError):
            proposal.balance = 5
        with self.assertRaises(AccessError):
            self._get_line(proposal).with_user(self.finance).expected = 5

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._proposal(user=self.agent)
        with self.assertRaises(AccessError):
            self._calculate().with_user(self.engineer_user).read(["name"])

    def test_recalculated(self):
        proposal = self._calculate()
        before = proposal.expected_total
        self._spend(self.visit, 60, "lodging")
        proposal.action_calculate()
        self.assertAlmostEqual(proposal.expected_total, before * 1.5, 1)
        self.assertEqual(len(proposal.line_ids.filtered("cost")), 1)
