"""A client from outside plays a whole case over /json/2 and checks the books."""

import base64


def test_the_file_is_closed(world, case):
    request = world.agent.read(
        "aftersales.service.request", case["request"], "state", "story", "debt_text"
    )
    assert request["state"] == "archived", request["debt_text"]
    assert len(request["story"]) > 12


def test_each_slot_signed_exactly_its_box(world, case):
    assert case["dispatch_boxes"] == [1, 1, 1]
    boxes = world.boss.call(
        "aftersales.signature",
        "search_read",
        domain=[
            ["res_model", "=", "aftersales.dispatch"],
            ["res_id", "=", case["dispatch"]],
        ],
        fields=["state", "user_id", "opinion"],
    )
    assert {box["state"] for box in boxes} == {"approved"}
    assert len({box["user_id"][0] for box in boxes}) == 3


def test_the_free_part_is_booked_once(world, case):
    assert world.expense(world.free_part) == 80.0
    # ... and by no invoice: only the charged part stands on one.
    products = world.boss.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", case["invoice"]], ["product_id", "!=", False]],
        fields=["product_id"],
    )
    assert {row["product_id"][0] for row in products} == {world.charged_part}


def test_the_charged_part_is_booked_once(world, case):
    costs = world.balance(
        ["product_id", "=", world.charged_part],
        ["display_type", "=", "cogs"],
        ["account_id.account_type", "=like", "expense%"],
    )
    assert costs == 300.0
    moves = world.boss.call(
        "stock.move",
        "search_read",
        domain=[
            ["product_id", "=", world.charged_part],
            ["aftersales_part_use_id", "!=", False],
        ],
        fields=["account_move_id", "value", "state"],
    )
    assert [(row["state"], row["account_move_id"]) for row in moves] == [
        ("done", False)
    ]


def test_the_quantities_tie(world, case):
    stock = world.warehouse["lot_stock_id"][0]
    assert case["held_after_issue"] == {world.free_part: 3, world.charged_part: 1}
    assert world.on_hand(world.free_part, case["location"]) == 0
    assert world.on_hand(world.free_part, stock) == 8
    assert world.on_hand(world.charged_part, stock) == 1
    order = world.boss.read(
        "sale.order", case["order"], "order_line", "picking_ids", "invoice_status"
    )
    line = world.boss.read(
        "sale.order.line",
        order["order_line"][0],
        "product_uom_qty",
        "qty_delivered",
        "qty_invoiced",
    )
    assert (line["product_uom_qty"], line["qty_delivered"], line["qty_invoiced"]) == (
        1,
        1,
        1,
    )
    assert len(order["picking_ids"]) == 1, "no second delivery"


def test_the_invoice_is_paid_by_the_cash(world, case):
    invoice = world.finance.read(
        "account.move", case["invoice"], "payment_state", "amount_residual"
    )
    assert invoice["payment_state"] == "paid"
    assert invoice["amount_residual"] == 0
    collection = world.finance.read(
        "aftersales.collection", case["collection"], "state", "payment_id"
    )
    assert collection["state"] == "reconciled"
    assert collection["payment_id"]


def test_the_print_comes_over_http(world, case, odoo_server):
    """A PDF of the dispatch order, with its number in the text."""
    pdf = odoo_server.shell(
        "import base64\n"
        "pdf, kind = env['ir.actions.report'].with_context("
        "force_report_rendering=True)._render_qweb_pdf("
        f"'aftersales_service.aftersales_dispatch_report', [{case['dispatch']}])\n"
        "print('PDF', base64.b64encode(pdf).decode())\n"
    )
    data = base64.b64decode(pdf.split("PDF ", 1)[1].split()[0])
    assert data.startswith(b"%PDF")
