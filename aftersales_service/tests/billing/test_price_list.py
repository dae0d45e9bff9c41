from datetime import time, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestPriceList(PriceCommon):
    """A signed price list is dated rules of the pricelist, and changes no more."""

    def test_rules_of_the_pricelist(self):
        self.assertFalse(self.company.aftersales_pricelist_id)
        record = self._put_in_force(
            [("labour", self.labour, 150), ("part", self.seal, 90)]
        )
        pricelist = self.company.aftersales_pricelist_id
        self.assertEqual(record.pricelist_id, pricelist)
        self.assertEqual(pricelist.currency_id, self.company.currency_id)
        rules = pricelist.item_ids
        self.assertEqual(rules.product_id, self.labour | self.seal)
        self.assertEqual(set(rules.mapped("compute_price")), {"fixed"})
        self.assertFalse(any(rules.mapped("date_end")))
        start = self.company._aftersales_get_moment
        self.assertEqual(
            set(rules.mapped("date_start")),
            {start(self.today, time.min)},
        )
        self.assertTrue(record.is_current)
        self.assertEqual(record.search([("is_current", "=", True)]), record)

    def test_no_ordinary_order_falls_back_on_it(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        self.env["product.pricelist"].search([]).active = False
        self._put_in_force([("part", self.seal, 5)])
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.seal.id})],
            }
        )
        self.assertFalse(order.pricelist_id)
        self.assertEqual(order.order_line.price_unit, 100)

    def test_the_one_before_ends_the_day_before(self):
        first = self._put_in_force([("labour", self.labour, 150)])
        second = self._put_in_force([("labour", self.labour, 180)], days=10)
        self.assertEqual(first.valid_to, self.today + timedelta(days=9))
        self.assertFalse(second.valid_to)
        self.assertEqual([first.is_current, second.is_current], [True, False])
        pricelist = self.company.aftersales_pricelist_id
        for days, price in ((0, 150), (9, 150), (10, 180), (400, 180)):
            moment = self.company._aftersales_get_moment(
                self.today + timedelta(days=days), time.min.replace(hour=23)
            )
            self.assertEqual(
                pricelist._get_product_price(self.labour, 1, date=moment), price, days
            )

    def test_three_versions(self):
        """What had ended earlier keeps its end."""
        first = self._put_in_force(
            [("labour", self.labour, 1)], valid_to=self.today + timedelta(days=2)
        )
        second = self._put_in_force([("labour", self.labour, 2)], days=5)
        self._put_in_force([("labour", self.labour, 3)], days=8)
        self.assertEqual(first.valid_to, self.today + timedelta(days=2))
        self.assertEqual(second.valid_to, self.today + timedelta(days=7))

    def test_not_backwards(self):
        record = self._create_price_list([("labour", self.labour, 150)], days=-1)
        with self.assertRefused("has passed"):
            record.action_submit()
        self._put_in_force([("labour", self.labour, 150)], days=5)
        late = self._create_price_list([("labour", self.labour, 140)], days=5)
        with self.assertRefused("must begin after it"):
            late.action_submit()
        self.assertEqual(late.state, "draft")

    def test_signed_late_begins_late(self):
        record = self._create_price_list([("labour", self.labour, 150)])
        record.action_submit()
        record.sudo().valid_from = self.today - timedelta(days=3)
        self.assertEqual(record.state, "signing", "no change by a person")
        self._sign(record, *self.PRICE_ROLES)
        self.assertEqual(record.valid_from, self.today)

    def test_approved_does_not_change(self):
        record = self._put_in_force([("labour", self.labour, 150)])
        mine = record.with_user(self.finance)
        for change in (
            lambda: mine.write({"valid_to": self.today}),
            lambda: mine.write({"note": "Cheaper"}),
            lambda: mine.line_ids.write({"price": 1}),
            lambda: mine.line_ids.unlink(),
            lambda: mine.write({"line_ids": [Command.clear()]}),
            lambda: mine.line_ids.copy({"list_id": mine.id, "warranty_state": "in"}),
        ):
            with self.assertRefused("do not change"):
                change()
        self.assertEqual(record.line_ids.price, 150)
        with self.assertRefused("state"):
            mine.action_withdraw()

    def test_change_while_signing_voids(self):
        record = self._create_price_list([("labour", self.labour, 150)])
        record.action_submit()
        self._sign(record, "aftersales_head")
        record.line_ids.price = 140
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.signature_ids)

    def test_refused_and_submitted_again(self):
        record = self._create_price_list([("labour", self.labour, 150)])
        record.action_submit()
        self._sign(record, "aftersales_head", approve=False, opinion="Too dear")
        self.assertEqual(record.state, "refused")
        record.line_ids.price = 140
        self._approve_price_list(record)
        self.assertEqual(self.company.aftersales_pricelist_id.item_ids.fixed_price, 140)

    def test_new_version(self):
        record = self._put_in_force([("labour", self.labour, 150)])
        action = record.with_user(self.finance).action_new_version()
        copy = record.browse(action["res_id"])
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.valid_from, self.today + timedelta(days=1))
        self.assertEqual(copy.line_ids.price, 150)
        self.assertFalse(copy.line_ids.rule_ids)

    def test_product_follows_the_item(self):
        record = self._create_price_list([])
        line = self.env["aftersales.price.list.line"].create(
            {"list_id": record.id, "fee": "freight", "price": 10}
        )
        self.assertEqual(
            line.product_id, self.env.ref("aftersales_service.product_freight")
        )
        labour = line.create({"list_id": record.id, "fee": "labour", "price": 10})
        self.assertEqual(labour.product_id, self.labour)

    def test_bad_input(self):
        with self.assertRefused("at least one price"):
            self._create_price_list([]).action_submit()
        for fee, product in (("part", self.labour), ("labour", self.seal)):
            with self.assertRefused("does not fit", ValidationError):
                self._create_price_list([(fee, product, 1)])
        with mute_logger("odoo.sql_db"):
            for rows, vals in (
                ([("labour", self.labour, -1)], {}),
                ([("labour", self.labour, 1), ("labour", self.labour, 2)], {}),
                ([], {"valid_to": self.today - timedelta(days=1)}),
            ):
                with self.assertRaises(IntegrityError):
                    self._create_price_list(rows, **vals).flush_recordset()

    def test_rights(self):
        record = self._put_in_force([("labour", self.labour, 150)])
        draft = self._create_price_list([("labour", self.labour, 180)], days=5)
        lists = self.env["aftersales.price.list"]
        self.assertEqual(lists.with_user(self.engineer_user).search([]), record)
        lines = self.env["aftersales.price.list.line"].with_user(self.engineer_user)
        self.assertEqual(lines.search([]), record.line_ids)
        self.assertIn(draft, lists.with_user(self.agent).search([]))
        for user in (self.engineer_user, self.agent, self.dispatcher, self.keeper):
            with self.assertRaises(AccessError):
                lists.with_user(user).create({"valid_from": self.today})
            with self.assertRaises(AccessError):
                record.with_user(user).line_ids.write({"price": 1})
            with self.assertRaises(AccessError):
                draft.with_user(user).action_submit()
        with self.assertRaises(AccessError):
            record.with_user(self.manager).write({"state": "draft"})

    def test_print_by_the_engineer(self):
        record = self._put_in_force(
            [("labour", self.labour, 150, {"warranty_state": "out"})],
            note="Warranty repairs are free.",
        )
        html = (
            self.env["ir.actions.report"]
            .with_user(self.engineer_user)
            ._render_qweb_html(
                "aftersales_service.report_aftersales_price_list", record.ids
            )[0]
            .decode()
        )
        for text in ("150.00", "Out of Warranty", "Warranty repairs are free."):
            self.assertIn(text, html)
