from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.words import LIMIT, cut

quietly = settings(database=None, deadline=None)
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("液压泵不建压喷枪漏油发动机"),
        st.sampled_from("abe04 .,-\n"),
    ),
    max_size=200,
)


@tagged("post_install", "-at_install", "aftersales_static")
class TestWords(BaseCase):
    """Words to find a text again by, in Chinese as well as in English."""

    def test_chinese_in_pairs(self):
        self.assertEqual(cut("液压泵，不建压"), ["液压", "压泵", "不建", "建压"])
        self.assertEqual(cut("泵"), ["泵"])
        self.assertEqual(cut("机器漏油"), ["器漏", "漏油"])

    def test_english(self):
        self.assertEqual(
            cut("The pumps build no Pressure."), ["pump", "build", "pressure"]
        )
        self.assertEqual(cut("glass gas"), ["glass", "gas"])

    def test_mixed(self):
        self.assertEqual(cut("显示E04报警"), ["显示", "e04", "报警"])
        # Letters typed in Chinese width are the same letters.
        self.assertEqual(cut("Ｅ０４"), ["e04"])
        self.assertEqual(cut("error_04"), ["error", "04"])

    def test_several_texts_each_word_once(self):
        self.assertEqual(cut("pump", None, "", False, "Pump leaks"), ["pump", "leak"])

    def test_nothing_to_find(self):
        for text in ("", None, "the of and", "，。！", "   \n", "a"):
            self.assertEqual(cut(text), [])

    def test_limit(self):
        self.assertEqual(len(cut(" ".join(f"w{n}" for n in range(9999)))), LIMIT)
        self.assertLessEqual(max(map(len, cut("x" * 5000))), 40)

    @quietly
    @given(TEXTS)
    def test_words_are_clean(self, text):
        words = cut(text)
        self.assertEqual(len(words), len(set(words)))
        self.assertTrue(all(word and not word.isspace() for word in words))
        # Kept in one column, parted by blanks.
        self.assertEqual(" ".join(words).split(" "), words or [""])
        self.assertFalse({"\x00", " "} & set("".join(words)))

    @quietly
    @given(TEXTS, TEXTS)
    def test_a_text_is_found_within_a_longer_one(self, text, more):
        longer = cut(text, more)
        if len(longer) < LIMIT:
            self.assertLessEqual(set(cut(text)), set(longer))
