"""Merging freshly exported terms keeps what was translated."""

import sys

import polib

from devtool import paths

sys.path.insert(0, str(paths.ROOT / "scripts"))

import merge_po  # noqa: E402


def write(path, *entries, date="2026-01-01 00:00+0000"):
    file = polib.POFile()
    file.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "POT-Creation-Date": date,
    }
    for source, translation in entries:
        file.append(polib.POEntry(msgid=source, msgstr=translation))
    file.save(str(path))


def test_merge(tmp_path):
    fresh, pot, po = (tmp_path / name for name in ("fresh.pot", "a.pot", "zh_CN.po"))
    write(pot, ("Kept", ""), ("Gone", ""))
    write(po, ("Kept", "保留"), ("Gone", "没了"))
    write(fresh, ("Kept", ""), ("New", ""), date="2026-02-02 00:00+0000")
    merge_po.main(fresh, pot)
    assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(po))] == [
        ("Kept", "保留"),
        ("New", ""),
    ]
    assert [entry.msgid for entry in polib.pofile(str(pot))] == ["Kept", "New"]


def test_nothing_new_changes_nothing(tmp_path):
    fresh, pot, po = (tmp_path / name for name in ("fresh.pot", "a.pot", "zh_CN.po"))
    write(pot, ("Kept", ""))
    write(po, ("Kept", "保留"))
    before = pot.read_bytes(), po.read_bytes()
    write(fresh, ("Kept", ""), date="2026-02-02 00:00+0000")
    merge_po.main(fresh, pot)
    assert (pot.read_bytes(), po.read_bytes()) == before
