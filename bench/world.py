"""The people, customers and machines that every measured document refers to."""

from dataclasses import dataclass, field

from odoo import api
from odoo.fields import Command

# Prime sizes, so that no choice falls together with another one.
CUSTOMERS = 199
PRODUCTS = 19
COLLEAGUES = 6


@dataclass
class User:
    """Who works, with the context his browser sends."""

    id: int
    context: dict


@dataclass
class World:
    """Ids of the records that documents refer to."""

    company: int
    customers: list
    products: list
    colleagues: list
    machines: list = field(default_factory=list)
    locations: list = field(default_factory=list)
    users: dict = field(default_factory=dict)


def build(registry, peers):
    """Make the world of this run with one user per peer; commits."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        company = env.company
        customers = env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "phone": f"+86 571 8888 {number:04d}",
                    "email": f"customer{number}@example.com",
                    "street": f"{number} Industry Road",
                    "city": "Hangzhou",
                    "country_id": env.ref("base.cn").id,
                    "child_ids": [Command.create({"name": f"Contact {number}"})],
                }
                for number in range(CUSTOMERS)
            ]
        )
        products = env["product.product"].create(
            [{"name": f"Machine {number}"} for number in range(PRODUCTS)]
        )
        colleagues = env["res.users"].create(
            [
                {"name": f"Colleague {number}", "login": f"colleague{number}"}
                for number in range(COLLEAGUES)
            ]
        )
        world = World(company.id, customers.ids, products.ids, colleagues.ids)
        for peer in peers:
            world.users[peer.model] = _user(env, peer)
        for peer in peers:
            peer.prepare(env, world)
        return world


def _user(env, peer):
    user = env["res.users"].create(
        {
            "name": f"Worker of {peer.model}",
            "login": f"worker.{peer.model}",
            "lang": "en_US",
            "tz": "Asia/Shanghai",
            "group_ids": [
                Command.link(env.ref(group).id)
                for group in ("base.group_user", peer.group)
            ],
        }
    )
    context = {
        "lang": user.lang,
        "tz": user.tz,
        "uid": user.id,
        "allowed_company_ids": user.company_ids.ids,
    }
    return User(user.id, context)
