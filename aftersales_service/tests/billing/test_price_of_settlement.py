from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestPriceOfSettlement(PriceCommon):
    """A settlement charges by the list of the day, for this customer and machine."""

    def _finish(self, hours=1, **vals):
        request = self._create_request(**{"warranty_state": "out", **vals})
        self._finish_visit([(self.seal, 1, None)], hours=hours, request=request)
        return request

    def test_by_the_list(self):
        self._put_in_force([("labour", self.labour, 150), ("part", self.seal, 90)])
        prices = self._get_prices(self._settle(self._finish()))
        self.assertEqual(
            prices,
            {self.labour: 150, self.seal: 90, self.travel: self.travel.list_price},
        )

    def test_by_the_list_of_the_visit(self):
        """The customer was shown the list of that day; a new one is in force since."""
        self._put_in_force([("labour", self.labour, 150)])
        request = self._finish()
        rules = self.company.aftersales_pricelist_id.item_ids
        rules.date_start -= timedelta(days=9)
        request.sudo().dispatch_ids.finished_at -= timedelta(days=5)
        rules.date_end = rules.date_start + timedelta(days=7)
        rules.copy(
            {
                "date_start": rules.date_end,
                "date_end": False,
                "fixed_price": 999,
            }
        )
        order = self._settle(request)
        self.assertEqual(self._get_prices(order)[self.labour], 150)
        order.sudo()._recompute_prices()
        self.assertEqual(self._get_prices(order)[self.labour], 150)
        second = self._settle(self._finish())
        self.assertEqual(self._get_prices(second)[self.labour], 999)

    def test_the_most_special_price(self):
        state = self.env["res.country.state"].create(
            {"name": "P", "code": "PX", "country_id": self.env.ref("base.cn").id}
        )
        region = self.env["aftersales.region"].create(
            {
                "name": "Far",
                "code": "FAR",
                "company_id": self.company.id,
                "state_ids": state.ids,
            }
        )
        self.machine.categ_id = self.env["product.category"].create({"name": "M"})
        self._put_in_force(
            [
                ("labour", self.labour, 800, {"model_id": self.machine.id}),
                ("labour", self.labour, 100),
                ("labour", self.labour, 400, {"categ_id": self.machine.categ_id.id}),
                ("labour", self.labour, 110, {"warranty_state": "out"}),
                ("labour", self.labour, 200, {"region_id": region.id}),
            ]
        )

        def price(**vals):
            request = self._create_request(**vals)
            return self.env["sale.order"]._aftersales_get_price(
                request, self.labour, 1, self.today
            )

        category = self.env["product.category"].create({"name": "Other"})
        other = self.env["product.product"].create(
            {"name": "Other Machine", "categ_id": category.id}
        )
        alone = {"equipment_id": False, "product_id": other.id}
        self.assertEqual(price(), 800)
        self.assertEqual(price(equipment_id=False, product_id=other.id), 100)
        self.assertEqual(price(warranty_state="out", **alone), 110)
        self.assertEqual(price(warranty_state="in", **alone), 100)
        self.customer.state_id = state
        self.assertEqual(price(warranty_state="out", **alone), 200)
        category.parent_id = self.machine.categ_id
        self.assertEqual(price(**alone), 400, "a category below")

    def test_an_ordinary_order_knows_no_condition(self):
        self._put_in_force(
            [
                ("part", self.seal, 90),
                ("part", self.seal, 10, {"warranty_state": "out"}),
            ]
        )
        pricelist = self.company.aftersales_pricelist_id
        self.assertEqual(pricelist._get_product_price(self.seal, 1), 90)

    def test_own_pricelist_of_the_customer_wins(self):
        self._put_in_force([("labour", self.labour, 150), ("part", self.seal, 90)])
        contract = self.env["product.pricelist"].create(
            {
                "name": "Contract",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.labour.id,
                            "compute_price": "fixed",
                            "fixed_price": 60,
                        }
                    )
                ],
            }
        )
        self.customer.specific_property_product_pricelist = contract
        order = self._settle(self._finish())
        self.assertEqual(order.sudo().pricelist_id, contract)
        self.assertEqual(
            self._get_prices(order),
            {self.labour: 60, self.seal: 100, self.travel: self.travel.list_price},
        )

    def test_two_companies_two_lists(self):
        self._put_in_force([("labour", self.labour, 150)])
        sister = self.env["res.company"].create({"name": "Sister Prices"})
        self.assertFalse(sister.aftersales_pricelist_id)
        record = self.env["aftersales.price.list"].create({"company_id": sister.id})
        self.assertNotIn(
            record, record.with_user(self.finance).search([]), "not his company"
        )
        pricelist = sister._aftersales_get_pricelist()
        self.assertNotEqual(pricelist, self.company.aftersales_pricelist_id)
        self.assertEqual(pricelist.company_id, sister)
