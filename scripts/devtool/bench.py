"""``./dev bench``: the addon beside Odoo's own and the OCA's documents."""

import subprocess

from . import database, odoo, paths, pyenv
from .files import digest, lock, read_stamp, remove, write_stamp
from .process import run
from .ui import Failure, step

ADDONS = paths.DEV / "bench-addons"
ENTRY = paths.ROOT / "bench"
# Installed beside the addon, in the benchmark's database only.
OTHERS = ["crm", "repair", "helpdesk_mgmt", "helpdesk_mgmt_sla", "fieldservice"]


def run_bench(arguments):
    if not (ENTRY / "__main__.py").exists():
        raise Failure("bench/__main__.py is missing; check it out again.")
    key = odoo.ensure()
    wheels = _ensure_wheels()
    name = f"{database.prefix()}_bench"
    value = digest(database.addon_key(key), wheels, *OTHERS)
    environment = _environment()
    if not database.is_good(name, value):
        with lock("bench"), step("Making the benchmark's database"):
            database.duplicate(database.base_template(key), name)
            database.install(name, [paths.ADDON, *OTHERS], environment=environment)
            database.mark_good(name, value)
    return subprocess.call(
        [pyenv.PYTHON, ENTRY, f"--database={name}", *arguments],
        env=environment,
        cwd=paths.ROOT,
    )


def _environment():
    """Odoo's configuration with the wheels' addons on its path, for this one use."""
    text = paths.ODOO_CONF.read_text(encoding="utf-8")
    lines = [
        f"{line},{ADDONS / 'odoo' / 'addons'}"
        if line.startswith("addons_path")
        else line
        for line in text.splitlines()
    ]
    configuration = paths.DEV / "bench.conf"
    configuration.touch(mode=0o600)
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return odoo.environment(ODOO_RC=str(configuration))


def _ensure_wheels():
    """Unpack the OCA's addons apart, so that no other database sees them."""
    requirements = paths.REQUIREMENTS / "bench.txt"
    key = digest(requirements.read_bytes())
    if read_stamp("bench-addons") == key and ADDONS.exists():
        return key
    with lock("bench-addons"), step("Fetching the OCA addons to compare with"):
        temporary = ADDONS.with_name("bench-addons.tmp")
        remove(temporary)
        run(
            [
                pyenv.PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                "--no-input",
                "--no-deps",
                "--target",
                temporary,
                "-r",
                requirements,
            ],
            log="pip-bench.log",
            fix="Fetching the OCA addons failed; check the network and run the same"
            f" command again (see {paths.LOGS / 'pip-bench.log'}).",
            tries=3,
            timeout=600,
        )
        remove(ADDONS)
        temporary.rename(ADDONS)
        write_stamp("bench-addons", key)
    return key
