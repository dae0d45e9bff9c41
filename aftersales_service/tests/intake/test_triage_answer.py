from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestTriageAnswer(TwoCompaniesCommon):
    """One answer to one question on one request: who, when, until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.questions = cls.env["aftersales.triage.question"]
        cls.questions.search([]).active = False
        cls.first, cls.second, cls.third = cls.questions.create(
            [
                {
                    "name": f"Question {number}",
                    "code": f"TA{number}",
                    "sequence": number,
                    "hint": f"Hint {number}",
                }
                for number in (1, 2, 3)
            ]
        )
        cls.answers = cls.env["aftersales.triage.answer"]

    def _start(self, user=None):
        request = self._create_request(user)
        request.action_start_triage()
        return request

    # ---------------------------------------------------------------- answering

    def test_rows_as_they_are_made(self):
        rows = self._start().triage_answer_ids
        self.assertEqual(rows.mapped("display_name"), [f"Question {n}" for n in "123"])
        self.assertEqual(rows.mapped("hint"), [f"Hint {n}" for n in "123"])
        self.assertEqual(rows.mapped("sequence"), [1, 2, 3])
        self.assertEqual(rows.company_id, self.company)
        self.assertFalse(any(rows.mapped("is_answered")))
        self.assertFalse(rows.answered_by_id)

    def test_what_counts_as_an_answer(self):
        row = self._start().triage_answer_ids[0]
        for vals, answered in (
            ({"answer": "yes"}, True),
            ({"answer": "unclear"}, True),
            ({"answer": False}, False),
            ({"note": "   "}, False),
            ({"note": "Ask the driver"}, True),
            ({"note": False}, False),
        ):
            row.write(vals)
            with self.subTest(vals=vals):
                self.assertEqual(row.is_answered, answered)

    def test_who_answered_last(self):
        row = self._start().triage_answer_ids[0]
        row.with_user(self.agent).answer = "no"
        self.assertEqual(row.answered_by_id, self.agent)
        first = row.answered_at
        self.assertTrue(first)
        row.with_user(self.dispatcher).answer = "yes"
        self.assertEqual(row.answered_by_id, self.dispatcher)
        self.assertGreaterEqual(row.answered_at, first)
        self.assertEqual(row.answer, "yes")

    def test_several_rows_at_once(self):
        request = self._start()
        request.triage_answer_ids.with_user(self.agent).write({"answer": "yes"})
        self.assertFalse(request.triage_missing)
        self.assertEqual(request.triage_answer_ids.answered_by_id, self.agent)

    def test_several_requests_at_once(self):
        requests = self._create_request() | self._create_request()
        requests.with_user(self.agent).action_start_triage()
        for request in requests:
            self.assertEqual(len(request.triage_answer_ids), 3)
        requests[0].triage_answer_ids.answer = "yes"
        self.assertFalse(requests[0].triage_missing)
        self.assertTrue(requests[1].triage_missing)

    def test_double_click_keeps_the_answers(self):
        request = self._start()
        row = request.triage_answer_ids[0]
        row.with_user(self.agent).write({"answer": "no", "note": "Not yet"})
        stamp = row.answered_at
        request.with_user(self.agent).action_start_triage()
        self.assertEqual(len(request.triage_answer_ids), 3)
        self.assertEqual((row.answer, row.note), ("no", "Not yet"))
        self.assertEqual(row.answered_at, stamp)

    def test_archived_question_is_not_asked_anew(self):
        before = self._start()
        self.third.active = False
        after = self._start()
        self.assertEqual(len(before.triage_answer_ids), 3)
        self.assertEqual(len(after.triage_answer_ids), 2)
        self.assertIn("Question 3", before.triage_missing)

    # ---------------------------------------------------------------- bad input

    def test_bad_answers(self):
        row = self._start().triage_answer_ids[0].with_user(self.agent)
        with self.assertRaises(ValueError):
            row.answer = "perhaps"
        with self.assertRaisesRegex(ValidationError, "too long"):
            row.note = "x" * 100_001
        self.assertFalse(row.is_answered)

    def test_each_question_once(self):
        request = self._start()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.answers.create(
                {"request_id": request.id, "question_id": self.first.id}
            )
        self.assertEqual(len(request.triage_answer_ids), 3)

    def test_forged_by_rpc(self):
        row = self._start().triage_answer_ids[0]
        for user in (self.agent, self.dispatcher, self.manager):
            for vals in (
                {"answered_by_id": self.manager.id},
                {"answered_at": "2020-01-01 00:00:00"},
                {"answer": "yes", "answered_by_id": self.manager.id},
                {"sequence": 9},
                {"request_id": self._create_request().id},
            ):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaises(AccessError):
                        row.with_user(user).write(vals)
        self.assertFalse(row.answer)

    def test_through_the_request(self):
        request = self._start()
        row = request.triage_answer_ids[0]
        mine = request.with_user(self.agent)
        mine.write({"triage_answer_ids": [Command.update(row.id, {"answer": "yes"})]})
        self.assertEqual(row.answered_by_id, self.agent)
        for command in (
            Command.delete(row.id),
            Command.create({"question_id": self.first.id}),
            Command.update(row.id, {"answered_by_id": self.manager.id}),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                mine.write({"triage_answer_ids": [command]})
        self.assertTrue(row.exists())

    def test_question_in_use_is_kept(self):
        self._start()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.first.with_user(self.manager).unlink()
        self.assertTrue(self.first.exists())

    # --------------------------------------------------------- when it is too late

    def test_until_the_file_is_closed(self):
        request = self._start()
        row = request.triage_answer_ids[0].with_user(self.agent)
        for state in ("accepted", "dispatched", "in_work", "confirm", "done"):
            request.sudo().state = state
            row.answer = "yes" if row.answer == "no" else "no"
        request.sudo().state = "cancelled"
        for vals in ({"answer": "unclear"}, {"note": "Late"}):
            with self.assertRaisesRegex(UserError, "is closed"):
                row.write(vals)
        self.assertFalse(row.note)

    def test_merged_request_takes_its_answers_along(self):
        """The target was not asked yet: what is known comes over."""
        source, target = self._start(), self._create_request()
        source.triage_answer_ids[0].answer = "yes"
        target._merge(source)
        self.env.invalidate_all()
        self.assertEqual(len(target.triage_answer_ids), 3)
        self.assertEqual(target.triage_answer_ids[0].answer, "yes")

    def test_both_were_asked(self):
        source, target = self._start(), self._start()
        source.triage_answer_ids[0].with_user(self.agent).answer = "yes"
        source.triage_answer_ids[1].with_user(self.agent).answer = "no"
        target.triage_answer_ids[1].with_user(self.agent).answer = "unclear"
        target._merge(source)
        self.env.invalidate_all()
        rows = target.triage_answer_ids
        self.assertEqual(rows.question_id, self.first | self.second | self.third)
        self.assertEqual(len(rows), 3, "each question once")
        self.assertEqual(rows[0].answer, "yes", "what only the other one knows")
        self.assertEqual(rows[0].answered_by_id, self.agent)
        self.assertEqual(rows[1].answer, "unclear", "what was known stays")
        self.assertEqual(source.state, "cancelled")

    # ------------------------------------------------------------------- rights

    def test_lowest_role(self):
        row = self._start().triage_answer_ids[0]
        for user in (self.signers["superior"], self.keeper, self.finance):
            with self.subTest(user=user.login):
                self.assertFalse(row.with_user(user).answer)
                with self.assertRaises(AccessError):
                    row.with_user(user).answer = "yes"
        with self.assertRaises(AccessError):
            row.with_user(self.agent).unlink()

    def test_the_sister(self):
        foreign = self._create_foreign_request()
        foreign.action_start_triage()
        self._start()
        rows = foreign.triage_answer_ids
        self.assertEqual(rows.company_id, self.sister)
        self.assertFalse(self.answers.with_user(self.manager).search([]) & rows)
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                rows.with_user(user).write({"answer": "yes"})
            with self.assertRaises(AccessError):
                foreign.with_user(user).action_start_triage()
        self.assertFalse(any(rows.mapped("answer")))
