"""The project's virtual environments, rebuilt when a pin or Odoo's place changes."""

import os
import subprocess
import sys

from . import paths
from .files import digest, lock, remove
from .process import run
from .ui import step

PYTHON = paths.VENV / "bin" / "python"
LINT = paths.DEV / "venv-lint"
LINT_PYTHON = LINT / "bin" / "python"


def ensure(library):
    """The environment that runs Odoo and the tests."""
    _build(
        "venv",
        ["odoo.txt", "test.txt"],
        apart=["odoo-no-deps.txt"],
        extra=f"{library}\n",
    )


def ensure_lint():
    """Linters live apart: their astroid is not the one Odoo's checks are given."""
    _build("venv-lint", ["lint.txt"])


def _build(name, files, apart=(), extra=""):
    requirements = [paths.REQUIREMENTS / file for file in files]
    apart = [paths.REQUIREMENTS / file for file in apart]
    key = digest(
        sys.version,
        sys.base_prefix,
        extra,
        *(file.read_bytes() for file in [*requirements, *apart]),
    )
    link = paths.DEV / name
    # The final path holds the key: console scripts carry it and cannot be moved, so
    # the folder is built in place and counts only once its stamp is there.
    home = paths.DEV / f"{name}-{key}"
    if (home / "complete").exists() and os.path.realpath(link) == str(home.resolve()):
        return
    with lock(name):
        if not (home / "complete").exists():
            with step(f"Installing Python packages into .dev/{name}"):
                remove(home)
                _create(home, requirements, apart, extra)
        temporary = link.with_name(f".{name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(home.name)
        temporary.replace(link)
        _forget_old(name, home)


def _forget_old(name, home):
    """Keep the one before: programs that still run may import from it."""
    old = [
        folder
        for folder in paths.DEV.glob(f"{name}-*")
        if folder != home and len(folder.name) == len(home.name)
    ]
    old.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in old[1:]:
        remove(folder)


def _create(home, requirements, apart, extra):
    # A shim or a venv's own python would tie the environment to that place.
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", home])
    python = home / "bin" / "python"
    if extra:
        site = subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            text=True,
        ).strip()
        with open(f"{site}/odoo-here.pth", "w", encoding="utf-8") as stream:
            stream.write(extra)
    for options, files in (([], requirements), (["--no-deps"], apart)):
        if files:
            _install(python, [*options, *(f"-r{file}" for file in files)])
    (home / "complete").touch()


def _install(python, arguments):
    run(
        [python, "-m", "pip", "install", "-q", "--no-input", *arguments],
        log="pip.log",
        fix="Installing the Python packages failed; check the network and run the same"
        f" command again (see {paths.LOGS / 'pip.log'}).",
        tries=3,
        timeout=1500,
    )
