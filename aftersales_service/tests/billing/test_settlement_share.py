from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon

quietly = settings(
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=list(HealthCheck),
)
CENTS = st.integers(min_value=-500_000, max_value=5_000_000)
PARTS = st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=6)


@tagged("post_install", "-at_install")
class TestSettlementShare(CollectionCommon):
    """An invoice of several settlements: what each has of it, to the last cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        self._finish_visit([(cls.seal, 1, None)], request=cls.request)
        cls.second = self._settle(cls.request).with_env(cls.env)
        cls.second.action_confirm()
        cls.orders = cls.order | cls.second

    def _bill(self, tax=0.0):
        """One invoice of 300 for the first and 100 for the second settlement."""
        if tax:
            vat = self.env["account.tax"].create({"name": "VAT", "amount": tax})
            self.orders.order_line.tax_ids = vat
        invoice = self.orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        return invoice

    def _get_rows(self):
        """``{order: row}`` of the invoices, without credit notes."""
        shares = self.orders._aftersales_get_shares()
        found = {}
        for order in self.orders:
            rows = [row for row in shares[order.id] if row["sign"] > 0]
            self.assertEqual(len(rows), 1)
            found[order] = rows[0]
        return found

    def _get_open(self):
        return [self._get_rows()[order]["residual"] for order in self.orders]

    def assertAddsUp(self, invoice):
        """The identity: the settlements together are the invoice."""
        rows = self._get_rows().values()
        currency = invoice.currency_id
        for name, total in (
            ("share", invoice.amount_total),
            ("residual", invoice.amount_residual),
        ):
            parts = sum(row[name] for row in rows)
            self.assertFalse(currency.compare_amounts(parts, total), (name, list(rows)))
        self.env.flush_all()
        self.env.invalidate_all()
        money = self.env["aftersales.service.money"].search(
            [("sale_order_id", "in", self.orders.ids)]
        )
        self.assertAlmostEqual(sum(money.mapped("invoiced")), invoice.amount_total)
        self.assertAlmostEqual(
            sum(money.mapped("paid")), invoice.amount_total - invoice.amount_residual
        )

    # -------------------------------------------------------------- arithmetic

    def _divide(self, parts, total, residual, unit=1):
        """The division by the SQL itself, in whole coins."""
        values = SQL(", ").join(
            SQL(
                "(1, %s, 1, %s::numeric, %s::numeric, %s::numeric, %s::numeric,"
                " %s::numeric)",
                number,
                base,
                known,
                total,
                residual,
                unit,
            )
            for number, (base, known) in enumerate(parts, 1)
        )
        part = SQL(
            "(SELECT * FROM (VALUES %s) AS given(move_id, order_id, sign, base, known,"
            " total, residual, unit))",
            values,
        )
        query = self.env["sale.order"]._aftersales_query_division(part)
        return self.env.execute_query_dict(SQL("%s ORDER BY order_id", query))

    @quietly
    @given(PARTS, st.integers(-3, 3), st.floats(0, 1))
    def test_nothing_is_lost(self, parts, cents, fraction):
        """Whatever lines, taxes rounded on the whole, and payments there are."""
        total = sum(base for base, _known in parts) + cents
        residual = round(total * fraction)
        rows = self._divide(parts, total, residual)
        self.assertEqual(sum(row["share"] for row in rows), total)
        self.assertEqual(sum(row["residual"] for row in rows), residual)
        for row in rows:
            self.assertEqual(row["share"] % 1, 0)
            self.assertEqual(row["residual"] % 1, 0)

    @quietly
    @given(
        st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1),
        st.data(),
    )
    def test_nobody_owes_more_than_his_part(self, parts, data):
        """Of ordinary invoices: own cash counts for its own settlement alone, and what
        is open of a part is never more than the part has left."""
        total = sum(base for base, _known in parts)
        left = [base - min(base, known) for base, known in parts]
        residual = data.draw(st.integers(0, sum(left)))
        rows = self._divide(parts, total, residual)
        self.assertEqual(sum(row["residual"] for row in rows), residual)
        for row, (base, _known), due in zip(rows, parts, left, strict=True):
            self.assertEqual(row["share"], base)
            self.assertGreaterEqual(row["residual"], 0)
            self.assertLessEqual(row["residual"], due)

    def test_three_thirds_of_a_cent(self):
        rows = self._divide([(100, 0)] * 3, 300, 100)
        self.assertEqual([row["residual"] for row in rows], [33, 34, 33])
        rows = self._divide([(100, 0)] * 3, 301, 301)
        self.assertEqual([row["share"] for row in rows], [101, 100, 100])

    def test_coins_of_five(self):
        rows = self._divide([(105, 0), (110, 0)], 215, 110, unit=5)
        self.assertEqual([row["residual"] for row in rows], [55, 55])

    # ---------------------------------------------------------------- invoices

    def test_cash_counts_for_its_own_settlement(self):
        """The customer has paid the first one; the second is still owed."""
        invoice = self._bill()
        receipt = self._collect(300)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(self._get_open(), [0, 100])
        self.assertAddsUp(invoice)
        self._hand_over(receipt)
        self.assertEqual(self._get_open(), [0, 100])
        debts = self.order._get_debts()
        self.assertFalse(debts, "the first settlement owes nothing any more")
        self.assertIn(self.second.name, self.second._get_debts()[0])

    def test_not_more_cash_than_his_own(self):
        """Before, the whole invoice could be collected on either settlement."""
        self._bill()
        with self.assertRefused("more than the customer owes"):
            self._collect(101, sale_order_id=self.second.id)
        receipt = self._collect(100, sale_order_id=self.second.id)
        self.assertEqual(receipt.due_amount, 100)
        self.assertEqual(self._get_open(), [300, 0])
        with self.assertRefused("more than the customer owes"):
            self._collect(300.01, "R-2")
        self._collect(300, "R-2")
        self.assertEqual(self._get_open(), [0, 0])

    def test_transfer_is_apportioned(self):
        invoice = self._bill()
        self._pay_by_transfer(invoice, 200)
        self.assertEqual(self._get_open(), [150, 50])
        self.assertAddsUp(invoice)
        transfers = self.env["aftersales.transfer.request"].sudo()
        self.assertEqual(
            [transfers._get_received(order) for order in self.orders], [150, 50]
        )

    def test_transfer_and_cash(self):
        invoice = self._bill()
        self._collect(60, sale_order_id=self.second.id)
        self._pay_by_transfer(invoice, 170)
        # 300 and 40 are left for the transfer: half of each.
        self.assertEqual(self._get_open(), [150, 20])
        transfers = self.env["aftersales.transfer.request"].sudo()
        self.assertEqual(
            [transfers._get_received(order) for order in self.orders], [150, 20]
        )
        self.assertAddsUp(invoice)

    def test_uneven_amounts_add_up(self):
        invoice = self._bill(tax=13)
        self.assertEqual(invoice.amount_total, 452)
        for amount in (0.01, 33.33, 100, 77.77, 240.88):
            self._pay_by_transfer(invoice, amount)
            self.assertAddsUp(invoice)
        self.assertEqual(self._get_open()[0] + self._get_open()[1], 0.01)

    def test_credit_note_of_one_of_them(self):
        """Given back is what the first one charged: the second owes all the same."""
        invoice = self._bill()
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        mine = refund.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.order_id == self.order
        )
        (refund.invoice_line_ids - mine).unlink()
        refund.action_post()
        receivable = (invoice | refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        receivable.filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(self._get_open(), [0, 100])
        rows = self.order._aftersales_get_shares()[self.order.id]
        self.assertEqual(sum(row["sign"] * row["share"] for row in rows), 0)

    def test_down_payment_of_one_of_them(self):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 50}
        ).create_invoices()
        down = self.order.invoice_ids
        down.action_post()
        self._pay_by_transfer(down, 150)
        invoice = self.orders._create_invoices(final=True)
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 250)
        shares = self.orders._aftersales_get_shares()
        mine = {row["move_id"]: row for row in shares[self.order.id]}
        self.assertEqual(mine[down.id]["residual"], 0)
        self.assertEqual(mine[invoice.id]["share"], 150)
        self.assertEqual(shares[self.second.id][0]["share"], 100)

    def test_line_of_no_settlement(self):
        """What the accountant added to the invoice is nobody's share."""
        invoice = self.orders._create_invoices()
        invoice.invoice_line_ids = [
            Command.create({"name": "Copies", "price_unit": 50, "tax_ids": False})
        ]
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 450)
        self._pay_by_transfer(invoice, 225)
        self.assertEqual(self._get_open(), [150, 50])
        rows = self._get_rows().values()
        self.assertEqual(sum(row["share"] for row in rows), 400)

    def test_draft_and_cancelled_invoices_are_none(self):
        invoice = self.orders._create_invoices()
        self.assertFalse(any(self.orders._aftersales_get_shares().values()))
        invoice.action_post()
        self.assertTrue(all(self.orders._aftersales_get_shares().values()))
        invoice.button_draft()
        self.assertFalse(any(self.orders._aftersales_get_shares().values()))
        self.assertEqual(self.env["sale.order"]._aftersales_get_shares(), {})
