"""Words of a text to be found again by, in Chinese as well as in English.

Chinese has no spaces, and most of its words have two characters: every pair of
neighbours counts as a word. What the database has for it depends on its collation
(trigrams) or needs a dictionary (full text), so the words are cut here.
"""

import re
import unicodedata

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
# They stand in nearly every report and tell no fault from another.
_EMPTY = frozenset(
    "a about after again all also an and any are as at be been but by can cannot come"
    " comes customer did do does down for from get gets give go goes had has have he"
    " her his how i if in into is it its just like machine more my no not now of off"
    " on one only or other our out over please problem says she since so some still"
    " than that the their then there they this to too two up us was we were what when"
    " where which while who will with without work works you your".split()
)
_EMPTY_PAIRS = frozenset(
    "机器 设备 客户 我们 你们 他们 这个 那个 一个 问题 出现 现在 请问".split()
)
LIMIT = 400  # words kept of one text


def _stem(word):
    """Plural and singular are one word; more would join what differs."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def cut(*texts):
    """The words of ``texts``, each once, in the order they come.

    :param texts: strings, or empty values
    :return: list of at most :data:`LIMIT` lower-case words without spaces
    """
    found = {}
    for text in texts:
        for run in _RUNS.findall(unicodedata.normalize("NFKC", text or "").lower()):
            if "\u3400" <= run[0] <= "\u9fff" or "\uf900" <= run[0] <= "\ufaff":
                pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
                found.update((pair, None) for pair in pairs if pair not in _EMPTY_PAIRS)
            elif run not in _EMPTY and (len(run) > 1 or run.isdigit()):
                found[_stem(run)[:40]] = None
    return list(found)[:LIMIT]
