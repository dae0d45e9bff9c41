"""A world of people who reach Odoo over /json/2 only, and the case they play.

Each person has an API key of his own and the lowest group that may do his work;
nothing is reached but what the network shows.
"""

import json
import urllib.error
import urllib.request

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
RETURN_SLOTS = ("aftersales_head", "marketing_centre", "other_leader", "company_leader")

SET_UP = """
import datetime, json
from odoo.fields import Command
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company, install_demo=False)
company.sudo()._aftersales_setup()
env["res.lang"]._activate_lang("en_US")
expires = datetime.datetime.now() + datetime.timedelta(days=1)
keys, ids = {}, {}
people = %s
roles = env["aftersales.role"].search([])
people |= {role.code: ["aftersales_service.group_aftersales_user"] for role in roles}
for login, groups in people.items():
    user = env["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": f"outside_{login}", "lang": "en_US",
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
        self._common = {"is_storable": True, "categ_id": category, "taxes_id": []}
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
        self.free_part = self.new_part("Seal", 40, 90, 10)
        self.charged_part = self.new_part("Pump", 300, 700, 2)

    def new_part(self, name, cost, price, quantity):
        """A part with ``quantity`` pieces in the warehouse."""
        part = self.boss.create(
            "product.product",
            name=name,
            standard_price=cost,
            list_price=price,
            invoice_policy="order",
            **self._common,
        )
        self._receive(part, quantity)
        return part

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

    def expense(self, product):
        """What the after-sales expense account has booked for ``product``."""
        location = self.boss.read(
            "res.company", self.company, "aftersales_consumption_location_id"
        )[0]
        account = self.boss.read("stock.location", location, "valuation_account_id")
        return self.balance(
            ["account_id", "=", account[0]], ["product_id", "=", product]
        )

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


def play(world):
    """The whole case from the call to the closed file; ids of its documents."""
    case = open_case(world)
    draw_parts(world, case, {world.free_part: 3, world.charged_part: 1})
    arrive(world, case)
    use(world, case, world.free_part, 2)
    use(world, case, world.charged_part, 1, charge="charged", charge_reason="Misuse")
    finish(world, case)
    bring_back(world, case)
    settle(world, case)
    followup = world.agent.create(
        "aftersales.followup", request_id=case["request"], satisfaction="5"
    )
    world.agent.call("aftersales.followup", "action_done", [followup])
    return case


def open_case(world, **vals):
    """A request with a signed dispatch order."""
    case = {"engineer": world.boss.search("hr.employee", ["name", "=", "engineer"])[0]}
    request = case["request"] = world.agent.create(
        "aftersales.service.request",
        partner_id=world.customer,
        equipment_id=world.equipment,
        symptom="Does not spray",
        requested_service="Repair on site",
        **vals,
    )
    world.agent.call("aftersales.service.request", "action_accept", [request])
    world.agent.call("aftersales.service.request", "action_plan_visit", [request])
    dispatch = case["dispatch"] = world.dispatcher.create(
        "aftersales.dispatch", request_id=request, engineer_id=case["engineer"]
    )
    world.dispatcher.call("aftersales.dispatch", "action_issue_cards", [dispatch])
    world.dispatcher.call("aftersales.dispatch", "action_submit", [dispatch])
    case["dispatch_boxes"] = [world.people[s].sign_all() for s in DISPATCH_SLOTS]
    return case


def submit_requisition(world, case, parts):
    """A requisition of ``{product: quantity}`` before its signers."""
    requisition = case["requisition"] = world.engineer.create(
        "aftersales.parts.requisition",
        dispatch_id=case["dispatch"],
        line_ids=[
            [0, 0, {"product_id": product, "quantity": quantity}]
            for product, quantity in parts.items()
        ],
    )
    world.engineer.call("aftersales.parts.requisition", "action_submit", [requisition])
    return requisition


def draw_parts(world, case, parts):
    """The signed parts reach the engineer."""
    requisition = submit_requisition(world, case, parts)
    for slot in REQUISITION_SLOTS:
        world.people[slot].sign_all()
    picking = world.keeper.search(
        "stock.picking", ["aftersales_requisition_id", "=", requisition]
    )
    world.keeper.call("stock.picking", "button_validate", picking)
    case["location"] = world.boss.read(
        "hr.employee", case["engineer"], "aftersales_location_id"
    )[0]
    case["held_after_issue"] = {
        product: world.on_hand(product, case["location"]) for product in parts
    }


def arrive(world, case):
    for step in ("contacted", "departed", "arrived"):
        world.engineer.call("aftersales.dispatch", f"action_{step}", [case["dispatch"]])


def use(world, case, product, quantity, **vals):
    return world.engineer.create(
        "aftersales.part.use",
        dispatch_id=case["dispatch"],
        product_id=product,
        quantity=quantity,
        **vals,
    )


def finish(world, case):
    """The customer signs, the engineer finishes, returns and hands the card in."""
    engineer, dispatch = world.engineer, case["dispatch"]
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
    world.dispatcher.call("aftersales.service.card", "action_hand_in", card)
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
    """Order, invoice, and the cash of the customer in the cash journal."""
    confirm_settlement(world, case)
    order = [case["order"]]
    wizard = world.finance.create(
        "sale.advance.payment.inv", sale_order_ids=[[6, 0, order]]
    )
    world.finance.call("sale.advance.payment.inv", "create_invoices", [wizard])
    case["invoice"] = world.finance.read("sale.order", order[0], "invoice_ids")[0]
    world.finance.call("account.move", "action_post", [case["invoice"]])
    amount = world.engineer.read("sale.order", order[0], "amount_total")
    case["collection"] = collect(world, case, "OUT-R-1", amount)
    world.finance.call(
        "aftersales.collection", "action_hand_over", [case["collection"]]
    )


def confirm_settlement(world, case):
    request = case["request"]
    world.dispatcher.call(
        "aftersales.service.request", "action_create_settlement", [request]
    )
    order = world.dispatcher.search(
        "sale.order", ["aftersales_request_id", "=", request]
    )
    world.dispatcher.call("sale.order", "action_confirm", order)
    case["order"] = order[0]


def collect(world, case, receipt, amount):
    return world.engineer.create(
        "aftersales.collection",
        sale_order_id=case["order"],
        receipt_no=receipt,
        amount=amount,
    )
