"""A visit closed and its settlement posted, beside plain Odoo's transfer and invoice
with as many lines.
"""

from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api
from odoo.fields import Datetime

from .measure import interleave
from .world import User

LINES = 5
LIMIT = 1.3
STOCK = 50_000


class Goods:
    """Perpetual parts in the warehouse and in the engineer's bag, and the people."""

    def __init__(self, env, world):
        category = env["product.category"].create(
            {
                "name": "Parts",
                "property_valuation": "real_time",
                "property_cost_method": "fifo",
            }
        )
        parts = env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "is_storable": True,
                    "categ_id": category.id,
                    "standard_price": 40,
                    "lst_price": 100,
                    "taxes_id": [Command.clear()],
                    "invoice_policy": "order",
                }
                for number in range(LINES)
            ]
        )
        self.parts = parts.ids
        # No text message to the customer, on either side.
        env.company.stock_text_confirmation = False
        env.company._aftersales_setup()
        warehouse = env.company._aftersales_get_warehouse()
        self.stock = warehouse.lot_stock_id.id
        self.delivery = warehouse.out_type_id.id
        supplier = env.ref("stock.stock_location_suppliers")
        self.customers = env.ref("stock.stock_location_customers").id
        self.engineer_user = self._user(
            env, "aftersales_service.group_aftersales_engineer"
        )
        self.finance = self._user(env, "aftersales_service.group_aftersales_finance")
        self.keeper = self._user(env, "stock.group_stock_user")
        self.accountant = self._user(env, "account.group_account_invoice")
        engineer = env["hr.employee"].create(
            {
                "name": "Engineer",
                "user_id": self.engineer_user.id,
                "aftersales_engineer": True,
            }
        )
        self.engineer = engineer.id
        self._move(env, warehouse.in_type_id, supplier, warehouse.lot_stock_id, 2)
        self._move(
            env,
            env.company._aftersales_get("issue_type"),
            warehouse.lot_stock_id,
            engineer._aftersales_get_location(),
        )
        self.world = world
        self.number = 0

    def _user(self, env, group):
        user = env["res.users"].create(
            {
                "name": group,
                "login": f"parts.{group}",
                "lang": "en_US",
                "group_ids": [
                    Command.link(env.ref(name).id)
                    for name in ("base.group_user", group)
                ],
            }
        )
        context = {
            "lang": user.lang,
            "tz": "Asia/Shanghai",
            "uid": user.id,
            "allowed_company_ids": user.company_ids.ids,
        }
        return User(user.id, context)

    def _move(self, env, kind, source, target, times=1):
        places = {"location_id": source.id, "location_dest_id": target.id}
        env["stock.picking"].create(
            {
                **places,
                "picking_type_id": kind.id,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": part,
                            "product_uom_qty": times * STOCK,
                        }
                    )
                    for part in self.parts
                ],
            }
        )._aftersales_force_done()

    # ------------------------------------------------------------- this addon

    def visit(self, env):
        """At the customer's, the parts that were used entered as charged."""
        self.number += 1
        place = self.number % len(self.world.customers)
        request = env["aftersales.service.request"].create(
            {
                "partner_id": self.world.customers[place],
                "equipment_id": self.world.machines[place],
                "fault_level": "2",
                "symptom": f"Does not spray {self.number}",
                "requested_service": "Repair on site",
            }
        )
        request.action_plan_visit()
        dispatch = env["aftersales.dispatch"].create(
            {"request_id": request.id, "engineer_id": self.engineer}
        )
        begun = Datetime.now() - timedelta(hours=2)
        dispatch.write(
            {
                "state": "arrived",
                **dict.fromkeys(
                    ("issued_at", "contacted_at", "departed_at", "arrived_at"), begun
                ),
            }
        )
        env["aftersales.part.use"].create(
            [
                {
                    "dispatch_id": dispatch.id,
                    "product_id": part,
                    "charge": "charged",
                    "charge_reason": "As agreed",
                }
                for part in self.parts
            ]
        )
        return dispatch

    def settlement(self, env):
        """Of a closed visit, confirmed; its lines are the parts alone."""
        dispatch = self.visit(env)
        dispatch.action_finished()
        dispatch.request_id.action_create_settlement()
        order = dispatch.request_id.sale_order_ids
        order.order_line.filtered(
            lambda line: line.product_id.id not in self.parts
        ).unlink()
        order.action_confirm()
        if len(order.order_line) != LINES:
            raise ValueError(f"{len(order.order_line)} lines on {order.name}")
        return order

    # ------------------------------------------------------------- plain Odoo

    def deliver(self, env):
        """A transfer as a storekeeper writes and validates it."""
        places = {"location_id": self.stock, "location_dest_id": self.customers}
        picking = env["stock.picking"].create(
            {
                **places,
                "partner_id": self._customer(),
                "picking_type_id": self.delivery,
                "move_ids": [
                    Command.create({**places, "product_id": part, "product_uom_qty": 1})
                    for part in self.parts
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        asked = picking.button_validate()
        if picking.state != "done":
            raise ValueError(f"{picking.name} is {picking.state}: {asked}")

    def bill(self, env):
        """An invoice as an accountant writes and posts it."""
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self._customer(),
                "invoice_line_ids": [
                    Command.create({"product_id": part, "quantity": 1})
                    for part in self.parts
                ],
            }
        )
        invoice.action_post()

    def _customer(self):
        self.number += 1
        return self.world.customers[self.number % len(self.world.customers)]


def measure(registry, world, measures, *, rounds):
    """Both ways in turn: what goes out, and what is billed."""
    with registry.cursor() as cr:
        goods = Goods(api.Environment(cr, SUPERUSER_ID, {}), world)

    def prepared(make):
        with registry.cursor() as cr:
            return make(api.Environment(cr, SUPERUSER_ID, {})).id

    def close():
        visit = prepared(goods.visit)
        return goods.engineer_user, lambda env: env["aftersales.dispatch"].browse(
            visit
        ).action_finished()

    def post():
        order = prepared(goods.settlement)

        def operation(env):
            # As the button of the order does, which only those who sell may press.
            env["sale.order"].browse(order).sudo()._create_invoices().action_post()

        return goods.finance, operation

    for name, ours, plain in (
        ("parts out", close, lambda: (goods.keeper, goods.deliver)),
        ("parts billed", post, lambda: (goods.accountant, goods.bill)),
    ):
        interleave(
            measures,
            registry,
            name,
            {"ours": ours, "plain": plain},
            rounds=rounds,
            warm=2,
        )
