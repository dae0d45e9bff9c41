"""What the person at the terminal sees: steps and their time, failures."""

import os
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """Ends the run; the message is one sentence that says what to do."""


def say(text=""):
    print(text, file=sys.stderr, flush=True)


def _tint(code, text):
    if sys.stderr.isatty() and "NO_COLOR" not in os.environ:
        return f"\033[{code}m{text}\033[0m"
    return text


@contextmanager
def step(title):
    """Print ``title`` when it starts and the time it took when it is done."""
    start = time.monotonic()
    say(_tint("36", f"==> {title}"))
    yield
    say(_tint("32", f"    done in {time.monotonic() - start:.1f} s: {title}"))


def fail(message):
    say(_tint("31", f"dev: {message}"))
