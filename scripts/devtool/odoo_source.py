"""Odoo 19 itself: an existing one (ODOO_HOME), or Debian's package unpacked here.

Debian unstable carries ``odoo-19``. Installing it on a stable Debian would pull in
unstable's Python, so the package is only downloaded (apt checks Debian's signature on
it) and unpacked into a folder of our own, with the asset packages its links point to.
"""

import os
import re
from pathlib import Path

from . import debian, paths
from .files import digest, lock, read_stamp, remove, write_stamp
from .process import run
from .ui import Failure, step

# The version of fonts-font-awesome matters: unstable's 7.x lacks the old file names.
PACKAGES = {
    "sid": [
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-ocr-b",
        "fonts-glyphicons-halflings",
    ],
    "bookworm": ["fonts-font-awesome", "fonts-inconsolata"],
}
RECIPE = digest(repr(PACKAGES), "1")


def is_external():
    return bool(os.environ.get("ODOO_HOME"))


def _home_from_environment():
    """(folder to put on the Python path, addons folders) of ODOO_HOME."""
    home = Path(os.environ["ODOO_HOME"]).expanduser().resolve()
    for library in (home, home / "usr/lib/python3/dist-packages", home.parent):
        if (library / "odoo" / "release.py").is_file():
            break
    else:
        raise Failure(
            f"ODOO_HOME={home} holds no Odoo (no odoo/release.py); point it at the"
            " folder that holds the 'odoo' package."
        )
    release = (library / "odoo" / "release.py").read_text(encoding="utf-8")
    if not re.search(r"version_info = \(19, 0\b", release):
        raise Failure(
            f"ODOO_HOME={home} is not Odoo 19.0; point it at a 19.0, or unset it to"
            " have one fetched."
        )
    addons = [library / "addons"] if (library / "addons").is_dir() else []
    return library, addons


def locate():
    """(Python path folder, addons folders, key of this Odoo); fetched if need be."""
    if is_external():
        library, addons = _home_from_environment()
        release = (library / "odoo" / "release.py").read_bytes()
        return library, addons, digest(str(library), release)
    if read_stamp("odoo") != RECIPE or not paths.ODOO_PREFIX.is_dir():
        with lock("odoo"):
            if read_stamp("odoo") != RECIPE or not paths.ODOO_PREFIX.is_dir():
                _fetch()
    library = paths.ODOO_PREFIX / "usr/lib/python3/dist-packages"
    version = (paths.ODOO_PREFIX / "VERSION").read_text(encoding="utf-8").strip()
    return library, [], digest(RECIPE, version)


def _fetch():
    wanted = [f"{name}/{suite}" for suite, names in PACKAGES.items() for name in names]
    debs = debian.download("Odoo 19 and its fonts and scripts (130 MB)", wanted)
    with step("Unpacking Odoo 19"):
        _unpack(debs)
    remove(debs.parent)


def _unpack(debs):
    temporary = paths.ODOO_PREFIX.with_name("odoo-19.tmp")
    remove(temporary)
    temporary.mkdir()
    versions = []
    for names in PACKAGES.values():
        for name in names:
            # An interrupted run may have left an older version beside the new one.
            deb = max(debs.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
            run(["dpkg", "-x", deb, temporary])
            versions.append(deb.name)
    broken = [
        str(path.relative_to(temporary))
        for path in temporary.rglob("*")
        if path.is_symlink() and not path.exists()
    ]
    if broken:
        raise Failure(
            f"Odoo's package links to files no package here brings ({broken[0]}, ...);"
            " add the package that holds them to PACKAGES in odoo_source.py."
        )
    (temporary / "VERSION").write_text("\n".join(versions), encoding="utf-8")
    remove(paths.ODOO_PREFIX)
    temporary.rename(paths.ODOO_PREFIX)
    write_stamp("odoo", RECIPE)
