"""Merge freshly exported terms into a .pot and the .po files beside it.

Run by ``./dev i18n`` with the project's own Python. Translations are kept by their
source text; terms that are gone are dropped; a file whose terms did not change keeps
its dates, so that it shows no change.
"""

import sys
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")


def load(path):
    return polib.pofile(str(path), wrapwidth=78)


def terms(file):
    return [
        (entry.msgid, entry.msgstr, entry.comment, sorted(entry.occurrences))
        for entry in file
    ]


def save(file, path):
    """Write ``file`` unless only its dates differ from what is there."""
    if path.exists():
        before = load(path)
        if terms(before) == terms(file):
            return False
    temporary = path.with_suffix(".tmp")
    file.save(str(temporary))
    temporary.replace(path)
    return True


def merged(pot, po):
    """The terms of ``pot`` with the translations of ``po``."""
    known = {entry.msgid: entry for entry in po if not entry.obsolete}
    result = polib.POFile(wrapwidth=78)
    result.header = po.header
    result.metadata = {**po.metadata}
    for name in DATES[:1]:
        result.metadata[name] = pot.metadata.get(name, "")
    for term in pot:
        old = known.get(term.msgid)
        result.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=old.msgstr if old else "",
                comment=term.comment,
                tcomment=old.tcomment if old else "",
                occurrences=term.occurrences,
                flags=term.flags,
            )
        )
    return result


def main(fresh, target):
    fresh, target = Path(fresh), Path(target)
    pot = load(fresh)
    target.parent.mkdir(exist_ok=True)
    print(f"{target.name}: {len(pot)} terms", "(new)" if save(pot, target) else "")
    for path in sorted(target.parent.glob("*.po")):
        result = merged(pot, load(path))
        changed = save(result, path)
        empty = sum(not entry.msgstr for entry in result)
        print(f"{path.name}: {empty} untranslated", "(changed)" if changed else "")


if __name__ == "__main__":
    main(*sys.argv[1:])
