from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon
from .common import SlaCommon
from .test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestCallPromise(SlaCommon, TwoCompaniesCommon, CallCommon):
    """An answer is promised (001 Art.16(2)): kept, broken, moved, taken back."""

    def _promise(self, called=2, promised=-4, **vals):
        """A call so many hours ago, with an answer promised."""
        return self._create_call(
            received_at=self._ago(hours=called),
            promised_at=self._ago(hours=promised),
            **vals,
        )

    def _answer(self, call, **vals):
        mine = call.with_user(self.agent)
        mine.write({"answer": "Turn the valve", **vals})
        mine.action_answer()
        return self._get_clock(call, "answer")

    # ------------------------------------------------------- early, late, at once

    def test_early(self):
        call = self._promise()
        clock = self._answer(call)
        self.assertEqual(clock.state, "met")
        self.assertAlmostEqual(clock.used_seconds, 2 * 3600, delta=5)
        self.assertFalse(call.sla_state)
        self.assertEqual(call.state, "answered")

    def test_to_the_second(self):
        call = self._promise(called=5, promised=1)
        clock = self._answer(call, answered_at=call.promised_at)
        self.assertEqual(clock.state, "met")

    def test_one_second_late(self):
        call = self._promise(called=5, promised=1)
        late = call.promised_at + timedelta(seconds=1)
        clock = self._answer(call, answered_at=late)
        self.assertEqual(clock.state, "missed")
        self.assertEqual(clock.stopped_at, late.replace(microsecond=0))

    def test_answered_in_the_call(self):
        """The form says so: the answer was there when the call came."""
        call = self._promise(called=30, promised=20, is_immediate=True)
        self._run()
        clock = self._get_clock(call, "answer")
        self.assertEqual(clock.state, "breached")
        self._answer(call)
        self.assertEqual(call.answered_at, call.received_at)
        self.assertEqual(clock.state, "met", "entered late, answered in time")
        self.assertFalse(clock.breached_at)
        self.assertFalse(call.sudo().activity_ids.filtered("aftersales_clock_id"))

    def test_breach_tells_who_took_the_call(self):
        call = self._promise(called=5, promised=1)
        raised = self._run()
        clock = self._get_clock(call, "answer")
        self.assertIn(clock, raised)
        self.assertEqual(call.sla_state, "breached")
        activity = call.sudo().activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.aftersales_clock_id, clock)
        self.assertFalse(self._run() & clock, "once")
        self._answer(call)
        self.assertEqual(clock.state, "missed")
        self.assertFalse(call.sudo().activity_ids)

    def test_warning_before_the_time(self):
        call = self._promise(called=9, promised=-1)
        self._run()
        self.assertEqual(call.sla_state, "warning")
        call.with_user(self.agent).promised_at = self._ago(hours=-90)
        self.assertEqual(call.sla_state, "running", "there is time again")

    # ----------------------------------------------------------- other promises

    def test_taken_back(self):
        call = self._promise()
        call.with_user(self.agent).promised_at = False
        self.assertFalse(call.sla_state)
        self.assertFalse(call.sla_deadline)
        clock = self._get_clocks(call)
        self.assertEqual(clock.state, "cancelled")
        self.assertFalse(self._run() & clock)
        again = self._ago(hours=-1)
        call.with_user(self.agent).promised_at = again
        self.assertEqual(call.sla_deadline, again.replace(microsecond=0))

    def test_promised_later_on(self):
        call = self._create_call(received_at=self._ago(hours=2))
        same_day = self._get_clock(call, "answer")
        promised = self._ago(hours=-1)
        call.with_user(self.agent).promised_at = promised
        clock = self._get_clock(call, "answer")
        self.assertEqual(clock, same_day, "a promise takes the place of the rule")
        self.assertEqual(clock.started_at, call.received_at)
        self.assertEqual(clock.deadline, promised.replace(microsecond=0))

    def test_moved_after_the_breach(self):
        call = self._promise(called=5, promised=1)
        self._run()
        call.with_user(self.agent).promised_at = self._ago(hours=-9)
        clock = self._get_clock(call, "answer")
        self.assertEqual(clock.state, "running")
        self.assertFalse(call.sudo().activity_ids)
        self.assertEqual(len(self._get_clocks(call)), 1)

    def test_written_again_changes_nothing(self):
        call = self._promise()
        clock = self._get_clock(call, "answer")
        before = (clock.deadline, clock.started_at, clock.budget_seconds)
        call.with_user(self.agent).promised_at = call.promised_at
        after = (clock.deadline, clock.started_at, clock.budget_seconds)
        self.assertEqual(after, before)

    def test_several_calls_at_once(self):
        calls = self._promise() | self._promise(called=1) | self._create_call()
        promised = self._ago(hours=-7)
        calls.with_user(self.agent).write({"promised_at": promised})
        for call in calls:
            clock = self._get_clock(call, "answer")
            self.assertEqual(clock.deadline, promised.replace(microsecond=0))
            self.assertEqual(clock.started_at, call.received_at)

    # ------------------------------------------------------------- wrong order

    def test_answered_twice_counts_once(self):
        call = self._promise()
        clock = self._answer(call)
        stopped = clock.stopped_at
        with self.assertRaisesRegex(UserError, "is in state"):
            call.with_user(self.agent).action_answer()
        self.assertEqual(clock.stopped_at, stopped)

    def test_no_words_no_answer(self):
        call = self._promise()
        for words in (False, "", "  \n "):
            call.with_user(self.agent).answer = words
            with self.assertRaisesRegex(UserError, "points of the answer"):
                call.with_user(self.agent).action_answer()
        self.assertEqual(call.state, "open")
        self.assertEqual(call.sla_state, "running")

    def test_times_out_of_order(self):
        call = self._promise()
        for fname, hours in (
            ("answered_at", 3),
            ("answered_at", -1),
            ("promised_at", 3),
        ):
            with self.subTest(fname=fname), self.assertRaises(ValidationError):
                call.with_user(self.agent).write({fname: self._ago(hours=hours)})
        self.assertEqual(self._get_clock(call, "answer").state, "running")

    def test_cancelled_and_reopened(self):
        call = self._promise()
        mine = call.with_user(self.agent)
        for count in (1, 2):
            mine.action_cancel()
            self.assertFalse(call.sla_state)
            mine.action_reopen()
            self.assertEqual(call.state, "open")
            clocks = self._get_clocks(call)
            self.assertEqual(clocks.mapped("state").count("running"), 1)
            self.assertEqual(clocks.mapped("state").count("cancelled"), count)
            self.assertEqual(call.sla_deadline, call.promised_at.replace(microsecond=0))

    def test_filed_and_reopened_stays_answered(self):
        call = self._promise()
        clock = self._answer(call, result="Runs again")
        mine = call.with_user(self.agent)
        mine.action_done()
        mine.action_reopen()
        self.assertEqual(call.state, "answered")
        self.assertEqual(self._get_clocks(call), clock, "an answer is given once")
        self.assertEqual(clock.state, "met")

    # ------------------------------------------------------ who, which company

    def test_lowest_role(self):
        call = self._promise()
        call.sudo().answer = "Yes"
        for user in (self.signers["superior"], self.keeper, self.engineer_user):
            mine = call.with_user(user)
            for step in ("action_answer", "action_cancel", "action_create_request"):
                with self.subTest(user=user.login, step=step):
                    with self.assertRaises(AccessError):
                        getattr(mine, step)()
            with self.assertRaises(AccessError):
                mine.promised_at = False
        self.assertEqual(call.state, "open")
        self.assertEqual(self._get_clock(call, "answer").state, "running")

    def test_clocks_of_the_sister(self):
        own = self._promise()
        foreign = self._create_call(
            self.foreign_manager,
            equipment_id=self.foreign_equipment.id,
            received_at=self._ago(hours=2),
            promised_at=self._ago(hours=-2),
        )
        self.assertEqual(self._get_clock(foreign, "answer").company_id, self.sister)
        clocks = self.env["aftersales.sla.clock"].with_user(self.agent)
        found = clocks.search([("res_model", "=", own._name)])
        self.assertIn(own.id, found.mapped("res_id"))
        self.assertNotIn(foreign.id, found.mapped("res_id"))
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).read(["sla_deadline"])
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).action_answer()

    def test_protected_by_rpc(self):
        call = self._promise()
        for vals in (
            {"sla_state": "running"},
            {"sla_deadline": fields.Datetime.now()},
            {"sla_kind": "answer"},
            {"state": "answered"},
        ):
            for user in (self.agent, self.manager):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    call.with_user(user).write(vals)
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    self._create_call(user, **vals)
