"""Fixtures for the tests from outside: databases and servers of their own.

They use the databases of ``./dev``, which makes what is missing, so plain ``pytest
tests`` with the project's Python works as well.
"""

import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import outside
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from devtool import checklog, database, odoo, server, ui  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def failures_are_short():
    """A Failure of ./dev is one sentence; nobody needs its traceback."""
    ui.Failure.__tracebackhide__ = True


@pytest.fixture(scope="session")
def odoo_key():
    """Everything Odoo needs is there; identifies this Odoo."""
    key = odoo.ensure(browsing=True)
    database.drop_scratch_of_the_dead()
    return key


@pytest.fixture(scope="session")
def base_template(odoo_key):
    """The database with the addon's dependencies, without the addon. Never write it."""
    return database.base_template(odoo_key)


@pytest.fixture(scope="session")
def addon_template(odoo_key):
    """The database with the addon, without demo data. Never write it."""
    return database.addon_template(odoo_key)


@pytest.fixture(scope="session")
def _scratch():
    names = []
    yield names
    database.drop(*names)


@pytest.fixture(scope="session")
def duplicate_db(addon_template, _scratch):
    """``duplicate_db(purpose, source=None)``: a fresh database, dropped at the end."""

    def make(purpose, source=None):
        name = database.scratch_name(purpose)
        _scratch.append(name)
        database.duplicate(source or addon_template, name)
        return name

    return make


class RunningOdoo:
    """A real Odoo server, and a way to run code on its database."""

    def __init__(self, process):
        self._process = process
        self.db = process.db
        self.url = process.url
        self.port = process.port
        self.log = process.log

    def shell(self, script):
        """Run ``script`` in an Odoo shell process; return what it printed.

        ``env`` is the superuser's; nothing is kept without ``env.cr.commit()``.
        """
        return database.shell(self.db, script)

    def api_key(self, login):
        """A new API key of the user ``login``, for /json/2."""
        expires = datetime.now() + timedelta(days=1)
        script = f"""
import datetime
user = env["res.users"].search([("login", "=", {login!r})])
assert user, "there is no user {login}"
key = env(user=user)["res.users.apikeys"].sudo()._generate(
    "rpc", "test", {expires!r})
env.cr.commit()
print("KEY", key)
"""
        return next(
            line.split()[1]
            for line in self.shell(script).splitlines()
            if line.startswith("KEY ")
        )


@contextmanager
def _running(name, **options):
    with server.running(name, extra=["--max-cron-threads=0"], **options) as process:
        yield RunningOdoo(process)


@pytest.fixture(scope="session")
def run_server():
    """``with run_server(db) as server``: a server on a database of one's own."""
    return _running


@pytest.fixture(scope="session")
def odoo_server(duplicate_db):
    """One server for the whole run, on a fresh database without demo data.

    Its log is checked at the end: a warning from our own logger fails the run.
    """
    with _running(duplicate_db("server")) as running:
        yield running
    checklog.check_log(running.log, ours=checklog.OUR_LOGGER)


@pytest.fixture(scope="session")
def world(odoo_server):
    """People with API keys, goods and a customer on that server."""
    return outside.World(odoo_server)


@pytest.fixture(scope="session")
def case(world):
    """The whole case, played once; the tests look at what it left behind."""
    return outside.play(world)
