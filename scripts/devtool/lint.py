"""``./dev lint``: the checks that need no database."""

import subprocess

from . import node, paths, pyenv
from .ui import Failure, say, step

# Suffixes prettier looks after.
PRETTY = (".js", ".json", ".md", ".scss", ".xml", ".yaml", ".yml")
# npm writes it, in its own layout.
NOT_PRETTY = ("package-lock.json",)


def _files(chosen):
    """What git knows or would add: nothing ignored, nothing deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        + ["--", *chosen],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        raise Failure("git does not know this folder; clone the repository with git.")
    names = sorted(set(filter(None, listed.stdout.split("\0"))))
    return [name for name in names if (paths.ROOT / name).is_file()]


def _tools(fix, chosen):
    """(title, command, files) of each check."""
    files = _files(chosen)
    python = [name for name in files if name.endswith(".py")]
    addon = [name for name in files if name.startswith(f"{paths.ADDON}/")]
    addon_python = [name for name in addon if name.endswith(".py")]
    translations = [name for name in addon if name.endswith((".po", ".pot"))]
    pretty = [
        name
        for name in files
        if name.endswith(PRETTY) and name.rsplit("/", 1)[-1] not in NOT_PRETTY
    ]
    manifest = [f"{paths.ADDON}/__manifest__.py"] if addon else []
    ruff = [str(pyenv.LINT_PYTHON), "-m", "ruff"]
    pylint = [str(pyenv.LINT_PYTHON), "-m", "pylint", "--rcfile=.pylintrc"]
    programs = pyenv.LINT / "bin"
    prettier = ["node", str(node.PRETTIER), "--log-level=warn"]
    return [
        ("ruff check", [*ruff, "check", *(["--fix"] if fix else [])], python),
        ("ruff format", [*ruff, "format", *([] if fix else ["--check"])], python),
        ("pylint-odoo", pylint, addon_python),
        (
            "oca-checks-odoo-module",
            [str(programs / "oca-checks-odoo-module"), *(["--fix"] if fix else [])],
            manifest,
        ),
        ("oca-checks-po", [str(programs / "oca-checks-po")], translations),
        ("prettier", [*prettier, "--write" if fix else "--check"], pretty),
    ]


def lint(arguments):
    fix = "--fix" in arguments
    chosen = [argument for argument in arguments if argument != "--fix"]
    for path in chosen:
        if not (paths.ROOT / path).exists():
            raise Failure(f"./dev lint takes --fix and paths; {path} is neither.")
    pyenv.ensure_lint()
    node.ensure()
    bad = []
    for title, command, files in _tools(fix, chosen):
        if not files:
            continue
        with step(title):
            done = subprocess.run(
                [*command, *files],
                cwd=paths.ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            # The OCA's checks print hundreds of empty lines.
            for line in filter(str.strip, done.stdout.splitlines()):
                print(line, flush=True)
            if done.returncode:
                bad.append(title)
    if bad:
        advice = "correct them by hand" if fix else "try ./dev lint --fix"
        raise Failure(f"{', '.join(bad)} found faults, shown above; {advice}.")
    say("No faults found.")
