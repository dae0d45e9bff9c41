"""``./dev test --core``: Odoo's own suites without and with the addon.

All tests run on a complete database, the at_install ones too: only so do they meet the
addon at all. What fails without the addon is Odoo's own affair; what fails only with
it is ours.
"""

import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter

from . import database, odoo, odoo_source, paths, testing
from .files import remove, write_atomic
from .ui import Failure, say, step

SUITES = ("stock", "repair", "crm", "sale_stock")
REPORT = paths.ROOT / "docs" / "core-suites.md"


def compare():
    key = odoo.ensure(browsing=True)
    database.drop_scratch_of_the_dead()
    without = _run(database.base_template(key), "without")
    with_addon = _run(database.addon_template(key), "with")
    _write(without, with_addon)
    new = sorted(with_addon["failed"] - without["failed"])
    for name in new:
        say(f"    fails only with the addon: {name}")
    say(f"Written to {REPORT.relative_to(paths.ROOT)}.")
    return not new


def _folders():
    library, addons, _key = odoo_source.locate()
    for suite in SUITES:
        for folder in [*addons, library / "odoo" / "addons"]:
            if (folder / suite / "tests").is_dir():
                yield str(folder / suite / "tests")
                break
        else:
            raise Failure(f"This Odoo has no tests of {suite}; use one that has them.")


def _run(template, label):
    name = database.scratch_name("core")
    report = paths.LOGS / f"core-{label}.xml"
    remove(report)
    start = time.monotonic()
    with step(f"Odoo's own suites {label} the addon"):
        database.duplicate(template, name)
        try:
            subprocess.call(
                [
                    *testing.pytest_command(),
                    "-p",
                    "devtool.pytest_inside",
                    "-q",
                    f"--odoo-database={name}",
                    "--odoo-http",
                    "--tb=short",
                    f"--rootdir={paths.DEV}",
                    f"--junit-xml={report}",
                    *_folders(),
                ],
                env=testing.environment(),
                cwd=paths.DEV,
            )
        finally:
            database.drop(name)
    if not report.exists():
        raise Failure("Odoo's own suites did not run; read what pytest says above.")
    return _read(report, time.monotonic() - start)


def _read(report, seconds):
    ran, failed, skipped = Counter(), set(), Counter()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        # ...odoo.addons.stock.tests.test_move.StockMove
        name = case.get("classname", "").rpartition("odoo.addons.")[2]
        suite = name.partition(".")[0]
        ran[suite] += 1
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(f"{name}.{case.get('name')}")
        elif case.find("skipped") is not None:
            skipped[suite] += 1
    return {"ran": ran, "failed": failed, "skipped": skipped, "seconds": seconds}


def _failed_in(result, suite):
    return sum(name.startswith(f"{suite}.tests.") for name in result["failed"])


def _table(rows):
    """Markdown table as prettier writes it; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row):
        cells = [row[0].ljust(widths[0])]
        cells += [c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)]
        return f"| {' | '.join(cells)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [line(rows[0]), f"| {' | '.join(rule)} |", *map(line, rows[1:])]


def _write(without, with_addon):
    lines = [
        "# Odoo's own test suites, without and with the addon",
        "",
        "Written by `./dev test --core`. All tests run after installation, on a",
        "database with the modules that the addon depends on.",
        "",
    ]
    rows = [("suite", "tests without", "failed without", "tests with", "failed with")]
    for suite in SUITES:
        numbers = [
            str(number)
            for result in (without, with_addon)
            for number in (result["ran"][suite], _failed_in(result, suite))
        ]
        rows.append((suite, *numbers))
    lines += _table(rows)
    minutes = [round(result["seconds"] / 60) for result in (without, with_addon)]
    lines += [
        "",
        f"Time: {minutes[0]} min without, {minutes[1]} min with the addon.",
        "",
    ]
    both = without["failed"] & with_addon["failed"]
    for title, names in (
        ("Fails without the addon as well", both),
        ("Fails only with the addon", with_addon["failed"] - without["failed"]),
        ("Fails only without the addon", without["failed"] - with_addon["failed"]),
    ):
        lines += [f"## {title}", ""]
        lines += [f"- `{name}`" for name in sorted(names)] or ["None."]
        lines.append("")
    write_atomic(REPORT, "\n".join(lines).rstrip() + "\n")
