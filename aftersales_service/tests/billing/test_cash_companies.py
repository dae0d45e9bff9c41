from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashCompanies(CollectionCommon):
    """Two companies with two currencies, and cash in a foreign one."""

    @classmethod
    def _set_up_goods(cls):
        result = super()._set_up_goods()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        return result

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Sister", "currency_id": cls.euro.id}
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.sister, install_demo=False
        )
        cls.sister.currency_id = cls.euro  # the chart has brought its own
        cls.sister.sudo()._aftersales_setup()
        cls.sister_cashier = new_test_user(
            cls.env,
            login="as_sister_cashier",
            groups=f"{GROUP}finance,{GROUP}dispatcher",
            company_id=cls.sister.id,
            company_ids=[Command.set(cls.sister.ids)],
        )
        cls.sister_user = new_test_user(
            cls.env,
            login="as_sister_engineer",
            groups=f"{GROUP}engineer",
            company_id=cls.sister.id,
            company_ids=[Command.set(cls.sister.ids)],
        )
        cls.sister_engineer = cls.env["hr.employee"].create(
            {
                "name": "Sister Engineer",
                "user_id": cls.sister_user.id,
                "company_id": cls.sister.id,
                "aftersales_engineer": True,
            }
        )

    def _sister_order(self):
        request = self.env["aftersales.service.request"].create(
            {"partner_id": self.customer.id, "company_id": self.sister.id}
        )
        service = self.env["product.product"].create(
            {
                "name": "Labour",
                "type": "service",
                "list_price": 70,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Euro",
                "currency_id": self.euro.id,
                "company_id": self.sister.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 70})
                ],
            }
        )
        order = (
            self.env["sale.order"]
            .with_company(self.sister)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.sister.id,
                    "pricelist_id": pricelist.id,
                    "aftersales_request_id": request.id,
                    "order_line": [Command.create({"product_id": service.id})],
                }
            )
        )
        order.action_confirm()
        return order

    def _sister_collection(self, order=None):
        return (
            self.env["aftersales.collection"]
            .sudo()
            .create(
                {
                    "sale_order_id": (order or self._sister_order()).id,
                    "receipt_no": "R-1",
                    "amount": 70,
                    "collector_id": self.sister_engineer.id,
                }
            )
        )

    def test_each_company_its_own(self):
        mine = self._collect(100)
        theirs = self._sister_collection()
        self.assertEqual(theirs.company_id, self.sister)
        self.assertEqual(theirs.currency_id, self.euro)
        line = theirs._get_custody_lines()
        self.assertEqual(line.account_id, self.sister.aftersales_custody_account_id)
        self.assertEqual(line.company_id, self.sister)
        self.assertEqual(line.balance, 70)
        self.assertNotEqual(
            self.sister.aftersales_custody_account_id,
            self.company.aftersales_custody_account_id,
        )
        sheet = (
            self.env["aftersales.cash.handover"]
            .with_user(self.sister_cashier)
            .create({"engineer_id": self.sister_engineer.id, "counted_amount": 70})
        )
        self.assertEqual(sheet.company_id, self.sister)
        self.assertEqual(sheet.currency_id, self.euro)
        self.assertEqual(sheet.collection_ids.sudo(), theirs)
        sheet.action_confirm()
        self.assertEqual(theirs.state, "handed_over")
        self.assertEqual(mine.state, "collected")
        self.assertTies()
        self.assertTies(self.sister_engineer)

    def test_nobody_sees_the_other(self):
        mine = self._collect(100)
        theirs = self._sister_collection()
        self.env.flush_all()
        for model in (
            "aftersales.collection",
            "aftersales.cash.open",
            "aftersales.cash.balance",
            "aftersales.service.money",
        ):
            for user, company in (
                (self.finance, self.company),
                (self.sister_cashier, self.sister),
            ):
                found = self.env[model].with_user(user).search([])
                self.assertEqual(found.company_id, company, model)
        self.assertNotEqual(mine, theirs)

    def test_wrong_company(self):
        with self.assertRaises(UserError):
            self._collect(100, user=self.finance, collector_id=self.sister_engineer.id)
        with self.assertRaises(UserError):
            self.env["aftersales.receipt.book"].with_user(self.finance).create(
                {
                    "first_number": 1,
                    "last_number": 2,
                    "engineer_id": self.sister_engineer.id,
                }
            )
        journal = self.sister.aftersales_cash_journal_id
        self._collect(100)
        with self.assertRaises(UserError):
            self._sheet(journal_id=journal.id)

    def test_numbers_of_books_are_per_company(self):
        books = self.env["aftersales.receipt.book"]
        for company, engineer in (
            (self.company, self.engineer),
            (self.sister, self.sister_engineer),
        ):
            books |= books.create(
                {
                    "company_id": company.id,
                    "engineer_id": engineer.id,
                    "first_number": 1,
                    "last_number": 3,
                }
            )
        self.assertEqual(len(books), 2)

    # -------------------------------------------------- a foreign currency

    def _foreign_cash(self, amount=60):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id, "company_id": self.company.id}
        )
        order = self.order.copy(
            {
                "aftersales_request_id": self.request.id,
                "pricelist_id": pricelist.id,
            }
        )
        order.action_confirm()
        self.assertEqual(order.currency_id, self.euro)
        return self._collect(amount, "E-1", sale_order_id=order.id)

    def test_handed_over_at_another_rate(self):
        """The engineer owes sixty euros, whatever they are worth meanwhile."""
        collection = self._foreign_cash()
        line = collection.sudo()._get_custody_lines()
        self.assertEqual((line.amount_currency, line.balance), (60, 120))
        self.env["res.currency.rate"].search(
            [("currency_id", "=", self.euro.id)]
        ).rate = 0.4
        self.env.invalidate_all()
        sheet = self._sheet(currency_id=self.euro.id)
        self.assertEqual(sheet.collection_ids.sudo(), collection.sudo())
        sheet.action_confirm()
        money = sheet.sudo().move_id.line_ids.filtered("debit")
        self.assertEqual((money.amount_currency, money.balance), (60, 150))
        self.assertTrue(line.reconciled)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertTies()

    def test_one_currency_a_sheet(self):
        euros = self._foreign_cash()
        dollars = self._collect(100)
        sheet = self._sheet()
        self.assertEqual(sheet.collection_ids.sudo(), dollars.sudo())
        self._hand_over(euros | dollars)
        sheets = (euros | dollars).sudo().handover_id
        self.assertEqual(len(sheets), 2)
        self.assertEqual(sheets.currency_id, self.euro | self.company.currency_id)
        self.assertTies()

    def test_shortage_in_the_foreign_currency(self):
        self._foreign_cash()
        sheet = self._sheet(
            counted=59, currency_id=self.euro.id, difference_reason="A coin"
        )
        sheet.action_confirm()
        self.assertEqual(sheet.owed_amount, 1)
        self.assertTies()
        self.assertEqual(self._sheet().owed_amount, 0)

    def test_cents_of_converting(self):
        """The entry balances in the company's currency too."""
        self.env["res.currency.rate"].search(
            [("currency_id", "=", self.euro.id)]
        ).rate = 0.3333
        self.env.invalidate_all()
        self._foreign_cash(0.01)
        self._collect(
            0.07, "E-2", sale_order_id=self.request.sudo().sale_order_ids[-1].id
        )
        sheet = self._sheet(
            counted=0.05, currency_id=self.euro.id, difference_reason="Coins"
        )
        sheet.action_confirm()
        lines = sheet.sudo().move_id.line_ids
        self.assertAlmostEqual(sum(lines.mapped("balance")), 0, 6)
        self.assertTies()
