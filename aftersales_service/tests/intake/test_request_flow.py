from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import AftersalesCommon

ACTIONS = {
    # button: states it may be pressed in
    "action_accept": {"new"},
    "action_start_remote": {"new", "accepted"},
    "action_plan_visit": {"new", "accepted", "remote", "to_factory"},
    "action_plan_factory": {"new", "accepted", "remote", "to_dispatch"},
    "action_confirm_done": {"accepted", "remote", "to_factory", "in_work", "confirm"},
    "action_archive_file": {"done", "called_back"},
    "action_reopen": {"done", "called_back", "archived", "cancelled"},
    "action_cancel": {"new", "accepted", "remote", "to_dispatch", "to_factory"},
    "action_create_dispatch": {"to_dispatch", "dispatched", "in_work", "confirm"},
    "action_create_followup": {"confirm", "done", "called_back"},
    "action_solve_remote": {"new", "accepted", "remote"},
}


@tagged("post_install", "-at_install")
class TestRequestFlow(AftersalesCommon):
    """The way of a request, and every button in every wrong state."""

    def test_every_button_in_every_wrong_state(self):
        request = self._create_request()
        states = [key for key, _label in request._fields["state"].selection]
        for action, allowed in ACTIONS.items():
            for state in states:
                if state in allowed:
                    continue
                request.sudo().state = state
                with (
                    self.subTest(action=action, state=state),
                    self.assertRaisesRegex(UserError, "is in state"),
                ):
                    getattr(request, action)()
                self.assertEqual(request.state, state)

    def test_every_button_in_every_right_state(self):
        request = self._create_request()
        for action, allowed in ACTIONS.items():
            for state in allowed:
                request.sudo().state = state
                with self.subTest(action=action, state=state):
                    getattr(request, action)()

    def test_accepted(self):
        request = self._create_request(user_id=False)
        request.with_user(self.dispatcher).action_accept()
        self.assertEqual(request.state, "accepted")
        self.assertTrue(request.accepted_at)
        self.assertEqual(request.user_id, self.dispatcher)

    def test_responsible_person_stays(self):
        request = self._create_request()
        request.with_user(self.dispatcher).action_accept()
        self.assertEqual(request.user_id, self.agent)

    def test_first_acceptance_counts(self):
        request = self._create_request()
        request.action_accept()
        request.sudo().accepted_at = "2026-01-05 08:00:00"
        request.action_start_remote()
        request.action_plan_visit()
        self.assertEqual(str(request.accepted_at), "2026-01-05 08:00:00")

    def test_handling_follows_the_decision(self):
        request = self._create_request()
        for action, handling, state in (
            ("action_start_remote", "remote", "remote"),
            ("action_plan_factory", "factory", "to_factory"),
            ("action_plan_visit", "visit", "to_dispatch"),
            ("action_plan_factory", "factory", "to_factory"),
        ):
            getattr(request, action)()
            self.assertEqual(request.handling, handling)
            self.assertEqual(request.state, state)
        self.assertTrue(request.accepted_at)

    def test_factory_repair_is_confirmed(self):
        request = self._create_request()
        request.action_plan_factory()
        request.action_confirm_done()
        self.assertEqual(request.state, "done")
        self.assertTrue(request.done_at)

    def test_dispatch_is_prefilled(self):
        request = self._create_request(request_type="maintenance")
        request.action_plan_visit()
        action = request.action_create_dispatch()
        self.assertEqual(action["res_model"], "aftersales.dispatch")
        dispatches = self.env["aftersales.dispatch"].with_user(self.dispatcher)
        dispatch = dispatches.with_context(**action["context"]).create(
            {"engineer_id": self.engineer.id}
        )
        self.assertEqual(dispatch.request_id, request)
        self.assertEqual(dispatch.task_type, "maintenance")
        self.assertEqual(dispatch.contact_name, request.contact_name)
        self.assertEqual(dispatch.address, request.address)
        self.assertEqual(dispatch.problem, "Does not spray")
        self.assertEqual(dispatch.equipment_ids, self.equipment)
        self.assertEqual(dispatch.fault_level, "2")

    def test_state_never_goes_back_by_itself(self):
        request = self._create_request().sudo()
        request.state = "confirm"
        request._advance("dispatched")
        self.assertEqual(request.state, "confirm")
        request._advance("done")
        self.assertEqual(request.state, "done")
        self.assertTrue(request.done_at)
        for state in ("done", "called_back", "archived"):
            request.state = state
            request._advance("cancelled")
            with self.subTest(state=state):
                self.assertEqual(request.state, state)
