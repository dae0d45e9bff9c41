"""The developer tool itself: what it decides, and how it fails."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from devtool import checklog, cli, database, files, paths, server, system, testing, ui

RECORD = "2026-01-02 03:04:05,678 99 {level} a_db {logger}: {message}\n"


def run_dev(*arguments, cwd=paths.ROOT, **environment):
    return subprocess.run(
        [cwd / "dev", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


@pytest.fixture
def other_copy(tmp_path):
    """The tool in another place, where nothing was made yet."""
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(paths.ROOT / "dev", copy)
    for name in ("scripts", "requirements"):
        shutil.copytree(paths.ROOT / name, copy / name)
    return copy


def test_help_names_every_command():
    shown = run_dev("help").stdout
    for name in vars(cli):
        if name.startswith("cmd_"):
            assert f"\n  {name.removeprefix('cmd_')} " in shown


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["nonsense"], {}, "./dev help lists them"),
        (["lint", "--quick"], {}, "takes --fix and paths"),
        (["setup"], {"ODOO_HOME": "/nowhere"}, "holds no Odoo"),
        (["serve"], {"ODOO_HOME": "/nowhere"}, "holds no Odoo"),
    ],
)
def test_a_failure_is_one_sentence(other_copy, arguments, environment, says):
    done = run_dev(*arguments, cwd=other_copy, **environment)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("dev: ")]
    assert says in line
    assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_named(other_copy, odoo_key):
    done = run_dev(
        "setup",
        cwd=other_copy,
        PGHOST=str(other_copy),
        ODOO_HOME=str(paths.ODOO_PREFIX) if paths.ODOO_PREFIX.exists() else "",
    )
    assert done.returncode == 1
    assert "PGHOST" in done.stderr


def test_who_may_not_install_is_told_what_to_run(monkeypatch):
    monkeypatch.setattr(system, "NEEDS", {"a thing": (lambda: None, ["thing-pkg"])})
    monkeypatch.setattr(system, "IS_ROOT", False)
    monkeypatch.setattr(system.shutil, "which", lambda name: name == "apt-get")
    with pytest.raises(ui.Failure, match="apt-get update && apt-get install .*thing-"):
        system.ensure(["a thing"])


def test_what_is_there_is_not_installed(monkeypatch):
    monkeypatch.setattr(system, "NEEDS", {"a thing": (lambda: "/bin/thing", ["pkg"])})
    monkeypatch.setattr(system, "_install", None)
    system.ensure(["a thing"])


def test_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert server.free_port(port, port + 50) > port


def test_atomic_write_keeps_the_mode(tmp_path):
    file = tmp_path / "folder" / "file"
    files.write_atomic(file, "text", mode=0o600)
    assert file.read_text() == "text"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_digest_tells_parts_and_names_apart(tmp_path):
    assert files.digest("ab", "c") != files.digest("a", "bc")
    (tmp_path / "a").write_text("x")
    before = files.digest_tree(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert files.digest_tree(tmp_path) != before


@pytest.mark.parametrize(
    ("path", "installed"),
    [
        ("models/intake/aftersales_request.py", True),
        ("i18n/zh_CN.po", True),
        ("static/description/icon.png", True),
        ("__manifest__.py", True),
        ("tests/intake/test_request.py", False),
        ("static/tests/tours/case_tour.js", False),
        ("static/src/view.js", False),
        ("i18n/aftersales_service.pot", False),
        ("readme/DESCRIPTION.md", False),
    ],
)
def test_what_makes_the_template_anew(path, installed):
    assert bool(database.NOT_INSTALLED.match(path)) != installed


@pytest.mark.parametrize(
    ("level", "logger", "message", "fails"),
    [
        ("WARNING", "odoo.addons.aftersales_service.models.x", "careful", True),
        ("ERROR", "odoo.sql_db", "bad query: aftersales.service.request", True),
        ("WARNING", "py.warnings", "/a/aftersales_service/models/x.py:3: old", True),
        ("INFO", "odoo.addons.aftersales_service.models.x", "fine", False),
        ("WARNING", "odoo.addons.stock.models.x", "not ours", False),
        ("WARNING", "py.warnings", "/a/aftersales_service/.dev/x.py:3: old", False),
    ],
)
def test_log_check(tmp_path, odoo_key, level, logger, message, fails):
    log = tmp_path / "odoo.log"
    log.write_text(
        RECORD.format(level="INFO", logger="odoo", message="start")
        + RECORD.format(level=level, logger=logger, message=message)
    )
    if fails:
        with pytest.raises(ui.Failure, match="correct their cause"):
            checklog.check_log(log)
    else:
        checklog.check_log(log)


def test_arguments_are_sorted():
    inside, outside, options = testing.sort_arguments(
        [f"{paths.ADDON}/tests", "tests/test_dev.py::test_x", "-k", "tests", "-x"]
    )
    assert inside == [f"{paths.ADDON}/tests"]
    assert outside == ["tests/test_dev.py::test_x"]
    assert options == ["-k", "tests", "-x"]


def test_all_tests_inside_are_two_equal_runs(monkeypatch):
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 2)
    first, second = testing.divide([str(testing.INSIDE)])
    files = [str(file) for file in testing.INSIDE.rglob("test_*.py")]
    assert sorted(first + second) == sorted(files)
    sizes = [
        sum(Path(file).stat().st_size for file in part) for part in (first, second)
    ]
    assert min(sizes) > 0.9 * max(sizes)
    assert testing.divide(["one.py"]) == [["one.py"]]
    assert testing.divide([]) == []
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 1)
    assert testing.divide([str(testing.INSIDE)]) == [[str(testing.INSIDE)]]


def test_interrupted_template_is_not_good(addon_template):
    assert database.is_good(addon_template)
    assert not database.is_good(addon_template, "another value")
    assert not database.is_good(database.scratch_name("never_made"))
