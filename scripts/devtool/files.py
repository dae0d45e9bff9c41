"""Small file helpers: atomic writes, content hashes, stamps, locks."""

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager

from . import paths
from .ui import say


def write_atomic(path, text, mode=None):
    """Write through a temporary name, so that a killed run leaves old or new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    if mode is not None:
        temporary.chmod(mode)
    temporary.replace(path)


def remove(path):
    """Remove a file, a link or a tree; what is not there is fine."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        shutil.rmtree(path)


def digest(*parts):
    """A short key for strings and bytes, in order."""
    total = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()[:12]


def digest_tree(folder, keep=lambda relative: True):
    """A key for the names and contents of the files under ``folder``."""
    parts = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            full = os.path.join(base, name)
            relative = os.path.relpath(full, folder)
            if name.endswith((".pyc", "~", ".swp")) or not keep(relative):
                continue
            with open(full, "rb") as stream:
                parts += [relative, stream.read()]
    return digest(*parts)


def read_stamp(name):
    try:
        return (paths.STAMPS / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write_stamp(name, value):
    write_atomic(paths.STAMPS / name, value)


@contextmanager
def lock(name):
    """Hold the lock ``name``; a second run waits, and says so.

    The kernel frees the lock when its holder dies, so a killed run leaves none.
    """
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    with open(paths.LOCKS / f"{name}.lock", "a", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"    waiting for another ./dev run that is busy with: {name}")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
