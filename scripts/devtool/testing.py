"""``./dev test``: the addon's tests inside Odoo, and the tests from outside.

Two pytest runs, because the first lives in one Odoo process on one database, and the
second starts servers and databases of its own. They run at the same time; what the
second prints is shown when the first has ended.
"""

import contextlib
import os
import subprocess
import xml.etree.ElementTree as ElementTree

from . import bundles, database, odoo, paths, pyenv
from .checklog import check_log
from .ui import Failure, say, step

INSIDE = paths.ADDON_DIR / "tests"
OUTSIDE = paths.ROOT / "tests"
NOTHING_SELECTED = 5
# Options of pytest whose value could be mistaken for a path.
WITH_VALUE = ("-k", "-m", "-o", "-p", "-W", "--deselect", "--ignore", "--maxfail")
LOG = paths.LOGS / "tests.log"

LOG_FORMAT = (
    "%(asctime)s,%(msecs)03d %(process)d %(levelname)s test %(name)s: %(message)s"
)


def run_tests(arguments):
    """Run what ``arguments`` (as for pytest) select; True if all is well."""
    coverage = "--coverage" in arguments
    arguments = [argument for argument in arguments if argument != "--coverage"]
    inside, outside, options = sort_arguments(arguments)
    key = odoo.ensure(browsing=True)
    database.drop_scratch_of_the_dead()
    template = database.addon_template(key)
    codes, reports = [], []
    LOG.unlink(missing_ok=True)
    with _running_outside(outside, options, reports, alone=not inside) as end_outside:
        if inside:
            codes.append(_run_inside(template, inside, options, coverage, reports))
        if outside:
            codes.append(end_outside())
    passed, failed, skipped = _count(reports)
    say()
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    if all(code == NOTHING_SELECTED for code in codes):
        raise Failure("No test matches; check the name given to -k or the path.")
    # Last, so that a warning in a log hides no failed test.
    if LOG.exists():
        check_log(LOG)
    return all(code in (0, NOTHING_SELECTED) for code in codes)


def sort_arguments(arguments):
    """Tell paths inside the addon, paths outside it, and options of pytest apart."""
    inside, outside, options = [], [], []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        file = (paths.ROOT / argument.split("::")[0]).resolve()
        if argument.startswith("-") or before in WITH_VALUE or not file.exists():
            options.append(argument)
        elif file.is_relative_to(paths.ADDON_DIR):
            inside.append(argument)
        else:
            outside.append(argument)
    if not inside and not outside:
        return [str(INSIDE)], [str(OUTSIDE)], options
    return inside, outside, options


def pytest_command(coverage=False):
    if coverage:
        # The HTTP server that browser tests talk to runs in threads of its own.
        measure = ["-m", "coverage", "run", f"--source={paths.ADDON_DIR}"]
        return [str(pyenv.PYTHON), *measure, "-m", "pytest"]
    return [str(pyenv.PYTHON), "-m", "pytest"]


def environment():
    scripts = str(paths.ROOT / "scripts")
    known = os.environ.get("PYTHONPATH")
    return odoo.environment(
        PYTHONPATH=f"{scripts}{os.pathsep}{known}" if known else scripts,
        PYTHONDONTWRITEBYTECODE="1",
        COVERAGE_FILE=str(paths.DEV / "coverage"),
    )


def _report(name, reports):
    file = paths.LOGS / f"{name}.xml"
    file.unlink(missing_ok=True)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    reports.append(file)
    return f"--junit-xml={file}"


def _run_inside(template, selected, options, coverage, reports):
    name = database.scratch_name("test")
    with step("Duplicating the template for the tests"):
        database.duplicate(template, name)
    try:
        code = subprocess.call(
            [
                *pytest_command(coverage),
                "-p",
                "devtool.pytest_inside",
                f"--odoo-database={name}",
                "--odoo-http",
                "--odoo-log-level=warn",
                f"--log-file={LOG}",
                "--log-file-level=WARNING",
                f"--log-file-format={LOG_FORMAT}",
                "--log-file-date-format=%Y-%m-%d %H:%M:%S",
                _report("tests-inside", reports),
                *options,
                *selected,
            ],
            env=environment(),
            cwd=paths.ROOT,
        )
        # Bundles built for these tests serve the next ones.
        bundles.carry(name, template)
    finally:
        database.drop(name)
    if coverage:
        subprocess.call(
            [str(pyenv.PYTHON), "-m", "coverage", "report", "--skip-covered", "-m"],
            env=environment(),
            cwd=paths.ROOT,
        )
    return code


@contextlib.contextmanager
def _running_outside(selected, options, reports, *, alone):
    """Start the tests from outside; gives a function that waits for their end.

    :param alone: nothing else runs, so that they may print at once
    """
    if not selected:
        yield None
        return
    command = [
        *pytest_command(),
        "-p",
        "no:odoo",
        _report("tests-outside", reports),
        *options,
        *selected,
    ]
    output = paths.LOGS / "tests-outside.log"
    with contextlib.ExitStack() as stack:
        file = None if alone else stack.enter_context(output.open("w"))
        process = subprocess.Popen(
            command,
            env=environment(),
            cwd=paths.ROOT,
            stdout=file,
            stderr=file and subprocess.STDOUT,
        )

        def end():
            code = process.wait()
            if not alone:
                print(output.read_text(errors="replace"), flush=True)
            return code

        try:
            yield end
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _count(reports):
    """(passed, failed, skipped) over pytest's own reports."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for file in reports:
        if not file.exists():
            continue
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):
            for name in total:
                total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    return total["tests"] - failed - total["skipped"], failed, total["skipped"]
