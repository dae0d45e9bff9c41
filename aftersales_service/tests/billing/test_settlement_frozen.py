from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common_price import PriceCommon

# A picture of one dot.
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestSettlementFrozen(PriceCommon):
    """What nobody writes on a settlement line, called as /json/2 calls it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_settlement()
        cls.line = cls.order.order_line.filtered(lambda ln: ln.product_id == cls.seal)
        cls._set_up_seller()
        # An engineer who sells as well.
        cls.engineer_user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.people = cls.seller | cls.engineer_user | cls.dispatcher

    def _call(self, user, method, *args, record=None):
        """A call from outside, by ids and plain values."""
        record = record or self.line
        model = self.env[record._name].with_user(user)
        return call_kw(model, method, [record.ids, *args], {})

    def _invoice_draft(self):
        self.order.action_confirm()
        return self.order._create_invoices()

    # --------------------------------------------- delivered, invoiced, sums

    def test_quantities_and_invoices(self):
        self._invoice_draft().action_post()
        before = self.line.read()[0]
        invoices = [Command.clear()]
        for user in self.people:
            for vals in (
                {"qty_delivered": 7},
                {"qty_delivered_method": "manual"},
                {"qty_invoiced": 0},
                {"qty_to_invoice": 2},
                {"invoice_lines": invoices},
                {"invoice_status": "no"},
                {"price_subtotal": 1},
                {"price_total": 1},
            ):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaisesRegex(AccessError, "computed, not entered"):
                        self._call(user, "write", vals)
                    with self.assertRaisesRegex(AccessError, "computed, not entered"):
                        self._call(
                            user,
                            "write",
                            {"order_line": [Command.update(self.line.id, vals)]},
                            record=self.order,
                        )
        self.env.invalidate_all()
        self.assertEqual(self.line.read()[0], before)

    def test_before_it_is_confirmed_too(self):
        for user in self.people:
            with self.assertRaisesRegex(AccessError, "computed, not entered"):
                self._call(user, "write", {"qty_delivered": 7})

    def test_same_value_is_no_change(self):
        """Odoo's form sends what it shows."""
        value = self.line.qty_delivered
        self._call(self.seller, "write", {"qty_delivered": value})
        self.assertEqual(self.line.qty_delivered, value)

    def test_line_that_came_by_hand(self):
        """Where nothing else tells what was delivered, it is entered."""
        freight = self.env["product.product"].create(
            {
                "name": "Crane",
                "type": "service",
                "invoice_policy": "delivery",
                "list_price": 80,
                "taxes_id": False,
            }
        )
        added = (
            self.env["sale.order.line"]
            .with_user(self.seller)
            .create({"order_id": self.order.id, "product_id": freight.id})
        )
        self.order.action_confirm()
        self._call(self.seller, "write", {"qty_delivered": 1}, record=added)
        self.assertEqual(added.qty_to_invoice, 1)
        with self.assertRaisesRegex(AccessError, "computed, not entered"):
            self._call(self.seller, "write", {"qty_to_invoice": 5}, record=added)

    def test_line_made_with_invoices_of_another(self):
        """A new line that claims the invoice of an old one would never be billed."""
        invoice = self._invoice_draft()
        vals = {
            "order_id": self.order.id,
            "product_id": self.seal.id,
            "invoice_lines": [Command.set(invoice.invoice_line_ids.ids)],
        }
        with self.assertRaisesRegex(AccessError, "computed, not entered"):
            self.env["sale.order.line"].with_user(self.seller).create(vals)

    def test_order_says_it_is_invoiced(self):
        self.order.action_confirm()
        for user in self.people:
            for vals in ({"invoice_status": "invoiced"}, {"currency_rate": 9}):
                with self.assertRaisesRegex(AccessError, "computed, not entered"):
                    self._call(user, "write", vals, record=self.order)
        self.assertEqual(self.order.invoice_status, "to invoice")

    def test_ordinary_order_is_free(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        )
        order.action_confirm()
        line = order.order_line
        self._call(self.seller, "write", {"qty_delivered": 3}, record=line)
        self._call(self.seller, "write", {"price_unit": 1, "discount": 9}, record=line)
        self.assertEqual((line.qty_delivered, line.price_unit), (3, 1))

    # ----------------------------------------------------------- what is agreed

    def test_prices_after_confirmation(self):
        """Not down, which the price list forbids, and not up, which the customer has
        not agreed to."""
        self._call(self.seller, "write", {"price_unit": 95})
        self.order.action_confirm()
        for user in self.people:
            for vals in (
                {"price_unit": 96},
                {"price_unit": 90},
                {"technical_price_unit": 96},
                {"price_unit": 100, "discount": 5},
                {"discount": 1},
                {"product_id": self.pump.id},
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRefused("is confirmed|the work gave"),
                ):
                    self._call(user, "write", vals)
        self.env.invalidate_all()
        self.assertEqual((self.line.price_unit, self.line.discount), (95, 0))
        self._call(self.seller, "write", {"price_unit": 95, "discount": 0})

    def test_text_and_taxes_may_change(self):
        self.order.action_confirm()
        vat = self.env["account.tax"].create({"name": "VAT", "amount": 13})
        self._call(
            self.seller,
            "write",
            {"name": "As agreed", "tax_ids": [Command.set(vat.ids)]},
        )
        self.assertEqual(self.line.tax_ids, vat)

    def test_form_of_the_salesman(self):
        """Saved without a change of money it saves."""
        self.order.action_confirm()
        with Form(self.order.with_user(self.env.ref("base.user_admin"))) as form:
            form.client_order_ref = "PO 78"
            with form.order_line.edit(0) as line:
                line.name = "Labour, as agreed"
        self.assertEqual(self.order.client_order_ref, "PO 78")

    def test_after_the_signature(self):
        """He signed two seals; a third one is another settlement."""
        self.order.write({"signature": DOT, "signed_by": "Customer"})
        freight = self.env.ref("aftersales_service.product_freight")
        vals = {"order_id": self.order.id, "product_id": freight.id, "price_unit": 35}
        lines = self.env["sale.order.line"]
        for confirmed in (False, True):
            if confirmed:
                self.order.action_confirm()
            for user in self.people:
                with self.assertRefused("has signed settlement"):
                    self._call(user, "write", {"product_uom_qty": 3})
                with self.assertRefused("has signed settlement"):
                    lines.with_user(user).create(vals)
                with self.assertRefused("is confirmed"):
                    self._call(user, "write", {"price_unit": 95})
        self.assertEqual(self.line.product_uom_qty, 2)
        self.assertEqual(len(self.order.order_line), 3)

    def test_line_moved_to_a_signed_settlement(self):
        other = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.seal.id})],
            }
        )
        self.order.write({"signature": DOT})
        with self.assertRefused("has signed settlement"):
            self._call(
                self.seller,
                "write",
                {"order_id": self.order.id},
                record=other.order_line,
            )

    def test_down_payment_of_a_signed_settlement(self):
        """Odoo's own lines come and go."""
        self.order.write({"signature": DOT})
        self.order.action_confirm()
        total = self.order.amount_total
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(self.env.ref("base.user_admin"))
            .with_context(active_model="sale.order", active_ids=self.order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 100})
        )
        wizard.create_invoices()
        down = self.order.invoice_ids
        down.with_user(self.env.ref("base.user_admin")).action_post()
        self.assertEqual(down.amount_total, 100)
        final = self.order._create_invoices(final=True)
        final.action_post()
        self.assertAlmostEqual(final.amount_total, total - 100)

    def test_relief_on_a_signed_settlement(self):
        """What somebody approved is let off, also then."""
        self.order.write({"signature": DOT})
        self.order.action_confirm()
        total = self.order.amount_total
        relief = self._ask_relief(self.order, amount=20)
        self._sign(relief, "superior")
        self.assertAlmostEqual(self.order.amount_total, total - 20)
