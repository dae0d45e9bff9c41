"""Several people act in the same moment, over the network on a real server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from outside import (
    Refused,
    arrive,
    collect,
    confirm_settlement,
    draw_parts,
    open_case,
    submit_requisition,
    use,
)

# What a person is told whose click came second.
SECOND = "somebody else|is in state|right now|already signed"


def at_once(*calls):
    """Run the calls in the same moment; what each one gave, or its Refused."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]


def assert_one_won(results, message=SECOND):
    """Exactly one call was carried out; the others were told why not."""
    refused = refusals(results)
    assert len(refused) == len(results) - 1, results
    for refusal in refused:
        with pytest.raises(Refused, match=message):
            raise refusal


def visit_with(world, part, quantity, **vals):
    case = open_case(world, **vals)
    draw_parts(world, case, {part: quantity})
    arrive(world, case)
    return case


def finisher(world, case):
    return lambda: world.engineer.call(
        "aftersales.dispatch", "action_finished", [case["dispatch"]]
    )


def test_finished_pressed_by_three_fingers(world):
    part = world.new_part("Fuse", 15, 30, 5)
    case = visit_with(world, part, 3)
    use(world, case, part, 2)
    assert_one_won(at_once(*[finisher(world, case)] * 3))
    assert world.on_hand(part, case["location"]) == 1
    assert world.expense(part) == 30
    moves = world.boss.search(
        "stock.move",
        ["product_id", "=", part],
        ["aftersales_part_use_id", "!=", False],
    )
    assert len(moves) == 1


def test_two_visits_want_the_last_part(world):
    part = world.new_part("Last One", 25, 50, 1)
    first = visit_with(world, part, 1)
    second = open_case(world)
    arrive(world, second)
    for case in (first, second):
        use(world, case, part, 1)
    results = at_once(finisher(world, first), finisher(world, second))
    assert_one_won(results, "holds 0 .*Last One|somebody else")
    assert world.on_hand(part, first["location"]) == 0
    assert world.expense(part) == 25
    states = [
        world.engineer.read("aftersales.dispatch", case["dispatch"], "state")
        for case in (first, second)
    ]
    assert sorted(states) == ["arrived", "finished"]


def test_the_last_two_signatures(world):
    """Whoever signs, the form is concluded once, with one transfer."""
    case = open_case(world)
    for _round in range(4):
        requisition = submit_requisition(world, case, {world.free_part: 1})
        world.people["finance_head"].sign_all()
        slots = ("marketing_centre", "aftersales_head")
        results = at_once(*[world.people[slot].sign_all for slot in slots])
        for slot, result in zip(slots, results, strict=True):
            if isinstance(result, Refused):
                world.people[slot].sign_all()  # told to try again
        found = world.boss.read(
            "aftersales.parts.requisition", requisition, "state", "picking_ids"
        )
        assert found["state"] == "approved"
        assert len(found["picking_ids"]) == 1
        world.engineer.call(
            "aftersales.parts.requisition", "action_withdraw", [requisition]
        )


def test_two_storekeepers_validate(world):
    part = world.new_part("Belt", 12, 24, 4)
    case = open_case(world)
    requisition = submit_requisition(world, case, {part: 4})
    for slot in ("finance_head", "marketing_centre", "aftersales_head"):
        world.people[slot].sign_all()
    picking = world.keeper.search(
        "stock.picking", ["aftersales_requisition_id", "=", requisition]
    )
    at_once(
        *[lambda: world.keeper.call("stock.picking", "button_validate", picking)] * 2
    )
    location = world.boss.read(
        "hr.employee", case["engineer"], "aftersales_location_id"
    )[0]
    assert world.on_hand(part, location) == 4
    assert world.on_hand(part, world.warehouse["lot_stock_id"][0]) == 0
    model = "aftersales.parts.requisition"
    assert world.boss.read(model, requisition, "state") == "issued"
    # The same for the way back.
    results = at_once(
        *[lambda: world.engineer.call(model, "action_return_unused", [requisition])] * 3
    )
    assert_one_won(results, f"{SECOND}|no unused parts")
    assert len(world.boss.read(model, requisition, "picking_ids")) == 2


@pytest.fixture(scope="module")
def settled(world):
    """A confirmed settlement of 60, labour and travel left out: in warranty."""
    part = world.new_part("Filter", 20, 60, 1)
    case = visit_with(world, part, 1)
    use(world, case, part, 1, charge="charged", charge_reason="Misuse")
    finisher(world, case)()
    confirm_settlement(world, case)
    return case


def test_the_settlement_is_made_once(world):
    """Labour and travel only: no part whose row would show the other order."""
    case = open_case(world, warranty_state="out")
    arrive(world, case)
    finisher(world, case)()
    model = "aftersales.service.request"
    results = at_once(
        *[
            lambda: world.dispatcher.call(
                model, "action_create_settlement", [case["request"]]
            )
        ]
        * 3
    )
    assert_one_won(results, f"{SECOND}|nothing to charge")
    orders = world.boss.search(
        "sale.order", ["aftersales_request_id", "=", case["request"]]
    )
    assert len(orders) == 1


def test_one_debt_two_receipts(world, settled):
    due = world.engineer.read("sale.order", settled["order"], "amount_total")
    results = at_once(
        *[
            lambda number=number: collect(world, settled, f"AT-ONCE-{number}", due)
            for number in range(4)
        ]
    )
    assert_one_won(results, f"{SECOND}|more than the customer owes")


def test_the_cash_is_handed_over_once(world, settled):
    model = "aftersales.collection"
    (collection,) = world.finance.search(
        model, ["sale_order_id", "=", settled["order"]]
    )
    results = at_once(
        *[lambda: world.finance.call(model, "action_hand_over", [collection])] * 3
    )
    assert_one_won(results)
    payments = world.boss.search("account.payment", ["memo", "like", "AT-ONCE"])
    assert len(payments) == 1
    receipt = world.finance.read(model, collection, "payment_id")
    assert receipt[0] == payments[0]
