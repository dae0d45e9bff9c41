"""The reconciliation of parts over many requisition lines."""

import time

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

from .client import Screen
from .grow import vacuum
from .measure import run_once
from .world import User

MODEL = "aftersales.parts.requisition.line"
ACTION = "aftersales_service.aftersales_parts_requisition_line_action_custody"
LINES = 200_000
ENGINEERS = 29
PARTS = 97
FIGURES = [
    f"{name}:sum"
    for name in (
        "moved_quantity",
        "used_free_quantity",
        "used_charged_quantity",
        "returned_quantity",
        "held_quantity",
        "custody_difference",
    )
]


def measure(registry, measures, *, lines=LINES, rounds=9):
    """Grow the requisitions to ``lines`` lines and open the reconciliation.

    Adds to ``measures``, for :data:`MODEL`: ``custody list`` (what is still held),
    ``custody whole list``, ``custody differences``, ``custody overdue``, ``custody
    pivot`` and ``custody check`` (the nightly run).

    :return: dict ``{operation: median seconds}``
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        user = _build(env, lines)
        cr.commit()
    vacuum(
        registry,
        [
            "aftersales_parts_requisition",
            "aftersales_parts_requisition_line",
            "aftersales_part_allocation",
        ],
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, user.id, dict(user.context))
        screen = Screen(env, ACTION, "list")
        held = screen.domain
    operations = {
        "custody list": lambda env: screen.open(env, filtered=True),
        "custody whole list": lambda env: screen.open(env, filtered=False),
        "custody differences": lambda env: _list(
            env, [("custody_difference", "!=", 0)]
        ),
        "custody overdue": lambda env: _list(env, [("is_custody_overdue", "=", True)]),
        "custody pivot": lambda env: env[MODEL].formatted_read_group(
            held, ["custody_engineer_id"], FIGURES
        ),
        "custody whole pivot": lambda env: env[MODEL].formatted_read_group(
            screen.base_domain, ["custody_engineer_id"], FIGURES
        ),
    }
    result = {}
    for name, operation in operations.items():
        for number in range(-1, rounds):
            seconds, queries = run_once(registry, user, operation)
            if number >= 0:
                measures.add(name, MODEL, seconds, queries)
        result[name] = measures.milliseconds(name, MODEL) / 1000
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        start = time.perf_counter()
        env["aftersales.custody.difference"]._custody_find(env.company)
        result["custody check"] = time.perf_counter() - start
        measures.add("custody check", MODEL, result["custody check"], 1)
    return result


def _list(env, domain):
    return env[MODEL].web_search_read(
        domain, {"display_name": {}, "held_quantity": {}}, limit=80, order="id desc"
    )


def _build(env, lines):
    """People, parts and requisitions; the storekeeper who looks."""
    keeper = env["res.users"].create(
        {
            "name": "Storekeeper",
            "login": "bench_keeper",
            "group_ids": [
                Command.set(env.ref("aftersales_service.group_aftersales_keeper").ids)
            ],
        }
    )
    engineers = env["hr.employee"].create(
        [
            {"name": f"Engineer {number}", "aftersales_engineer": True}
            for number in range(ENGINEERS)
        ]
    )
    parts = env["product.product"].create(
        [{"name": f"Part {n}", "is_storable": True} for n in range(PARTS)]
    )
    move = env["stock.move"].create(
        {
            "product_id": parts[0].id,
            "product_uom_qty": 1,
            "location_id": env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": engineers[0]._aftersales_get_location().id,
        }
    )
    move._action_confirm()
    move.picked = True
    move._action_done()
    entry = env["aftersales.part.allocation"].search([("move_id", "=", move.id)])
    form = env["aftersales.parts.requisition"].create(
        {
            "drawer_id": engineers[0].id,
            "line_ids": [Command.create({"product_id": parts[0].id, "quantity": 5})],
        }
    )
    env.flush_all()
    first = form.id
    engineer = f"{engineers[0].id} + i % {ENGINEERS}"
    _copy(
        env.cr,
        form,
        lines // 5,
        {"name": "'LJ-B' || i", "drawer_id": engineer, "state": "'issued'"},
    )
    # One line in ten is still held, one in a hundred of these is late.
    _copy(
        env.cr,
        form.line_ids,
        lines,
        {
            "requisition_id": f"{first} + 1 + i / 5",
            "custody_engineer_id": f"{engineers[0].id} + (i / 5) % {ENGINEERS}",
            "product_id": f"{parts[0].id} + i % {PARTS}",
            "moved_quantity": "5",
            "used_free_quantity": "CASE WHEN i % 10 = 0 THEN 3 ELSE 5 END",
            "held_quantity": "CASE WHEN i % 10 = 0 THEN 2 ELSE 0 END",
            "custody_due_date": "current_date + CASE i % 999 WHEN 0 THEN -1 ELSE 9 END",
        },
    )
    _copy(
        env.cr,
        entry,
        2 * lines,
        {
            "requisition_line_id": f"{form.line_ids.id} + 1 + i / 2",
            "requisition_id": f"{first} + 1 + i / 10",
            "kind": "CASE WHEN i % 2 = 0 THEN 'issued' ELSE 'used_free' END",
            "change": "CASE WHEN i % 2 = 0 THEN 5 ELSE -5 END",
        },
    )
    return User(keeper.id, {"lang": "en_US", "tz": "UTC", "uid": keeper.id})


def _copy(cr, record, count, changes):
    """``count`` copies of the row of ``record``; ``changes`` are SQL over ``i``."""
    table = record._table
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema AND table_name = %s",
        [table],
    )
    columns = [name for (name,) in cr.fetchall() if name != "id"]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    # The copied references are good; checking each again takes most of the time.
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t,'
        f" generate_series(0, {count - 1}) i WHERE t.id = {record.id}"
    )
