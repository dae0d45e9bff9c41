from dataclasses import replace
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...engine.verdict import (
    CHARGED,
    FREE,
    UNDECIDED,
    Cover,
    Exclusion,
    Facts,
    judge,
    judge_aspect,
)

DAY = date(2026, 6, 15)
NEXT = DAY + timedelta(days=1)
BEFORE = DAY - timedelta(days=1)
WHOLE = Cover("whole_machine", start=date(2026, 1, 1), end=DAY)
MISUSE = Exclusion("misuse")
DOUBT = Exclusion("no_proof", "discretion")


@tagged("post_install", "-at_install")
class TestVerdictTable(BaseCase):
    """The verdict case by case: which rule goes before which."""

    def _judge(self, *rows, aspect="parts", **facts):
        judgement = judge_aspect(Facts(tuple(rows), DAY, **facts), aspect)
        return judgement.result, [reason.code for reason in judgement.reasons]

    def test_what_goes_before_what(self):
        over = replace(WHOLE, end=BEFORE)
        for rows, facts, result, codes in (
            ((WHOLE,), {}, FREE, ["in_term"]),
            ((over,), {}, CHARGED, ["expired"]),
            # An exclusion charges whatever else is true; goodwill alone beats it.
            ((WHOLE,), {"exclusions": (MISUSE,)}, CHARGED, ["excluded"]),
            (
                (WHOLE,),
                {"exclusions": (MISUSE,), "stated": "in"},
                CHARGED,
                ["excluded"],
            ),
            (
                (over,),
                {"exclusions": (MISUSE,), "goodwill": True},
                FREE,
                ["goodwill", "excluded"],
            ),
            ((over,), {"goodwill": True}, FREE, ["goodwill"]),
            ((), {"goodwill": True, "stated": "out"}, FREE, ["goodwill"]),
            # A doubt takes what is free away, and nothing else.
            (
                (WHOLE,),
                {"exclusions": (DOUBT,)},
                UNDECIDED,
                ["discretion", "in_term"],
            ),
            ((over,), {"exclusions": (DOUBT,)}, CHARGED, ["expired"]),
            (
                (over,),
                {"exclusions": (DOUBT,), "stated": "in"},
                UNDECIDED,
                ["discretion", "stated_in"],
            ),
            (
                (WHOLE,),
                {"exclusions": (DOUBT,), "stated": "out"},
                CHARGED,
                ["stated_out"],
            ),
            # A case and a doubt: the case decides.
            ((WHOLE,), {"exclusions": (DOUBT, MISUSE)}, CHARGED, ["excluded"]),
            # What is stated goes before the rows, known or not.
            ((over,), {"stated": "in"}, FREE, ["stated_in"]),
            ((), {"stated": "in"}, FREE, ["stated_in"]),
            ((WHOLE,), {"stated": "unknown"}, UNDECIDED, ["stated_unknown"]),
        ):
            with self.subTest(rows=rows, facts=facts):
                self.assertEqual(self._judge(*rows, **facts), (result, codes))

    def test_hours_at_the_limit(self):
        row = replace(WHOLE, hours_limit=1000)
        for hours, result, codes in (
            (0, FREE, ["in_term", "in_hours"]),
            (999.9, FREE, ["in_term", "in_hours"]),
            (1000, FREE, ["in_term", "in_hours"]),
            (1000.1, CHARGED, ["over_hours"]),
            (None, UNDECIDED, ["hours_unknown", "in_term"]),
        ):
            with self.subTest(hours=hours):
                self.assertEqual(self._judge(row, hours=hours), (result, codes))
        over = replace(row, end=BEFORE)
        self.assertEqual(self._judge(over, hours=None), (CHARGED, ["expired"]))
        self.assertEqual(self._judge(WHOLE, hours=10**9)[0], FREE, "no limit")

    def test_days_at_the_ends(self):
        for row, result, code in (
            (replace(WHOLE, start=DAY, end=DAY), FREE, "in_term"),
            (replace(WHOLE, start=NEXT, end=NEXT), FREE, "before_start"),
            (replace(WHOLE, start=BEFORE, end=BEFORE), CHARGED, "expired"),
            (replace(WHOLE, start=None), FREE, "in_term"),
            (replace(WHOLE, end=None), UNDECIDED, "no_dates"),
            (replace(WHOLE, end=None, covered=False), CHARGED, "not_covered"),
        ):
            with self.subTest(row=row):
                self.assertEqual(self._judge(row), (result, [code]))

    def test_own_row_before_the_whole_machine(self):
        accessory = Cover("accessory", start=date(2026, 1, 1), end=BEFORE)
        rows = (WHOLE, accessory)
        self.assertEqual(self._judge(*rows, cover="accessory")[0], CHARGED)
        self.assertEqual(self._judge(*rows, cover="software")[0], FREE)
        self.assertEqual(self._judge(*rows)[0], FREE)
        longer = replace(accessory, end=NEXT)
        over = replace(WHOLE, end=BEFORE)
        self.assertEqual(self._judge(over, longer, cover="accessory")[0], FREE)
        self.assertEqual(self._judge(over, longer)[0], CHARGED)

    def test_row_that_speaks_of_parts_alone(self):
        """Labour on an accessory goes by the machine when its row is silent."""
        accessory = Cover("accessory", labour=False, travel=False, end=BEFORE)
        facts = Facts((WHOLE, accessory), DAY, cover="accessory")
        results = {aspect: j.result for aspect, j in judge(facts).items()}
        self.assertEqual(results, {"parts": CHARGED, "labour": FREE, "travel": FREE})

    def test_nothing_speaks_of_it(self):
        accessory = Cover("accessory", end=NEXT)
        self.assertEqual(self._judge(accessory), (CHARGED, ["not_covered"]))
        parts_only = replace(WHOLE, labour=False, travel=False)
        self.assertEqual(
            self._judge(parts_only, aspect="travel"), (CHARGED, ["not_covered"])
        )
        self.assertEqual(self._judge(), (UNDECIDED, ["no_terms"]))

    def test_best_of_several(self):
        over = replace(WHOLE, end=BEFORE)
        unknown = replace(WHOLE, end=None)
        self.assertEqual(self._judge(over, WHOLE)[0], FREE)
        self.assertEqual(self._judge(over, unknown)[0], UNDECIDED)
        self.assertEqual(self._judge(unknown, WHOLE, over)[0], FREE)

    def test_reasons_tell_the_numbers(self):
        row = replace(WHOLE, hours_limit=500)
        judgement = judge_aspect(Facts((row,), DAY, hours=501.5), "parts")
        self.assertEqual(judgement.reasons[0].params, {"limit": 500, "hours": 501.5})
        judgement = judge_aspect(Facts((WHOLE,), NEXT), "labour")
        self.assertEqual(
            judgement.reasons[0].params,
            {"cover": "whole_machine", "start": WHOLE.start, "end": DAY},
        )
        judgement = judge_aspect(Facts((WHOLE,), DAY, exclusions=(MISUSE,)), "parts")
        self.assertEqual(judgement.reasons[0].params, {"exclusion": "misuse"})
