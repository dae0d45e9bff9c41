"""``./dev i18n``: export the terms, merge them into the translations."""

import subprocess

from . import database, odoo, paths, pyenv
from .ui import Failure, say, step

POT = paths.ADDON_DIR / "i18n" / f"{paths.ADDON}.pot"


def update():
    key = odoo.ensure()
    database.drop_scratch_of_the_dead()
    template = database.addon_template(key)
    name = database.scratch_name("i18n")
    fresh = paths.DEV / "terms.pot"
    with step("Exporting the terms"):
        database.duplicate(template, name)
        try:
            database.run(
                odoo.command(
                    "i18n", "export", "-d", name, "-o", fresh, paths.ADDON, "-l", "pot"
                ),
                env=odoo.environment(),
                log="i18n.log",
                fix=f"Odoo could not export the terms; read {paths.LOGS / 'i18n.log'}.",
            )
        finally:
            database.drop(name)
    with step("Merging them into the translations"):
        done = subprocess.run(
            [pyenv.PYTHON, paths.ROOT / "scripts" / "merge_po.py", fresh, POT],
            text=True,
        )
        if done.returncode:
            raise Failure("The translations could not be merged; correct what it says.")
    fresh.unlink()
    say("Look at the change with git diff, translate what is empty.")
