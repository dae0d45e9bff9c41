from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestFollowup(AftersalesCommon):
    """Serve until satisfied: what the customer says decides about the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls()._solved()

    def _solved(self):
        """A request that was solved by phone: nothing is owed on it."""
        request = self._create_request()
        request._solve_remote(self.agent, fields.Datetime.now(), "Cleaned the nozzle")
        return request

    def _call(self, user=None, **vals):
        values = {"request_id": self.request.id, "satisfaction": "5", **vals}
        return (
            self.env["aftersales.followup"].with_user(user or self.agent).create(values)
        )

    # ------------------------------------------------------------- satisfied

    def test_satisfied_archives(self):
        followup = self._call()
        self.assertRegex(followup.name, r"^HF\d{4}-\d{5}$")
        followup.action_done()
        self.assertEqual(followup.state, "done")
        self.assertEqual(followup.result, "satisfied")
        self.assertTrue(followup.called_at)
        self.assertEqual(self.request.state, "archived")
        self.assertTrue(self.request.closed_at)

    def test_fair_is_satisfied(self):
        followup = self._call(satisfaction="3")
        followup.action_done()
        self.assertEqual(followup.result, "satisfied")

    def test_something_is_owed(self):
        self.request.sudo().state = "accepted"
        dispatch = self._issue_dispatch(self.request)
        self.request.sudo().state = "done"
        self._call().action_done()
        self.assertEqual(self.request.state, "called_back")
        self.assertFalse(self.request.closed_at)
        with self.assertRaisesRegex(UserError, dispatch.name):
            self.request.action_archive_file()
        dispatch.card_ids.action_cancel()
        dispatch.action_cancel()
        self.request.action_archive_file()
        self.assertEqual(self.request.state, "archived")

    def test_second_call_archives(self):
        self.request.sudo().state = "accepted"
        dispatch = self._issue_dispatch(self.request)
        self.request.sudo().state = "done"
        self._call().action_done()
        dispatch.action_cancel()
        self._call().action_done()
        self.assertEqual(self.request.state, "archived")

    # ---------------------------------------------------------- dissatisfied

    def test_dissatisfied_reopens(self):
        for vals in (
            {"satisfaction": "2"},
            {"satisfaction": "1"},
            {"satisfaction": "5", "is_completed": False},
        ):
            with self.subTest(**vals):
                request = self.request = self._solved()
                followup = self._call(questions="Still does not spray", **vals)
                followup.action_done()
                self.assertEqual(followup.result, "dissatisfied")
                self.assertEqual(request.state, "accepted")
                self.assertEqual(request.reopen_count, 1)
                self.assertFalse(request.done_at)
                activity = request.sudo().activity_ids
                self.assertEqual(activity.user_id, request.user_id)
                self.assertIn("serve again", activity.summary)
                self.assertIn("Still does not spray", activity.note)

    def test_reopened_case_goes_on(self):
        self._call(satisfaction="1").action_done()
        dispatch = self._issue_dispatch(self.request)
        self.assertEqual(self.request.state, "dispatched")
        self.assertEqual(dispatch.state, "issued")

    def test_nobody_responsible(self):
        self.request.sudo().user_id = False
        followup = self._call(satisfaction="1")
        followup.action_done()
        self.assertEqual(self.request.sudo().activity_ids.user_id, self.agent)

    # ----------------------------------------------------------- not reached

    def test_not_reached_makes_the_next_one(self):
        followup = self._call(
            is_reached=False,
            satisfaction=False,
            called_at=fields.Datetime.now() - timedelta(hours=2),
            answered_by="Nobody",
            channel="sms",
        )
        followup.action_done()
        self.assertEqual(followup.result, "not_reached")
        self.assertEqual(self.request.state, "done")
        following = self.request.followup_ids.filtered(
            lambda f: f.state == "due" and f.followup_type == followup.followup_type
        )
        self.assertEqual(following.state, "due")
        self.assertNotEqual(following.name, followup.name)
        self.assertEqual(following.channel, "sms")
        self.assertTrue(following.is_reached)
        for fname in ("called_at", "answered_by", "result"):
            self.assertFalse(following[fname], fname)
        following.satisfaction = "5"
        following.action_done()
        self.assertGreater(following.called_at, followup.called_at)
        self.assertEqual(self.request.state, "archived")

    # ------------------------------------------------------------- too early

    def test_too_early(self):
        request = self._create_request()
        for state in ("new", "accepted", "remote", "dispatched", "in_work"):
            request.sudo().state = state
            followup = self._call(request_id=request.id)
            with self.assertRaisesRegex(UserError, "not done yet"):
                followup.action_done()
            self.assertEqual(followup.state, "due")
        request.sudo().state = "confirm"
        followup.action_done()
        self.assertEqual(request.state, "archived")

    def test_no_answer_entered(self):
        followup = self._call(satisfaction=False)
        with self.assertRaisesRegex(UserError, "how satisfied"):
            followup.action_done()
        self.assertEqual(self.request.state, "done")

    def test_closed_file(self):
        self._call().action_done()
        with self.assertRaisesRegex(UserError, "reopen it"):
            self._call()

    def test_future_call(self):
        with self.assertRaisesRegex(UserError, "future"):
            self._call(called_at=fields.Datetime.now() + timedelta(hours=1))

    # ------------------------------------------------------------ who, twice

    def test_done_twice(self):
        followup = self._call(satisfaction="1")
        followup.action_done()
        with self.assertRaisesRegex(UserError, "To Call"):
            followup.action_done()
        self.assertEqual(self.request.reopen_count, 1)
        self.assertEqual(len(self.request.sudo().activity_ids), 1)

    def test_two_calls_of_one_case(self):
        """Both were due; the second finds the file closed already."""
        first, second = self._call(), self._call(satisfaction="1")
        first.action_done()
        with self.assertRaisesRegex(UserError, "is closed"):
            second.action_done()
        self.assertEqual(self.request.state, "archived")
        second.action_cancel()
        self.assertEqual(second.state, "cancelled")

    def test_finished_call_does_not_change(self):
        followup = self._call()
        followup.action_done()
        with self.assertRaisesRegex(UserError, "To Call"):
            followup.satisfaction = "1"
        for vals in ({"state": "due"}, {"result": "dissatisfied"}):
            with self.assertRaises(AccessError):
                self._call_in_new_case().write(vals)

    def _call_in_new_case(self):
        return self._call(request_id=self._solved().id)

    def test_rights(self):
        followup = self._call(self.quality)
        followup.action_done()
        self.request = self._solved()
        for user in (self.engineer_user, self.keeper, self.finance):
            with self.assertRaises(AccessError):
                self._call(user)

    def test_story(self):
        followup = self._call(questions="Please send the manual")
        followup.action_done()
        story = {entry["title"]: entry["text"] for entry in self.request.story}
        text = story[f"{followup.name}: Call-back"]
        self.assertIn("Satisfied", text)
        self.assertIn("Please send the manual", text)
        self.assertIn("File archived", story)
