from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common_committed import CommittedCommon


@tagged("post_install", "-at_install")
class TestVisitAtOnce(CommittedCommon):
    """A button pressed twice, or by two people at once, does one thing."""

    def _browse(self, env, dispatch_id):
        return env["aftersales.dispatch"].browse(dispatch_id)

    def _press(self, user_id, dispatch_id, action, *args):
        """Who presses which button of the dispatch."""
        return user_id, lambda env: getattr(self._browse(env, dispatch_id), action)(
            *args
        )

    def test_double_click_on_arrived(self):
        dispatch_id = self._commit_departed()
        click = self._press(self.engineer_user_id, dispatch_id, "action_arrived")
        self._race_locked(click, click)
        self._try_late(click, "“Arrived”; this step needs “Departed”")
        self.assertEqual(self._read(dispatch_id, "state"), "arrived")

    def test_engineer_and_dispatcher_record_the_arrival(self):
        """The second one, who still saw the engineer on the way, is sent back."""
        dispatch_id = self._commit_departed()
        arrived_at = fields.Datetime.now()

        def look(env):
            self.assertEqual(self._browse(env, dispatch_id).state, "departed")

        self._race_stale(
            self._press(
                self.engineer_user_id, dispatch_id, "action_arrived", arrived_at
            ),
            self._press(
                self.dispatcher_id,
                dispatch_id,
                "action_arrived",
                arrived_at + timedelta(seconds=1),
            ),
            look,
        )
        self.assertEqual(self._read(dispatch_id, "arrived_at"), arrived_at)

    def test_cancelled_while_the_engineer_leaves(self):
        now = fields.Datetime.now()
        dispatch_id = self._commit_dispatch(
            state="contacted", issued_at=now, contacted_at=now
        )
        with self._transaction(self.dispatcher_id) as env:
            self._browse(env, dispatch_id).action_issue_cards()
        self._race_locked(
            self._press(self.dispatcher_id, dispatch_id, "action_cancel"),
            self._press(self.engineer_user_id, dispatch_id, "action_departed"),
        )
        self.assertEqual(self._read(dispatch_id, "state"), "cancelled")

    def test_cards_issued_by_two_people(self):
        dispatch_id = self._commit_dispatch()
        click = self._press(self.dispatcher_id, dispatch_id, "action_issue_cards")

        def look(env):
            self.assertFalse(self._browse(env, dispatch_id).card_ids)

        self._race_stale(click, click, look, "has its service card already")
        self.assertEqual(self._read(dispatch_id, "card_count"), 1)

    def test_numbers_taken_at_once_differ(self):
        """Nobody waits for another one's transaction to get a number."""
        self._commit_dispatch()  # the sequence is there
        with (
            self._transaction(commit=False) as first,
            self._transaction(commit=False) as second,
        ):
            requests = [
                env["aftersales.service.request"].create(
                    [{"partner_id": self.partner_id}] * 3
                )
                for env in (first, second, first)
            ]
            names = [name for batch in requests for name in batch.mapped("name")]
            self.assertEqual(len(set(names)), 9)
