"""Template databases, cached by what is in them, and duplicates of them.

Two layers: the modules the addon depends on (made once, slow), and on top of a
duplicate of that the addon itself (made again when the addon's content changes). A
template counts only once its stamp is written, which happens last; so one whose making
was interrupted is dropped and made again. Odoo itself creates and duplicates them: a
plain ``createdb`` lacks pg_trgm, and ``createdb -T`` copies no filestore.
"""

import ast
import os
import re
import subprocess

from . import bundles, odoo, paths, postgres
from .checklog import check_log
from .files import digest, digest_tree, lock, read_stamp, remove, write_stamp
from .process import run
from .ui import Failure, step

# The first becomes that of the database, and the only one if it stands alone.
LANGUAGE = "en_US,zh_CN"
KEEP = 2
# Changing how templates are made must make them again.
RECIPE = "1"

# Read from disk at run time, or not at all: they change nothing in a database.
NOT_INSTALLED = re.compile(
    r"^(tests|static/(src|tests)|readme)/|^(README[^/]*|pyproject\.toml|i18n/.*\.pot)$"
)


def prefix():
    """Our databases' names start with this; a shared server may hold other copies."""
    return f"aftersales_{paths.ROOT_ID[:6]}" if postgres.is_external() else "aftersales"


def demo_name():
    return f"{prefix()}_demo"


def manifest():
    file = paths.ADDON_DIR / "__manifest__.py"
    try:
        return ast.literal_eval(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Failure(f"{file} is missing; check the addon out again.") from None
    except (SyntaxError, ValueError) as error:
        raise Failure(f"{file} cannot be read ({error}); correct it.") from None


def query(statement, database="postgres"):
    """The lines PostgreSQL answers to ``statement``."""
    return run(
        ["psql", "-XAtq", "-d", database, "-c", statement],
        env=odoo.environment(),
        fix="PostgreSQL refused a query; './dev stop' and the same command again"
        " restarts it, './dev reset' makes everything new.",
    ).splitlines()


def existing():
    """The names of all our databases."""
    names = query("select datname from pg_database order by 1")
    return [name for name in names if name.startswith(f"{prefix()}_")]


def filestore(name):
    return paths.DATA / "filestore" / name


def drop(*names):
    """Drop databases with their filestore; what does not exist is fine."""
    for name in names:
        remove(paths.STAMPS / f"db-{name}")
        query(f'drop database if exists "{name}" with (force)')
        remove(filestore(name))


def is_good(name, value="made"):
    return (
        read_stamp(f"db-{name}") == value
        and filestore(name).is_dir()
        and name in existing()
    )


def mark_good(name, value="made"):
    write_stamp(f"db-{name}", value)


def duplicate(source, target):
    """A fresh copy of ``source`` with its filestore."""
    # Odoo ends the source's other connections, so two copies at once would fail.
    with lock("duplicate"):
        drop(target)
        run(
            odoo.command("db", "duplicate", source, target),
            env=odoo.environment(),
            log=f"duplicate-{target}.log",
            fix=f"Database {source} could not be duplicated; read"
            f" {paths.LOGS / f'duplicate-{target}.log'}, then run './dev reset'.",
        )
        # Odoo copies the filestore only if there is one to copy.
        filestore(target).mkdir(parents=True, exist_ok=True)
    remove(paths.LOGS / f"duplicate-{target}.log")


def install(name, modules, *, demo=False, environment=None):
    """Let Odoo install ``modules``, creating the database if there is none."""
    log = f"install-{name}.log"
    command = odoo.command(
        "-d",
        name,
        "-i",
        ",".join(modules),
        f"--load-language={LANGUAGE}",
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
        *(["--with-demo"] if demo else []),
    )
    run(
        command,
        env=environment or odoo.environment(),
        log=log,
        fix=f"Installing {', '.join(modules[:3])} failed; read the last lines above or"
        f" all of {paths.LOGS / log}, correct it and run the same command again.",
    )
    filestore(name).mkdir(parents=True, exist_ok=True)
    check_log(paths.LOGS / log)


def shell(name, script, *, log=None):
    """Run Python ``script`` in an Odoo shell on database ``name``."""
    done = subprocess.run(
        odoo.command("shell", "-d", name, "--no-http", "--log-level=warn"),
        input=script,
        env=odoo.environment(),
        capture_output=True,
        text=True,
        errors="replace",
    )
    if log:
        (paths.LOGS / log).write_text(done.stdout + done.stderr, encoding="utf-8")
    # The shell goes on after an exception in the script and ends well.
    if done.returncode or "Traceback (most recent call last)" in done.stderr:
        raise Failure(
            f"A script in the database {name} failed; correct what it says:"
            f" {done.stderr.strip()[-2000:]}"
        )
    return done.stdout


def base_template(odoo_key, *, demo=False):
    """The template that holds the addon's dependencies."""
    modules = sorted(manifest()["depends"])
    key = digest(RECIPE, odoo_key, LANGUAGE, *modules)
    kind = "base_demo" if demo else "base"
    name = f"{prefix()}_{kind}_{key}"
    if not is_good(name):
        with lock(f"db-{kind}"):
            if not is_good(name):
                title = " with demo data" if demo else ""
                with step(f"Making the template of {len(modules)} modules{title}"):
                    drop(name)
                    install(name, modules, demo=demo)
                    mark_good(name)
                _forget_old(kind, name)
    return name


def addon_key(odoo_key, *, demo=False):
    """Changes when the installed addon would differ."""

    def is_installed(relative):
        return not NOT_INSTALLED.match(relative) and (
            demo or not relative.startswith("demo/")
        )

    modules = sorted(manifest()["depends"])
    content = digest_tree(paths.ADDON_DIR, is_installed)
    return digest(RECIPE, odoo_key, LANGUAGE, *modules, content)


def newest_addon_template(*, but=None):
    """The name of the last good addon template, or None."""
    names = [name for name in _templates("addon") if name != but and is_good(name)]
    return max(names, key=_age, default=None)


def addon_template(odoo_key):
    """The template that holds the addon too; tests run on duplicates of it."""
    base = base_template(odoo_key)
    name = f"{prefix()}_addon_{addon_key(odoo_key)}"
    if not is_good(name):
        with lock("db-addon"):
            if not is_good(name):
                with step(f"Making the template with {paths.ADDON} installed"):
                    duplicate(base, name)
                    install(name, [paths.ADDON])
                    if before := newest_addon_template(but=name):
                        bundles.carry(before, name)
                    mark_good(name)
                _forget_old("addon", name)
    os.utime(paths.STAMPS / f"db-{name}")
    return name


def _templates(kind):
    pattern = re.compile(rf"{prefix()}_{kind}_[0-9a-f]{{12}}")
    return [name for name in existing() if pattern.fullmatch(name)]


def _age(name):
    """When it was last used; 0 if its making never ended."""
    stamp = paths.STAMPS / f"db-{name}"
    return stamp.stat().st_mtime if stamp.exists() else 0


def _forget_old(kind, newest):
    """Keep the newest templates of a kind; drop the others and unfinished ones."""
    names = sorted(
        (name for name in _templates(kind) if name != newest), key=_age, reverse=True
    )
    drop(
        *(
            name
            for place, name in enumerate(names)
            if place >= KEEP - 1 or not _age(name)
        )
    )


def scratch_name(purpose):
    """A name for a database that lives as long as this process."""
    return f"{prefix()}_tmp_{os.getpid()}_{purpose}"


def drop_scratch_of_the_dead():
    """Drop the scratch databases whose process is gone (killed runs)."""
    pattern = re.compile(rf"{prefix()}_tmp_(\d+)_.*")
    for name in existing():
        match = pattern.fullmatch(name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            drop(name)
