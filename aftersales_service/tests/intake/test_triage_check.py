from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestTriageCheck(TwoCompaniesCommon):
    """The questions before a visit, 001 App.8 #2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.questions = cls.env["aftersales.triage.question"]
        cls.questions.search([]).active = False
        cls.first, cls.second = cls.questions.create(
            [
                {"name": "Which parts?", "code": "T1", "sequence": 1},
                {"name": "On time?", "code": "T2", "sequence": 2},
            ]
        )

    def test_shipped_questions(self):
        shipped = self.questions.with_context(active_test=False).search(
            [("code", "in", ("CAUSE", "PARTS", "ON_TIME", "BEFORE", "ON_SITE"))]
        )
        self.assertEqual(len(shipped), 5)
        self.assertTrue(all(shipped.mapped("hint")))

    def test_none_before_it_is_started(self):
        request = self._create_request()
        self.assertFalse(request.triage_answer_ids)
        self.assertFalse(request.triage_missing)

    def test_start_and_answer(self):
        request = self._create_request()
        request.action_start_triage()
        request.action_start_triage()
        rows = request.triage_answer_ids
        self.assertEqual(rows.question_id, self.first | self.second)
        self.assertEqual(request.triage_missing, "Which parts? / On time?")
        with Form(request) as form:
            with form.triage_answer_ids.edit(0) as row:
                row.note = "A pump"
        self.assertEqual(rows[0].note, "A pump")
        self.assertEqual(rows[0].answered_by_id, self.agent)
        self.assertTrue(rows[0].answered_at)
        self.assertEqual(request.triage_missing, "On time?")
        rows[1].answer = "unclear"
        self.assertFalse(request.triage_missing)

    def test_new_question_comes_with_the_next_start(self):
        request = self._create_request()
        request.action_start_triage()
        request.triage_answer_ids.answer = "yes"
        third = self.questions.create({"name": "Where?", "code": "T3"})
        request.action_start_triage()
        self.assertEqual(len(request.triage_answer_ids), 3)
        self.assertEqual(request.triage_missing, third.name)

    def test_questions_of_other_products_and_companies(self):
        category = self.env["product.category"].create({"name": "Removers"})
        child = category.create({"name": "Small", "parent_id": category.id})
        self.first.category_ids = category
        self.second.company_id = self.sister
        request = self._create_request()
        request.action_start_triage()
        self.assertFalse(request.triage_answer_ids)
        self.machine.categ_id = child
        request.action_start_triage()
        self.assertEqual(request.triage_answer_ids.question_id, self.first)
        foreign = self._create_foreign_request()
        foreign.action_start_triage()
        self.assertEqual(
            foreign.triage_answer_ids.question_id, self.first | self.second
        )

    def test_open_questions_stop_nothing(self):
        request = self._create_request()
        request.action_start_triage()
        request.action_plan_visit()
        self.assertEqual(request.state, "to_dispatch")

    def test_company_wants_answers(self):
        self.company.aftersales_triage_required = True
        request = self._create_request()
        with self.assertRaisesRegex(UserError, "Start the triage"):
            request.action_plan_visit()
        request.action_start_triage()
        request.triage_answer_ids[0].answer = "no"
        with self.assertRaisesRegex(UserError, "must be answered: On time"):
            request.action_plan_visit()
        self.assertEqual(request.state, "new")
        request.triage_answer_ids[1].note = "Tomorrow"
        request.action_plan_visit()
        self.assertEqual(request.state, "to_dispatch")

    def test_other_company_does_not_mind(self):
        self.company.aftersales_triage_required = True
        foreign = self._create_foreign_request(
            phone="1", contact_name="Luo", address="Road 1"
        )
        foreign.action_plan_visit()
        self.assertEqual(foreign.state, "to_dispatch")

    def test_row_keeps_its_request_and_question(self):
        request = self._create_request()
        request.action_start_triage()
        row = request.triage_answer_ids[0].with_user(self.agent)
        for vals in (
            {"request_id": self._create_request().id},
            {"question_id": self.second.id},
            {"answered_by_id": self.manager.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                row.write(vals)
        with self.assertRaises(AccessError):
            row.create({"request_id": request.id, "question_id": self.first.id})
        with self.assertRaises(AccessError):
            request.triage_answer_ids = [Command.delete(row.id)]

    def test_archived_file_keeps_its_answers(self):
        request = self._create_request()
        request.action_start_triage()
        request.sudo().state = "archived"
        with self.assertRaisesRegex(UserError, "is closed"):
            request.triage_answer_ids[0].answer = "yes"

    def test_too_late_to_start(self):
        request = self._create_request()
        request.action_cancel()
        with self.assertRaisesRegex(UserError, "is in state “Cancelled”"):
            request.action_start_triage()

    def test_rights(self):
        dispatch = self._create_dispatch()
        request = dispatch.request_id
        request.sudo().state = "new"
        for user in (self.engineer_user, self.keeper):
            with self.assertRaises(AccessError):
                request.with_user(user).action_start_triage()
        request.action_start_triage()
        row = request.triage_answer_ids[0]
        self.assertFalse(row.with_user(self.engineer_user).answer)
        with self.assertRaises(AccessError):
            row.with_user(self.engineer_user).answer = "yes"
        with self.assertRaises(AccessError):
            row.with_user(self.other_engineer_user).read(["answer"])
        with self.assertRaises(AccessError):
            row.with_user(self.foreign_manager).read(["answer"])

    def test_question_that_was_asked_stays(self):
        request = self._create_request()
        request.action_start_triage()
        self.first.with_user(self.manager).active = False
        self.assertEqual(len(request.triage_answer_ids), 2)
        with self.assertRaises(AccessError):
            self.first.with_user(self.agent).name = "Else?"
