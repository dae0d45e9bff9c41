from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestSettlementInvoice(PriceCommon):
    """The draft invoice of a settlement in the hands of the accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_settlement()
        cls.order.action_confirm()
        cls.accountant = new_test_user(
            cls.env, login="as_accountant", groups="account.group_account_invoice"
        )

    def _draft(self, orders=None, **kwargs):
        invoice = (orders or self.order)._create_invoices(**kwargs)
        return invoice.with_user(self.accountant)

    def _get_line(self, invoice, product=None):
        product = product or self.seal
        return invoice.invoice_line_ids.filtered(lambda ln: ln.product_id == product)

    def assertNotPosted(self, invoice, text):
        with self.assertRefused(text):
            invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    # ------------------------------------------------------------------ refused

    def test_price_and_discount(self):
        for vals in (
            {"price_unit": 80},
            {"price_unit": 90.01},
            {"price_unit": 0},
            {"discount": 10},
            {"price_unit": 100, "discount": 10},
        ):
            invoice = self._draft()
            self._get_line(invoice).write(vals)
            with self.subTest(vals=vals):
                self.assertNotPosted(
                    invoice, f"by settlement {self.order.name}.*credit note"
                )
            invoice.unlink()

    def test_quantity_above_the_settlement(self):
        invoice = self._draft()
        line = self._get_line(invoice)
        line.quantity = 2.5
        self.assertNotPosted(invoice, "invoiced 2.5 .* has 2.*credit note")
        line.quantity = 2
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_in_two_invoices(self):
        """Part of it now, the rest later, and not more than there is."""
        first = self._draft()
        self._get_line(first).quantity = 1
        first.action_post()
        second = self._draft()
        line = self._get_line(second)
        self.assertEqual(line.quantity, 1)
        line.quantity = 2
        self.assertNotPosted(second, "invoiced 3 .* has 2")
        line.quantity = 1
        second.action_post()
        self.assertAlmostEqual(
            sum((first | second).mapped("amount_total")), self.order.amount_total
        )

    def test_both_at_once(self):
        """A batch: two drafts of the same line, each right by itself."""
        first = self._draft()
        second = first.copy()
        for line, twin in zip(
            first.invoice_line_ids, second.invoice_line_ids, strict=True
        ):
            twin.sudo().sale_line_ids = line.sale_line_ids
        with self.assertRefused("in all, settlement"):
            (first | second).action_post()
        self.assertEqual(set((first | second).mapped("state")), {"draft"})
        first.action_post()
        with self.assertRefused("in all, settlement"):
            second.action_post()

    def test_negative_quantity(self):
        invoice = self._draft()
        self._get_line(invoice).quantity = -1
        self.assertNotPosted(invoice, "invoiced -1")

    def test_discount_as_a_line_of_its_own(self):
        invoice = self._draft()
        invoice.invoice_line_ids = [
            Command.create(
                {"name": "Goodwill", "price_unit": -50, "tax_ids": [Command.clear()]}
            )
        ]
        self.assertNotPosted(invoice, "“Goodwill” takes .*50.00 off the settlement")

    def test_line_taken_off_its_settlement(self):
        """Without its settlement line it would cost what anybody likes."""
        invoice = self._draft()
        line = self._get_line(invoice)
        for commands in ([Command.clear()], [Command.set([])]):
            with self.assertRefused("does not change.*invoice the settlement anew"):
                line.write({"sale_line_ids": commands})
            with self.assertRefused("does not change"):
                invoice.write(
                    {
                        "invoice_line_ids": [
                            Command.update(line.id, {"sale_line_ids": commands})
                        ]
                    }
                )
        line.write({"sale_line_ids": [Command.set(line.sudo().sale_line_ids.ids)]})

    def test_set_back_and_changed(self):
        """Posted as it should be, set back, made cheaper, posted again."""
        invoice = self._draft()
        invoice.action_post()
        invoice.button_draft()
        self._get_line(invoice).price_unit = 1
        self.assertNotPosted(invoice, "by settlement")

    def test_of_several_invoices_the_wrong_one_is_named(self):
        other = self._finish_visit([(self.seal, 1, None)])
        order = self._settle(other.request_id).with_env(self.env)
        order.action_confirm()
        right, wrong = self._draft(), self._draft(order)
        self._get_line(wrong).price_unit = 5
        with self.assertRefused(f"by settlement {order.name}"):
            (right | wrong).action_post()
        self.assertEqual(right.state, "draft")
        right.action_post()
        self.assertEqual(right.state, "posted")

    # ----------------------------------------------------------------- allowed

    def test_taxes_accounts_and_texts(self):
        vat = self.env["account.tax"].create(
            {"name": "VAT", "amount": 13, "type_tax_use": "sale"}
        )
        account = self.env["account.account"].create(
            {"name": "Repairs", "code": "REP1", "account_type": "income"}
        )
        invoice = self._draft()
        self._get_line(invoice).write(
            {
                "tax_ids": [Command.set(vat.ids)],
                "account_id": account.id,
                "name": "Seal, as agreed",
            }
        )
        invoice.action_post()
        self.assertAlmostEqual(
            invoice.amount_total, self.order.amount_total + 180 * 0.13
        )
        self.assertIn(account, invoice.line_ids.account_id)

    def test_tax_that_was_in_the_price(self):
        """Another tax makes another price of the same charge."""
        included = self.env["account.tax"].create(
            {
                "name": "VAT in the Price",
                "amount": 20,
                "price_include_override": "tax_included",
            }
        )
        excluded = self.env["account.tax"].create({"name": "VAT", "amount": 20})
        sale_line = self.order.order_line.filtered(
            lambda line: line.product_id == self.seal
        )
        sale_line.tax_ids = included
        self.assertAlmostEqual(sale_line.price_subtotal, 150)
        invoice = self._draft()
        line = self._get_line(invoice)
        line.write({"tax_ids": [Command.set(excluded.ids)], "price_unit": 75})
        self.assertAlmostEqual(line.price_subtotal, 150)
        invoice.action_post()
        again = self._draft(self._another_settlement())
        self._get_line(again).write(
            {"tax_ids": [Command.set(excluded.ids)], "price_unit": 74}
        )
        self.assertNotPosted(again, "by settlement")

    def _another_settlement(self):
        visit = self._finish_visit([(self.seal, 1, None)])
        order = self._settle(visit.request_id).with_env(self.env)
        order.action_confirm()
        return order

    def test_less_than_all(self):
        """What is not invoiced yet stays to be invoiced; the file is not closed."""
        invoice = self._draft()
        self._get_line(invoice).unlink()
        invoice.action_post()
        self.assertEqual(self.order.invoice_status, "to invoice")
        self.assertIn("not invoiced", self.order._get_debts()[0])

    def test_charge_on_top(self):
        invoice = self._draft()
        invoice.invoice_line_ids = [
            Command.create(
                {"name": "Copies", "price_unit": 5, "tax_ids": [Command.clear()]}
            )
        ]
        invoice.action_post()
        self.assertAlmostEqual(invoice.amount_total, self.order.amount_total + 5)

    def test_another_unit(self):
        """A pair at twice the price is the same charge."""
        sale_line = self.order.order_line.filtered(
            lambda line: line.product_id == self.seal
        )
        unit = sale_line.product_uom_id
        pair = self.env["uom.uom"].create(
            {"name": "Pair", "relative_factor": 2, "relative_uom_id": unit.id}
        )
        invoice = self._draft()
        line = self._get_line(invoice)
        line.write({"product_uom_id": pair.id, "quantity": 1})
        line.price_unit = 90
        self.assertNotPosted(invoice, "by settlement")
        line.price_unit = 180
        invoice.action_post()
        self.assertEqual(sale_line.qty_invoiced, 2)

    def test_credit_note_and_again(self):
        """The way a price is corrected: what was given back may be charged anew."""
        invoice = self._draft()
        invoice.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Wrong name", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        self._get_line(refund).price_unit = 10
        refund.action_post()
        self.assertEqual(refund.state, "posted")
        again = self._draft()
        self.assertEqual(self._get_line(again).quantity, 2)
        again.action_post()
        with self.assertRaises(UserError):
            self._draft()

    def test_down_payment(self):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 40}
        ).create_invoices()
        down = self.order.invoice_ids.with_user(self.accountant)
        down.action_post()
        final = self._draft(final=True)
        deducted = final.invoice_line_ids.filtered("is_downpayment")
        price = deducted.price_unit
        deducted.price_unit = price + 30
        self.assertNotPosted(final, "deducts .*30.00 more than the down payment")
        deducted.price_unit = price
        final.action_post()
        self.assertAlmostEqual(
            sum((down | final).mapped("amount_total")), self.order.amount_total
        )

    def test_relief_and_its_line(self):
        relief = self._ask_relief(self.order, amount=20)
        self._sign(relief, "superior")
        invoice = self._draft()
        line = invoice.invoice_line_ids.filtered(lambda ln: ln.price_subtotal < 0)
        line.price_unit = -60
        self.assertNotPosted(invoice, "by settlement")
        line.price_unit = -20
        invoice.action_post()
        self.assertAlmostEqual(invoice.amount_total, self.order.amount_total)

    def test_ordinary_invoice_is_free(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        )
        order.action_confirm()
        invoice = self._draft(order)
        line = invoice.invoice_line_ids
        line.write({"price_unit": 3, "quantity": 9})
        invoice.invoice_line_ids = [
            Command.create({"name": "Discount", "price_unit": -1, "tax_ids": False})
        ]
        line.write({"sale_line_ids": [Command.clear()]})
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 26)

    def test_batch_reads_in_one_go(self):
        """Queries of the check do not grow with the invoices."""
        orders = [self._another_settlement() for _number in range(4)]
        invoices = [self._draft(order).sudo() for order in orders]

        def count(moves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves._aftersales_check_settled()
            return self.env.cr.sql_log_count - before

        moves = self.env["account.move"].browse([move.id for move in invoices])
        count(moves)
        self.assertLessEqual(count(moves), count(moves[:1]) + 4)


@tagged("post_install", "-at_install")
class TestSettlementInvoiceCurrency(PriceCommon):
    """A settlement in another currency than the company's."""

    @classmethod
    def _set_up_goods(cls):
        result = super()._set_up_goods()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        return result

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id, "company_id": cls.company.id}
        )
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        cls.customer.specific_property_product_pricelist = pricelist
        visit = self._finish_visit([(cls.seal, 3, None)], request=self._request())
        cls.order = self._settle(visit.request_id).with_env(cls.env)
        cls.order.action_confirm()

    def _request(self):
        return self._create_request()

    def test_posted_in_its_currency(self):
        self.assertEqual(self.order.currency_id, self.euro)
        invoice = self.order._create_invoices()
        self.assertEqual(invoice.currency_id, self.euro)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 150)

    def test_rate_of_another_day(self):
        """The books take the rate of the day, the customer pays what was agreed."""
        day = fields.Date.add(fields.Date.today(), days=-2)
        self.env["res.currency.rate"].create(
            {
                "name": day,
                "rate": 0.4,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 150)
        self.assertEqual(invoice.amount_total_signed, 375)

    def test_same_number_in_another_currency(self):
        """50 dollars for 50 euros is half the price."""
        invoice = self.order._create_invoices()
        invoice.currency_id = self.company.currency_id
        invoice.invoice_line_ids.price_unit = 50
        with self.assertRefused("by settlement"):
            invoice.action_post()
        invoice.invoice_line_ids.price_unit = 100
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 300)
