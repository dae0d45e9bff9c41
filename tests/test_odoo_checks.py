"""Odoo's own runner on our addon: its ``test_lint`` checks, and our hoot tests."""

import re
import subprocess

import pytest

from devtool import checklog, odoo, paths

LINT = (
    "TestTestHoles",
    "TestIndex",
    "TestNaming",
    "TestLintOverrideSignatures",
    "TestOnchangeDomains",
    "TestDunderinit",
)
HOOT = f"/web:WebSuite.test_unit_desktop[@{paths.ADDON}]"


def run_tagged(name, purpose, tags, *arguments):
    """Run Odoo's tests with ``tags`` on a database; return how many there were."""
    log = paths.LOGS / f"{purpose}.log"
    with open(log, "w", encoding="utf-8") as stream:
        code = subprocess.call(
            odoo.command(
                *("-d", name, "--test-tags", tags, "--stop-after-init"),
                *("--http-port=0", "--max-cron-threads=0", *arguments),
            ),
            env=odoo.environment(),
            stdout=stream,
            stderr=stream,
        )
    text = log.read_text(encoding="utf-8")
    # A record begins with its date; what follows belongs to it.
    records = re.split(r"^(?=\d{4}-\d\d-\d\d \d\d:)", text, flags=re.M)
    faults = [record for record in records if " ERROR " in record.partition("\n")[0]]
    assert code == 0, f"Odoo's tests failed, see {log}\n{''.join(faults)[:8000]}"
    checklog.check_log(log)
    results = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    return int(results[-1][2])


def test_odoo_lint(duplicate_db):
    tags = ",".join(f"/test_lint:{name}" for name in LINT)
    ran = run_tagged(duplicate_db("lint"), "test-lint", tags, "-i", "test_lint")
    assert ran >= len(LINT)


def test_hoot(duplicate_db):
    if not list(paths.ADDON_DIR.glob("static/tests/**/*.test.js")):
        pytest.skip("the addon has no hoot tests")
    assert run_tagged(duplicate_db("hoot"), "test-hoot", HOOT) == 1
