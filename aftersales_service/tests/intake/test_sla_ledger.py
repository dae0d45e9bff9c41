from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon
from .common import SlaCommon


class LedgerCommon(SlaCommon, TwoCompaniesCommon):
    """Three promises, each held by another reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy(
            cls._hold("arrival", 36, "customer"),
            cls._hold("repair", 60, "parts"),
            cls._hold("plan", 48, "traffic"),
            cls._hold("response", 30),
            cls._hold("other", 90, "customer", "parts", "traffic"),
        )
        cls.received = cls._ago(hours=20)
        cls.request = cls()._create_request(received_at=cls.received)
        cls.pauses = cls.env["aftersales.sla.pause"]

    @staticmethod
    def _hold(kind, limit, *reasons):
        return {
            "kind": kind,
            "limit": limit,
            **{
                f"pauses_{reason}": reason in reasons
                for reason in ("customer", "parts", "traffic")
            },
        }

    def _get_states(self, request=None):
        return {
            clock.kind: clock.state
            for clock in self._get_clocks(request or self.request)
        }

    def _get_hours(self, kind):
        """Hours from the receipt to the deadline of this promise."""
        deadline = self._get_clock(self.request, kind).deadline
        return round((deadline - self.received).total_seconds() / 3600, 2)

    def _get_pauses(self, request):
        return self.pauses.search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )


@tagged("post_install", "-at_install")
class TestSlaLedger(LedgerCommon):
    """Several clocks, several reasons: each pause holds those it should."""

    def test_each_reason_holds_its_own(self):
        for reason, held in (
            ("customer", {"arrival", "other"}),
            ("parts", {"repair", "other"}),
            ("traffic", {"plan", "other"}),
        ):
            self.request._sla_wait(reason, self._ago(hours=2))
            states = self._get_states()
            with self.subTest(reason=reason):
                self.assertEqual(
                    {kind for kind, state in states.items() if state == "paused"}, held
                )
                self.assertEqual(states["response"], "running")
            self.request._sla_resume()
        self.assertEqual(set(self._get_states().values()), {"running"})

    def test_two_reasons_overlap(self):
        """10 to 4 hours ago for the customer, 6 to 1 hours ago for parts."""
        now = fields.Datetime.now()
        with self.freeze(now):
            self.request._sla_wait("customer", now - timedelta(hours=10))
            self.request._sla_wait("parts", now - timedelta(hours=6))
            self.request._sla_resume(now - timedelta(hours=4), reason="customer")
            self.assertEqual(self.request.wait_reason, "parts")
            self.request._sla_resume(now - timedelta(hours=1))
        self.assertEqual(self._get_hours("arrival"), 42)
        self.assertEqual(self._get_hours("repair"), 65)
        self.assertEqual(self._get_hours("other"), 99, "the overlap counts once")
        self.assertEqual(self._get_hours("plan"), 48)
        self.assertEqual(self._get_hours("response"), 30)

    def test_all_three_at_once(self):
        for reason in ("customer", "parts", "traffic"):
            self.request._sla_wait(reason, self._ago(hours=3))
        self.assertEqual(len(self._get_pauses(self.request)), 3)
        self.assertEqual(self.request.sla_kind, "response")
        self.request._sla_event("accepted")
        self.assertEqual(self.request.sla_state, "paused")
        self.assertFalse(self.request.sla_deadline)
        info = self.request.sla_info
        self.assertFalse(info["deadline"])
        self.assertFalse(info["ticking"])
        self.request.with_user(self.agent).action_resume()
        self.assertEqual(self.request.sla_state, "running")
        self.assertFalse(self.request.wait_reason)
        self.assertTrue(all(self._get_pauses(self.request).mapped("ended_at")))

    def test_resume_in_the_wrong_order(self):
        self.request._sla_wait("customer", self._ago(hours=2))
        with self.assertRaisesRegex(UserError, "not waiting"):
            self.request._sla_resume(reason="parts")
        self.assertEqual(self.request.wait_reason, "customer")
        self.request._sla_wait("parts", self._ago(hours=1))
        with self.assertRaisesRegex(UserError, "is before"):
            self.request._sla_resume(self._ago(minutes=90))
        self.assertEqual(len(self._get_pauses(self.request)), 2)
        self.assertFalse(any(self._get_pauses(self.request).mapped("ended_at")))

    def test_several_requests_wait_together(self):
        other = self._create_request(received_at=self.received)
        both = self.request | other
        both.with_user(self.agent)._sla_wait("customer", self._ago(hours=4))
        for request in both:
            self.assertEqual(self._get_states(request)["arrival"], "paused")
        other._sla_resume()
        self.assertEqual(self._get_states()["arrival"], "paused")
        with self.assertRaisesRegex(UserError, other.name):
            both._sla_resume()
        self.assertEqual(self.request.wait_reason, "customer", "all or nothing")

    # -------------------------------------------------- cancelled and reopened

    def test_cancelled_while_paused(self):
        self.request._sla_wait("customer", self._ago(hours=3))
        self.request._sla_wait("parts", self._ago(hours=2))
        self.request.with_user(self.agent).action_cancel()
        self.assertEqual(set(self._get_states().values()), {"cancelled"})
        self.assertTrue(all(self._get_pauses(self.request).mapped("ended_at")))
        self.assertFalse(self.request.wait_reason)
        self.assertFalse(self.request.sla_state)
        self.assertFalse(self._run() & self._get_clocks(self.request))
        with self.assertRaises(UserError):
            self.request._sla_resume()

    def test_reopened_runs_from_anew_unpaused(self):
        self.request._sla_wait("customer", self._ago(hours=3))
        mine = self.request.with_user(self.agent)
        mine.action_cancel()
        mine.action_reopen()
        arrival = self._get_clock(self.request)
        self.assertEqual(arrival.state, "running")
        self.assertGreater(arrival.started_at, self._ago(minutes=5))
        self.assertEqual(
            arrival.deadline, arrival.started_at + timedelta(hours=36), "old pause"
        )
        self._assert_plan(arrival)

    def test_reopened_twice(self):
        mine = self.request.with_user(self.agent)
        for count in (1, 2):
            mine.action_cancel()
            mine.action_reopen()
            self.assertEqual(self.request.reopen_count, count)
            running = self._get_clocks(self.request, state="running")
            self.assertEqual(len(running.filtered(lambda c: c.kind == "arrival")), 1)
        events = self.env["aftersales.sla.event"].search(
            [("res_model", "=", self.request._name), ("res_id", "=", self.request.id)]
        )
        self.assertEqual(events.mapped("event").count("received"), 2)
        with self.assertRaisesRegex(UserError, "is in state"):
            mine.action_reopen()
        arrivals = self._get_clocks(self.request, kind="arrival")
        self.assertEqual(
            sorted(arrivals.mapped("state")), ["cancelled", "cancelled", "running"]
        )
        self.assertIn(self.received, arrivals.mapped("started_at"))

    def test_waits_again_after_reopening(self):
        mine = self.request.with_user(self.agent)
        mine._sla_wait("customer", self._ago(hours=3))
        mine.action_cancel()
        mine.action_reopen()
        mine._sla_wait("customer")
        self.assertEqual(self._get_clock(self.request).state, "paused")
        self.assertEqual(len(self._get_pauses(self.request)), 2)


@tagged("post_install", "-at_install")
class TestSlaLedgerRights(LedgerCommon):
    """Nobody writes the ledger, nothing of it crosses the company."""

    def _prepare_pause(self, **vals):
        return {
            "res_model": self.request._name,
            "res_id": self.request.id,
            "company_id": self.company.id,
            "reason": "customer",
            "started_at": self._ago(hours=2),
            **vals,
        }

    def test_nobody_writes_pauses_and_events_by_rpc(self):
        self.request._sla_wait("customer", self._ago(hours=2))
        self.request._sla_event("contacted")
        pause = self._get_pauses(self.request)
        event = self.env["aftersales.sla.event"].search(
            [("res_model", "=", self.request._name), ("res_id", "=", self.request.id)]
        )
        for user in (self.agent, self.dispatcher, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    pause.with_user(user).write({"ended_at": self._ago(hours=1)})
                with self.assertRaises(AccessError):
                    pause.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    self.pauses.with_user(user).create(self._prepare_pause())
                with self.assertRaises(AccessError):
                    event.with_user(user).write({"event_time": self._ago(hours=9)})
                with self.assertRaises(AccessError):
                    event.with_user(user).unlink()
        self.assertFalse(pause.ended_at)

    def test_nobody_writes_it_through_the_request(self):
        self.request._sla_wait("customer", self._ago(hours=2))
        pause = self._get_pauses(self.request)
        for commands in ([(2, pause.id, 0)], [(1, pause.id, {"note": "x"})]):
            for user in (self.agent, self.manager):
                with self.subTest(user=user.login, commands=commands):
                    with self.assertRaises(AccessError):
                        self.request.with_user(user).write({"pause_ids": commands})
        self.assertTrue(pause.exists())
        self.assertFalse(pause.note)

    def test_reader_reads_an_engineer_does_not(self):
        self.request._sla_wait("customer", self._ago(hours=2), "On holiday")
        pause = self._get_pauses(self.request)
        reader = self.signers["superior"]
        self.assertEqual(pause.with_user(reader).note, "On holiday")
        with self.assertRaises(AccessError):
            pause.with_user(self.engineer_user).read(["note"])

    def test_the_sister_sees_nothing(self):
        foreign = self._create_foreign_request(received_at=self.received)
        for request in (self.request, foreign):
            request._sla_wait("customer", self._ago(hours=2))
            request._sla_event("contacted")
        for user, own, other in (
            (self.manager, self.request, foreign),
            (self.foreign_manager, foreign, self.request),
        ):
            for name in ("pause", "event"):
                ledger = self.env[f"aftersales.sla.{name}"].with_user(user)
                found = ledger.search([("res_model", "=", own._name)])
                with self.subTest(user=user.login, name=name):
                    self.assertIn(own.id, found.mapped("res_id"))
                    self.assertNotIn(other.id, found.mapped("res_id"))
        self.assertEqual(self._get_pauses(foreign).company_id, self.sister)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager)._sla_wait("parts")
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).action_resume()
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).action_plan_agreed()

    def test_the_ledger_refuses_nonsense(self):
        cases = (
            {"ended_at": self._ago(hours=3)},
            {"started_at": False},
            {"reason": False},
            {"company_id": False},
        )
        for vals in cases:
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.pauses.create(self._prepare_pause(**vals))
        with self.assertRaisesRegex(ValidationError, "too long"):
            self.request._sla_wait("customer", note="x" * 100_001)
        self.assertFalse(self.request.wait_reason)

    def test_one_open_pause_of_a_reason(self):
        self.pauses.create(self._prepare_pause())
        self.pauses.create(self._prepare_pause(reason="parts"))
        self.pauses.create(self._prepare_pause(ended_at=self._ago(hours=1)))
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.pauses.create(self._prepare_pause())
        self.assertEqual(len(self._get_pauses(self.request)), 3)

    def test_deleted_request_takes_its_ledger_along(self):
        other = self._create_request()
        other._sla_wait("customer")
        self.request._sla_wait("customer")
        pause = self._get_pauses(other)
        other.with_user(self.manager).sudo().unlink()
        self.assertFalse(pause.exists())
        self.assertTrue(self._get_pauses(self.request))
