"""The addon as a company gets it: a wheel, installed without the repository."""

import os
import shutil
import subprocess
import zipfile

import pytest

from devtool import checklog, database, odoo, paths, pyenv, server

IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".git")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / paths.ADDON
    shutil.copytree(paths.ADDON_DIR, copy, ignore=IGNORED)
    subprocess.run(
        [
            *(pyenv.PYTHON, "-m", "pip", "wheel", "-q", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", folder, copy),
        ],
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An addons folder that pip filled from the wheel, and nothing else."""
    target = tmp_path_factory.mktemp("site")
    subprocess.run(
        [
            *(pyenv.PYTHON, "-m", "pip", "install", "-q", "--no-deps"),
            *("--target", target, wheel),
        ],
        check=True,
    )
    return target / "odoo" / "addons"


@pytest.fixture(scope="module")
def environment(installed, tmp_path_factory):
    """Odoo's environment with that folder in place of the repository."""
    text = paths.ODOO_CONF.read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        if line.startswith("addons_path"):
            line = line.replace(str(paths.ROOT), str(installed), 1)
            assert str(installed) in line
        lines.append(line)
    file = tmp_path_factory.mktemp("conf") / "odoo.conf"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return odoo.environment(ODOO_RC=str(file))


def test_name_and_content(wheel):
    assert wheel.name.startswith("odoo_addon_aftersales_service-19.0.")
    names = zipfile.ZipFile(wheel).namelist()
    inside = {
        name.removeprefix(f"odoo/addons/{paths.ADDON}/")
        for name in names
        if name.startswith(f"odoo/addons/{paths.ADDON}/")
    }
    for base, folders, files in os.walk(paths.ADDON_DIR):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            relative = os.path.relpath(os.path.join(base, name), paths.ADDON_DIR)
            if relative.endswith((".py", ".xml", ".csv", ".po", ".js", ".scss")):
                assert relative in inside, f"{relative} is not in the wheel"


def test_starts_from_the_wheel(duplicate_db, base_template, environment, installed):
    name = duplicate_db("wheel", base_template)
    database.install(name, [paths.ADDON], environment=environment)
    with server.running(
        name, extra=["--max-cron-threads=0"], environment=environment
    ) as running:
        assert running.process.poll() is None
    text = running.log.read_text(encoding="utf-8")
    assert str(installed) in text
    assert str(paths.ROOT) not in next(
        line for line in text.splitlines() if "addons paths" in line
    ).replace(str(paths.DEV), "")
    checklog.check_log(running.log)
