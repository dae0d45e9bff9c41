from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRemoteSupport(AftersalesCommon):
    """Solving by phone records who, when and how, and closes the case."""

    def _solve(self, request, user=None, **vals):
        action = request.with_user(user or self.agent).action_solve_remote()
        self.assertEqual(action["res_model"], "aftersales.service.request.solve")
        return (
            self.env["aftersales.service.request.solve"]
            .with_user(user or self.agent)
            .with_context(**action["context"])
            .create({"solution": "Reset the controller", **vals})
            .action_solve()
        )

    def test_who_when_and_how(self):
        request = self._create_request(
            received_at=fields.Datetime.now() - timedelta(hours=3)
        )
        request.action_start_remote()
        when = fields.Datetime.now() - timedelta(hours=1)
        self._solve(request, solved_at=when, user_id=self.dispatcher.id)
        self.assertEqual(request.state, "done")
        self.assertEqual(request.handling, "remote")
        self.assertEqual(request.remote_user_id, self.dispatcher)
        self.assertEqual(request.remote_at, when)
        self.assertEqual(request.remote_solution, "Reset the controller")
        self.assertEqual(request.done_at, when)
        story = request.with_user(self.manager).story
        entry = next(e for e in story if e["title"] == "Solved by phone")
        self.assertIn("Reset the controller", entry["text"])
        self.assertIn(self.dispatcher.name, entry["text"])

    def test_solved_at_the_first_call(self):
        request = self._create_request()
        self._solve(request)
        self.assertEqual(request.state, "done")
        self.assertEqual(request.accepted_at, request.remote_at)
        self.assertEqual(request.remote_user_id, self.agent)

    def test_without_a_solution(self):
        request = self._create_request()
        for solution in ("", "  \n "):
            with (
                self.subTest(solution=solution),
                self.assertRaisesRegex(UserError, "how the problem was solved"),
            ):
                self._solve(request, solution=solution)
        self.assertEqual(request.state, "new")

    def test_time_in_the_future_or_before_the_call(self):
        request = self._create_request()
        now = fields.Datetime.now()
        with self.assertRaisesRegex(UserError, "future"):
            self._solve(request, solved_at=now + timedelta(minutes=5))
        with self.assertRaisesRegex(UserError, "before “Received At”"):
            self._solve(request, solved_at=now - timedelta(days=1))
        self.assertEqual(request.state, "new")

    def test_solved_twice(self):
        request = self._create_request()
        self._solve(request)
        with self.assertRaisesRegex(UserError, "is in state “Done”"):
            self._solve(request, solution="Again")
        self.assertEqual(request.remote_solution, "Reset the controller")

    def test_too_late_when_somebody_travels(self):
        dispatch = self._issue_dispatch()
        with self.assertRaises(UserError):
            self._solve(dispatch.request_id)

    def test_dialog_open_while_another_plans_the_visit(self):
        request = self._create_request()
        dialog = (
            self.env["aftersales.service.request.solve"]
            .with_user(self.agent)
            .create({"request_id": request.id, "solution": "Reset"})
        )
        request.with_user(self.dispatcher).action_plan_visit()
        with self.assertRaisesRegex(UserError, "To Dispatch"):
            dialog.action_solve()

    def test_only_who_answers_the_phone(self):
        request = self._create_request()
        dialogs = self.env["aftersales.service.request.solve"]
        for user in (self.engineer_user, self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dialogs.with_user(user).create(
                    {"request_id": request.id, "solution": "Reset"}
                ).action_solve()
        self.assertEqual(request.state, "new")

    def test_customer_calls_again(self):
        request = self._create_request()
        self._solve(request)
        request.action_reopen()
        self.assertEqual(request.state, "accepted")
        self.assertFalse(request.done_at)
        request.action_plan_visit()
        self.assertEqual(request.handling, "visit")
