"""Fail on a warning or an error that our addon put into an Odoo log."""

import subprocess

from . import pyenv
from .ui import Failure, say

# In a record's logger, message or traceback. This tool's own folder is excepted: a
# working copy may itself be called aftersales_service.
OURS = r"aftersales_service(?!/\.dev)|\baftersales\.\w"
OUR_LOGGER = r"odoo\.addons\.aftersales_service"


def check_log(file, *, ours=OURS):
    """Raise Failure if ``file`` holds a record at WARNING or above that is ours."""
    done = subprocess.run(
        [
            pyenv.PYTHON,
            "-m",
            "checklog_odoo",
            "--no-err-if-empty",
            "--ignore",
            rf"(?s)\A(?!.*(?:{ours}))",
            file,
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        _, _, failures = done.stdout.partition("errors that caused failure")
        say(failures or done.stdout + done.stderr)
        raise Failure(
            f"{file} holds warnings or errors of our own, shown above; correct their"
            " cause."
        )
