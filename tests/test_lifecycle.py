"""The addon comes and goes, and leaves Odoo as it was."""

import json
import subprocess

import pytest

from devtool import checklog, database, odoo, paths

# What must still be possible after the addon is gone: deliver, sell, invoice.
USUAL_WORK = """
import json
from odoo.fields import Command, Domain

result = {}

# Each view of what the addon touched still is valid, alone and with its extensions.
views = env["ir.ui.view"].search(
    Domain("model", "=like", "stock.%") | Domain("model", "=like", "sale.%")
    | Domain("model", "=like", "account.%") | Domain("model", "=like", "repair.%")
    | Domain("model", "=like", "res.%") | Domain("model", "=like", "product.%")
    | Domain("model", "=like", "crm.%") | Domain("model", "=like", "hr.%"))
views._check_xml()
result["views"] = len(views)

company = env.company
if not company.chart_template:
    chart = env["account.chart.template"]
    chart.try_loading("generic_coa", company, install_demo=False)
partner = env["res.partner"].create({"name": "Customer after all"})
product = env["product.product"].create({
    "name": "Pump", "type": "consu", "is_storable": True, "list_price": 120.0,
    "standard_price": 80.0, "invoice_policy": "order",
})
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 5)
order = env["sale.order"].create({
    "partner_id": partner.id,
    "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 2})],
})
order.action_confirm()
picking = order.picking_ids
picking.move_ids.quantity = 2
picking.move_ids.picked = True
picking.button_validate()
result["picking"] = picking.state
invoice = order._create_invoices()
invoice.action_post()
result["invoice"] = invoice.state
result["delivered"] = order.order_line.qty_delivered
print("RESULT", json.dumps(result))
"""

# The demo story holds together: posted entries, and parts of which each has its place.
STORY = """
import json
entries = env["account.move"].search([("state", "=", "posted")])
differences = env["aftersales.custody.difference"]
differences._cron_check()
print("RESULT", json.dumps({
    "requests": env["aftersales.service.request"].search_count([]),
    "archived": env["aftersales.service.request"].search_count(
        [("state", "=", "archived")]),
    "entries": len(entries),
    "unbalanced": len(entries.filtered(
        lambda move: move.currency_id.compare_amounts(
            sum(move.line_ids.mapped("debit")), sum(move.line_ids.mapped("credit"))))),
    "differences": differences.search_count([("state", "=", "open")]),
}))
"""

LEFT = {
    "tables": "select table_name from information_schema.tables"
    " where table_name like 'aftersales%'",
    "columns": "select table_name || '.' || column_name"
    " from information_schema.columns where column_name like '%aftersales%'",
    "models": "select model from ir_model where model like 'aftersales%'",
    "fields": "select model || '.' || name from ir_model_fields"
    " where name like '%aftersales%' or relation like 'aftersales%'",
    "views": "select name from ir_ui_view where model like 'aftersales%'"
    " or arch_fs like 'aftersales_service/%'",
    "external ids": f"select name from ir_model_data where module = '{paths.ADDON}'",
    "external ids of models": "select module || '.' || name from ir_model_data"
    " where model like 'aftersales%'",
    "groups' actions": "select name from ir_act_window where res_model like"
    " 'aftersales%'",
    "crons": "select cron_name from ir_cron where cron_name ilike '%aftersales%'",
    "parameters": "select key from ir_config_parameter where key like 'aftersales%'",
    "constraints": "select conname from pg_constraint where conname like 'aftersales%'",
    "sequences": "select sequencename from pg_sequences"
    " where sequencename like 'aftersales%'",
}


def run_odoo(purpose, *arguments):
    """Run Odoo to its end; its log must hold nothing of ours to worry about."""
    log = paths.LOGS / f"lifecycle-{purpose}.log"
    with open(log, "w", encoding="utf-8") as stream:
        code = subprocess.call(
            odoo.command(*arguments),
            env=odoo.environment(),
            stdout=stream,
            stderr=stream,
        )
    assert code == 0, f"odoo {' '.join(arguments)} failed; see {log}"
    checklog.check_log(log)


def shell_result(name, script):
    output = database.shell(name, script)
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


def usual_work(name):
    return shell_result(name, USUAL_WORK)


def counts(name):
    """How many records the rest of Odoo has of each kind."""
    tables = ("ir_ui_view", "ir_ui_menu", "res_groups", "ir_rule", "ir_model")
    return {
        table: int(database.query(f"select count(*) from {table}", name)[0])
        for table in tables
    }


def test_upgrade(duplicate_db):
    name = duplicate_db("upgrade")
    run_odoo("upgrade", "-d", name, "-u", paths.ADDON, "--stop-after-init", "--no-http")
    state = database.query(
        f"select state from ir_module_module where name = '{paths.ADDON}'", name
    )
    assert state == ["installed"]
    assert usual_work(name)["invoice"] == "posted"


def test_demo(odoo_key, duplicate_db):
    """The demo data loads without a warning, and its books and parts tie."""
    base = database.base_template(odoo_key, demo=True)
    name = duplicate_db("demo", source=base)
    database.install(name, [paths.ADDON], demo=True)
    story = shell_result(name, STORY)
    assert story["requests"] > story["archived"] > 0
    assert story["entries"] > 0
    assert (story["unbalanced"], story["differences"]) == (0, 0)


@pytest.fixture(scope="module")
def uninstalled(duplicate_db):
    name = duplicate_db("uninstall")
    # Odoo's own -c is needed: this command reads no ODOO_RC.
    run_odoo(
        "uninstall",
        "module",
        "uninstall",
        "-c",
        str(paths.ODOO_CONF),
        "-d",
        name,
        paths.ADDON,
    )
    return name


@pytest.mark.parametrize("kind", LEFT)
def test_uninstall_leaves_nothing(uninstalled, kind):
    assert database.query(LEFT[kind], uninstalled) == []


def test_uninstall_leaves_the_rest(uninstalled, base_template):
    assert counts(uninstalled) == counts(base_template)


def test_usual_work_goes_on_after_uninstall(uninstalled):
    result = usual_work(uninstalled)
    assert result["views"] > 100
    assert result["picking"] == "done"
    assert result["invoice"] == "posted"
    assert result["delivered"] == 2


def test_install_again(uninstalled):
    database.install(uninstalled, [paths.ADDON])
    state = database.query(
        f"select state from ir_module_module where name = '{paths.ADDON}'", uninstalled
    )
    assert state == ["installed"]
