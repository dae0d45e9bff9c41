"""The web client's bundles, carried from one database to the next.

Odoo builds them (half a minute of minifying JavaScript and compiling SCSS) and keeps
them as attachments whose address holds a key of their content. A stale one is never
asked for, so they may be copied freely between databases of one Odoo.
"""

import shutil
import subprocess

from . import database, odoo
from .files import lock

COLUMNS = (
    "name, url, type, public, res_model, res_id, store_fname, checksum, mimetype,"
    " file_size, create_uid, create_date, write_uid, write_date"
)
WHICH = "url like '/web/assets/%' and store_fname is not null"


def _addresses(name):
    return set(database.query(f"select url from ir_attachment where {WHICH}", name))


def carry(source, target):
    """Give ``target`` the bundles that ``source`` has and it lacks."""
    new = _addresses(source) - _addresses(target)
    if not new:
        return
    files = database.query(
        f"select distinct store_fname from ir_attachment where {WHICH}", source
    )
    for file in files:
        copy = database.filestore(target) / file
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(database.filestore(source) / file, copy)
    listed = ", ".join(f"'{address}'" for address in sorted(new))
    rows = _psql(
        source,
        f"copy (select {COLUMNS} from ir_attachment where {WHICH}"
        f" and url in ({listed})) to stdout",
    )
    # Nobody may duplicate the target meanwhile: that ends our connection to it.
    with lock("duplicate"):
        _psql(target, f"copy ir_attachment ({COLUMNS}) from stdin", rows)


def _psql(name, statement, text=None):
    done = subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", statement],
        input=text or "",
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def generate(name):
    """Build what is missing, so that the first page comes at once."""
    script = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"
    database.shell(name, script, log=f"bundles-{name}.log")
