from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestMergeDocuments(TwoCompaniesCommon):
    """What may be there once per request only: one of each stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.triage.question"].search([]).active = False
        cls.questions = cls.env["aftersales.triage.question"].create(
            [
                {"name": f"Question {n}", "code": f"test{n}", "sequence": n}
                for n in range(3)
            ]
        )

    def _merge(self, target, sources):
        target._merge(sources)
        self.env.flush_all()
        self.env.invalidate_all()

    def _create_case(self, **vals):
        case = self.env["aftersales.fault.case"].with_user(self.engineer_user)
        case = case.create({"title": "C", "symptom": "S", **vals}).sudo()
        case.state = "published"
        return case.with_user(self.agent)

    def _ask(self, request, *answers):
        request.action_start_triage()
        rows = request.triage_answer_ids.sorted("sequence")
        for row, answer in zip(rows, answers, strict=True):
            if answer:
                row.write({"answer": answer})
        return rows

    # --------------------------------------------------------------- triage

    def test_answers(self):
        first, second = self._create_request(), self._create_request()
        mine = self._ask(first, "yes", False, False)
        theirs = self._ask(second.with_user(self.dispatcher), "no", "unclear", False)
        theirs[2].note = "Ask the foreman"
        self._merge(first, second)
        self.assertEqual(first.triage_answer_ids, mine)
        self.assertEqual(mine.mapped("answer"), ["yes", "unclear", False])
        self.assertEqual(mine[1].answered_by_id, self.dispatcher)
        self.assertEqual(mine[1].answered_at, theirs[1].answered_at)
        self.assertEqual(mine[2].note, "Ask the foreman")
        self.assertEqual(second.triage_answer_ids, theirs, "nothing is lost")

    def test_answers_of_two(self):
        first, second, third = (self._create_request() for _number in range(3))
        theirs = self._ask(second, "no", False, False)
        self._ask(third, "yes", "yes", False)
        self._merge(first, second | third)
        self.assertEqual(first.triage_answer_ids, theirs)
        self.assertEqual(theirs.mapped("answer"), ["no", "yes", False])

    # ---------------------------------------------------------------- cases

    def test_case_uses(self):
        first, second, third = (self._create_request() for _number in range(3))
        both, solving, other = (self._create_case() for _number in range(3))
        first.action_judge_case(both.id, False)
        second.action_judge_case(both.id, True)
        second.action_judge_case(solving.id, True)
        third.action_judge_case(other.id, True)
        self._merge(first, second | third)
        self.assertEqual(
            {use.case_id: use.verdict for use in first.case_use_ids},
            {both: "no_help", solving: "solved", other: "no_help"},
        )
        self.assertEqual(first.solved_case_id, solving)
        self.assertFalse((second | third).case_use_ids, "counted once per matter")
        self.assertEqual((solving | other).mapped("times_used"), [1, 0])

    def test_both_solved(self):
        first, second = self._create_request(), self._create_request()
        mine, theirs = self._create_case(), self._create_case()
        first.action_judge_case(mine.id, True)
        second.action_judge_case(theirs.id, True)
        self._merge(first, second)
        self.assertEqual(first.solved_case_id, mine)
        self.assertEqual(
            {use.case_id: use.verdict for use in first.case_use_ids},
            {mine: "solved", theirs: "no_help"},
        )
        self.assertEqual(theirs.times_used, 0)

    def test_cases_written_of_both(self):
        first, second, third = (self._create_request() for _number in range(3))
        mine = self._create_case(request_id=first.id)
        theirs = self._create_case(request_id=second.id)
        self._merge(first, second)
        self.assertEqual(mine.request_id, first)
        self.assertEqual(theirs.request_id, second)
        self._merge(third, first)
        self.assertEqual(mine.request_id, third)

    # -------------------------------------------------------------- repairs

    def test_repairs(self):
        first, second, third = (self._create_request() for _number in range(3))
        for request in (second, third):
            request.action_plan_factory()
        records = (second | third).repair_record_ids
        self.assertEqual(records.mapped("attempt"), [0, 0])
        kept = second.repair_record_ids
        self._merge(first, second | third)
        self.assertEqual(first.repair_record_ids, kept)
        self.assertEqual(records.exists(), kept, "the double is not open for ever")
        self.assertFalse(kept.finished_on)
        first.action_plan_factory()
        self.assertEqual(first.repair_record_ids, kept)

    # ------------------------------------------------------ clocks and lines

    def test_clocks_carry_the_number(self):
        first, second = self._create_request(), self._create_request()
        soon = fields.Datetime.now() + timedelta(hours=1)
        second.sudo()._sla_promise("answer", soon)
        clock = second.sudo().clock_ids.filtered(lambda c: c.kind == "answer")
        self._merge(first, second)
        self.assertEqual(clock.document_name, first.name)

    def test_line_of_support(self):
        first, second, third = (self._create_request() for _number in range(3))
        second.with_user(self.dispatcher)._escalate("3", "Stands still", self.manager)
        third.with_user(self.dispatcher)._escalate("2", "Angry", self.manager)
        self._merge(first, second | third)
        self.assertEqual(first.support_line, "3")
        self.assertTrue(first.is_escalated)
        self.assertEqual(len(first.escalation_ids), 2)
        fourth = self._create_request()
        self._merge(first, fourth)
        self.assertEqual(first.support_line, "3", "never down")

    def test_followed_by_a_second_merge(self):
        """What was merged once is merged again into the next."""
        first, second, third = (self._create_request() for _number in range(3))
        self._ask(first, "yes", False, False)
        self._ask(second, "no", "no", False)
        self._ask(third, False, False, "yes")
        self._merge(first, second)
        self._merge(third, first)
        self.assertEqual(
            third.triage_answer_ids.sorted("sequence").mapped("answer"),
            ["yes", "no", "yes"],
        )
        self.assertEqual(third.merged_ids, first)
        self.assertEqual(second.merged_into_id, first)

    def test_files_of_documents_stay(self):
        first, second = self._create_request(), self._create_request()
        second.attempt_ids = [Command.create({"tried": "Restarted it"})]
        attempt = second.attempt_ids
        self._merge(first, second)
        self.assertEqual(first.attempt_ids, attempt)
