"""What the machine itself must have: found, or installed with apt."""

import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths
from .files import lock
from .ui import Failure, say, step

IS_ROOT = os.geteuid() == 0

# Odoo looks for the same names (odoo/tests/common.py).
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def postgres_bin():
    """The folder of the newest PostgreSQL server's programs, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda program: int(program.parts[-3]),
    )
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).resolve().parent if program else None


def browser():
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _has_chinese_font():
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True
    )
    return bool(listed.stdout.strip())


def _has_library(name):
    folder = Path("/usr/lib")
    return any(folder.glob(f"*/{name}")) or (folder / name).exists()


# need: (is it there, Debian packages that bring it)
NEEDS = {
    "a PostgreSQL server": (postgres_bin, ["postgresql"]),
    "psql": (lambda: shutil.which("psql"), ["postgresql-client"]),
    "wkhtmltopdf": (lambda: shutil.which("wkhtmltopdf"), ["wkhtmltopdf"]),
    "a Chinese font": (_has_chinese_font, ["fontconfig", "fonts-noto-cjk"]),
    "libmagic": (lambda: _has_library("libmagic.so.1"), ["libmagic1"]),
    "libcairo": (lambda: _has_library("libcairo.so.2"), ["libcairo2"]),
    "chromium": (browser, ["chromium"]),
    "poppler": (lambda: shutil.which("pdftoppm"), ["poppler-utils"]),
    "node and npm": (
        lambda: shutil.which("node") and shutil.which("npm"),
        ["nodejs", "npm"],
    ),
}
SERVING = ["psql", "wkhtmltopdf", "a Chinese font", "libmagic", "libcairo"]
BROWSING = ["chromium", "poppler"]
NODE = ["node and npm"]


def _apt_command(packages):
    options = ["-y", "-q", "--no-install-recommends", "-o", "Acquire::Retries=3"]
    return ["apt-get", "install", *options, *packages]


def _sudo():
    """The prefix that makes a command run as root, or None if there is no way."""
    if IS_ROOT:
        return []
    if not shutil.which("sudo"):
        return None
    without_password = subprocess.run(["sudo", "-n", "true"], capture_output=True)
    if without_password.returncode == 0 or sys.stdin.isatty():
        return ["sudo"]
    return None


def ensure(needs):
    """Install what is missing of ``needs``, or say exactly how to."""
    missing = [need for need in needs if not NEEDS[need][0]()]
    if not missing:
        return
    packages = [package for need in missing for package in NEEDS[need][1]]
    by_hand = f"apt-get update && {' '.join(_apt_command(packages))}"
    if not shutil.which("apt-get"):
        raise Failure(
            f"{', '.join(missing)} missing and there is no apt here; install them"
            " with this system's own package manager."
        )
    prefix = _sudo()
    if prefix is None:
        raise Failure(
            f"{', '.join(missing)} missing and {getpass.getuser()} may not install"
            f" packages; run as root: {by_hand}"
        )
    with lock("apt"), step(f"Installing with apt: {' '.join(packages)}"):
        if not all(NEEDS[need][0]() for need in missing):
            _install(prefix, packages)
    left = [need for need in missing if not NEEDS[need][0]()]
    if left:
        raise Failure(
            f"{', '.join(left)} could not be installed; run as root and read what"
            f" it says: {by_hand}"
        )


def _install(prefix, packages):
    settings = ["DEBIAN_FRONTEND=noninteractive", "DEBCONF_NONINTERACTIVE_SEEN=true"]
    base = [*prefix, "env", *settings]
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with open(paths.LOGS / "apt.log", "w", encoding="utf-8") as log:

        def succeeds(*command):
            # Standard input stays: sudo may ask for a password.
            done = subprocess.run([*base, *command], stdout=log, stderr=log)
            return done.returncode == 0

        for attempt in range(3):
            if attempt:
                say(f"    apt failed ({paths.LOGS / 'apt.log'}), trying again")
                # An install killed half-way is finished first; harmless otherwise.
                succeeds("dpkg", "--configure", "-a")
            if succeeds("apt-get", "update", "-q"):
                if succeeds(*_apt_command(packages)):
                    return
