from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestCommissionTier(CostCommon):
    """Tiers of a scale, and the lines of a statement that they decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=1)

    def _collect(self):
        statement = self._statement()
        statement.action_collect()
        return statement.line_ids

    # -------------------------------------------------------------------- tier

    def test_order_and_company(self):
        scale = self._scale((5000, 0, 3), (0, 95, 2), (0, 0, 1), active=False)
        scale.invalidate_recordset()
        tiers = scale.tier_ids
        self.assertEqual(
            [(tier.amount_from, tier.ratio_from) for tier in tiers],
            [(0, 0), (0, 95), (5000, 0)],
        )
        self.assertEqual(tiers.company_id, self.company)
        self.assertEqual(tiers.currency_id, self.company.currency_id)

    @mute_logger("odoo.sql_db")
    def test_bad_numbers(self):
        scale = self._scale((0, 0, 1), active=False)
        tiers = scale.tier_ids.with_user(self.manager)
        for vals in (
            {"amount_from": -1},
            {"ratio_from": -1},
            {"rate": -0.5},
            {"rate": 100.5},
        ):
            vals = {"scale_id": scale.id, "amount_from": 7, **vals}
            with self.subTest(vals=vals), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    tiers.create(vals)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            tiers.create({"scale_id": scale.id, "rate": 9})

    def test_reached_exactly(self):
        scale = self._scale((0, 0, 1), (1000, 0, 2), (1000, 95, 4))
        for deal, listed, rate in (
            (999.99, 999.99, 1),
            (1000, 2000, 2),
            (1000, 1000, 4),
            (950, 1000, 1),
        ):
            with self.subTest(deal=deal, listed=listed):
                self.assertEqual(scale._get_rate(deal, listed)[0], rate)

    def test_no_tier_reached(self):
        """Below the first tier nothing is earned."""
        self._scale((5000, 0, 3))
        self._sell_and_pay(self.visit, 1000)
        line = self._collect()
        self.assertEqual((line.rate, line.commission), (0, 0))

    def test_progressive(self):
        self._scale((0, 0, 1), (1000, 0, 3), method="progressive")
        self._sell_and_pay(self.visit, 3000)
        line = self._collect()
        self.assertAlmostEqual(line.commission, 1000 * 0.01 + 2000 * 0.03)

    def test_engineer_reads_and_changes_nothing(self):
        scale = self._scale((0, 0, 1), active=False)
        for user in (self.engineer_user, self.dispatcher):
            with self.assertRaises(AccessError):
                scale.tier_ids.with_user(user).rate = 50

    # -------------------------------------------------------------------- line

    def test_line_says_what_it_rests_on(self):
        scale = self._scale((0, 0, 2))
        order, invoice = self._sell_and_pay(self.visit, 1000, discount=10)
        line = self._collect()
        self.assertEqual(line.lead_id, order.opportunity_id)
        self.assertEqual(line.scale_id, scale)
        self.assertEqual(line.deal_amount, 900)
        self.assertEqual(line.amount, 900)
        self.assertEqual(line.commission, 18)
        self.assertEqual(line.paid_on, invoice.invoice_date)
        self.assertIn(order.order_line.product_id.display_name, line.products)
        self.assertEqual(line.employee_id, self.engineer)
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(line.display_name, invoice.display_name)

    def test_state_follows_the_statement(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        line = self._collect()
        self.assertEqual(line.state, "draft")
        line.statement_id.action_submit()
        self.assertEqual(line.state, "signing")
        line.statement_id.action_cancel()
        self.assertEqual(line.state, "cancelled")

    @mute_logger("odoo.sql_db")
    def test_an_invoice_stands_once(self):
        self._scale((0, 0, 2))
        self._sell_and_pay(self.visit)
        line = self._collect().sudo()
        other = self._statement(employee=self.other_engineer)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            line.copy({"statement_id": other.id})
        line.statement_id.action_cancel()
        self.assertTrue(line.copy({"statement_id": other.id}))
