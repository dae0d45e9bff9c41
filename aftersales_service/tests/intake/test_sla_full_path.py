from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon
from .common import SlaCommon
from .test_sla_visit import SIGNATURE

OPEN = ("running", "warning", "breached", "paused")


class PathCommon(SlaCommon, TwoCompaniesCommon):
    """Requests gone through by the people who may just do their step."""

    def _get_ledger(self, request, **values):
        events = self.env["aftersales.sla.event"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)],
            order="id",
        )
        return events.filtered(lambda e: all(e[n] == v for n, v in values.items()))

    def _get_open(self, request):
        return self._get_clocks(request).filtered(lambda clock: clock.state in OPEN)

    def _hand_in(self, dispatch):
        card = dispatch.card_ids.with_user(self.engineer_user)
        card.write({"rating_overall": "5", "customer_signature": SIGNATURE})
        card.action_sign_customer()
        card.action_hand_in()
        return card

    def _call_back(self, request, user=None, **vals):
        self.env["aftersales.followup"].with_user(user or self.agent).create(
            {"request_id": request.id, "satisfaction": "5", **vals}
        ).action_done()


@tagged("post_install", "-at_install")
class TestSlaFullPath(PathCommon):
    """One case from the call to the call-back: every event is in the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy(
            {"kind": "response", "limit": 4},
            {"kind": "plan", "limit": 8},
            {"kind": "contact", "limit": 15, "unit": "minute"},
            {"kind": "arrival", "limit": 36},
            {"kind": "part_arrival", "limit": 72},
            {"kind": "repair", "limit": 3, "unit": "day"},
            {"kind": "card_hand_in", "unit": "same_day"},
            {"kind": "callback_card", "limit": 2, "unit": "day"},
        )

    def test_by_the_lowest_roles(self):
        request = self._create_request(received_at=self._ago(hours=1))
        self.assertFalse(self._get_ledger(request), "the receipt is the request's")
        self.assertEqual(
            set(self._get_open(request).mapped("kind")),
            {"response", "plan", "arrival", "repair"},
        )
        mine = request.with_user(self.agent)
        mine.action_accept()
        mine.action_plan_agreed()
        dispatch = self._issue_dispatch(request)
        self.assertEqual(request.sla_kind, "contact")
        engineer = dispatch.with_user(self.engineer_user)
        engineer.action_contacted()
        self._issue_parts(dispatch, [(self.seal, 1)])
        engineer.action_departed()
        engineer.action_arrived()
        engineer.action_finished()
        engineer.action_returned()
        card = self._hand_in(engineer)
        card.with_user(self.agent).action_check()
        self._call_back(request)
        events = self._get_ledger(request)
        self.assertEqual(
            [event for event in events.mapped("event") if event != "repaired"],
            [
                "accepted",
                "plan_agreed",
                "dispatched",
                "contacted",
                "parts_requested",
                "parts_arrived",
                "departed",
                "arrived",
                "returned",
                "signed",
                "handed_in",
                "called_back",
            ],
        )
        self.assertEqual(events.mapped("event").count("repaired"), 1)
        self.assertEqual(set(self._get_clocks(request).mapped("state")), {"met"})
        self.assertEqual(len(self._get_clocks(request)), 8, "each promise ran once")
        self.assertFalse(request.sla_state)
        self.assertFalse(any(events.mapped("is_void")))

    def test_the_ledger_says_who_and_what_caused_it(self):
        dispatch = self._issue_dispatch(self._create_request())
        request = dispatch.request_id
        dispatch.with_user(self.engineer_user).action_contacted()
        source = f"aftersales.dispatch,{dispatch.id}"
        for event in ("dispatched", "contacted"):
            self.assertEqual(self._get_ledger(request, event=event).source, source)
        contacted = self._get_ledger(request, event="contacted")
        self.assertEqual(contacted.create_uid, self.engineer_user)
        self.assertEqual(contacted.company_id, self.company)
        self.assertEqual(
            contacted.event_time, dispatch.contacted_at.replace(microsecond=0)
        )

    def test_steps_by_people_who_may_not(self):
        dispatch = self._issue_dispatch(self._create_request())
        request = dispatch.request_id
        before = len(self._get_ledger(request))
        for user in (self.other_engineer_user, self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    dispatch.with_user(user).action_contacted()
                with self.assertRaises(AccessError):
                    request.with_user(user).action_plan_agreed()
        with self.assertRaises(AccessError):
            request.with_user(self.engineer_user).action_plan_agreed()
        self.assertEqual(len(self._get_ledger(request)), before)

    def test_out_of_order_and_twice(self):
        dispatch = self._issue_dispatch(self._create_request())
        request = dispatch.request_id
        mine = dispatch.with_user(self.engineer_user)
        for step in ("action_departed", "action_arrived", "action_finished"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(mine, step)()
        mine.action_contacted()
        with self.assertRaises(UserError):
            mine.action_contacted()
        self.assertEqual(len(self._get_ledger(request, event="contacted")), 1)
        self.assertFalse(self._get_ledger(request, event="arrived"))
        self.assertEqual(self._get_clock(request).state, "running")

    def test_plan_agreed_twice_stops_once(self):
        request = self._create_request(received_at=self._ago(hours=3))
        mine = request.with_user(self.agent)
        mine.action_plan_agreed(self._ago(hours=2))
        stopped = self._get_clock(request, "plan").stopped_at
        mine.action_plan_agreed()
        self.assertEqual(self._get_clock(request, "plan").stopped_at, stopped)
        self.assertEqual(len(self._get_ledger(request, event="plan_agreed")), 2)
        for when in (self._ago(hours=4), self._ago(hours=-1), "soon"):
            with self.subTest(when=when), self.assertRaises(UserError):
                mine.action_plan_agreed(when)

    def test_solved_by_phone(self):
        request = self._create_request(received_at=self._ago(hours=1))
        request.with_user(self.agent).action_accept()
        request.with_user(self.agent)._solve_remote(
            self.agent, self._ago(minutes=5), "Cleaned the nozzle", "phone", 10
        )
        events = self._get_ledger(request).mapped("event")
        self.assertEqual(events[:2], ["accepted", "contacted"])
        self.assertIn("advised", events)
        self.assertEqual(self._get_clock(request, "response").state, "met")

    def test_reopened_case_starts_its_promises_anew(self):
        dispatch = self._issue_dispatch(self._create_request())
        request = dispatch.request_id
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        mine.action_returned()
        self._hand_in(mine).with_user(self.agent).action_check()
        for count in (1, 2):
            if count == 2:
                request.with_user(self.agent).action_confirm_done()
            self._call_back(request, satisfaction="1")
            self.assertEqual(request.reopen_count, count)
            self.assertEqual(request.state, "accepted")
            arrival = self._get_clocks(request, kind="arrival", state="running")
            self.assertEqual(len(arrival), 1)
            self.assertEqual(arrival.deadline, arrival.started_at + timedelta(hours=36))
            self.assertEqual(len(self._get_ledger(request, event="received")), count)
        self.assertEqual(len(self._get_clocks(request, kind="arrival", state="met")), 1)


@tagged("post_install", "-at_install")
class TestSlaTwoDispatches(PathCommon):
    """Two engineers on one request: each his own contact clock and card clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy(
            {"kind": "contact", "limit": 15, "unit": "minute"},
            {"kind": "card_hand_in", "unit": "same_day"},
        )
        self = cls()
        cls.first = self._issue_dispatch(self._create_request())
        cls.request = cls.first.request_id
        cls.second = self._create_dispatch(
            cls.request, engineer_id=cls.other_engineer.id
        )
        cls.second.action_submit()
        self._sign(cls.second, *cls.DISPATCH_ROLES)

    def _get_contact(self, dispatch):
        source = f"aftersales.dispatch,{dispatch.id}"
        return self._get_clock(self.request, "contact", source=source)

    def test_each_by_its_own_engineer(self):
        one, two = self._get_contact(self.first), self._get_contact(self.second)
        self.assertEqual((one.state, two.state), ("running", "running"))
        self.first.with_user(self.engineer_user).action_contacted()
        self.assertEqual((one.state, two.state), ("met", "running"))
        self.assertEqual(self.request.sla_kind, "contact")
        self.second.with_user(self.other_engineer_user).action_contacted()
        self.assertEqual((one.state, two.state), ("met", "met"))
        self.assertFalse(self.request.sla_state)

    def test_one_is_late_the_other_is_not(self):
        late, early = self._get_contact(self.first), self._get_contact(self.second)
        late.sudo()._restart(self._ago(minutes=40))
        raised = self._run() & self._get_clocks(self.request)
        self.assertEqual(raised, late)
        self.assertEqual(early.state, "running")
        self.first.with_user(self.engineer_user).action_contacted()
        self.second.with_user(self.other_engineer_user).action_contacted()
        self.assertEqual((late.state, early.state), ("missed", "met"))

    def test_cancelling_one_leaves_the_other(self):
        self.second.with_user(self.dispatcher).action_cancel()
        self.assertEqual(self._get_contact(self.first).state, "running")
        clocks = self._get_clocks(self.request, kind="contact")
        self.assertEqual(sorted(clocks.mapped("state")), ["cancelled", "running"])
        void = self._get_ledger(self.request, is_void=True)
        self.assertEqual(
            set(void.mapped("source")), {f"aftersales.dispatch,{self.second.id}"}
        )
        self.assertEqual(self.request.sla_state, "running")

    def test_a_call_of_no_order_stops_both(self):
        """Remote support reached the customer: nobody has to call him first."""
        self.request._sla_event("contacted")
        self.assertEqual(
            set(self._get_clocks(self.request, kind="contact").mapped("state")),
            {"met"},
        )

    def test_a_pause_holds_both(self):
        self.request.with_user(self.agent)._sla_wait("customer")
        states = self._get_clocks(self.request, kind="contact").mapped("state")
        self.assertEqual(states, ["paused", "paused"])
        self.first.with_user(self.engineer_user).action_contacted()
        self.assertEqual(self._get_contact(self.second).state, "paused")
        self.request.with_user(self.agent).action_resume()
        self.assertEqual(self._get_contact(self.second).state, "running")

    def test_the_sister_has_her_own(self):
        foreign = self._create_foreign_request()
        self.assertFalse(self._get_ledger(foreign))
        clocks = self.env["aftersales.sla.clock"].with_user(self.foreign_manager)
        self.assertNotIn(
            self.request.id,
            clocks.search([("res_model", "=", self.request._name)]).mapped("res_id"),
        )
        with self.assertRaises(AccessError):
            self._get_contact(self.first).with_user(self.foreign_manager).read(["kind"])
