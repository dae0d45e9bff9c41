"""Odoo 19 itself: an existing one (ODOO_HOME), or Debian's package unpacked here.

Debian unstable carries ``odoo-19``. Installing it on a stable Debian would pull in
unstable's Python, so the package is only downloaded (apt checks Debian's signature on
it) and unpacked into a folder of our own, with the asset packages its links point to.
"""

import os
import re
from pathlib import Path

from . import paths
from .files import digest, lock, read_stamp, remove, write_atomic, write_stamp
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
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


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


def _mirror():
    """The Debian mirror this machine is set up with."""
    sites = run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(CODENAME)"],
        fix="apt cannot list its sources; run 'apt-get update' as root once, or set"
        " ODOO_HOME to an Odoo 19 that is already there.",
    )
    for line in sites.splitlines():
        site, _, origin = line.partition(" ")
        if origin.startswith("Debian ") and "security" not in site + origin:
            return site
    raise Failure(
        "No Debian mirror is configured for apt (or 'apt-get update' never ran); add"
        " one and update, or set ODOO_HOME to an Odoo 19 that is already there."
    )


def _apt_options():
    """apt with our own sources and folders: works for any user, touches nothing."""
    if not KEYRING.exists():
        raise Failure(
            "Debian's signing keys are missing; run as root:"
            " apt-get install -y debian-archive-keyring"
        )
    for folder in ("lists/partial", "cache/archives/partial", "debs", "parts"):
        (paths.APT / folder).mkdir(parents=True, exist_ok=True)
    site = _mirror()
    stanzas = [
        f"Types: deb\nURIs: {site}\nSuites: {suite}\nComponents: main\n"
        f"Signed-By: {KEYRING}\n"
        for suite in PACKAGES
    ]
    write_atomic(paths.APT / "debian.sources", "\n".join(stanzas))
    settings = {
        "Dir::Etc::sourcelist": paths.APT / "debian.sources",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": paths.APT / "parts",
        "Dir::State::Lists": paths.APT / "lists",
        "Dir::Cache": paths.APT / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "60",
        "Acquire::https::Timeout": "60",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        # As root apt would drop to a user who cannot write into our folders.
        "APT::Sandbox::User": "root",
        "APT::Get::AllowUnauthenticated": "false",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]


def _fetch():
    advice = (
        "Fetching Odoo from Debian failed; check the network and run the same command"
        " again (what is already downloaded is kept), or set ODOO_HOME."
    )
    options = _apt_options()
    with step("Reading Debian's package lists"):
        run(
            ["apt-get", *options, "update", "-q"],
            log="apt-update.log",
            fix=advice,
            tries=4,
            timeout=300,
        )
    wanted = [f"{name}/{suite}" for suite, names in PACKAGES.items() for name in names]
    debs = paths.APT / "debs"
    with step("Downloading Odoo 19 and its fonts and scripts (about 130 MB)"):
        for name in wanted:
            run(
                ["apt-get", *options, "download", "-q", name],
                cwd=debs,
                log="apt-download.log",
                fix=advice,
                tries=4,
                timeout=900,
            )
    with step("Unpacking Odoo 19"):
        _unpack(debs)
    remove(paths.APT)


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
