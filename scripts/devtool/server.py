"""Running Odoo as a server, and stopping it for certain."""

import ctypes
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager

from . import odoo, paths
from .ui import Failure

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    """A killed ./dev must leave no server behind."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(first=8069, last=8169):
    """The first port from ``first`` on that nobody listens to."""
    for port in range(first, last):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            # As Odoo does: a port just left (TIME_WAIT) is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Failure(f"All ports from {first} to {last} are taken; free one of them.")


class Server:
    """One ``odoo`` server process on one database."""

    def __init__(self, name, port, log, extra=(), environment=None):
        self.db = name
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._stream = open(log, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            odoo.command(
                "-d",
                name,
                "--http-interface=127.0.0.1",
                f"--http-port={port}",
                "--workers=0",
                *extra,
            ),
            env=environment or odoo.environment(),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._stream,
            stderr=self._stream,
            # Control-C reaches us alone; we pass it on in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def wait_until_it_answers(self, page="/web/login", timeout=180):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + page, timeout=60) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                raise Failure(
                    f"Odoo answers {page} with {error.code}; read {self.log}."
                ) from None
            except OSError:
                time.sleep(0.2)
        self.stop()
        raise Failure(f"Odoo did not start; read the end of {self.log}.")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._stream.close()


@contextmanager
def running(name, port=None, log=None, extra=(), environment=None, page="/web/login"):
    """An Odoo server that answers, stopped at the end."""
    log = log or paths.LOGS / f"server-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # Test servers keep away from the port a person expects the demo at.
    server = Server(name, port or free_port(8200, 8999), log, extra, environment)
    try:
        server.wait_until_it_answers(page)
        yield server
    finally:
        server.stop()
