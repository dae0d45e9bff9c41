"""wkhtmltopdf where Debian no longer has it (13 and later): Debian 12's, unpacked here.

It is not installed: its libraries stay in .dev, and a wrapper script shows them to it
alone.
"""

import platform
import shutil

from . import debian, paths
from .files import lock, read_stamp, remove, write_atomic, write_stamp
from .process import run
from .ui import step

RECIPE = "1"
PREFIX = paths.DEV / "wkhtmltopdf"
# The machine's own are newer and serve all; an older C library beside them would not.
LEAVE_OUT = ("libc6_", "libc-bin_", "libgcc-s1_", "libstdc++6_", "gcc-12-base_")

WRAPPER = """\
#!/bin/sh
export LD_LIBRARY_PATH={libraries}
export QT_PLUGIN_PATH={libraries}/qt5/plugins
exec {program} "$@"
"""


def is_gone():
    """True on a Debian that has no wkhtmltopdf package."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    if release.get("ID") != "debian":
        return False
    # Testing and unstable have no number.
    return int(release.get("VERSION_ID", "99").split(".")[0]) >= 13


def ensure():
    """Have a wkhtmltopdf in .dev/bin, if there is no other."""
    if shutil.which("wkhtmltopdf") or _is_good():
        return
    with lock("wkhtmltopdf"):
        if not _is_good():
            _fetch()


def _is_good():
    program = paths.BIN / "wkhtmltopdf"
    return read_stamp("wkhtmltopdf") == RECIPE and program.exists() and PREFIX.is_dir()


def _fetch():
    debs = debian.download(
        "wkhtmltopdf of Debian 12", ["wkhtmltopdf/bookworm"], closure=True
    )
    with step("Unpacking wkhtmltopdf"):
        temporary = PREFIX.with_name("wkhtmltopdf.tmp")
        remove(temporary)
        temporary.mkdir()
        for deb in sorted(debs.glob("*.deb")):
            if not deb.name.startswith(LEAVE_OUT):
                run(["dpkg", "-x", deb, temporary])
        remove(PREFIX)
        temporary.rename(PREFIX)
        (libraries,) = PREFIX.glob("usr/lib/*-linux-gnu")
        write_atomic(
            paths.BIN / "wkhtmltopdf",
            WRAPPER.format(
                libraries=libraries, program=PREFIX / "usr" / "bin" / "wkhtmltopdf"
            ),
            mode=0o755,
        )
        write_stamp("wkhtmltopdf", RECIPE)
    remove(debs.parents[1])
