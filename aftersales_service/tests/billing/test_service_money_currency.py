from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestServiceMoneyCurrency(CollectionCommon):
    """Settlements in two currencies on one screen: nothing adds euros to dollars."""

    @classmethod
    def _set_up_goods(cls):
        result = super()._set_up_goods()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        return result

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.customer.property_product_pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id, "company_id": cls.company.id}
        )
        visit = self._finish_visit(
            [(cls.seal, 2, None)], request=self._create_request()
        )
        cls.foreign = self._settle(visit.request_id).with_env(cls.env)
        cls.foreign.action_confirm()
        cls.orders = cls.order | cls.foreign

    def _rows(self):
        self.env.flush_all()
        self.env.invalidate_all()
        money = self.env["aftersales.service.money"].with_user(self.finance)
        rows = money.search([("sale_order_id", "in", self.orders.ids)])
        return rows.sorted(lambda row: self.orders.ids.index(row.sale_order_id.id))

    def _sum(self, *fnames):
        money = self.env["aftersales.service.money"].with_user(self.finance)
        [sums] = money._read_group(
            [("sale_order_id", "in", self.orders.ids)], [], fnames
        )
        return [round(value, 2) for value in sums]

    def test_company_currency(self):
        self.assertEqual(self.foreign.currency_id, self.euro)
        rows = self._rows()
        self.assertEqual(rows.mapped("amount_total"), [300, 100])
        self.assertEqual(rows.mapped("company_total"), [300, 200])
        self.assertEqual(rows.company_currency_id, self.company.currency_id)
        self.assertEqual(rows.mapped("company_open"), [0, 0])
        self.orders._create_invoices().action_post()
        self._collect(100)
        self._collect(60, "R-2", sale_order_id=self.foreign.id)
        rows = self._rows()
        self.assertEqual(rows.mapped("open_amount"), [200, 40])
        self.assertEqual(rows.mapped("company_open"), [200, 80])
        self.assertEqual(rows.mapped("with_engineer"), [100, 60])
        self.assertEqual(rows.mapped("company_cash"), [100, 120])

    def test_sums(self):
        self.orders._create_invoices().action_post()
        self._collect(60, sale_order_id=self.foreign.id)
        self._rows()
        self.assertEqual(
            self._sum("company_total:sum", "company_open:sum", "company_cash:sum"),
            [500, 380, 120],
        )

    def test_sums_of_the_other_columns(self):
        """What Odoo's list asks for where the currencies differ."""
        self.orders._create_invoices().action_post()
        self._rows()
        self.assertEqual(
            self._sum("amount_total:sum_currency", "open_amount:sum_currency"),
            [500, 500],
        )

    def test_rate_of_the_day_of_the_cash(self):
        """Cash is worth what the books say, the settlement what its day said."""
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today() - timedelta(days=1),
                "rate": 0.4,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        self._collect(60, sale_order_id=self.foreign.id)
        row = self._rows()[1]
        self.assertEqual((row.company_total, row.company_cash), (200, 150))

    def test_late_by_the_day_of_the_company(self):
        """The day of the screen is that of the database server's clock, moved to
        where the company works; the list of open cash says the same."""
        receipt = self._collect(
            100, collected_at=fields.Datetime.now() - timedelta(hours=30)
        )
        for zone in ("Pacific/Kiritimati", "Asia/Shanghai", "Pacific/Pago_Pago"):
            self.company.resource_calendar_id.tz = zone
            receipt.invalidate_recordset(["is_late"])
            self.env.flush_all()
            opened = self.env["aftersales.cash.open"].search(
                [("collection_id", "=", receipt.id)]
            )
            with self.subTest(zone=zone):
                late = bool(self._rows()[0].late_amount)
                self.assertEqual(late, opened.is_late)
                with freeze_time(fields.Datetime.now()):
                    self.assertEqual(late, receipt.is_late)
