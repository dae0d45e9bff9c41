"""Pictures of the main screens and printed forms, for a person to look at.

``./dev shot`` starts a server on a duplicate of the demo database and runs this with
the project's own Python; ``./dev shot NAME ...`` takes only those. It drives Chromium
over its own debugging protocol, and writes NAME.LANGUAGE.SIZE.png per screen and
NAME.LANGUAGE.pdf and .png (one per page) per form.
"""

import argparse
import base64
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import requests
import websocket

# What to take. A {module.name} in an address is replaced by the record's id.
# Screen: name, login, address
SCREENS = [
    ("login", None, "/web/login"),
    ("requests", "agent", "/odoo/aftersales-requests"),
    (
        "request-new",
        "agent",
        "/odoo/aftersales-requests/{aftersales_service.request_new_urgent_demo}",
    ),
    (
        "request-archived",
        "agent",
        "/odoo/aftersales-requests/{aftersales_service.request_archived_demo}",
    ),
    ("dispatches", "dispatcher", "/odoo/aftersales-dispatches"),
    (
        "dispatch-signing",
        "dispatcher",
        "/odoo/aftersales-dispatches/{aftersales_service.dispatch_sign_second_demo}",
    ),
    ("to-sign", "head_aftersales", "/odoo/aftersales-to-sign"),
    ("visits", "engineer", "/odoo/aftersales-visits"),
    (
        "visit",
        "engineer",
        "/odoo/aftersales-visits/{aftersales_service.dispatch_at_customer_demo}",
    ),
    (
        "requisition",
        "engineer",
        "/odoo/aftersales-requisitions/{aftersales_service.requisition_signing_demo}",
    ),
    ("old-parts", "quality", "/odoo/aftersales-old-parts"),
    (
        "old-part-unknown",
        "keeper",
        "/odoo/aftersales-old-parts/{aftersales_service.parts_return_unknown_demo}",
    ),
    (
        "old-part-claim",
        "manager",
        "/odoo/aftersales-old-parts/{aftersales_service.parts_return_claim_demo}",
    ),
    ("old-parts-overdue", "keeper", "/odoo/aftersales-old-parts-overdue"),
    ("old-part-mine", "engineer2", "/odoo/aftersales-old-parts-overdue"),
    ("reconciliation", "keeper", "/odoo/aftersales-reconciliation"),
    ("custody", "keeper", "/odoo/aftersales-custody"),
    ("custody-differences", "manager", "/odoo/aftersales-custody-differences"),
    ("settlements", "finance", "/odoo/aftersales-settlements"),
    (
        "price-list",
        "finance",
        "/odoo/aftersales-price-lists/{aftersales_service.price_list_current_demo}",
    ),
    ("prices", "engineer", "/odoo/aftersales-prices"),
    (
        "agreement",
        "agent",
        "/odoo/aftersales-agreements/{aftersales_service.charge_agreement_demo}",
    ),
    (
        "relief",
        "manager",
        "/odoo/aftersales-reliefs/{aftersales_service.relief_quoted_demo}",
    ),
    (
        "settlement-relief",
        "engineer",
        "/odoo/aftersales-settlements/{aftersales_service.settlement_called_back_demo}",
    ),
    ("collections", "finance", "/odoo/aftersales-collections"),
    ("callbacks", "agent", "/odoo/aftersales-callbacks"),
    (
        "machine",
        "agent",
        "/odoo/aftersales-machines/{aftersales_service.equipment_qingshan_hl20_demo}",
    ),
    ("machine-list", "agent", "/odoo/aftersales-machines"),
    ("warranties", "quality", "/odoo/aftersales-warranties"),
    ("calls", "agent", "/odoo/aftersales-calls"),
    ("call", "agent", "/odoo/aftersales-calls/{aftersales_service.call_late_demo}"),
    ("call-new", "agent", "/odoo/aftersales-calls/new"),
    ("attempts", "agent", "/odoo/aftersales-remote-support"),
    ("escalations", "agent", "/odoo/aftersales-escalations"),
    ("clocks", "manager", "/odoo/aftersales-clocks"),
    ("clocks-analysis", "manager", "/odoo/aftersales-clocks-analysis"),
    ("fault-cases", "agent", "/odoo/aftersales-fault-cases"),
    ("fault-coverage", "manager", "/odoo/aftersales-fault-coverage"),
    (
        "fault-case",
        "engineer",
        "/odoo/aftersales-fault-cases/{aftersales_service.fault_case_pump_demo}",
    ),
    ("customers", "agent", "/odoo/aftersales-customers"),
    (
        "tier-review",
        "manager",
        "/odoo/action-aftersales_service.aftersales_tier_review_action/"
        "{aftersales_service.tier_review_qingshan_demo}",
    ),
    (
        "policies",
        "manager",
        "/odoo/action-aftersales_service.aftersales_sla_policy_action",
    ),
    (
        "warranty-policies",
        "manager",
        "/odoo/action-aftersales_service.aftersales_warranty_policy_action",
    ),
    (
        "repair-quoted",
        "advisor",
        "/odoo/aftersales-workshop/{aftersales_service.factory_repair_beichen_qx250_demo}",
    ),
    ("repair-parts", "manager", "/odoo/aftersales-repair-parts"),
    ("repair-work", "manager", "/odoo/aftersales-repair-work"),
    (
        "repair-records",
        "quality",
        "/odoo/action-aftersales_service.aftersales_repair_record_action",
    ),
    (
        "parameters",
        "manager",
        "/odoo/action-aftersales_service.aftersales_parameter_action",
    ),
    ("analysis", "manager", "/odoo/aftersales-requests-analysis"),
    ("workshop", "advisor", "/odoo/aftersales-workshop"),
    (
        "workshop-sheet",
        "advisor",
        "/odoo/aftersales-workshop/{aftersales_service.factory_repair_yuetong_lp9_demo}",
    ),
    (
        "workshop-archived",
        "advisor",
        "/odoo/aftersales-workshop/{aftersales_service.factory_repair_gaoyuan_demo}",
    ),
    (
        "workshop-bench",
        "engineer",
        "/odoo/aftersales-bench/{aftersales_service.factory_repair_yuetong_lp9_demo}",
    ),
    (
        "prerepair",
        "advisor",
        "/odoo/aftersales-prerepairs/{aftersales_service.prerepair_yuetong_lp9_demo}",
    ),
    # What the customer opens by his link.
    (
        "page-supplement",
        "advisor",
        "/my/prerepair/{aftersales_service.prerepair_supplement_demo}",
    ),
    (
        "page-evaluation",
        "advisor",
        "/my/evaluation/{aftersales_service.factory_repair_qingshan_hl20_demo}",
    ),
    (
        "page-quotation",
        "advisor",
        "/my/orders/{aftersales_service.quotation_beichen_demo}",
    ),
    ("gate-notices", "gatekeeper", "/odoo/aftersales-notices"),
    (
        "gate-notice",
        "gatekeeper",
        "/odoo/aftersales-notices/{aftersales_service.factory_notice_changchun_demo}",
    ),
    (
        "gate-entry",
        "advisor",
        "/odoo/aftersales-gate/{aftersales_service.gate_entry_yuetong_demo}",
    ),
    ("reception", "advisor", "/odoo/aftersales-reception"),
    ("expenses", "finance", "/odoo/aftersales-expenses"),
    (
        "expense",
        "engineer",
        "/odoo/aftersales-expenses/{aftersales_service.expense_inspection_hotel_demo}",
    ),
    (
        "visit-expenses",
        "engineer",
        "/odoo/aftersales-visits/{aftersales_service.dispatch_inspection_demo}",
    ),
    (
        "cost-charge",
        "finance",
        "/odoo/aftersales-cost-charges/{aftersales_service.cost_charge_decided_demo}",
    ),
    ("case-costs", "finance", "/odoo/aftersales-case-costs"),
    (
        "budget",
        "finance",
        "/odoo/aftersales-budgets/{aftersales_service.budget_company_demo}",
    ),
    ("budget-execution", "finance", "/odoo/aftersales-budget-execution"),
    (
        "commission",
        "finance",
        "/odoo/aftersales-commission-statements/"
        "{aftersales_service.commission_statement_demo}",
    ),
    (
        "commission-scale",
        "manager",
        "/odoo/aftersales-commission-scales/{aftersales_service.commission_scale_demo}",
    ),
    (
        "provision",
        "finance",
        "/odoo/aftersales-provisions/{aftersales_service.provision_demo}",
    ),
]
# Form: name, login, report's external id, external id of the record
FORMS = [
    (
        "form-prerepair",
        "advisor",
        "aftersales_service.aftersales_prerepair_order_report",
        "aftersales_service.prerepair_gaoyuan_demo",
    ),
    (
        "form-supplement",
        "advisor",
        "aftersales_service.aftersales_prerepair_order_report",
        "aftersales_service.prerepair_supplement_demo",
    ),
    (
        "form-register-sheet",
        "advisor",
        "aftersales_service.aftersales_factory_repair_report",
        "aftersales_service.factory_repair_gaoyuan_demo",
    ),
    (
        "form-commission",
        "finance",
        "aftersales_service.aftersales_commission_statement_report",
        "aftersales_service.commission_statement_demo",
    ),
    (
        "form-cost-sheet",
        "finance",
        "aftersales_service.aftersales_case_cost_report",
        "aftersales_service.request_archived_demo",
    ),
    (
        "form-dispatch",
        "dispatcher",
        "aftersales_service.aftersales_dispatch_report",
        "aftersales_service.dispatch_archived_demo",
    ),
    (
        "form-requisition",
        "keeper",
        "aftersales_service.aftersales_parts_requisition_report",
        "aftersales_service.requisition_archived_demo",
    ),
    (
        "form-service-card",
        "dispatcher",
        "aftersales_service.aftersales_service_card_report",
        "aftersales_service.card_archived_demo",
    ),
    (
        "form-parts-return",
        "keeper",
        "aftersales_service.aftersales_parts_return_report",
        "aftersales_service.parts_return_archived_demo",
    ),
    (
        "form-parts-return-claim",
        "keeper",
        "aftersales_service.aftersales_parts_return_report",
        "aftersales_service.parts_return_claim_demo",
    ),
    (
        "form-settlement",
        "finance",
        "aftersales_service.aftersales_settlement_report",
        "aftersales_service.settlement_archived_demo",
    ),
    (
        "form-repair-quotation",
        "advisor",
        "aftersales_service.aftersales_quotation_report",
        "aftersales_service.quotation_beichen_demo",
    ),
    (
        "form-repair-settlement",
        "advisor",
        "aftersales_service.aftersales_settlement_report",
        "aftersales_service.settlement_qingshan_demo",
    ),
    (
        "form-settlement-relief",
        "finance",
        "aftersales_service.aftersales_settlement_report",
        "aftersales_service.settlement_called_back_demo",
    ),
    (
        "form-price-list",
        "engineer",
        "aftersales_service.aftersales_price_list_report",
        "aftersales_service.price_list_current_demo",
    ),
    (
        "form-call",
        "agent",
        "aftersales_service.aftersales_call_record_report",
        "aftersales_service.call_late_demo",
    ),
    (
        "form-customer-file",
        "agent",
        "aftersales_service.aftersales_customer_file_report",
        "aftersales_service.partner_qingshan_demo",
    ),
    (
        "form-fault-case",
        "agent",
        "aftersales_service.aftersales_fault_case_report",
        "aftersales_service.fault_case_pump_demo",
    ),
    (
        "form-label",
        "agent",
        "aftersales_service.aftersales_equipment_label_report",
        "aftersales_service.equipment_qingshan_hl20_demo",
    ),
    (
        "form-label-sheet",
        "agent",
        "aftersales_service.aftersales_equipment_label_sheet_report",
        "aftersales_service.equipment_qingshan_hl20_demo",
    ),
]

LANGUAGES = ("en_US", "zh_CN")
SIZES = {"desk": (1440, 900, False), "phone": (390, 844, True)}
PASSWORDS = {}  # login: password, where they differ

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Everything that would look for hosts outside is off.
FLAGS = [
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--hide-scrollbars",
    "--no-default-browser-check",
    "--no-first-run",
    # Needed as root; only pages of our own server are opened.
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]
# True when the page shows what was asked for and nothing is being loaded.
READY = """
    document.readyState === "complete"
    && !!document.querySelector(
        ".o_action_manager .o_action, .o_home_menu, #wrapwrap, .oe_login_form")
    && !document.querySelector(".o_blockUI, .o_loading_indicator")
    && [...document.images].every((image) => image.complete)
"""
BROKEN = "!!document.querySelector('.o_error_dialog, .o_notification .bg-danger')"
PATIENCE = 120
SETTLE = 0.8


class Page:
    """One tab, spoken to over the debugging protocol."""

    def __init__(self, address):
        self._socket = websocket.create_connection(address, timeout=PATIENCE)
        self._numbers = itertools.count(1)
        self.errors = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def _send(self, method, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        return number

    def call(self, method, **parameters):
        number = self._send(method, **parameters)
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._notice(answer)

    def _notice(self, event):
        parameters = event.get("params", {})
        if event.get("method") == "Page.javascriptDialogOpening":
            # "Leave the page?": nothing goes on until somebody answers.
            self._send("Page.handleJavaScriptDialog", accept=True)
        if event.get("method") == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            self.errors.append(text)
        elif event.get("method") == "Runtime.consoleAPICalled":
            if parameters["type"] == "error":
                said = (
                    one.get("value", one.get("description"))
                    for one in parameters["args"]
                )
                self.errors.append(" ".join(map(str, said)))
        elif event.get("method") == "Log.entryAdded":
            entry = parameters["entry"]
            if entry["level"] == "error":
                self.errors.append(f"{entry['text']} {entry.get('url', '')}")

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)[
            "result"
        ].get("value")

    def resize(self, width, height, mobile):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def open(self, address):
        # An empty page first: the same address with another hash would not reload.
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(0.2)
            if self.evaluate(READY):
                time.sleep(SETTLE)
                return True
        return False

    def picture(self, file):
        taken = self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(taken["data"]))


@contextmanager
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Page(_tab(Path(profile) / "DevToolsActivePort"))
        finally:
            process.terminate()
            process.wait()


def _tab(port_file):
    """The address of the first tab, once the browser has written its port."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            port = port_file.read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            return tabs[0]["webSocketDebuggerUrl"]
        except (OSError, IndexError):
            time.sleep(0.1)
    raise SystemExit("Chromium did not start; run it by hand to see why.")


class Odoo:
    """The server: sessions, and a few questions to its data."""

    def __init__(self, url, database):
        self.url = url
        self.database = database
        self._sessions = {}

    def session(self, login):
        if login not in self._sessions:
            session = requests.Session()
            answer = session.post(
                f"{self.url}/web/session/authenticate",
                json={
                    "params": {
                        "db": self.database,
                        "login": login,
                        "password": PASSWORDS.get(login, login),
                    }
                },
                timeout=PATIENCE,
            ).json()
            if "error" in answer:
                raise RuntimeError(f"'{login}' cannot log in")
            self._sessions[login] = session
        return self._sessions[login]

    def call(self, model, method, *args, **kwargs):
        answer = (
            self.session("admin")
            .post(
                f"{self.url}/web/dataset/call_kw",
                json={
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                },
                timeout=PATIENCE,
            )
            .json()
        )
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def identifier(self, external):
        module, _, name = external.partition(".")
        domain = [("module", "=", module), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, ["res_id"])
        if not found:
            raise RuntimeError(f"there is no record {external}")
        return found[0]["res_id"]

    def address(self, pattern):
        found = re.sub(
            r"\{([\w.]+)\}", lambda match: str(self.identifier(match[1])), pattern
        )
        return self.url + found

    def speak(self, language):
        users = self.call("res.users", "search", [("share", "in", [True, False])])
        self.call("res.users", "write", users, {"lang": language})
        self._sessions.clear()  # a session keeps the language of its beginning


def take_screen(page, odoo, screen, language, folder):
    name, login, address = screen
    faults = []
    page.call("Network.clearBrowserCookies")
    cookies = {"frontend_lang": language}
    if login:
        cookies["session_id"] = odoo.session(login).cookies["session_id"]
    for key, value in cookies.items():
        page.call("Network.setCookie", name=key, value=value, url=odoo.url)
    for size, metrics in SIZES.items():
        page.errors.clear()
        page.resize(*metrics)
        if not page.open(odoo.address(address)):
            faults.append(f"{name} ({language}, {size}): still loading")
        page.picture(folder / f"{name}.{language}.{size}.png")
        if page.evaluate(BROKEN):
            page.errors.append("shows an error instead")
        faults += [f"{name} ({language}, {size}): {error}" for error in page.errors]
    return faults


def take_form(odoo, form, language, folder):
    name, login, report, record = form
    (action,) = odoo.call(
        "ir.actions.report", "read", [odoo.identifier(report)], ["report_name"]
    )
    answer = odoo.session(login).get(
        f"{odoo.url}/report/pdf/{action['report_name']}/{odoo.identifier(record)}",
        timeout=PATIENCE,
    )
    if not answer.content.startswith(b"%PDF"):
        return [f"{name} ({language}): no PDF but {answer.status_code}"]
    file = folder / f"{name}.{language}.pdf"
    file.write_bytes(answer.content)
    subprocess.run(
        ["pdftoppm", "-png", "-r", "90", file, file.with_suffix("")], check=True
    )
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("names", nargs="*", help="take only these")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    odoo = Odoo(options.url, options.database)

    def wanted(things):
        return [one for one in things if not options.names or one[0] in options.names]

    faults = []

    def attempt(name, function, *arguments):
        try:
            faults.extend(function(*arguments))
        except (RuntimeError, OSError, websocket.WebSocketException) as error:
            faults.append(f"{name}: {error}")

    with browser() as page:
        for language in LANGUAGES:
            odoo.speak(language)
            for screen in wanted(SCREENS):
                print(f"    {screen[0]} ({language})", flush=True)
                attempt(
                    screen[0], take_screen, page, odoo, screen, language, options.folder
                )
            for form in wanted(FORMS):
                print(f"    {form[0]} ({language})", flush=True)
                attempt(form[0], take_form, odoo, form, language, options.folder)
    print(f"Pictures: {options.folder}")
    for fault in faults:
        print(f"    fault: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
