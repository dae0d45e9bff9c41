from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from ..common_company import TwoCompaniesCommon
from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestEscalationClock(SlaCommon, TwoCompaniesCommon):
    """A promise is broken: which line gets the file, and who is told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = cls.env["aftersales.role"]
        cls.roles.search([]).support_line = False
        cls.role2 = cls.env.ref("aftersales_service.role_support_head")
        cls.role3 = cls.env.ref("aftersales_service.role_support_expert")
        cls.role2.support_line = "2"
        cls.role3.support_line = "3"
        (cls.role2 | cls.role3).assignment_ids.filtered(
            lambda row: row.user_id not in cls.signers.values()
        ).unlink()
        cls.helper = cls.signers["support_head"]
        cls.expert = cls.signers["support_expert"]
        cls.head = cls.env.ref("aftersales_service.role_aftersales_head")
        cls.head.assignment_ids.filtered(
            lambda row: row.user_id != cls.signers["aftersales_head"]
        ).unlink()

    def _promise(self, *timers):
        self._create_policy(
            *({"kind": "arrival", "limit": 1, **timer} for timer in timers)
        )

    def _get_told(self, request, xmlid):
        kind = self.env.ref(f"aftersales_service.mail_activity_type_{xmlid}")
        return (
            request.sudo()
            .activity_ids.filtered(lambda a: a.activity_type_id == kind)
            .user_id
        )

    # -------------------------------------------------------------- which line

    def test_line_of_the_timer(self):
        self._promise({"escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=2))
        self._run()
        self.assertEqual(request.support_line, "2")
        log = request.escalation_ids
        self.assertEqual((log.from_line, log.to_line, log.source), ("1", "2", "clock"))
        self.assertFalse(log.user_id, "nobody did it")
        self.assertEqual(log.told_user_ids, self.helper)
        self.assertEqual(self._get_told(request, "escalation"), self.helper)
        self.assertIn("Arrival on Site", log.reason)

    def test_two_promises_the_higher_line_wins(self):
        self._promise(
            {"escalate_line": 3}, {"kind": "repair", "limit": 1, "escalate_line": 2}
        )
        request = self._create_request(received_at=self._ago(hours=3))
        self._run()
        self.assertEqual(request.support_line, "3")
        self.assertIn("3", request.escalation_ids.mapped("to_line"))
        for log in request.escalation_ids:
            self.assertLess(log.from_line, log.to_line, "never down")

    def test_step_by_step_as_the_promises_break(self):
        self._promise(
            {"limit": 1, "escalate_line": 2},
            {"kind": "repair", "limit": 5, "escalate_line": 3},
        )
        now = fields.Datetime.now()
        request = self._create_request(received_at=now - timedelta(hours=2))
        self._run()
        self.assertEqual(request.support_line, "2")
        with self.freeze(now + timedelta(hours=4)):
            self._run()
        self.assertEqual(request.support_line, "3")
        self.assertEqual(
            request.escalation_ids.sorted("id").mapped("to_line"), ["2", "3"]
        )
        self.assertEqual(
            self._get_told(request, "escalation"), self.helper | self.expert
        )

    def test_no_line_no_step(self):
        self._promise({"escalate_line": 0})
        request = self._create_request(received_at=self._ago(hours=2))
        self._run()
        self.assertEqual(request.sla_state, "breached")
        self.assertEqual(request.support_line, "1")
        self.assertFalse(request.escalation_ids)

    def test_warning_escalates_nothing(self):
        self._promise({"limit": 10, "escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=9))
        self._run()
        self.assertEqual(request.sla_state, "warning")
        self.assertFalse(request.escalation_ids)

    def test_paused_and_resumed_in_time(self):
        self._promise({"limit": 5, "escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=9))
        request._sla_wait("customer", self._ago(hours=8))
        self._run()
        self.assertFalse(request.escalation_ids)
        request._sla_resume()
        self._run()
        self.assertFalse(request.escalation_ids)
        self.assertEqual(request.sla_state, "running")

    def test_withdrawn_breach_leaves_the_line(self):
        """The line has looked at the file; who has it keeps it."""
        self._promise({"limit": 5, "escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=9))
        self._run()
        request._sla_wait("customer", self._ago(hours=8))
        request._sla_resume()
        self.assertEqual(request.sla_state, "running")
        self.assertEqual(request.support_line, "2")
        self.assertEqual(len(request.escalation_ids), 1)
        self.assertFalse(self._get_told(request, "sla"))

    # --------------------------------------------------------------- who is told

    def test_the_role_of_the_timer_is_told_of_the_breach(self):
        self._promise({"escalate_role_id": self.head.id})
        request = self._create_request(received_at=self._ago(hours=2))
        request.with_user(self.agent).action_accept()
        self._run()
        self.assertEqual(
            self._get_told(request, "sla"),
            self.agent | self.signers["aftersales_head"],
        )
        self.assertEqual(request.support_line, "1")

    def test_who_left_is_not_told(self):
        self._promise({"escalate_role_id": self.head.id, "escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=2))
        self.signers["aftersales_head"].active = False
        self._run()
        self.assertNotIn(
            self.signers["aftersales_head"], self._get_told(request, "sla")
        )

    def test_two_holders_are_both_told(self):
        second = new_test_user(self.env, login="as_helper2", groups=f"{GROUP}user")
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.role2.id,
                "company_id": self.company.id,
                "user_id": second.id,
            }
        )
        self._promise({"escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=2))
        self._run()
        told = request.escalation_ids.told_user_ids
        self.assertEqual(told, self.helper | second)
        self.assertEqual(self._get_told(request, "escalation"), told)

    def test_nobody_follows_and_nobody_gets_mail(self):
        self._promise({"escalate_line": 2, "escalate_role_id": self.head.id})
        request = self._create_request(received_at=self._ago(hours=2))
        followers = request.message_partner_ids
        mails = self.env["mail.mail"].sudo().search_count([])
        self._run()
        self.assertEqual(request.message_partner_ids, followers)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    def test_holders_of_the_sister_are_not_told(self):
        theirs = new_test_user(
            self.env,
            login="as_her_helper",
            groups=f"{GROUP}user",
            company_id=self.sister.id,
            company_ids=[Command.set(self.sister.ids)],
        )
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.role2.id,
                "company_id": self.sister.id,
                "user_id": theirs.id,
            }
        )
        policies = self.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", self.sister.id)]).active = False
        self._promise({"escalate_line": 2})
        self._create_policy({"limit": 1, "escalate_line": 2}, company_id=self.sister.id)
        own = self._create_request(received_at=self._ago(hours=2))
        foreign = self._create_foreign_request(received_at=self._ago(hours=2))
        self._run()
        self.assertEqual(own.escalation_ids.told_user_ids, self.helper)
        self.assertEqual(foreign.escalation_ids.told_user_ids, theirs)
        logs = self.env["aftersales.escalation"].with_user(self.foreign_manager)
        self.assertFalse(logs.search([]) & own.escalation_ids)
        with self.assertRaises(AccessError):
            own.escalation_ids.with_user(self.foreign_manager).read(["reason"])

    # ------------------------------------------------------- by hand afterwards

    def test_by_hand_only_further_up(self):
        self._promise({"escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=2))
        self._run()
        mine = request.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "line above"):
            mine._escalate("2", "Again", self.helper)
        mine._escalate("3", "Nobody answers", self.expert)
        self.assertEqual(request.support_line, "3")
        with self.assertRaisesRegex(UserError, "no line above"):
            mine.action_escalate()
        self._run()
        self.assertEqual(len(request.escalation_ids), 2)

    def test_nobody_writes_the_log(self):
        self._promise({"escalate_line": 2})
        request = self._create_request(received_at=self._ago(hours=2))
        self._run()
        log = request.escalation_ids
        for user in (self.agent, self.dispatcher, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    log.with_user(user).write({"reason": "x"})
                with self.assertRaises(AccessError):
                    log.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    request.with_user(user).write({"support_line": "1"})
