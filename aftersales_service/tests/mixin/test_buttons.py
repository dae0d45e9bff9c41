from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestButtons(AftersalesCommon):
    """What every button does first, and the small helpers of a form."""

    def test_wrong_state_is_explained(self):
        request = self._create_request()
        request.action_accept()
        with self.assertRaisesRegex(
            UserError, rf"{request.name}.*Accepted.*needs.*New"
        ):
            request.action_accept()

    def test_wrong_state_of_one_stops_all(self):
        fresh, taken = self._create_request(), self._create_request()
        taken.action_accept()
        with self.assertRaises(UserError):
            (fresh | taken).action_accept()
        self.assertEqual(fresh.state, "new")

    def test_many_at_once(self):
        requests = self._create_request() | self._create_request()
        requests.action_accept()
        self.assertEqual(requests.mapped("state"), ["accepted", "accepted"])

    def test_reader_presses_nothing(self):
        request = self._create_request()
        reader = self.signers["superior"]
        self.assertEqual(request.with_user(reader).state, "new")
        for action in ("action_accept", "action_plan_visit", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(request.with_user(reader), action)()
        self.assertEqual(request.state, "new")

    def test_event_time_without_seconds_of_now(self):
        request = self._create_request()
        when = request._form_check_event_time(False)
        self.assertEqual(when.microsecond, 0)

    def test_event_time_that_is_none(self):
        request = self._create_request()
        for rubbish in ("yesterday", "2026-13-01 00:00:00", "12"):
            with (
                self.subTest(value=rubbish),
                self.assertRaisesRegex(UserError, "not a date"),
            ):
                request._form_check_event_time(rubbish)

    def test_event_time_may_equal_the_step_before(self):
        request = self._create_request()
        before = datetime(2026, 1, 5, 8, 0, 0, 900_000)
        when = request._form_check_event_time("2026-01-05 08:00:00", before, "Start")
        self.assertEqual(when, datetime(2026, 1, 5, 8, 0, 0))
        with self.assertRaisesRegex(UserError, "before “Start”"):
            request._form_check_event_time("2026-01-05 07:59:59", before, "Start")

    def test_parent_is_one_click_away(self):
        dispatch = self._create_dispatch()
        action = dispatch.with_context(parent="request_id").action_view_parent()
        self.assertEqual(action["res_model"], "aftersales.service.request")
        self.assertEqual(action["res_id"], dispatch.request_id.id)
        for parent in (False, "name", "signature_ids", "nonsense"):
            with self.subTest(parent=parent), self.assertRaises(UserError):
                dispatch.with_context(parent=parent).action_view_parent()

    def test_address_for_the_qr_code(self):
        dispatch = self._create_dispatch()
        self.assertTrue(
            dispatch._form_url().endswith(f"/odoo/aftersales.dispatch/{dispatch.id}")
        )

    def test_times_print_in_the_zone_of_the_reader(self):
        self.agent.tz = "Asia/Shanghai"
        request = self._create_request()
        noon = datetime(2026, 3, 1, 20, 30)
        self.assertEqual(request._form_date(noon, with_time=True), "2026-03-02 04:30")
        self.assertEqual(request._form_date(False), "")
        self.assertEqual(request._form_date(noon.date()), "2026-03-01")
