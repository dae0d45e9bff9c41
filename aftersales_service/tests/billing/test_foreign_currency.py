from odoo import Command, fields
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestForeignCurrency(CollectionCommon):
    """A settlement in another currency than the company's."""

    @classmethod
    def _set_up_goods(cls):
        result = super()._set_up_goods()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id, "company_id": cls.company.id}
        )
        return result

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.property_product_pricelist = cls.pricelist
        self = cls()
        visit = self._finish_visit(
            [(cls.seal, 2, None)], request=self._create_request()
        )
        cls.order = self._settle(visit.request_id).with_env(cls.env)
        cls.order.action_confirm()

    def test_collected_in_the_currency_of_the_order(self):
        self.assertEqual(self.order.currency_id, self.euro)
        self.assertEqual(self.order.amount_total, 100)  # 2 x 100 USD
        with self.assertRefused("€.*more than"):
            self._collect(101)
        collection = self._collect(60)
        self.assertEqual(collection.currency_id, self.euro)
        self._hand_over(collection)
        payment = collection.sudo().payment_id
        self.assertEqual(payment.currency_id, self.euro)
        receivable = payment.move_id.line_ids.filtered("credit")
        self.assertEqual(receivable.amount_currency, -60)
        self.assertEqual(receivable.balance, -120)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.amount_residual, 40)
        rest = self._collect(40, "R-2")
        self._hand_over(rest)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual((collection | rest).mapped("state"), ["reconciled"] * 2)

    def test_rate_moves_before_the_invoice(self):
        """The exchange difference is Odoo's own entry; the invoice is paid."""
        collection = self._collect(100)
        self._hand_over(collection)
        self.euro.rate_ids = [
            Command.create(
                {
                    "name": fields.Date.add(fields.Date.today(), days=1),
                    "rate": 0.4,
                    "company_id": self.company.id,
                }
            )
        ]
        invoice = self.order._create_invoices()
        invoice.invoice_date = fields.Date.add(fields.Date.today(), days=1)
        invoice.action_post()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(collection.state, "reconciled")
