from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.van_advice import advise

USES = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 4),
        st.integers(0, 50_000).map(lambda hundredths: hundredths / 100),
        st.integers(0, 200),
        st.integers(0, 50),
    ),
    max_size=12,
)
CREWS = st.dictionaries(
    st.integers(1, 3), st.lists(st.integers(10, 15), max_size=3, unique=True)
)


@tagged("post_install", "-at_install")
class TestVanAdvice(BaseCase):
    """What an engineer should carry."""

    def test_by_hand(self):
        # 24 seals in a year on 100 machines, 50 of them here: one a month.
        rows = advise([("east", "seal", 24, 100, 50)], {"east": ["he"]}, 12, 30)
        self.assertEqual(rows, {("he", "seal"): (1.0, 1, 2)})
        # Three months of cover; the maximum is a month more.
        rows = advise([("east", "seal", 24, 100, 50)], {"east": ["he"]}, 12, 90)
        self.assertEqual(rows["he", "seal"][1:], (3, 4))

    def test_region_without_a_history(self):
        """The model is known elsewhere: its use is expected here too."""
        rows = advise([("west", "seal", 24, 100, 10)], {"west": ["luo"]}, 12, 30)
        self.assertAlmostEqual(rows["luo", "seal"].monthly, 0.2)
        self.assertEqual(rows["luo", "seal"][1:], (1, 2))

    def test_colleagues_share(self):
        rows = advise([("e", "p", 120, 10, 10)], {"e": ["a", "b"]}, 12, 30)
        self.assertEqual({row.monthly for row in rows.values()}, {5.0})
        self.assertEqual(rows["a", "p"], rows["b", "p"])

    def test_models_add_up(self):
        uses = [("e", "p", 12, 4, 4), ("e", "p", 24, 8, 4)]
        rows = advise(uses, {"e": ["a"]}, 12, 30)
        self.assertAlmostEqual(rows["a", "p"].monthly, 2.0)

    def test_nothing_to_advise(self):
        for uses in (
            [("e", "p", 0, 10, 10)],
            [("e", "p", 5, 10, 0)],
            [("e", "p", 5, 0, 0)],
            [("elsewhere", "p", 5, 10, 10)],
            [],
        ):
            self.assertEqual(advise(uses, {"e": ["a"]}, 12, 30), {})
        self.assertEqual(advise([("e", "p", 5, 10, 10)], {"e": []}, 12, 30), {})

    @settings(max_examples=200, deadline=None)
    @given(USES, CREWS, st.integers(1, 120), st.floats(1, 366))
    def test_identities(self, uses, crew, months, cover):
        """The shares of a region add up to its use; min and max fit the share."""
        advice = advise(uses, crew, months, cover)
        for region, people in crew.items():
            for product in {row[1] for row in uses}:
                expected = sum(
                    used / machines * nearby / months
                    for where, part, used, machines, nearby in uses
                    if (where, part) == (region, product) and machines
                )
                if len({p for c in crew.values() for p in c}) == sum(
                    map(len, crew.values())
                ):
                    shares = sum(
                        advice[person, product].monthly
                        for person in people
                        if (person, product) in advice
                    )
                    self.assertAlmostEqual(shares, expected if people else 0, places=6)
        for row in advice.values():
            self.assertGreater(row.monthly, 0)
            self.assertGreaterEqual(row.minimum + 1e-6, row.monthly * cover / 30)
            self.assertLess(row.minimum, row.monthly * cover / 30 + 1)
            self.assertGreaterEqual(row.maximum - row.minimum + 1e-6, row.monthly)
            self.assertLess(row.maximum - row.minimum, row.monthly + 1)

    @given(USES, st.integers(1, 24))
    def test_more_cover_is_never_less(self, uses, months):
        crew = {1: [10], 2: [11, 12]}
        short = advise(uses, crew, months, 30)
        long = advise(uses, crew, months, 60)
        self.assertEqual(short.keys(), long.keys())
        for key, row in short.items():
            self.assertLessEqual(row.minimum, long[key].minimum)
