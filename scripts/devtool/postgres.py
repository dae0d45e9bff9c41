"""The database server: the one PGHOST names, or a private cluster of our own.

The private cluster listens on a unix socket only, so it disturbs nothing else on the
machine. Its programs refuse to run as root; then they run as the user ``postgres``.
"""

import functools
import getpass
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import paths, system
from .files import lock, remove
from .process import run
from .ui import Failure, step

ROLE = "odoo"
PORT = "5432"
SERVER_USER = "postgres"
# The kernel allows 107 bytes for a socket's path, "/.s.PGSQL.5432" included.
LONGEST_SOCKET_FOLDER = 90

# A development cluster: what is in it can be made again, so speed wins over surviving
# a power cut (a killed process loses nothing).
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "port": PORT,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
    "log_min_messages": "error",
    "log_min_error_statement": "panic",
}


def is_external():
    # A program we started (the tests) finds our own cluster in its environment.
    host = os.environ.get("PGHOST")
    return bool(host) and host != str(_socket_folder())


def environment():
    """The libpq variables with which every program here reaches the server."""
    if is_external():
        return {}
    return {"PGHOST": str(_socket_folder()), "PGPORT": PORT, "PGUSER": ROLE}


def odoo_options():
    """The same for Odoo's configuration file (empty values are left to libpq)."""
    known = environment() or os.environ
    return {
        "db_host": known.get("PGHOST", ""),
        "db_port": known.get("PGPORT", ""),
        "db_user": known.get("PGUSER", "") or getpass.getuser(),
        "db_password": known.get("PGPASSWORD", ""),
    }


def _as_server(command):
    command = [str(part) for part in command]
    if system.IS_ROOT:
        return ["runuser", "-u", SERVER_USER, "--", *command]
    return command


@functools.cache
def _home():
    """Where the cluster lives: in .dev, unless its programs cannot reach that."""
    home = paths.DEV / "pg"
    if system.IS_ROOT:
        paths.DEV.mkdir(exist_ok=True)
        reachable = subprocess.run(
            _as_server(["test", "-x", paths.DEV]), capture_output=True, cwd="/"
        )
        if reachable.returncode:
            return Path("/var/tmp") / f"aftersales-{paths.ROOT_ID}-pg"
    return home


def _socket_folder():
    folder = _home() / "socket"
    if len(str(folder)) > LONGEST_SOCKET_FOLDER:
        return Path("/tmp") / f"aftersales-{paths.ROOT_ID}"
    return folder


def ensure():
    """Have a server that answers."""
    if is_external():
        _check_external()
        return
    system.ensure(["a PostgreSQL server"])
    if _answers():
        return
    with lock("postgres"):
        if _answers():
            return
        home = _home()
        if not (home / "data").exists():
            with step("Creating the private PostgreSQL cluster"):
                _create(home)
        with step("Starting PostgreSQL"):
            _start(home)


def _check_external():
    host = os.environ["PGHOST"]
    tried = subprocess.run(
        [
            "psql",
            "-XAtc",
            "select current_user, rolcreatedb or rolsuper from pg_roles"
            " where rolname = current_user",
            "-d",
            "postgres",
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if tried.returncode:
        raise Failure(
            f"The PostgreSQL server at PGHOST={host} does not let us in"
            f" ({tried.stderr.strip().splitlines()[-1]}); correct PGHOST, PGPORT,"
            " PGUSER and PGPASSWORD, or unset PGHOST for a private cluster."
        )
    user, _, may_create = tried.stdout.strip().partition("|")
    if user == "postgres":
        raise Failure(
            "Odoo refuses to run as the database user 'postgres'; set PGUSER to a role"
            " of its own (createuser --createdb NAME)."
        )
    if may_create != "t":
        raise Failure(
            f"The database role '{user}' may not create databases; run: psql -c 'alter"
            f' role "{user}" createdb\' as an administrator of that server.'
        )


def _answers():
    if not shutil.which("psql"):
        return False
    tried = subprocess.run(
        ["psql", "-XAtqc", "select 1", "-d", "postgres"],
        env={**os.environ, **environment()},
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return tried.returncode == 0


def _own(folder, mode):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    if system.IS_ROOT:
        shutil.chown(folder, SERVER_USER, SERVER_USER)


def _create(home):
    _own(home, 0o755)
    temporary = home / "data.tmp"
    remove(temporary)
    run(
        _as_server(
            [
                system.postgres_bin() / "initdb",
                "-D",
                temporary,
                "-U",
                ROLE,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
        ),
        log="initdb.log",
        fix=f"PostgreSQL's initdb failed; read {paths.LOGS / 'initdb.log'}, then run"
        " './dev reset' and the same command again.",
        cwd="/",
    )
    temporary.rename(home / "data")


def _start(home):
    data = home / "data"
    made_by = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    programs = system.postgres_bin()
    fitting = Path("/usr/lib/postgresql") / made_by / "bin"
    if fitting.is_dir():
        programs = fitting
    # Trust authentication is safe because nobody else may enter this folder.
    _own(_socket_folder(), 0o700)
    settings = {**SETTINGS, "unix_socket_directories": _socket_folder()}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    command = _as_server(
        [
            programs / "pg_ctl",
            "start",
            "-w",
            "-t",
            "60",
            "-D",
            data,
            "-l",
            home / "server.log",
            "-o",
            options,
        ]
    )
    for last in (False, True):
        # pg_ctl's own output goes to a file: the server it leaves behind would keep
        # a pipe open for ever.
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        with open(paths.LOGS / "pg_ctl.log", "w", encoding="utf-8") as stream:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd="/"
            )
        if _answers():
            return
        if not last:
            _forget_dead_server(data)
    raise Failure(
        f"PostgreSQL did not start; read {home / 'server.log'}, or './dev reset' makes"
        " a new cluster."
    )


def _forget_dead_server(data):
    """Remove a pid file whose number now belongs to some other program."""
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    try:
        program = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        program = b""
    if b"postgres" not in program:
        (data / "postmaster.pid").unlink()


def stop():
    """Stop the private cluster; True if one was running."""
    data = _home() / "data"
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
        if b"postgres" not in Path(f"/proc/{number}/cmdline").read_bytes():
            return False
        os.kill(number, signal.SIGINT)
    except (OSError, ValueError, IndexError):
        return False
    for _attempt in range(150):
        if not Path(f"/proc/{number}").exists():
            return True
        time.sleep(0.2)
    raise Failure(f"PostgreSQL (process {number}) does not stop; end it by hand.")


def drop_cluster():
    stop()
    remove(_home())
    remove(_socket_folder())
