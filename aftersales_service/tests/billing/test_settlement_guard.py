from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import Form, new_test_user, tagged

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestSettlementGuard(PriceCommon):
    """Nobody takes a yuan off a settlement but by a relief, however he calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_settlement()
        cls.total = cls.order.amount_total
        cls.part_line = cls.order.order_line.filtered(
            lambda line: line.product_id == cls.seal
        )
        cls._set_up_seller()

    def _get_people(self):
        return (
            self.dispatcher
            | self.manager
            | self.seller
            | self.env.ref("base.user_admin")
        )

    def _check_total(self):
        self.env.invalidate_all()
        self.assertAlmostEqual(self.order.amount_total, self.total)

    def test_price_and_discount(self):
        for user in self._get_people():
            line = self.part_line.with_user(user)
            for vals in (
                {"price_unit": 89.98},
                {"price_unit": 0},
                {"discount": 1},
                {"discount": 100},
                {"price_unit": 90, "discount": 5},
            ):
                with self.assertRefused("below the price list"):
                    line.write(vals)
                with self.assertRefused("below the price list"):
                    line.order_id.write({"order_line": [Command.update(line.id, vals)]})
            with self.assertRefused("no negative line"):
                line.write({"price_unit": -90})
        self._check_total()

    def test_quantity_of_the_work(self):
        line = self.part_line.with_user(self.dispatcher)
        for quantity in (0, 1, 1.99):
            with self.assertRefused("the work gave 2"):
                line.product_uom_qty = quantity
        with self.assertRefused("the work gave 2"):
            line.unlink()
        with self.assertRefused("the work gave 2"):
            line.order_id.write({"order_line": [Command.clear()]})
        hours = self.order.order_line.filtered(lambda li: li.product_id == self.labour)
        with self.assertRefused("Less is charged by a relief only"):
            hours.with_user(self.dispatcher).product_uom_qty = 1
        with self.assertRefused("Less is charged by a relief only"):
            hours.with_user(self.seller).product_id = self.travel
        self._check_total()

    def test_more_may_be_charged(self):
        line = self.part_line.with_user(self.dispatcher)
        line.product_uom_qty = 3
        line.price_unit = 95
        line.price_unit = 90
        freight = self.env.ref("aftersales_service.product_freight")
        own = self.env["sale.order.line"].with_user(self.dispatcher)
        added = own.create(
            {"order_id": self.order.id, "product_id": freight.id, "price_unit": 35}
        )
        self.assertEqual(added.price_unit, 35)
        added.unlink()

    def test_negative_lines(self):
        lines = self.env["sale.order.line"]
        for user in self._get_people():
            for vals in (
                {"price_unit": -10},
                {"product_uom_qty": -1},
                {"price_unit": -10, "is_downpayment": True},
                {"price_unit": 0},
            ):
                values = {
                    "order_id": self.order.id,
                    "product_id": self.seal.id,
                    **vals,
                }
                with self.assertRefused("negative line|below the price list"):
                    lines.with_user(user).create(values)
                with self.assertRefused("negative line|below the price list"):
                    self.order.with_user(user).write(
                        {"order_line": [Command.create(values)]}
                    )
        self._check_total()

    def test_discount_dialog(self):
        for kind, vals in (
            ("sol_discount", {"discount_percentage": 0.1}),
            ("so_discount", {"discount_percentage": 0.1}),
            ("amount", {"discount_amount": 10}),
        ):
            wizard = (
                self.env["sale.order.discount"]
                .with_user(self.env.ref("base.user_admin"))
                .create({"sale_order_id": self.order.id, "discount_type": kind, **vals})
            )
            with self.assertRefused("below the price list|no negative line"):
                wizard.action_apply_discount()
        self._check_total()

    def test_another_pricelist(self):
        cheap = self.env["product.pricelist"].create(
            {
                "name": "Cheap",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 90})
                ],
            }
        )
        for user in self._get_people():
            order = self.order.with_user(user)
            with self.assertRefused("The prices of settlement"):
                order.pricelist_id = cheap
            with self.assertRefused("made by the button"):
                order.aftersales_request_id = False
        other = self.customer.copy({"name": "Cheap Customer"})
        other.specific_property_product_pricelist = cheap
        self.order.with_user(self.dispatcher).partner_id = other
        self.order.with_user(self.dispatcher).action_update_prices()
        self._check_total()

    def test_old_prices_by_an_old_date(self):
        order = self.order.with_user(self.dispatcher)
        order.date_order = "2020-01-01 10:00:00"
        order.action_update_prices()
        self._check_total()

    def test_order_by_rpc(self):
        """An order somebody makes himself and calls a settlement is one."""
        values = {
            "partner_id": self.customer.id,
            "aftersales_request_id": self.request.id,
            "order_line": [
                Command.create({"product_id": self.seal.id, "price_unit": 1})
            ],
        }
        with self.assertRefused("below the price list"):
            self.env["sale.order"].with_user(self.seller).create(values)

    def test_fields_of_the_system(self):
        line = self.part_line.with_user(self.dispatcher)
        for vals in (
            {"aftersales_quantity": 0},
            {"aftersales_price_date": False},
            {"aftersales_relief_id": False},
        ):
            with self.assertRefused("not entered by hand"):
                line.write(vals)
        with self.assertRefused("not entered by hand"):
            line.create(
                {
                    "order_id": self.order.id,
                    "product_id": self.seal.id,
                    "aftersales_quantity": 1,
                }
            )

    def test_ordinary_order_is_free(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        line = (
            self.env["sale.order.line"]
            .with_user(self.seller)
            .create(
                {
                    "order_id": order.id,
                    "product_id": self.seal.id,
                    "price_unit": 1,
                    "discount": 50,
                }
            )
        )
        line.write({"price_unit": -5})
        line.unlink()

    def test_form_of_the_accountant(self):
        """Odoo's own form, saved without a change of money, saves."""
        self.order.action_confirm()
        with Form(self.order.with_user(self.env.ref("base.user_admin"))) as form:
            form.client_order_ref = "PO 77"
            with form.order_line.edit(0) as line:
                line.name = "As agreed"
        self._check_total()

    # ---------------------------------------------------------- after posting

    def test_posted_settlement_is_closed(self):
        self.order.action_confirm()
        invoice = self._invoice(self.order)
        for user in self._get_people():
            line = self.part_line.with_user(user)
            for vals in (
                {"price_unit": 500},
                {"product_uom_qty": 5},
                {"tax_ids": [Command.create({"name": "T", "amount": 5})]},
            ):
                with self.assertRefused(f"{invoice.name}.*is posted"):
                    line.write(vals)
            with self.assertRefused("is posted"):
                line.create({"order_id": self.order.id, "product_id": self.pump.id})
        self.part_line.with_user(self.dispatcher).write({"price_unit": 90})
        relief = self.env["aftersales.relief"].create(
            {"order_id": self.order.id, "amount": 5, "reason": "Late"}
        )
        with self.assertRefused("is posted"):
            relief.action_submit()
        with self.assertRefused("is posted"):
            self.order.with_user(self.dispatcher).action_aftersales_relief()
        self._check_total()

    def test_draft_invoice_leaves_it_open(self):
        self.order.action_confirm()
        self.order._create_invoices()
        self.part_line.with_user(self.dispatcher).product_uom_qty = 3
        self.assertEqual(self.part_line.product_uom_qty, 3)

    def test_down_payment_and_credit_note(self):
        """Odoo's own ways of billing still work on a settlement."""
        self.order.action_confirm()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(self.env.ref("base.user_admin"))
            .with_context(active_model="sale.order", active_ids=self.order.ids)
            .create({"advance_payment_method": "percentage", "amount": 50})
        )
        wizard.create_invoices()
        down = self.order.invoice_ids
        down.action_post()
        final = self.order.with_user(self.finance).sudo()._create_invoices(final=True)
        final.action_post()
        self.assertAlmostEqual(
            sum((down | final).mapped("amount_total")), self.order.amount_total
        )

    # ------------------------------------------------------------------ holds

    def test_hold_of_the_engineer(self):
        self._finish_visit([(self.seal, 1, None)], request=self.request)
        engineer = type(self.env["hr.employee"])

        def holds(employee, step):
            return [f"{employee.name} owes old parts"] if step == "settlement" else []

        self.patch(engineer, "_aftersales_get_holds", holds)
        with self.assertRefused(f"{self.engineer.name} owes old parts"):
            self._settle(self.request)
        self.assertEqual(self.request.sudo().sale_order_ids, self.order)

    def test_private_methods(self):
        for name in ("_aftersales_get_price", "_aftersales_check_open"):
            with self.assertRaises(AccessError):
                get_public_method(self.order, name)

    def test_accountant_without_service_rights(self):
        """He sees the money of a settlement, its relief and its form."""
        accountant = new_test_user(
            self.env, login="as_accountant", groups="account.group_account_invoice"
        )
        relief = self._ask_relief(self.order, amount=10)
        self._sign(relief, "superior")
        order = self.order.with_user(accountant)
        self.assertEqual(order.amount_untaxed, self.order.amount_untaxed)
        self.assertFalse(order.aftersales_agreement_warning)
        self.assertTrue(all(order.order_line.mapped("analytic_distribution")))
        self.assertIn("order_line", order.get_view(view_type="form")["arch"])
        self.assertEqual(Form(order).partner_id, self.customer)
        self.order.action_confirm()
        invoice = self._invoice(self.order)
        self.assertIn(
            relief.name, str(invoice.with_user(accountant).line_ids.mapped("name"))
        )
        self.assertFalse(
            self.env["aftersales.relief"].with_user(accountant).has_access("read")
        )
