"""Odoo's configuration file and how it is called."""

import os

from . import node, odoo_source, paths, postgres, pyenv, system, wkhtmltopdf
from .files import write_atomic


def ensure(*, browsing=False):
    """Everything ``odoo`` needs to run; returns the key of this Odoo.

    :param browsing: a real browser will be used too (tests, screenshots)
    """
    needs = system.SERVING + (system.BROWSING if browsing else [])
    if not postgres.is_external():
        needs.append("a PostgreSQL server")
    if wkhtmltopdf.is_gone():
        needs = [need for need in needs if need != "wkhtmltopdf"]
        wkhtmltopdf.ensure()
    system.ensure(needs)
    library, addons, key = odoo_source.locate()
    node.complete_odoo(needed=browsing)
    pyenv.ensure(library)
    postgres.ensure()
    _write_configuration(addons)
    return key


def _write_configuration(addons):
    options = {
        "addons_path": ",".join(str(path) for path in [*addons, paths.ROOT]),
        "data_dir": paths.DATA,
        **postgres.odoo_options(),
        "http_interface": "127.0.0.1",
        "http_port": "8069",
        # Longer than any cold start of the web client's bundles on a small machine.
        "limit_time_cpu": "600",
        "limit_time_real": "1200",
        "limit_time_real_cron": "1200",
        "max_cron_threads": "1",
        # Of failed browser tests.
        "screenshots": paths.DEV / "screenshots",
    }
    lines = [f"{name} = {value}" for name, value in options.items() if value != ""]
    text = "[options]\n" + "\n".join(lines) + "\n"
    # It may hold a password (PGPASSWORD).
    if not paths.ODOO_CONF.exists() or paths.ODOO_CONF.read_text("utf-8") != text:
        write_atomic(paths.ODOO_CONF, text, mode=0o600)


def environment(**more):
    return {
        **os.environ,
        **postgres.environment(),
        "PATH": f"{os.environ['PATH']}{os.pathsep}{paths.BIN}",
        "ODOO_RC": str(paths.ODOO_CONF),
        # The current folder must not shadow Python's or Odoo's own modules.
        "PYTHONSAFEPATH": "1",
        **more,
    }


def command(*arguments):
    return [str(pyenv.PYTHON), "-m", "odoo", *map(str, arguments)]
