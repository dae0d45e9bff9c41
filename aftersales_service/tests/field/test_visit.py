from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..common import AftersalesCommon

STEPS = ("contacted", "departed", "arrived", "finished", "returned")


@tagged("post_install", "-at_install")
class TestVisit(AftersalesCommon):
    """The steps of the visit in their order, each with the time when it happened."""

    def _move(self, dispatch, step, *event_time):
        getattr(dispatch.with_user(self.engineer_user), f"action_{step}")(*event_time)

    def test_all_steps_in_order(self):
        dispatch = self._issue_dispatch()
        times = [dispatch.issued_at]
        for step in STEPS:
            self._move(dispatch, step)
            self.assertEqual(dispatch.state, step)
            times.append(dispatch[f"{step}_at"])
        self.assertTrue(all(times))
        self.assertEqual(times, sorted(times))

    def test_every_step_out_of_order(self):
        dispatch = self._issue_dispatch()
        for done in ("issued", *STEPS):
            if done != "issued":
                self._move(dispatch, done)
            due = (
                STEPS[0]
                if done == "issued"
                else dict(zip(STEPS, STEPS[1:], strict=False)).get(done)
            )
            for step in STEPS:
                if step == due:
                    continue
                with (
                    self.subTest(done=done, step=step),
                    self.assertRaisesRegex(UserError, "is in state"),
                ):
                    self._move(dispatch, step)
            self.assertEqual(dispatch.state, done)

    def test_nobody_leaves_before_the_order_is_issued(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        for step in STEPS:
            with self.subTest(state="draft", step=step), self.assertRaises(UserError):
                self._move(dispatch, step)
        dispatch.action_submit()
        self._sign(dispatch, "aftersales_head", "marketing_head")
        for step in STEPS:
            with self.subTest(state="signing", step=step), self.assertRaises(UserError):
                self._move(dispatch, step)
        self._sign(
            dispatch, "marketing_centre", approve=False, opinion="Solve it by phone"
        )
        with self.assertRaisesRegex(UserError, "Refused"):
            self._move(dispatch, "contacted")

    def test_nobody_leaves_without_a_card(self):
        dispatch = self._create_dispatch()
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        self._move(dispatch, "contacted")
        with self.assertRaisesRegex(UserError, r"1 service card\(s\)"):
            self._move(dispatch, "departed")
        self.assertFalse(dispatch.departed_at)
        dispatch.action_issue_cards()
        self._move(dispatch, "departed")
        self.assertEqual(dispatch.state, "departed")

    # ------------------------------------------------------------ event times

    def test_entered_later_with_the_true_time(self):
        dispatch = self._issue_dispatch()
        now = fields.Datetime.now()
        dispatch.sudo().issued_at = now - timedelta(hours=9)
        for hours, step in zip((8, 7, 5, 2, 1), STEPS, strict=True):
            self._move(dispatch, step, now - timedelta(hours=hours))
        self.assertEqual(dispatch.departed_at, now - timedelta(hours=7))
        self.assertEqual(dispatch.returned_at, now - timedelta(hours=1))
        self.assertAlmostEqual(dispatch.visit_hours, 3.0)

    def test_time_as_text(self):
        dispatch = self._issue_dispatch()
        dispatch.sudo().issued_at = "2026-01-05 08:00:00"
        self._move(dispatch, "contacted", "2026-01-05 08:10:00")
        self.assertEqual(str(dispatch.contacted_at), "2026-01-05 08:10:00")

    def test_time_in_the_future(self):
        dispatch = self._issue_dispatch()
        for ahead in (timedelta(seconds=30), timedelta(days=400)):
            with (
                self.subTest(ahead=ahead),
                self.assertRaisesRegex(UserError, "future"),
            ):
                self._move(dispatch, "contacted", fields.Datetime.now() + ahead)
        self.assertEqual(dispatch.state, "issued")
        self.assertFalse(dispatch.contacted_at)

    def test_time_before_the_step_before(self):
        dispatch = self._issue_dispatch()
        issued_at = dispatch.issued_at
        with self.assertRaisesRegex(UserError, "before “Issued At”"):
            self._move(dispatch, "contacted", issued_at - timedelta(seconds=1))
        self._move(dispatch, "contacted", issued_at)
        with self.assertRaisesRegex(UserError, "before “Customer Contacted At”"):
            self._move(dispatch, "departed", issued_at - timedelta(minutes=1))
        self.assertEqual(dispatch.state, "contacted")

    def test_time_that_is_none(self):
        dispatch = self._issue_dispatch()
        with self.assertRaisesRegex(UserError, "“soon” is not a date"):
            self._move(dispatch, "contacted", "soon")

    def test_dialog_records_the_next_step(self):
        dispatch = self._issue_dispatch()
        dispatch.sudo().issued_at = fields.Datetime.now() - timedelta(hours=2)
        mine = dispatch.with_user(self.engineer_user)
        for step in STEPS:
            action = mine.action_other_time()
            dialog = (
                self.env[action["res_model"]]
                .with_user(self.engineer_user)
                .with_context(**action["context"])
                .create({"event_time": fields.Datetime.now() - timedelta(minutes=1)})
            )
            self.assertEqual(dialog.event, step)
            dialog.action_record()
            self.assertEqual(mine.state, step)
        dialog = self.env["aftersales.dispatch.event"].with_user(self.engineer_user)
        with self.assertRaisesRegex(UserError, "No step .* is due"):
            dialog.create({"dispatch_id": dispatch.id}).action_record()

    def test_hours_of_a_visit_over_midnight(self):
        dispatch = self._issue_dispatch()
        dispatch.sudo().write(
            {
                "state": "arrived",
                "arrived_at": "2026-01-05 22:30:00",
            }
        )
        self.assertEqual(dispatch.visit_hours, 0.0)
        self._move(dispatch, "finished", "2026-01-06 01:15:00")
        self.assertAlmostEqual(dispatch.visit_hours, 2.75)

    # ---------------------------------------------------- the request follows

    def test_request_follows(self):
        dispatch = self._create_dispatch()
        request = dispatch.request_id
        dispatch.action_issue_cards()
        self.assertEqual(request.state, "to_dispatch")
        dispatch.action_submit()
        self.assertEqual(request.state, "to_dispatch")
        self._sign(dispatch, *self.DISPATCH_ROLES)
        for step, state in zip(
            ("issued", *STEPS),
            ("dispatched", "dispatched", "in_work", "in_work", "confirm", "confirm"),
            strict=True,
        ):
            if step != "issued":
                self._move(dispatch, step)
            with self.subTest(step=step):
                self.assertEqual(request.state, state)
        card = dispatch.card_ids
        card.with_user(self.engineer_user).action_hand_in()
        self.assertEqual(request.state, "confirm")
        card.with_user(self.dispatcher).action_check()
        self.assertEqual(request.state, "done")

    def test_cancelled_order_leaves_the_request_to_dispatch(self):
        """The visit is still owed: somebody else can be sent."""
        dispatch = self._issue_dispatch()
        dispatch.action_cancel()
        again = self._issue_dispatch(dispatch.request_id)
        self.assertEqual(again.state, "issued")

    def test_pressed_twice(self):
        dispatch = self._issue_dispatch()
        with freeze_time(dispatch.issued_at + timedelta(minutes=5)):
            self._move(dispatch, "contacted")
        first = dispatch.contacted_at
        with (
            freeze_time(dispatch.issued_at + timedelta(minutes=6)),
            self.assertRaisesRegex(UserError, "Customer Contacted"),
        ):
            self._move(dispatch, "contacted")
        self.assertEqual(dispatch.contacted_at, first)
