"""``./dev test --core``: Odoo's own suites without and with the addon.

All tests run on a complete database, the at_install ones too: only so do they meet the
addon at all. What fails without the addon is Odoo's own affair; what fails only with
it is ours. Both runs go at the same time where there are two cores.
"""

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from . import database, odoo, odoo_source, paths, testing
from .files import remove, write_atomic
from .ui import Failure, say, step

# Of each suite these files; of accounting what moves and pays.
SUITES = {
    "stock": ("test_*.py",),
    "stock_account": ("test_*.py",),
    "repair": ("test_*.py",),
    "account": ("test_account_move_*.py", "test_account_payment*.py"),
    "sale_stock": ("test_*.py",),
    "crm": ("test_*.py",),
    "hr_expense": ("test_*.py",),
}
REPORT = paths.ROOT / "docs" / "core-suites.md"


def compare():
    key = odoo.ensure(browsing=True)
    database.drop_scratch_of_the_dead()
    templates = {
        "without": database.base_template(key),
        "with": database.addon_template(key),
    }
    workers = min(len(templates), os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        runs = [pool.submit(_run, *item) for item in templates.items()]
    without, with_addon = (run.result() for run in runs)
    _write(without, with_addon)
    new = sorted(with_addon["failed"] - without["failed"])
    for name in new:
        say(f"    fails only with the addon: {name}")
    say(f"Written to {REPORT.relative_to(paths.ROOT)}.")
    return not new


def _files():
    library, addons, _key = odoo_source.locate()
    for suite, patterns in SUITES.items():
        for folder in [*addons, library / "odoo" / "addons"]:
            tests = folder / suite / "tests"
            if tests.is_dir():
                break
        else:
            raise Failure(f"This Odoo has no tests of {suite}; use one that has them.")
        files = sorted({file for one in patterns for file in tests.glob(one)})
        if not files:
            raise Failure(f"No test of {suite} is named {' or '.join(patterns)}.")
        yield from map(str, files)


def _run(label, template):
    name = database.scratch_name(f"core_{label}")
    report = paths.LOGS / f"core-{label}.xml"
    # Two runs at once would mix what they print.
    output = paths.LOGS / f"core-{label}.log"
    remove(report)
    start = time.monotonic()
    with step(f"Odoo's own suites {label} the addon"):
        database.duplicate(template, name)
        try:
            with output.open("w") as stream:
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
                        *_files(),
                    ],
                    env=testing.environment(),
                    cwd=paths.DEV,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                )
        finally:
            database.drop(name)
    if not report.exists():
        raise Failure(f"Odoo's own suites did not run; read the end of {output}.")
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
