from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.fault_level import propose

quietly = settings(database=None, deadline=None)
CLASSES = st.sampled_from([None, "consultation", "simple", "complex", "major"])
STOPPED = st.sampled_from([None, "no", "partly", "yes"])


@tagged("post_install", "-at_install", "aftersales_static")
class TestFaultLevel(BaseCase):
    """The level that the facts speak for (001 Art.17, 002 4(1)3)."""

    def test_table(self):
        for facts, level in {
            (None, None, False, False): None,
            ("consultation", None, False, False): None,
            ("consultation", "no", False, False): None,
            ("simple", None, False, False): 4,
            ("simple", "no", False, False): 4,
            ("simple", "partly", False, False): 3,
            ("simple", "yes", False, False): 1,
            ("complex", None, False, False): 2,
            ("complex", "no", False, False): 3,
            ("complex", "partly", False, False): 2,
            ("major", "no", False, False): 1,
            (None, "partly", False, False): 3,
            (None, "yes", False, False): 1,
            ("consultation", None, True, False): 1,
            ("simple", None, False, True): 3,
            ("complex", "no", False, True): 2,
            ("complex", None, False, True): 1,
            (None, None, False, True): 3,
        }.items():
            with self.subTest(facts=facts):
                self.assertEqual(propose(*facts)[0], level)

    def test_reasons_in_order(self):
        self.assertEqual(
            propose("complex", "no", True, True)[1],
            ["class", "runs", "danger", "repeat"],
        )
        self.assertEqual(propose("simple", "partly")[1], ["class", "partly"])
        self.assertEqual(propose("simple", "no")[1], ["class"])

    @quietly
    @given(CLASSES, STOPPED, st.booleans(), st.booleans())
    def test_whole(self, request_class, stopped, is_danger, is_repeat):
        level, reasons = propose(request_class, stopped, is_danger, is_repeat)
        self.assertIn(level, (None, 1, 2, 3, 4))
        self.assertEqual(level is None, not reasons)
        self.assertEqual(len(reasons), len(set(reasons)))

    @quietly
    @given(CLASSES, STOPPED, st.booleans(), st.booleans())
    def test_graver_facts_are_never_milder(self, request_class, stopped, danger, again):
        level = propose(request_class, stopped, danger, again)[0] or 5
        self.assertEqual(propose(request_class, "yes", danger, again)[0], 1)
        self.assertEqual(propose(request_class, stopped, True, again)[0], 1)
        self.assertLessEqual(propose(request_class, stopped, danger, True)[0], level)
