from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.verdict import (
    ASPECTS,
    CHARGED,
    FREE,
    RESULTS,
    UNDECIDED,
    Cover,
    Exclusion,
    Facts,
    judge,
    judge_aspect,
)
from ...engine.warranty_term import STAND_INS, add_months, last_day, start_day

DAY = date(2026, 6, 15)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
covers = st.sampled_from(["whole_machine", "main_component", "accessory", "wear_part"])


@st.composite
def rows(draw):
    """A cover row with any dates; the end never before the start."""
    start = draw(st.none() | days)
    length = draw(st.none() | st.integers(0, 2000))
    end = None
    if length is not None:
        end = (start or DAY) + timedelta(days=length)
    return Cover(
        cover=draw(covers),
        parts=draw(st.booleans()),
        labour=draw(st.booleans()),
        travel=draw(st.booleans()),
        covered=draw(st.booleans()),
        start=start,
        end=end,
        hours_limit=draw(st.sampled_from([0.0, 500.0, 2000.0])),
    )


@st.composite
def facts(draw, **fixed):
    values = {
        "rows": tuple(draw(st.lists(rows(), max_size=4))),
        "day": draw(days),
        "hours": draw(st.none() | st.floats(0, 5000)),
        "cover": draw(covers | st.just("normal")),
        "exclusions": draw(
            st.sampled_from(
                [(), (Exclusion("misuse"),), (Exclusion("doubt", "discretion"),)]
            )
        ),
        "stated": draw(st.sampled_from([None, None, "in", "out", "unknown"])),
        "goodwill": draw(st.booleans()),
    }
    return Facts(**{**values, **fixed})


def change(given_facts, **vals):
    return Facts(**{**given_facts.__dict__, **vals})


@tagged("post_install", "-at_install")
class TestVerdict(BaseCase):
    """Free or charged: what must hold for any facts."""

    def _judge(self, *cover_rows, aspect="parts", **vals):
        return judge_aspect(Facts(rows=cover_rows, **{"day": DAY, **vals}), aspect)

    def _codes(self, judgement):
        return [reason.code for reason in judgement.reasons]

    # ------------------------------------------------------- for any facts

    @patient
    @given(facts())
    def test_every_verdict_has_a_reason(self, case):
        judgements = judge(case)
        self.assertEqual(set(judgements), set(ASPECTS))
        for judgement in judgements.values():
            self.assertIn(judgement.result, RESULTS)
            self.assertTrue(judgement.reasons)
        self.assertEqual(judge(case), judgements, "the same facts, the same verdict")

    @patient
    @given(facts(goodwill=False), st.integers(0, 1000), st.floats(0, 1000))
    def test_longer_cover_never_charges_what_was_free(self, case, more, hours):
        longer = change(
            case,
            rows=tuple(
                Cover(
                    **{
                        **row.__dict__,
                        "end": row.end and row.end + timedelta(days=more),
                        "hours_limit": row.hours_limit and row.hours_limit + hours,
                    }
                )
                for row in case.rows
            ),
        )
        before, after = judge(case), judge(longer)
        for aspect in ASPECTS:
            self.assertLessEqual(
                RESULTS.index(after[aspect].result),
                RESULTS.index(before[aspect].result),
            )

    @patient
    @given(facts(exclusions=(Exclusion("misuse"),)))
    def test_exclusion_charges_unless_goodwill(self, case):
        for judgement in judge(case).values():
            self.assertEqual(judgement.result, FREE if case.goodwill else CHARGED)
            self.assertIn("excluded", self._codes(judgement))

    @patient
    @given(facts(exclusions=(Exclusion("doubt", "discretion"),), goodwill=False))
    def test_discretion_never_gives_free(self, case):
        without = judge(change(case, exclusions=()))
        for aspect, judgement in judge(case).items():
            self.assertNotEqual(judgement.result, FREE)
            if without[aspect].result == CHARGED:
                self.assertEqual(judgement.result, CHARGED)

    @patient
    @given(days, st.integers(0, 3000))
    def test_last_day_counts(self, start, length):
        end = start + timedelta(days=length)
        row = Cover("whole_machine", start=start, end=end)
        for day, result in ((end, FREE), (end + timedelta(days=1), CHARGED)):
            self.assertEqual(self._judge(row, day=day).result, result)

    # ---------------------------------------------------------- one by one

    def test_nothing_known(self):
        self.assertEqual(self._codes(self._judge()), ["no_terms"])
        self.assertEqual(self._judge().result, UNDECIDED)
        judgement = self._judge(Cover("whole_machine"))
        self.assertEqual(judgement.result, UNDECIDED)
        self.assertEqual(self._codes(judgement), ["no_dates"])

    def test_aspects_are_judged_separately(self):
        row = Cover("whole_machine", travel=False, end=DAY)
        results = {a: j.result for a, j in judge(Facts((row,), DAY)).items()}
        self.assertEqual(results, {"parts": FREE, "labour": FREE, "travel": CHARGED})

    def test_kind_of_part_has_its_own_term(self):
        machine = Cover("whole_machine", end=DAY + timedelta(days=100))
        accessory = Cover("accessory", end=DAY - timedelta(days=1))
        self.assertEqual(self._judge(machine, accessory).result, FREE)
        judgement = self._judge(machine, accessory, cover="accessory")
        self.assertEqual(judgement.result, CHARGED)
        self.assertEqual(judgement.reasons[0].params["cover"], "accessory")
        self.assertEqual(self._judge(machine, cover="wear_part").result, FREE)
        nothing = Cover("wear_part", covered=False)
        judgement = self._judge(machine, nothing, cover="wear_part")
        self.assertEqual(
            (judgement.result, self._codes(judgement)), (CHARGED, ["not_covered"])
        )

    def test_best_of_two_terms(self):
        old = Cover("whole_machine", end=DAY - timedelta(days=1))
        new = Cover("whole_machine", end=DAY)
        self.assertEqual(self._judge(old, new).result, FREE)

    def test_hours(self):
        row = Cover("whole_machine", end=DAY, hours_limit=1000)
        for hours, result, code in (
            (None, UNDECIDED, "hours_unknown"),
            (1000, FREE, "in_hours"),
            (1000.5, CHARGED, "over_hours"),
        ):
            judgement = self._judge(row, hours=hours)
            self.assertEqual(judgement.result, result)
            self.assertIn(code, self._codes(judgement))

    def test_before_the_first_day(self):
        later = DAY + timedelta(days=9)
        row = Cover("whole_machine", start=later, end=date(2028, 1, 1))
        judgement = self._judge(row)
        self.assertEqual(judgement.result, FREE)
        self.assertEqual(self._codes(judgement), ["before_start"])

    def test_what_is_stated_goes_before_the_record(self):
        row = Cover("whole_machine", end=DAY)
        for stated, result in (("in", FREE), ("out", CHARGED), ("unknown", UNDECIDED)):
            self.assertEqual(self._judge(row, stated=stated).result, result)

    def test_stated_in_warranty_against_the_record_is_decided_by_somebody(self):
        old = Cover("whole_machine", end=DAY - timedelta(days=1))
        judgement = self._judge(old, stated="in", recorded="out")
        self.assertEqual(judgement.result, UNDECIDED)
        self.assertEqual(self._codes(judgement), ["stated_in_against", "expired"])
        for recorded in (None, "unknown", "none"):
            judgement = self._judge(old, stated="in", recorded=recorded)
            self.assertEqual(judgement.result, FREE)
        self.assertEqual(
            self._judge(stated="out", recorded="in").result, CHARGED, "costs nobody"
        )

    @patient
    @given(facts(stated="in", recorded="out", goodwill=False))
    def test_a_statement_against_the_record_never_gives_free(self, case):
        for judgement in judge(case).values():
            self.assertNotEqual(judgement.result, FREE)


@tagged("post_install", "-at_install")
class TestWarrantyTerm(BaseCase):
    """First and last day."""

    @patient
    @given(days, st.integers(1, 240))
    def test_last_day(self, start, months):
        later = start + relativedelta(months=months)
        expected = later - timedelta(days=1) if later.day == start.day else later
        self.assertEqual(last_day(start, months), expected)

    @patient
    @given(days, st.integers(1, 239))
    def test_longer_ends_later(self, start, months):
        self.assertLess(last_day(start, months), last_day(start, months + 1))
        self.assertLessEqual(
            last_day(start, months), last_day(start + timedelta(days=1), months)
        )

    def test_ends_of_months(self):
        for start, months, end in (
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 1, 28), 1, date(2026, 2, 27)),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 3, 15), 12, date(2027, 3, 14)),
            (date(2026, 1, 1), 12, date(2026, 12, 31)),
        ):
            self.assertEqual(last_day(start, months), end)
        with self.assertRaises(ValueError):
            last_day(DAY, 0)

    def test_add_months(self):
        self.assertEqual(add_months(DAY, 0), (DAY, True))
        self.assertEqual(add_months(date(2026, 8, 31), 1), (date(2026, 9, 30), False))

    @patient
    @given(
        st.sampled_from(sorted(STAND_INS)),
        st.fixed_dictionaries({event: st.none() | days for event in STAND_INS}),
        st.integers(0, 24),
    )
    def test_start(self, basis, dates, cap):
        start, event = start_day(basis, dates, cap)
        if start is None:
            self.assertFalse(any(dates.get(e) for e in (basis, *STAND_INS[basis])))
            return
        limited = cap and dates["delivery"] and basis in ("acceptance", "first_use")
        if limited:
            self.assertLessEqual(start, dates["delivery"] + relativedelta(months=cap))
        if event == "cap":
            self.assertTrue(limited)
        else:
            self.assertEqual(start, dates[event])
        if dates[basis] and not limited:
            self.assertEqual((start, event), (dates[basis], basis))

    def test_latest_start(self):
        dates = {"delivery": date(2026, 1, 31), "acceptance": None}
        self.assertEqual(start_day("acceptance", dates, 3), (date(2026, 4, 30), "cap"))
        dates["acceptance"] = date(2026, 3, 1)
        self.assertEqual(
            start_day("acceptance", dates, 3), (date(2026, 3, 1), "acceptance")
        )
        dates["acceptance"] = date(2026, 6, 1)
        self.assertEqual(start_day("acceptance", dates, 3)[1], "cap")
