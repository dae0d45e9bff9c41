from datetime import timedelta

from odoo import Command, fields

from ..bridge.common import SettlementCommon


class PriceCommon(SettlementCommon):
    """Price lists, signed, and settlements that charge by them."""

    PRICE_ROLES = ("aftersales_head", "finance_head", "general_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.labour = cls.company.aftersales_labour_product_id
        cls.travel = cls.company.aftersales_travel_product_id
        (cls.labour | cls.travel).taxes_id = False

    @classmethod
    def _set_up_settlement(cls):
        """A draft settlement of a visit that took two hours and two seals, by a price
        list in force."""
        self = cls()
        self._put_in_force([("labour", cls.labour, 150), ("part", cls.seal, 90)])
        visit = self._finish_visit([(cls.seal, 2, None)], hours=2)
        cls.request = visit.request_id
        cls.order = self._settle(cls.request).with_env(cls.env)

    @classmethod
    def _set_up_seller(cls):
        """Somebody who may do everything with sale orders."""
        cls.seller = cls.dispatcher.copy({"login": "as_seller"})
        cls.seller.group_ids = cls.env.ref("sales_team.group_sale_manager")

    def _create_price_list(self, rows, days=0, **vals):
        """A draft written by the accountant; ``rows`` are ``(fee, product, price)``
        with a dict of conditions, valid from so many days from today."""
        return (
            self.env["aftersales.price.list"]
            .with_user(self.finance)
            .create(
                {
                    "valid_from": self.today + timedelta(days=days),
                    "line_ids": [
                        Command.create(
                            {
                                "fee": fee,
                                "product_id": product.id,
                                "price": price,
                                **(more[0] if more else {}),
                            }
                        )
                        for fee, product, price, *more in rows
                    ],
                    **vals,
                }
            )
        )

    def _approve_price_list(self, price_list):
        price_list.action_submit()
        self._sign(price_list, *self.PRICE_ROLES)
        self.assertEqual(price_list.state, "approved")
        return price_list

    def _put_in_force(self, rows, days=0, **vals):
        return self._approve_price_list(self._create_price_list(rows, days, **vals))

    def _get_prices(self, order):
        return {
            line.product_id: line.price_unit
            for line in order.sudo().order_line
            if not line.aftersales_relief_id
        }

    def _ask_relief(self, order, user=None, **vals):
        """A relief the engineer asks for, submitted."""
        relief = (
            self.env["aftersales.relief"]
            .with_user(user or self.engineer_user)
            .create({"order_id": order.id, "reason": "Long wait", **vals})
        )
        relief.action_submit()
        return relief
