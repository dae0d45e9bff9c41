"""``./dev test``: the addon's tests inside Odoo, and the tests from outside.

Several pytest runs, because a run inside Odoo lives in one process on one database, and
the tests from outside start servers and databases of their own. All tests inside are
two runs on two databases, so that two cores have work to the end. The runs go on at the
same time; what all but the first print is shown when the first has ended.
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
    names, codes, ends = [], [], []
    with contextlib.ExitStack() as stack:

        def start(name, command, beside):
            names.append(name)
            command += [_report(name), *options]
            return stack.enter_context(_running(name, command, beside=beside))

        if outside:
            command = [*pytest_command(), "-p", "no:odoo", *outside]
            ends.append(start("tests-outside", command, beside=bool(inside)))
        parts = [inside] if coverage else divide(inside)
        for number, part in reversed(list(enumerate(parts))):
            name = f"tests-inside-{number}" if number else "tests-inside"
            scratch = stack.enter_context(_test_database(template, number))
            command = [*_inside_command(scratch, name, coverage), *part]
            ends.insert(0, start(name, command, beside=bool(number)))
        codes += [end() for end in ends]
    if coverage:
        subprocess.call(
            [str(pyenv.PYTHON), "-m", "coverage", "report", "--skip-covered", "-m"],
            env=environment(),
            cwd=paths.ROOT,
        )
    passed, failed, skipped = _count(names)
    say()
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    if all(code == NOTHING_SELECTED for code in codes):
        raise Failure("No test matches; check the name given to -k or the path.")
    # Last, so that a warning in a log hides no failed test.
    for name in names:
        if (log := paths.LOGS / f"{name}-odoo.log").exists():
            check_log(log)
    return all(code in (0, NOTHING_SELECTED) for code in codes)


def divide(inside):
    """All tests inside as two lists of files that are about equally long, each in the
    order of their names; any other selection, or one core, as it is."""
    if inside != [str(INSIDE)] or (os.cpu_count() or 1) < 2:
        return [inside] if inside else []
    parts, sizes = ([], []), [0, 0]
    files = list(INSIDE.rglob("test_*.py"))
    for file in sorted(files, key=lambda file: (-file.stat().st_size, str(file))):
        shorter = sizes.index(min(sizes))
        parts[shorter].append(str(file))
        sizes[shorter] += file.stat().st_size
    return [sorted(part) for part in parts]


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


def _report(name):
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    file = paths.LOGS / f"{name}.xml"
    file.unlink(missing_ok=True)
    return f"--junit-xml={file}"


def _inside_command(scratch, name, coverage):
    log = paths.LOGS / f"{name}-odoo.log"
    log.unlink(missing_ok=True)
    return [
        *pytest_command(coverage),
        "-p",
        "devtool.pytest_inside",
        f"--odoo-database={scratch}",
        "--odoo-http",
        "--odoo-log-level=warn",
        f"--log-file={log}",
        "--log-file-level=WARNING",
        f"--log-file-format={LOG_FORMAT}",
        "--log-file-date-format=%Y-%m-%d %H:%M:%S",
    ]


@contextlib.contextmanager
def _test_database(template, number):
    """A copy of the addon's template, gone at the end."""
    name = database.scratch_name(f"test{number or ''}")
    with step("Duplicating the template for the tests"):
        database.duplicate(template, name)
    try:
        yield name
        if not number:
            # Bundles built for these tests serve the next ones.
            bundles.carry(name, template)
    finally:
        database.drop(name)


@contextlib.contextmanager
def _running(name, command, *, beside):
    """Start a run of pytest; gives a function that waits for its end.

    :param beside: another run prints meanwhile; this one's output is shown at its end
    """
    output = paths.LOGS / f"{name}.log"
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(output.open("w")) if beside else None
        process = subprocess.Popen(
            command,
            env=environment(),
            cwd=paths.ROOT,
            stdout=file,
            stderr=file and subprocess.STDOUT,
        )

        def end():
            code = process.wait()
            if beside:
                print(output.read_text(errors="replace"), flush=True)
            return code

        try:
            yield end
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _count(names):
    """(passed, failed, skipped) over pytest's own reports of these runs."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for name in names:
        file = paths.LOGS / f"{name}.xml"
        if not file.exists():
            continue
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):
            for name in total:
                total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    return total["tests"] - failed - total["skipped"], failed, total["skipped"]
