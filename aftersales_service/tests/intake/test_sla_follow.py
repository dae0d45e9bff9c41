from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaFollow(SlaCommon):
    """Clocks and what is asked of people follow the request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("aftersales_service.role_aftersales_head")
        cls.head = cls.signers["aftersales_head"]
        cls.role.assignment_ids.filtered(lambda a: a.user_id != cls.head).unlink()
        cls._create_policy({"limit": 10, "escalate_role_id": cls.role.id})

    def _late(self, hours, **vals):
        request = self._create_request(received_at=self._ago(hours=hours), **vals)
        return request, self._get_clock(request)

    # --------------------------------------------------------- the responsible

    def test_another_responsible(self):
        request, clock = self._late(11)
        self._run()
        followers = request.message_follower_ids
        request.user_id = self.dispatcher
        self.assertEqual(clock.user_id, self.dispatcher)
        self.assertEqual(request.activity_ids.user_id, self.dispatcher | self.head)
        self.assertEqual(len(request.activity_ids), 2)
        self.assertEqual(set(request.activity_ids.aftersales_clock_id.ids), {clock.id})
        for activity in request.activity_ids:
            self.assertIn("broken", activity.summary)
        self.assertEqual(request.message_follower_ids, followers)

    def test_responsible_who_was_asked_already(self):
        request, _clock = self._late(9)
        self._run()
        request.user_id = self.head
        self.assertEqual(len(request.activity_ids), 1)
        self.assertEqual(request.activity_ids.user_id, self.head)
        self.assertIn("due soon", request.activity_ids.summary)

    def test_nobody_is_responsible_any_more(self):
        request, clock = self._late(9)
        self._run()
        request.user_id = False
        self.assertFalse(clock.user_id)
        self.assertEqual(request.activity_ids.user_id, self.head)

    def test_another_customer(self):
        request, clock = self._late(1, equipment_id=False)
        other = self.customer.copy({"name": "The other"})
        request.partner_id = other
        self.assertEqual(clock.partner_id, other)

    def test_finished_clock_keeps_its_people(self):
        request, clock = self._late(1)
        request._sla_event("arrived")
        request.user_id = self.dispatcher
        self.assertEqual(clock.user_id, self.agent)

    def test_many_requests_in_one_write(self):
        def hand_over(count):
            requests = self.env["aftersales.service.request"]
            for _number in range(count):
                requests |= self._late(11)[0]
            self._run()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.write({"user_id": self.dispatcher.id})
            self.env.flush_all()
            clocks = requests.sudo().clock_ids
            self.assertEqual(clocks.user_id, self.dispatcher)
            return self.env.cr.sql_log_count - before

        hand_over(1)
        few, many = hand_over(2), hand_over(22)
        self.assertLess((many - few) / 20, 1.5, "queries per request")

    # -------------------------------------------------------- what is asked

    def test_extension_takes_the_warning_back(self):
        request, clock = self._late(9)
        self._run()
        self.assertEqual(len(request.activity_ids), 2)
        clock.with_user(self.dispatcher)._extend(48, "Snow")
        self.assertEqual((clock.state, clock.warned_at), ("running", False))
        self.assertFalse(request.activity_ids)

    def test_short_extension_leaves_the_warning(self):
        request, clock = self._late(9)
        self._run()
        clock.with_user(self.dispatcher)._extend(0.5, "Snow")
        self.assertEqual(clock.state, "warning")
        self.assertEqual(len(request.activity_ids), 2)

    def test_due_today_where_the_reader_is(self):
        """01:30 in Shanghai is the evening before in London and New York."""
        self.agent.tz = False
        self.head.tz = "America/New_York"
        with self.freeze("2026-03-04 17:30:00"):
            request, _clock = self._late(9)
            self._run()
        days = {a.user_id: a.date_deadline for a in request.activity_ids}
        self.assertEqual(
            {user: str(day) for user, day in days.items()},
            {self.agent: "2026-03-05", self.head: "2026-03-04"},
        )

    def test_role_holds_by_the_day_of_the_company(self):
        self.role.assignment_ids.filtered(
            lambda a: a.company_id == self.company
        ).date_from = "2026-03-05"
        for moment, users in (
            ("2026-03-04 15:30:00", self.agent),
            ("2026-03-04 16:30:00", self.agent | self.head),
        ):
            with self.freeze(moment):
                request, _clock = self._late(9)
                self._run()
            self.assertEqual(request.activity_ids.user_id, users, moment)

    # -------------------------------------------------------------- escalation

    def test_escalation_without_line_and_responsible(self):
        """The clock's own role is told before nobody is."""
        self.env["aftersales.role"].search([]).support_line = False
        self._create_policy(
            {"limit": 1, "escalate_line": 2, "escalate_role_id": self.role.id},
            fault_level="1",
        )
        request, _clock = self._late(11, fault_level="1", user_id=False)
        self._run()
        self.assertEqual(request.support_line, "2")
        self.assertEqual(request.escalation_ids.told_user_ids, self.head)

    def test_escalation_told_to_the_responsible_first(self):
        self.env["aftersales.role"].search([]).support_line = False
        self._create_policy(
            {"limit": 1, "escalate_line": 2, "escalate_role_id": self.role.id},
            fault_level="1",
        )
        request, _clock = self._late(11, fault_level="1")
        self._run()
        self.assertEqual(request.escalation_ids.told_user_ids, self.agent)

    # ------------------------------------------------------------- extra hours

    def _propose(self, clock):
        action = clock.with_user(self.dispatcher).action_extend()
        wizards = self.env[action["res_model"]].with_user(self.dispatcher)
        return wizards.with_context(**action["context"]).create({"reason": "Snow"})

    def test_extra_hours_of_the_company(self):
        _request, clock = self._late(1)
        self.assertEqual(self._propose(clock).hours, 0)
        parameters = self.env["aftersales.parameter"]
        code = "arrive_traffic_extension"
        parameters.search([("code", "=", code)]).filtered(
            lambda p: p.company_id == self.company
        ).active = False
        parameters.create(
            {
                "name": "Bad traffic",
                "code": code,
                "value": 6,
                "unit": "hour",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self._propose(clock).hours, 6)
        clock.timer_id.traffic_extra_hours = 4
        self.assertEqual(self._propose(clock).hours, 4)

    # ---------------------------------------------------------- remote support

    def test_given_to_remote_support(self):
        self._create_policy(
            {
                "kind": "contact",
                "start_event": "supported",
                "limit": 30,
                "unit": "minute",
            }
        )
        request, _clock = self._late(5)
        self.assertFalse(self._get_clocks(request, kind="contact"))
        request.with_user(self.agent).action_start_remote()
        clock = self._get_clock(request, "contact")
        self.assertEqual(clock.deadline, clock.started_at + timedelta(minutes=30))
        with self.freeze(fields.Datetime.now() + timedelta(minutes=5)):
            request.with_user(self.agent)._solve_remote(self.agent, None, "Cleaned")
        self.assertEqual(clock.state, "met")
