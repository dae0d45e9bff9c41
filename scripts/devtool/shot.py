"""``./dev shot``: pictures of the demo's screens and forms, for a person to look at."""

import subprocess

from . import database, demo, odoo, paths, pyenv, server
from .files import remove
from .ui import step

SCRIPT = paths.ROOT / "scripts" / "shot.py"


def take(arguments):
    """Run scripts/shot.py against a server on a duplicate of the demo database."""
    odoo.ensure(browsing=True)
    database.drop_scratch_of_the_dead()
    source = demo.ensure_database()
    name = database.scratch_name("shot")
    if not arguments:
        remove(paths.SHOTS)
    try:
        with step("Duplicating the demo database"):
            database.duplicate(source, name)
        with server.running(name, extra=["--max-cron-threads=0"]) as running:
            return subprocess.call(
                [
                    pyenv.PYTHON,
                    SCRIPT,
                    f"--url={running.url}",
                    f"--database={name}",
                    f"--folder={paths.SHOTS}",
                    *arguments,
                ],
                env=odoo.environment(),
                cwd=paths.ROOT,
            )
    finally:
        database.drop(name)
