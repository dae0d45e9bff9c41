"""A client from outside plays a whole case over /json/2 and checks the books.

Each person has an API key of his own and the lowest group that may do his work;
nothing is reached but what the network shows.
"""

import base64
import json
import urllib.error
import urllib.request

import pytest

# One transparent pixel: what a signature pad sends at least.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)
PEOPLE = {
    "agent": ["aftersales_service.group_aftersales_agent"],
    "dispatcher": ["aftersales_service.group_aftersales_dispatcher"],
    "engineer": ["aftersales_service.group_aftersales_engineer"],
    "stranger": ["aftersales_service.group_aftersales_engineer"],
    "keeper": ["aftersales_service.group_aftersales_keeper"],
    "quality": ["aftersales_service.group_aftersales_quality"],
    "finance": [
        "aftersales_service.group_aftersales_finance",
        "sales_team.group_sale_salesman_all_leads",
    ],
    "boss": ["base.group_system", "aftersales_service.group_aftersales_manager"],
}
DISPATCH_SLOTS = ("aftersales_head", "marketing_head", "marketing_centre")
REQUISITION_SLOTS = ("finance_head", "marketing_centre", "aftersales_head")
RETURN_SLOTS = (
    "aftersales_head",
    "marketing_centre",
    "other_leader",
    "company_leader",
)

SET_UP = """
import datetime, json
from odoo.fields import Command
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company, install_demo=False)
company.sudo()._aftersales_setup()
expires = datetime.datetime.now() + datetime.timedelta(days=1)
keys, ids = {}, {}
people = %s
roles = env["aftersales.role"].search([])
people |= {role.code: ["aftersales_service.group_aftersales_user"] for role in roles}
for login, groups in people.items():
    user = env["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": f"outside_{login}",
        "group_ids": [Command.link(env.ref(g).id) for g in groups]})
    ids[login] = user.id
    keys[login] = env(user=user)["res.users.apikeys"].sudo()._generate(
        "rpc", "outside", expires)
for role in roles:
    env["aftersales.role.assignment"].create({
        "role_id": role.id, "company_id": company.id, "user_id": ids[role.code]})
for login in ("engineer", "stranger"):
    env["hr.employee"].create({
        "name": login, "user_id": ids[login], "aftersales_engineer": True})
env.cr.commit()
print("SETUP", json.dumps({"keys": keys, "ids": ids}))
"""


class Refused(Exception):
    """The server said no; the text is what a client is told."""


class Client:
    """One person with an API key."""

    def __init__(self, url, db, key):
        self._url, self._db, self._key = url, db, key

    def call(self, model, method, ids=None, **arguments):
        body = dict(arguments)
        if ids is not None:
            body["ids"] = ids
        request = urllib.request.Request(
            f"{self._url}/json/2/{model}/{method}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"bearer {self._key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self._db,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error).get("message", "")) from error

    def create(self, model, **vals):
        return self.call(model, "create", vals_list=[vals])[0]

    def read(self, model, record_id, *fields):
        row = self.call(model, "read", [record_id], fields=list(fields))[0]
        return row[fields[0]] if len(fields) == 1 else row

    def search(self, model, *domain):
        return self.call(model, "search", domain=list(domain))

    def sign_all(self):
        """Sign everything that waits for this person."""
        boxes = self.search("aftersales.signature", ["can_sign", "=", True])
        wizard = self.create(
            "aftersales.signature.sign", signature_ids=[[6, 0, boxes]], opinion="OK"
        )
        self.call("aftersales.signature.sign", "action_approve", [wizard])
        return len(boxes)


class World:
    """The people, and the goods they work with."""

    def __init__(self, server):
        script = SET_UP % json.dumps(PEOPLE)
        line = next(
            line for line in server.shell(script).splitlines() if "SETUP" in line
        )
        found = json.loads(line.split("SETUP ", 1)[1])
        self.people = {
            login: Client(server.url, server.db, key)
            for login, key in found["keys"].items()
        }
        self.boss = self.people["boss"]
        self.company = self.boss.search("res.company")[0]
        self._make_goods()

    def __getattr__(self, login):
        return self.people[login]

    def _make_goods(self):
        boss = self.boss
        category = boss.create(
            "product.category",
            name="Spare Parts (outside)",
            property_valuation="real_time",
            property_cost_method="fifo",
        )
        common = {"is_storable": True, "categ_id": category, "taxes_id": []}
        self.free_part = boss.create(
            "product.product", name="Seal", standard_price=40, list_price=90, **common
        )
        self.charged_part = boss.create(
            "product.product",
            name="Pump",
            standard_price=300,
            list_price=700,
            invoice_policy="order",
            **common,
        )
        machine = boss.create(
            "product.product",
            name="Marking Machine",
            is_storable=True,
            tracking="serial",
            aftersales_tracked=True,
            aftersales_warranty_months=12,
        )
        self.customer = boss.create("res.partner", name="Roads", is_company=True)
        boss.create("res.partner", name="Ms Luo", phone="139", parent_id=self.customer)
        boss.call("res.partner", "write", [self.customer], vals={"street": "Road 1"})
        self.equipment = boss.create(
            "aftersales.equipment",
            product_id=machine,
            serial="OUT-1",
            partner_id=self.customer,
            purchase_date="2026-06-01",
            warranty_end="2099-12-31",
        )
        warehouse = boss.search("stock.warehouse", ["company_id", "=", self.company])[0]
        self.warehouse = boss.read(
            "stock.warehouse", warehouse, "lot_stock_id", "in_type_id"
        )
        self._receive(self.free_part, 10)
        self._receive(self.charged_part, 2)

    def _receive(self, product, quantity):
        boss = self.boss
        supplier = boss.search("stock.location", ["usage", "=", "supplier"])[0]
        places = {
            "location_id": supplier,
            "location_dest_id": self.warehouse["lot_stock_id"][0],
        }
        picking = boss.create(
            "stock.picking",
            picking_type_id=self.warehouse["in_type_id"][0],
            move_ids=[
                [0, 0, {"product_id": product, "product_uom_qty": quantity, **places}]
            ],
            **places,
        )
        boss.call("stock.picking", "action_confirm", [picking])
        boss.call("stock.picking", "button_validate", [picking])

    def balance(self, *domain):
        rows = self.boss.call(
            "account.move.line",
            "search_read",
            domain=[["parent_state", "=", "posted"], *domain],
            fields=["balance"],
        )
        return round(sum(row["balance"] for row in rows), 2)

    def on_hand(self, product, location):
        rows = self.boss.call(
            "stock.quant",
            "search_read",
            domain=[["product_id", "=", product], ["location_id", "=", location]],
            fields=["quantity"],
        )
        return sum(row["quantity"] for row in rows)


@pytest.fixture(scope="module")
def world(odoo_server):
    return World(odoo_server)


@pytest.fixture(scope="module")
def case(world):
    """The whole case, played once; the tests look at what it left behind."""
    return play(world)


def play(world):
    case = {}
    request = case["request"] = world.agent.create(
        "aftersales.service.request",
        partner_id=world.customer,
        equipment_id=world.equipment,
        symptom="Does not spray",
        requested_service="Repair on site",
    )
    world.agent.call("aftersales.service.request", "action_accept", [request])
    world.agent.call("aftersales.service.request", "action_plan_visit", [request])
    case["engineer"] = world.boss.search("hr.employee", ["name", "=", "engineer"])[0]
    dispatch = case["dispatch"] = world.dispatcher.create(
        "aftersales.dispatch", request_id=request, engineer_id=case["engineer"]
    )
    world.dispatcher.call("aftersales.dispatch", "action_issue_cards", [dispatch])
    world.dispatcher.call("aftersales.dispatch", "action_submit", [dispatch])
    case["dispatch_boxes"] = [world.people[s].sign_all() for s in DISPATCH_SLOTS]
    draw_parts(world, case)
    visit(world, case)
    bring_back(world, case)
    settle(world, case)
    followup = world.agent.create(
        "aftersales.followup", request_id=request, satisfaction="5"
    )
    world.agent.call("aftersales.followup", "action_done", [followup])
    return case


def draw_parts(world, case):
    requisition = case["requisition"] = world.engineer.create(
        "aftersales.parts.requisition",
        dispatch_id=case["dispatch"],
        line_ids=[
            [0, 0, {"product_id": world.free_part, "quantity": 3}],
            [0, 0, {"product_id": world.charged_part, "quantity": 1}],
        ],
    )
    world.engineer.call("aftersales.parts.requisition", "action_submit", [requisition])
    for slot in REQUISITION_SLOTS:
        world.people[slot].sign_all()
    picking = world.keeper.search(
        "stock.picking", ["aftersales_requisition_id", "=", requisition]
    )
    world.keeper.call("stock.picking", "button_validate", picking)
    case["location"] = world.boss.read(
        "hr.employee", case["engineer"], "aftersales_location_id"
    )[0]
    case["held_after_issue"] = world.on_hand(world.free_part, case["location"])


def visit(world, case):
    engineer, dispatch = world.engineer, case["dispatch"]
    for step in ("contacted", "departed", "arrived"):
        engineer.call("aftersales.dispatch", f"action_{step}", [dispatch])
    engineer.create(
        "aftersales.part.use",
        dispatch_id=dispatch,
        product_id=world.free_part,
        quantity=2,
    )
    engineer.create(
        "aftersales.part.use",
        dispatch_id=dispatch,
        product_id=world.charged_part,
        quantity=1,
        charge="charged",
        charge_reason="Misuse",
    )
    card = engineer.search("aftersales.service.card", ["dispatch_id", "=", dispatch])
    engineer.call(
        "aftersales.service.card",
        "write",
        card,
        vals={
            "rating_overall": "5",
            "customer_signer": "Ms Luo",
            "customer_signature": PIXEL,
        },
    )
    engineer.call("aftersales.service.card", "action_sign_customer", card)
    engineer.call("aftersales.dispatch", "action_finished", [dispatch])
    engineer.call("aftersales.dispatch", "action_returned", [dispatch])
    engineer.call("aftersales.service.card", "action_hand_in", card)
    world.dispatcher.call("aftersales.service.card", "action_check", card)
    case["card"] = card[0]


def bring_back(world, case):
    world.engineer.call(
        "aftersales.parts.requisition", "action_return_unused", [case["requisition"]]
    )
    picking = world.keeper.search(
        "stock.picking",
        ["aftersales_requisition_id", "=", case["requisition"]],
        ["state", "!=", "done"],
    )
    world.keeper.call("stock.picking", "button_validate", picking)
    returned = world.engineer.search(
        "aftersales.parts.return", ["dispatch_id", "=", case["dispatch"]]
    )
    case["return"] = returned[0]
    model = "aftersales.parts.return"
    world.engineer.call(model, "action_hand_in", returned)
    world.keeper.call(model, "action_receive", returned)
    lines = world.quality.read(model, returned[0], "line_ids")
    world.quality.call(
        "aftersales.parts.return.line", "write", lines, vals={"verdict": "scrap"}
    )
    world.quality.call(model, "action_inspect", returned)
    world.quality.call(model, "action_submit", returned)
    for slot in RETURN_SLOTS:
        world.people[slot].sign_all()
    world.keeper.call(model, "action_dispose", returned)


def settle(world, case):
    request = case["request"]
    world.dispatcher.call(
        "aftersales.service.request", "action_create_settlement", [request]
    )
    order = world.dispatcher.search(
        "sale.order", ["aftersales_request_id", "=", request]
    )
    world.dispatcher.call("sale.order", "action_confirm", order)
    case["order"] = order[0]
    wizard = world.finance.create(
        "sale.advance.payment.inv", sale_order_ids=[[6, 0, order]]
    )
    world.finance.call("sale.advance.payment.inv", "create_invoices", [wizard])
    case["invoice"] = world.finance.read("sale.order", order[0], "invoice_ids")[0]
    world.finance.call("account.move", "action_post", [case["invoice"]])
    collection = case["collection"] = world.engineer.create(
        "aftersales.collection",
        sale_order_id=order[0],
        receipt_no="OUT-R-1",
        amount=world.engineer.read("sale.order", order[0], "amount_total"),
    )
    world.finance.call("aftersales.collection", "action_hand_over", [collection])


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
        domain=[["res_model", "=", "aftersales.dispatch"]],
        fields=["state", "user_id", "opinion"],
    )
    assert {box["state"] for box in boxes} == {"approved"}
    assert len({box["user_id"][0] for box in boxes}) == 3


def test_the_free_part_is_booked_once(world, case):
    location = world.boss.read(
        "res.company", world.company, "aftersales_consumption_location_id"
    )[0]
    account = world.boss.read("stock.location", location, "valuation_account_id")[0]
    assert world.balance(["account_id", "=", account]) == 80.0
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
    assert case["held_after_issue"] == 3
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


@pytest.mark.parametrize(
    ("model", "key", "vals"),
    [
        ("aftersales.dispatch", "dispatch", {"state": "issued"}),
        ("aftersales.dispatch", "dispatch", {"approval_state": "approved"}),
        ("aftersales.service.card", "card", {"state": "checked"}),
        ("aftersales.parts.requisition", "requisition", {"state": "approved"}),
    ],
)
def test_states_are_not_written_from_outside(world, case, model, key, vals):
    for person in (world.engineer, world.boss):
        with pytest.raises(Refused, match="button only"):
            person.call(model, "write", [case[key]], vals=vals)


@pytest.mark.parametrize(
    "method", ["_sign", "_approval_done", "_record_event", "_consume", "_advance"]
)
def test_private_methods_are_not_reached(world, case, method):
    with pytest.raises(Refused):
        world.boss.call("aftersales.dispatch", method, [case["dispatch"]])


def test_signatures_are_not_made_up(world, case):
    for method, arguments in (
        ("create", {"vals_list": [{"res_model": "aftersales.dispatch"}]}),
        ("write", {"ids": [1], "vals": {"state": "approved"}}),
    ):
        with pytest.raises(Refused):
            world.boss.call("aftersales.signature", method, **arguments)


def test_a_stranger_sees_nothing_of_the_case(world, case):
    assert not world.stranger.search("aftersales.dispatch")
    assert not world.stranger.search("aftersales.service.request")
    with pytest.raises(Refused):
        world.stranger.read("aftersales.dispatch", case["dispatch"], "name")
    with pytest.raises(Refused):
        world.stranger.call(
            "aftersales.dispatch", "action_finished", [case["dispatch"]]
        )
