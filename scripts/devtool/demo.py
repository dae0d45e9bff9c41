"""``./dev demo`` and ``./dev serve``."""

import signal

from . import bundles, database, odoo, paths, server
from .files import lock, read_stamp
from .ui import Failure, say, step

LOGINS = [
    ("agent", "takes the customers' calls: Service > Calls, Requests"),
    ("agent_zh", "the same in Chinese (中文界面)"),
    ("dispatcher", "sends engineers out: Service > Dispatch Orders"),
    ("engineer", "visits customers (on a phone): Service > My Visits"),
    ("engineer2", "the other engineer: a finished visit, cards, old parts"),
    ("keeper", "issues and receives parts: the Inventory app, Parts > Old Parts"),
    ("gatekeeper", "lets machines in: Workshop > Gate Book"),
    ("advisor", "machines in the factory: Workshop"),
    ("quality", "inspects old parts, checks fault cases and warranties"),
    ("finance", "invoices, payments, cash: Money > Collections"),
    ("manager", "runs the department: everything, with Configuration"),
    ("head_aftersales", "signs for after-sales: To Sign"),
    ("head_marketing", "signs for marketing: To Sign"),
    ("head_centre", "signs for the marketing centre: To Sign"),
    ("head_finance", "signs for finance: To Sign"),
    ("leader_other", "signs for the other leaders: To Sign"),
    ("leader_company", "signs for the company"),
    ("customer", "a customer on the portal: a quotation to accept"),
    ("admin", "administrator: everything"),
]

GUIDE = """\
  Address   {url}
  Stop      Control-C
  Log       {log}

  Login             Password          Who
{logins}

  Click first: every login opens at its own work. Log in as 'agent' and take the
  newest request. Then remove the filter 'Open' and look at SR...-00001, a closed
  case: its buttons and its page 'Story of the Case' lead through everything.
  Chinese: the picture at the top right, Preferences, Language.
"""


def demo():
    """Make the demo database if it is not that of this addon, and serve it."""
    _serve(ensure_database())


def ensure_database():
    """The name of the demo database, made (again) if it is not that of this addon."""
    key = odoo.ensure()
    name = database.demo_name()
    value = database.addon_key(key, demo=True)
    if not database.is_good(name, value):
        with lock("demo"):
            if not database.is_good(name, value):
                _make(name, key, value)
    return name


def serve():
    """Serve the demo database as it is, with what was entered into it."""
    odoo.ensure()
    name = database.demo_name()
    if not database.is_good(name, read_stamp(f"db-{name}")):
        raise Failure("There is no demo database yet; run ./dev demo once.")
    _serve(name)


def _make(name, key, value):
    base = database.base_template(key, demo=True)
    with step("Installing the addon with its demo data"):
        database.duplicate(base, name)
        database.install(name, [paths.ADDON], demo=True)
        if tested := database.newest_addon_template():
            bundles.carry(tested, name)
        bundles.generate(name)
        database.mark_good(name, value)


def _stop(*_signal):
    raise KeyboardInterrupt


def _serve(name):
    port = server.free_port()
    log = paths.LOGS / f"demo-{port}.log"
    with step("Starting Odoo"):
        service = server.running(name, port, log)
        running = service.__enter__()
    try:
        logins = "\n".join(f"  {login:<17} {login:<17} {who}" for login, who in LOGINS)
        say()
        print(GUIDE.format(url=running.url, log=log, logins=logins), flush=True)
        signal.signal(signal.SIGTERM, _stop)
        running.process.wait()
        raise Failure(f"Odoo ended by itself; read the end of {log}.")
    except KeyboardInterrupt:
        say("Stopping Odoo.")
    finally:
        service.__exit__(None, None, None)
