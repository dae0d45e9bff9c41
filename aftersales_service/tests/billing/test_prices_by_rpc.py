from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestPricesByRpc(PriceCommon):
    """Ways round the price list that no screen shows but any client may call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.price_list = self._put_in_force(
            [("labour", cls.labour, 150), ("part", cls.seal, 90)]
        )
        visit = self._finish_visit([(cls.seal, 2, None)], hours=2)
        cls.request = visit.request_id
        cls.visit = visit
        cls.order = self._settle(cls.request).with_env(cls.env)
        cls.total = cls.order.amount_total
        cls.seller = cls.dispatcher.copy({"login": "as_seller"})
        cls.seller.group_ids = cls.env.ref("sales_team.group_sale_manager")
        cls.cheap = cls.env["product.pricelist"].create(
            {
                "name": "Cheap",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 90})
                ],
            }
        )

    def test_pricelist_of_a_sent_or_confirmed_settlement(self):
        order = self.order.with_user(self.dispatcher)
        order.write({"state": "sent"})
        with self.assertRefused("The prices of settlement"):
            order.pricelist_id = self.cheap
        with self.assertRefused("The prices of settlement"):
            order.write({"state": "sale", "pricelist_id": self.cheap.id})
        order.action_confirm()
        with self.assertRefused("The prices of settlement|confirmed order"):
            order.with_user(self.seller).pricelist_id = self.cheap
        self.assertAlmostEqual(self.order.amount_total, self.total)

    def test_order_made_confirmed(self):
        values = {
            "partner_id": self.customer.id,
            "aftersales_request_id": self.request.id,
            "pricelist_id": self.cheap.id,
            "state": "sale",
            "order_line": [
                Command.create({"product_id": self.seal.id, "price_unit": 10})
            ],
        }
        with self.assertRefused("The prices of settlement|below the price list"):
            self.env["sale.order"].with_user(self.seller).create(values)

    def test_another_currency(self):
        weak = self._other_currency()
        for user in (self.dispatcher, self.seller):
            with self.assertRefused("The prices of settlement"):
                self.order.with_user(user).currency_id = weak
        self.assertEqual(self.order.currency_id, self.company.currency_id)

    def _other_currency(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search(
            [("id", "!=", self.company.currency_id.id)], limit=1
        )
        currency.active = True
        return currency

    def test_totals(self):
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            with self.assertRaisesRegex(AccessError, "computed, not entered"):
                self.order.with_user(self.dispatcher)[name] = 1
        ordinary = self.env["sale.order"].create({"partner_id": self.customer.id})
        ordinary.with_user(self.seller).amount_total = 0

    def test_visit_of_a_line(self):
        """A visit that is called billed would never be charged."""
        later = self._finish_visit(hours=1, request=self.request)
        line = self.order.order_line[:1].with_user(self.dispatcher)
        with self.assertRefused("not entered by hand"):
            line.aftersales_dispatch_id = later
        order = self._settle(self.request).sudo()
        self.assertEqual(order.order_line.aftersales_dispatch_id, later)

    def test_cancelled_stays_cancelled(self):
        order = self.order.with_user(self.dispatcher)
        order.action_cancel()
        with self.assertRefused("stays cancelled"):
            order.write({"state": "draft"})
        self.assertEqual(self.order.state, "cancel")

    def test_rules_of_the_pricelist(self):
        """No sales manager writes a price into a signed price list."""
        rules = self.env["product.pricelist.item"].with_user(self.seller)
        rule = self.price_list.line_ids.rule_ids[:1].with_user(self.seller)
        self.assertTrue(rule)
        values = {"compute_price": "fixed", "fixed_price": 1}
        pricelist = self.company.aftersales_pricelist_id
        with self.assertRefused("signed price list"):
            rules.create({"pricelist_id": pricelist.id, **values})
        with self.assertRefused("signed price list"):
            rule.write(values)
        with self.assertRefused("signed price list"):
            rule.unlink()
        with self.assertRefused("signed price list"):
            pricelist.with_user(self.seller).item_ids = [Command.create(values)]
        own = rules.create({"pricelist_id": self.cheap.id, **values})
        with self.assertRefused("signed price list"):
            own.pricelist_id = pricelist
        own.write({"fixed_price": 2})
        own.unlink()

    def test_price_of_an_agreement(self):
        request = self._create_request(warranty_state="out")
        self._issue_dispatch(request)
        agreements = self.env["aftersales.charge.agreement"]
        agreements = agreements.with_user(self.engineer_user)
        for vals in ({"price_unit": 1}, {"amount": 1}):
            line = {"product_id": self.labour.id, **vals}
            with self.assertRaisesRegex(AccessError, "computed, not entered"):
                agreements.create(
                    {"request_id": request.id, "line_ids": [Command.create(line)]}
                )
        agreement = agreements.with_context(default_price_unit=1).create(
            {
                "request_id": request.id,
                "line_ids": [Command.create({"product_id": self.labour.id})],
            }
        )
        self.assertEqual(agreement.line_ids.price_unit, 150)
        with self.assertRaisesRegex(AccessError, "computed, not entered"):
            agreement.line_ids.price_unit = 1
        self.assertEqual(agreement.amount, 150)

    def test_percentage_that_outgrew_its_signatures(self):
        """Half of nothing known was signed by the superior; half of much is not his
        to give."""
        request = self._create_request(warranty_state="out")
        relief = (
            self.env["aftersales.relief"]
            .with_user(self.agent)
            .create(
                {
                    "request_id": request.id,
                    "occasion": "before",
                    "method": "percent",
                    "percent": 100,
                    "reason": "Third breakdown",
                }
            )
        )
        relief.action_submit()
        self._sign(relief, "superior")
        self.assertEqual(relief.state, "approved")
        self._finish_visit(hours=10, request=request)
        order = self._settle(request).sudo()
        self.assertGreater(order.amount_untaxed, 1000)
        self.assertEqual(relief.state, "draft")
        self.assertFalse(relief.sudo().sale_line_ids)
        relief.invalidate_recordset()
        relief.sudo().action_submit()
        self._sign(relief, "superior", "aftersales_head")
        self.assertEqual(relief.state, "granted")
        self.assertAlmostEqual(order.amount_untaxed, 0)
