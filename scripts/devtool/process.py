"""Running other programs: quietly into a log, or handed to the terminal."""

import os
import subprocess
import time

from . import paths
from .ui import Failure, say


def run(command, *, log=None, fix=None, tries=1, **options):
    """Run ``command`` and return its output; its end goes to ``log`` if it fails.

    :param log: name of a file under .dev/logs that receives the output
    :param fix: the sentence a person reads when it fails
    :param tries: how often to try before giving up (downloads may stall)
    """
    command = [str(part) for part in command]
    for attempt in range(1, tries + 1):
        try:
            done = subprocess.run(
                command,
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **options,
            )
            code, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as stalled:
            code = "timeout"
            output = stalled.output or ""
            if isinstance(output, bytes):
                output = output.decode(errors="replace")
        except FileNotFoundError:
            code, output = 127, f"{command[0]}: not found"
        if log:
            paths.LOGS.mkdir(parents=True, exist_ok=True)
            log_file = paths.LOGS / log
            log_file.write_text(output, encoding="utf-8")
        if code == 0:
            return output
        if attempt < tries:
            say(f"    attempt {attempt} of {tries} failed ({code}), trying again")
            time.sleep(2 * attempt)
    for line in output.strip().splitlines()[-15:]:
        say(f"    | {line}")
    where = f" (whole output: {paths.LOGS / log})" if log else ""
    raise Failure(fix or f"'{' '.join(command[:4])}' ended with {code}{where}.")


def replace(command, env=None):
    """Become ``command``: signals and the exit code are then its own."""
    command = [str(part) for part in command]
    os.execvpe(command[0], command, env if env is not None else os.environ)
