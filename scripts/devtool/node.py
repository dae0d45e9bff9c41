"""The npm packages of package-lock.json: prettier, and a file Odoo's package lacks."""

import shutil

from . import odoo_source, paths, system
from .files import digest, lock, read_stamp, remove, write_stamp
from .process import run
from .ui import step

SOURCES = ("package.json", "package-lock.json", ".npmrc")
PRETTIER = paths.NODE / "node_modules" / "prettier" / "bin" / "prettier.cjs"
# Debian strips this minified file; without it the web client logs an error in the
# browser's console, and every browser test fails on that.
STRIPPED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
STRIPPED_FROM = "node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.js"


def ensure():
    system.ensure(system.NODE)
    key = digest(*((paths.ROOT / name).read_bytes() for name in SOURCES))
    if read_stamp("node") == key and PRETTIER.exists():
        return
    with lock("node"):
        if read_stamp("node") == key and PRETTIER.exists():
            return
        with step("Installing npm packages into .dev/node"):
            temporary = paths.NODE.with_name("node.tmp")
            remove(temporary)
            temporary.mkdir(parents=True)
            for name in SOURCES:
                shutil.copy(paths.ROOT / name, temporary / name)
            run(
                ["npm", "ci", "--no-audit", "--no-fund"],
                cwd=temporary,
                log="npm.log",
                fix="Installing the npm packages failed; check the network and run the"
                f" same command again (see {paths.LOGS / 'npm.log'}).",
                tries=3,
                timeout=600,
            )
            remove(paths.NODE)
            temporary.rename(paths.NODE)
            write_stamp("node", key)


def complete_odoo(*, needed):
    """Put the stripped file back; when not ``needed``, only if npm is here anyway."""
    addons = paths.ODOO_PREFIX / "usr/lib/python3/dist-packages/odoo/addons"
    target = addons / STRIPPED
    if odoo_source.is_external() or target.exists():
        return
    if not needed and not shutil.which("npm"):
        return
    ensure()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    shutil.copy(paths.NODE / STRIPPED_FROM, temporary)
    temporary.replace(target)
