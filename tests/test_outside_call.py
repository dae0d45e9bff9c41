"""The phone rings: a client from outside plays call, request, clocks and label."""

import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from http.cookiejar import CookieJar

import pytest
from outside import Refused

REQUEST = "aftersales.service.request"
CALL = "aftersales.call.record"
CLOCK = "aftersales.sla.clock"


def at(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


@pytest.fixture(scope="module")
def call(world):
    """A call of the customer about his machine."""
    return world.agent.create(
        CALL,
        call_type="repair",
        partner_id=world.customer,
        equipment_id=world.equipment,
        symptom="The gun drips since this morning",
    )


@pytest.fixture(scope="module")
def request_id(world, call):
    world.agent.call(CALL, "action_create_request", [call])
    return world.agent.search(REQUEST, ["call_ids", "in", [call]])[0]


@pytest.fixture(scope="module")
def urgent(world):
    """A request to which the arrival limit of Art.18(2) applies."""
    return world.agent.create(
        REQUEST,
        partner_id=world.customer,
        equipment_id=world.equipment,
        symptom="Stands still",
        fault_level="1",
        urgency="high",
        charge_agreed=True,
    )


def test_the_customer_is_found_by_his_number(world):
    for text in ("139-0000-1122", "+86 139 0000 1122", "13900001122"):
        found = world.agent.call("res.partner", "name_search", name=text)
        assert not found, "nobody has this number yet"
    luo = world.boss.create(
        "res.partner",
        name="Ms Chen",
        phone="+86 139 0000 1122",
        parent_id=world.customer,
    )
    for text in ("139-0000-1122", "+86 139 0000 1122", "13900001122", "OUT-1"):
        found = world.agent.call("res.partner", "name_search", name=text)
        ids = {row[0] for row in found}
        assert (luo if text[0] != "O" else world.customer) in ids, text


def test_a_call_becomes_one_request(world, call, request_id):
    world.agent.call(CALL, "action_create_request", [call])
    assert world.agent.search(REQUEST, ["call_ids", "in", [call]]) == [request_id]
    request = world.agent.read(
        REQUEST, request_id, "equipment_id", "symptom", "channel"
    )
    assert request["equipment_id"][0] == world.equipment
    assert request["symptom"] == "The gun drips since this morning"
    assert request["channel"] == "phone"


def test_the_arrival_clock_runs_36_hours_from_the_report(world, urgent):
    request = world.agent.read(
        REQUEST, urgent, "received_at", "sla_deadline", "sla_state"
    )
    assert request["sla_state"] == "running"
    clocks = world.agent.call(
        CLOCK,
        "search_read",
        domain=[["res_model", "=", REQUEST], ["res_id", "=", urgent]],
        fields=["kind", "state", "deadline", "budget_seconds"],
    )
    arrival = next(clock for clock in clocks if clock["kind"] == "arrival")
    assert arrival["budget_seconds"] == 36 * 3600
    due = at(request["received_at"]) + timedelta(hours=36)
    assert at(arrival["deadline"]) == due == at(request["sla_deadline"])


def test_waiting_holds_the_clock_and_going_on_moves_it(world, urgent):
    before = at(world.agent.read(REQUEST, urgent, "sla_deadline"))
    wizard = world.agent.create(
        "aftersales.service.request.wait",
        request_id=urgent,
        reason="customer",
        note="The site is closed",
    )
    world.agent.call("aftersales.service.request.wait", "action_wait", [wizard])
    request = world.agent.read(
        REQUEST, urgent, "sla_state", "sla_deadline", "wait_reason"
    )
    assert (request["sla_state"], request["sla_deadline"]) == ("paused", False)
    assert request["wait_reason"] == "customer"
    world.agent.call(REQUEST, "action_resume", [urgent])
    request = world.agent.read(REQUEST, urgent, "sla_state", "sla_deadline")
    assert request["sla_state"] == "running"
    assert timedelta(0) <= at(request["sla_deadline"]) - before < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("model", "vals"),
    [
        (REQUEST, {"sla_deadline": "2099-01-01 00:00:00"}),
        (REQUEST, {"sla_state": "running"}),
        (REQUEST, {"wait_reason": "parts"}),
        (REQUEST, {"support_line": "3"}),
        (REQUEST, {"merged_into_id": 1}),
        (CLOCK, {"deadline": "2099-01-01 00:00:00"}),
        (CLOCK, {"state": "met"}),
    ],
)
def test_nobody_writes_a_clock(world, urgent, model, vals):
    ids = [urgent]
    if model == CLOCK:
        ids = world.boss.search(
            CLOCK, ["res_model", "=", REQUEST], ["res_id", "=", urgent]
        )
    for person in (world.agent, world.boss):
        with pytest.raises(Refused):
            person.call(model, "write", ids, vals=vals)


def test_engineer_sees_no_clocks_and_no_calls(world, call, urgent):
    with pytest.raises(Refused):
        world.stranger.search(CLOCK)
    assert call not in world.stranger.search(CALL)
    assert urgent not in world.stranger.search(REQUEST)


@pytest.mark.parametrize(
    "method",
    [
        "_intake",
        "_merge",
        "_sla_event",
        "_sla_wait",
        "_sla_promise",
        "_sla_escalate",
        "_qr_report",
    ],
)
def test_the_inner_doors_are_shut(world, urgent, method):
    with pytest.raises(Refused):
        world.boss.call(REQUEST, method, [urgent])


class Visitor:
    """Somebody without login, with a browser's cookies."""

    def __init__(self, server, path):
        self._url = f"{server.url}{path}"
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def open(self, **fields):
        """Status and text of the page; a post when ``fields`` are given."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            with self._browser.open(self._url, data, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def label(world, odoo_server):
    """Path behind the QR label of the machine."""
    text = odoo_server.shell(
        f"machine = env['aftersales.equipment'].browse({world.equipment})\n"
        "url = machine._get_label_url()\n"
        "env.cr.commit()\n"
        "print('LABEL', url)\n"
    )
    url = text.split("LABEL ", 1)[1].split()[0]
    return urllib.parse.urlparse(url).path


def test_a_scan_by_a_stranger_reports_a_fault(world, odoo_server, label):
    visitor = Visitor(odoo_server, label)
    status, page = visitor.open()
    assert status == 200
    assert "Marking Machine" in page
    assert "Roads" not in page, "whose machine it is, is nobody's business"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    status, page = visitor.open(
        csrf_token=token, name="Mr Wu", phone="13800001111", symptom="It leaks oil"
    )
    assert status == 200
    found = world.agent.call(
        REQUEST,
        "search_read",
        domain=[["channel", "=", "qr"], ["equipment_id", "=", world.equipment]],
        fields=["name", "symptom", "state"],
    )
    assert [row["state"] for row in found] == ["new"]
    assert "It leaks oil" in found[0]["symptom"]
    assert found[0]["name"] in page


def test_a_wrong_label_is_not_found(odoo_server):
    status, _page = Visitor(odoo_server, "/aftersales/m/no-such-label").open()
    assert status == 404


def test_a_report_without_token_of_the_form_is_refused(world, odoo_server, label):
    before = world.agent.call(REQUEST, "search_count", domain=[["channel", "=", "qr"]])
    status, _page = Visitor(odoo_server, label).open(
        name="Robot", phone="1", symptom="x" * 100
    )
    assert status == 400
    after = world.agent.call(REQUEST, "search_count", domain=[["channel", "=", "qr"]])
    assert after == before
