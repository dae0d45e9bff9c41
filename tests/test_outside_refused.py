"""What the server refuses a client from outside, in words he understands."""

import pytest
from outside import Refused, open_case, submit_requisition

LONG_AGO = "2026-01-01 08:00:00"
FUTURE = "2099-01-01 08:00:00"


@pytest.fixture(scope="module")
def visit(world):
    """A signed dispatch order, nobody has left yet."""
    return open_case(world)


@pytest.fixture
def counts(world):
    """Fails when a refused call has left a record behind."""
    models = (
        "aftersales.service.request",
        "aftersales.dispatch",
        "aftersales.parts.requisition",
        "aftersales.part.use",
        "aftersales.collection",
        "aftersales.followup",
        "stock.picking",
        "account.move",
        "sale.order",
    )

    def count():
        return {m: world.boss.call(m, "search_count", domain=[]) for m in models}

    before = count()
    yield
    assert count() == before


# ------------------------------------------------------------------ the buttons


@pytest.mark.parametrize(
    ("model", "key", "vals"),
    [
        ("aftersales.dispatch", "dispatch", {"state": "issued"}),
        ("aftersales.dispatch", "dispatch", {"approval_state": "approved"}),
        ("aftersales.dispatch", "dispatch", {"arrived_at": LONG_AGO}),
        ("aftersales.dispatch", "dispatch", {"name": "PG1"}),
        ("aftersales.service.card", "card", {"state": "checked"}),
        ("aftersales.parts.requisition", "requisition", {"state": "approved"}),
        ("aftersales.parts.requisition", "requisition", {"submitted_by_id": 1}),
        ("aftersales.parts.return", "return", {"state": "approved"}),
        ("aftersales.parts.return", "return", {"received_at": LONG_AGO}),
        ("aftersales.collection", "collection", {"state": "reconciled"}),
        ("aftersales.collection", "collection", {"payment_id": False}),
    ],
)
def test_states_are_not_written(world, case, model, key, vals):
    for person in (world.engineer, world.boss):
        with pytest.raises(Refused):
            person.call(model, "write", [case[key]], vals=vals)
    with pytest.raises(Refused, match="button only"):
        world.boss.call(model, "write", [case[key]], vals=vals)


def test_the_state_of_an_open_request_is_not_written(world, visit):
    for vals in ({"state": "done"}, {"closed_at": LONG_AGO}, {"reopen_count": 3}):
        with pytest.raises(Refused, match="button only"):
            world.boss.call(
                "aftersales.service.request", "write", [visit["request"]], vals=vals
            )


def test_states_are_not_created(world, case, counts):
    """Neither as a value nor as a default in the context."""
    vals = {"request_id": case["request"], "engineer_id": case["engineer"]}
    for how in (
        {"vals_list": [{**vals, "state": "issued"}]},
        {"vals_list": [{**vals, "approval_state": "approved"}]},
        {"vals_list": [{**vals, "issued_at": LONG_AGO}]},
    ):
        with pytest.raises(Refused, match="button only"):
            world.boss.call("aftersales.dispatch", "create", **how)
    made = world.boss.call(
        "aftersales.dispatch",
        "create",
        vals_list=[vals],
        context={"default_state": "issued", "default_approval_state": "approved"},
    )
    assert world.boss.read("aftersales.dispatch", made[0], "state") == "draft"
    world.boss.call("aftersales.dispatch", "unlink", made)


@pytest.mark.parametrize(
    ("model", "key", "methods"),
    [
        (
            "aftersales.dispatch",
            "dispatch",
            ["_sign", "_approval_done", "_approval_void", "_record_event"],
        ),
        ("aftersales.service.request", "request", ["_advance", "_archive_file"]),
        (
            "aftersales.parts.requisition",
            "requisition",
            ["_create_picking", "_update_issue_state", "_form_begin"],
        ),
        ("aftersales.part.use", "use", ["_consume", "_create_moves"]),
        ("aftersales.parts.return", "return", ["_mark_received", "_create_receipt"]),
        ("aftersales.collection", "collection", ["_reconcile"]),
        ("sale.order", "order", ["_aftersales_elevate"]),
        ("stock.picking", "picking", ["_aftersales_force_done"]),
        ("res.company", "company", ["_aftersales_setup"]),
    ],
)
def test_private_methods_are_not_reached(world, case, model, key, methods):
    for method in methods:
        with pytest.raises(Refused):
            world.boss.call(model, method, [case.get(key, 1)])


def test_bookings_are_not_typed(world, case):
    use = world.boss.search(
        "aftersales.part.use", ["dispatch_id", "=", case["dispatch"]]
    )
    for vals in ({"move_id": False}, {"sale_line_id": False}, {"quantity": 9}):
        with pytest.raises(Refused):
            world.boss.call("aftersales.part.use", "write", use, vals=vals)


def test_signatures_are_not_made_up(world, case):
    for method, arguments in (
        ("create", {"vals_list": [{"res_model": "aftersales.dispatch"}]}),
        ("write", {"ids": [1], "vals": {"state": "approved"}}),
        ("unlink", {"ids": [1]}),
    ):
        with pytest.raises(Refused):
            world.boss.call("aftersales.signature", method, **arguments)


def test_nobody_signs_for_another(world, visit):
    """A box is signed by the holder of its slot, whoever opens the dialog."""
    requisition = submit_requisition(world, visit, {world.free_part: 1})
    boxes = world.boss.search(
        "aftersales.signature",
        ["res_model", "=", "aftersales.parts.requisition"],
        ["res_id", "=", requisition],
    )
    assert len(boxes) == 3
    for person in (world.boss, world.engineer, world.people["general_manager"]):
        wizard = person.create("aftersales.signature.sign", opinion="OK")
        person.call(
            "aftersales.signature.sign",
            "write",
            [wizard],
            vals={"signature_ids": [[6, 0, boxes]]},
        )
        with pytest.raises(Refused, match="do not hold|your own document"):
            person.call("aftersales.signature.sign", "action_approve", [wizard])
    assert world.boss.read("aftersales.parts.requisition", requisition, "state") == (
        "signing"
    )
    world.engineer.call(
        "aftersales.parts.requisition", "action_withdraw", [requisition]
    )


# ------------------------------------------------------------------- bad input


def test_a_request_without_customer(world, counts):
    with pytest.raises(Refused, match="Customer|partner_id"):
        world.agent.create("aftersales.service.request", symptom="It smokes")


def test_a_note_of_ten_megabytes(world, counts):
    with pytest.raises(Refused, match="too long"):
        world.agent.create(
            "aftersales.service.request",
            partner_id=world.customer,
            symptom="x" * 10_000_000,
        )


def test_a_part_of_no_quantity(world, visit, counts):
    for quantity in (0, -3):
        with pytest.raises(Refused, match="greater than zero"):
            submit_requisition(world, visit, {world.free_part: quantity})


def test_a_requisition_without_parts(world, visit):
    requisition = world.engineer.create(
        "aftersales.parts.requisition", dispatch_id=visit["dispatch"]
    )
    with pytest.raises(Refused, match="at least one part"):
        world.engineer.call(
            "aftersales.parts.requisition", "action_submit", [requisition]
        )


def test_an_event_in_the_future(world, visit):
    with pytest.raises(Refused, match="future"):
        world.engineer.call(
            "aftersales.dispatch",
            "action_contacted",
            [visit["dispatch"]],
            event_time=FUTURE,
        )
    with pytest.raises(Refused, match="not a date and time"):
        world.engineer.call(
            "aftersales.dispatch",
            "action_contacted",
            [visit["dispatch"]],
            event_time="noon",
        )
    state = world.engineer.read("aftersales.dispatch", visit["dispatch"], "state")
    assert state == "issued"


def test_a_part_the_engineer_does_not_hold(world, visit):
    dispatch = [visit["dispatch"]]
    part = world.new_part("Never Issued", 10, 20, 5)
    for step in ("contacted", "departed", "arrived"):
        world.engineer.call("aftersales.dispatch", f"action_{step}", dispatch)
    use = world.engineer.create(
        "aftersales.part.use", dispatch_id=dispatch[0], product_id=part, quantity=2
    )
    with pytest.raises(Refused, match=r"holds 0 .*Never Issued, not 2"):
        world.engineer.call("aftersales.dispatch", "action_finished", dispatch)
    assert world.engineer.read("aftersales.dispatch", dispatch[0], "state") == "arrived"
    assert not world.boss.read("aftersales.part.use", use, "move_id")
    world.engineer.call("aftersales.part.use", "unlink", [use])


def test_a_closed_file(world, case, counts):
    with pytest.raises(Refused, match="closed"):
        world.agent.call(
            "aftersales.service.request",
            "write",
            [case["request"]],
            vals={"symptom": "Something else"},
        )
    with pytest.raises(Refused, match="closed"):
        world.agent.create("aftersales.followup", request_id=case["request"])


def test_more_cash_than_is_due(world, case, counts):
    with pytest.raises(Refused, match="more than the customer owes"):
        world.engineer.create(
            "aftersales.collection",
            sale_order_id=case["order"],
            receipt_no="OUT-R-2",
            amount=1,
        )


def test_a_receipt_used_twice(world, case, counts):
    with pytest.raises(Refused):
        world.engineer.create(
            "aftersales.collection",
            sale_order_id=case["order"],
            receipt_no="OUT-R-1",
            amount=1,
        )


def test_a_stranger_sees_nothing(world, case):
    assert not world.stranger.search("aftersales.dispatch")
    assert not world.stranger.search("aftersales.service.request")
    assert not world.stranger.search("aftersales.collection")
    assert not world.stranger.search("sale.order")
    with pytest.raises(Refused):
        world.stranger.read("aftersales.dispatch", case["dispatch"], "name")
    with pytest.raises(Refused):
        world.stranger.call(
            "aftersales.dispatch", "action_finished", [case["dispatch"]]
        )


def test_without_a_key(world, odoo_server):
    nobody = type(world.boss)(odoo_server.url, odoo_server.db, "0" * 40)
    with pytest.raises(Refused):
        nobody.search("aftersales.service.request")
