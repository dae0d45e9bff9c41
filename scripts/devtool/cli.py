"""The commands of ``./dev``."""

import os
import signal
import sys

from . import (
    bench,
    core_suites,
    database,
    demo,
    i18n,
    lint,
    odoo,
    paths,
    postgres,
    pyenv,
    shot,
    testing,
)
from .files import remove
from .process import replace
from .ui import Failure, fail, say, step

HELP = """\
usage: ./dev COMMAND [ARGUMENTS]

  demo              make everything and serve Odoo with the addon and demo data
  serve             serve the demo database again, with what was entered into it
  test [ARGS]       all tests; ARGS as for pytest (-k NAME, a path, -x, ...),
                    or --coverage
  test --core       Odoo's own suites without and with the addon (about 20 minutes),
                    written to docs/core-suites.md
  lint [--fix] [PATHS]
                    ruff, pylint-odoo, the OCA's checks, prettier; --fix corrects
                    what can be
  bench [--full]    measure the addon beside Odoo's and the OCA's own documents
  i18n              export the terms and merge them into the translations
  shot [NAMES]      pictures of the main screens and forms, into .dev/shots
  shell DB          a Python shell in a database   (databases: ./dev psql -l)
  psql [DB]         PostgreSQL's shell
  odoo [ARGS]       Odoo's own command line, on this project's configuration
  setup             install and start what the above need, nothing else
  stop              stop the private PostgreSQL server
  reset             delete all databases of this project, the demo's included
  clean             delete everything ./dev made (.dev)
  help              this text

What ./dev makes is in .dev; a second run makes again only what changed.
  ODOO_HOME                          an Odoo 19 that is already here; nothing fetched
  PGHOST PGPORT PGUSER PGPASSWORD    a PostgreSQL server of your own
  DEV_PYTHON                         the Python (3.10 to 3.13) to use
"""


def cmd_help(_arguments):
    print(HELP, end="")


def cmd_setup(_arguments):
    odoo.ensure()
    say(f"Ready: {pyenv.PYTHON}")


def cmd_demo(_arguments):
    demo.demo()


def cmd_serve(_arguments):
    demo.serve()


def cmd_test(arguments):
    if "--core" in arguments:
        return 0 if core_suites.compare() else 1
    return 0 if testing.run_tests(arguments) else 1


def cmd_lint(arguments):
    lint.lint(arguments)


def cmd_bench(arguments):
    return bench.run_bench(arguments)


def cmd_i18n(_arguments):
    i18n.update()


def cmd_shot(arguments):
    return shot.take(arguments)


def cmd_odoo(arguments):
    odoo.ensure()
    replace(odoo.command(*arguments), odoo.environment())


def cmd_shell(arguments):
    odoo.ensure()
    if not arguments or arguments[0].startswith("-"):
        known = " ".join(database.existing()) or "none yet"
        raise Failure(f"Say which database: ./dev shell DB (there are: {known}).")
    replace(
        odoo.command("shell", "-d", arguments[0], "--no-http", *arguments[1:]),
        odoo.environment(),
    )


def cmd_psql(arguments):
    odoo.ensure()
    replace(["psql", *(arguments or ["postgres"])], odoo.environment())


def cmd_stop(_arguments):
    say("PostgreSQL stopped." if postgres.stop() else "PostgreSQL was not running.")


def _confirm(what):
    if sys.stdin.isatty() and input(f"Delete {what}? [y/N] ").lower() != "y":
        raise Failure("nothing was deleted; answer y to delete.")


def cmd_reset(_arguments):
    _confirm("all databases of this project, the demo's included")
    with step("Deleting this project's databases"):
        if postgres.is_external():
            odoo.ensure()
            database.drop(*database.existing())
        else:
            postgres.drop_cluster()
            remove(paths.DATA / "filestore")
        for stamp in paths.STAMPS.glob("db-*"):
            remove(stamp)


def cmd_clean(_arguments):
    _confirm("everything ./dev made, the demo's database included")
    with step("Deleting .dev"):
        if not postgres.is_external():
            postgres.drop_cluster()
        remove(paths.DEV)


def main(arguments):
    # A run that is asked to stop cleans up behind itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    name = "help" if name in ("-h", "--help") else name
    command = globals().get(f"cmd_{name}")
    try:
        if not command:
            raise Failure(f"there is no command '{name}'; ./dev help lists them.")
        _check_owner()
        return command(rest) or 0
    except Failure as failure:
        fail(str(failure))
        return 1
    except KeyboardInterrupt:
        fail("stopped; run the same command again to go on.")
        return 130
    except PermissionError as error:
        fail(f"{error.filename} may not be written; see who owns it, or ./dev clean.")
        return 1
    except OSError as error:
        fail(f"{error}; see to that (disk space?) and run the same command again.")
        return 1


def _check_owner():
    """One user per .dev: root's files would stop an ordinary user half-way."""
    if paths.DEV.exists() and paths.DEV.stat().st_uid != os.geteuid():
        raise Failure(
            f"{paths.DEV} was made by another user; run ./dev as that user, or delete"
            " it first ('./dev clean' as that user)."
        )
