from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.custody import Stake, rank, take

STAKES = st.lists(
    st.builds(
        Stake,
        line=st.integers(1, 50),
        requisition=st.integers(1, 5),
        request=st.integers(0, 3),
        since=st.integers(1, 1000),
        quantity=st.integers(0, 400).map(lambda cents: cents / 100),
    ),
    max_size=8,
    unique_by=lambda stake: stake.line,
)
QUANTITIES = st.integers(0, 1500).map(lambda cents: cents / 100)


@tagged("post_install", "-at_install", "aftersales_static")
class TestCustody(BaseCase):
    """From which requisition line a quantity is taken."""

    def _stakes(self, *rows):
        return [Stake(*row) for row in rows]

    def test_nearest_first(self):
        """The line named, then its requisition, its case, then the oldest."""
        rows = [(1, 10, 100, 1, 1), (2, 20, 200, 2, 1), (3, 30, 300, 3, 1)]
        cases = [
            ({}, [1, 2, 3]),
            ({"request": 300}, [3, 1, 2]),
            ({"requisition": 20, "request": 300}, [2, 3, 1]),
            ({"line": 3, "requisition": 20, "request": 100}, [3, 2, 1]),
            ({"line": 9, "requisition": 9, "request": 9}, [1, 2, 3]),
        ]
        for nearest, lines in cases:
            with self.subTest(nearest=nearest):
                taken = take(3, self._stakes(*rows), 2, **nearest)
                self.assertEqual([line for line, _quantity in taken], lines)

    def test_no_case_is_no_case(self):
        """Two things that belong to no case do not belong together."""
        stake = Stake(1, 10, 0, 5, 1)
        self.assertEqual(rank(stake, request=0), (3, 5))

    def test_split(self):
        stakes = self._stakes((1, 10, 0, 1, 2), (2, 10, 0, 2, 2))
        self.assertEqual(take(3, stakes, 2), [(1, 2), (2, 1)])
        self.assertEqual([stake.quantity for stake in stakes], [0, 1])
        self.assertEqual(take(2, stakes, 2), [(2, 1), (0, 1)])

    def test_rounding(self):
        """Tenths that no float holds exactly are used up exactly."""
        stakes = self._stakes((1, 10, 0, 1, 0.3))
        for _time in range(3):
            self.assertEqual(take(0.1, stakes, 2), [(1, 0.1)])
        self.assertEqual(stakes[0].quantity, 0)
        self.assertEqual(take(0.001, stakes, 2), [])

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(stakes=STAKES, quantity=QUANTITIES, line=st.integers(0, 50))
    def test_all_is_accounted_for(self, stakes, quantity, line):
        before = {stake.line: stake.quantity for stake in stakes}
        taken = take(quantity, stakes, 2, line=line)
        self.assertAlmostEqual(sum(part for _line, part in taken), quantity, 6)
        self.assertTrue(all(part > 0 for _line, part in taken))
        known = [number for number, _part in taken if number]
        self.assertEqual(len(known), len(set(known)))
        for stake in stakes:
            part = dict(taken).get(stake.line, 0)
            self.assertGreaterEqual(stake.quantity, 0)
            self.assertAlmostEqual(before[stake.line], stake.quantity + part, 6)
        if dict(taken).get(0):
            self.assertFalse(any(stake.quantity for stake in stakes))

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(stakes=STAKES, quantity=QUANTITIES)
    def test_older_ones_are_empty_first(self, stakes, quantity):
        before = {stake.line: stake.quantity for stake in stakes}
        take(quantity, stakes, 2)
        for older in stakes:
            for younger in stakes:
                if older.since < younger.since and older.quantity:
                    self.assertEqual(younger.quantity, before[younger.line])
