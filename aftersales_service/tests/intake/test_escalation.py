from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import GROUP
from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestEscalation(TwoCompaniesCommon):
    """一线客服, 二线技术, 三线专家: up by hand or by the clock, never down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = cls.env["aftersales.role"]
        cls.line2 = cls.env.ref("aftersales_service.role_support_head")
        cls.line3 = cls.env.ref("aftersales_service.role_support_expert")
        roles.search([]).support_line = False
        cls.line2.support_line = "2"
        cls.line3.support_line = "3"
        (cls.line2 | cls.line3).assignment_ids.filtered(
            lambda row: row.user_id not in cls.signers.values()
        ).unlink()
        cls.helper = cls.signers["support_head"]
        cls.expert = cls.signers["support_expert"]

    def _escalate(self, request, user=None, **vals):
        action = request.with_user(user or self.agent).action_escalate()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .with_context(**action["context"])
        )
        form.reason = "The controller does not answer"
        for fname, value in vals.items():
            setattr(form, fname, value)
        return form.save().action_escalate()

    def test_shipped_lines(self):
        self.assertEqual(self.line3.code, "support_expert")

    def test_to_the_second_line(self):
        request = self._create_request()
        self.assertEqual(request.support_line, "1")
        self.assertFalse(request.is_escalated)
        self._escalate(request)
        self.assertEqual(request.support_line, "2")
        self.assertTrue(request.is_escalated)
        log = request.escalation_ids
        self.assertEqual((log.from_line, log.to_line, log.source), ("1", "2", "hand"))
        self.assertEqual(log.user_id, self.agent)
        self.assertEqual(log.role_ids, self.line2)
        self.assertEqual(log.told_user_ids, self.helper)
        self.assertEqual(log.company_id, self.company)
        activity = request.sudo().activity_ids.filtered(
            lambda a: a.user_id == self.helper
        )
        self.assertEqual(activity.summary, "Escalated to Line 2: Technical Support")
        self.assertIn("does not answer", activity.note)
        self.assertIn(self.helper.name, request.message_ids[0].body)
        story = request.with_user(self.manager).story
        self.assertIn(
            "Escalated to Line 2: Technical Support", [e["title"] for e in story]
        )

    def test_up_to_the_experts(self):
        request = self._create_request()
        self._escalate(request)
        self._escalate(request)
        self.assertEqual(request.support_line, "3")
        last = request.escalation_ids.filtered(lambda log: log.to_line == "3")
        self.assertEqual((last.from_line, last.told_user_ids), ("2", self.expert))
        with self.assertRaisesRegex(UserError, "with the experts already"):
            request.action_escalate()

    def test_straight_to_the_experts(self):
        request = self._create_request()
        self._escalate(request, line="3")
        self.assertEqual(request.escalation_ids.told_user_ids, self.expert)
        self.assertEqual(len(request.escalation_ids), 1)

    def test_never_down_nor_twice(self):
        request = self._create_request()
        dialogs = self.env["aftersales.service.request.escalate"].with_user(self.agent)
        dialog = dialogs.create(
            {"request_id": request.id, "reason": "Why", "line": "2"}
        )
        dialog.action_escalate()
        with self.assertRaisesRegex(UserError, "“Line 2: Technical Support” already"):
            dialog.action_escalate()
        request._escalate("3", "Why", self.expert)
        with self.assertRaisesRegex(UserError, "only go to a line above"):
            request._escalate("2", "Why", self.helper)
        self.assertEqual(len(request.escalation_ids), 2)

    def test_reason_and_people(self):
        request = self._create_request()
        with self.assertRaisesRegex(UserError, "Write down why"):
            request._escalate("2", "  \n", self.helper)
        self.line2.assignment_ids.unlink()
        with self.assertRaisesRegex(UserError, "Choose whom to tell"):
            self._escalate(request)
        self._escalate(request, user_ids=self.dispatcher)
        self.assertEqual(request.escalation_ids.told_user_ids, self.dispatcher)

    def test_finished_request(self):
        request = self._create_request()
        request._solve_remote(self.agent, False, "Reset")
        with self.assertRaisesRegex(UserError, "is finished"):
            request.action_escalate()
        with self.assertRaisesRegex(UserError, "is finished"):
            request._escalate("2", "Why", self.helper)

    def test_only_its_button(self):
        request = self._create_request()
        for vals in ({"support_line": "2"}, {"is_escalated": True}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                request.write(vals)
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self._create_request(**vals)
        with self.assertRaises(AccessError):
            self.env["aftersales.escalation"].with_user(self.manager).create(
                {
                    "request_id": request.id,
                    "from_line": "1",
                    "to_line": "3",
                    "source": "hand",
                    "reason": "None",
                }
            )
        self._escalate(request)
        with self.assertRaises(AccessError):
            request.escalation_ids.with_user(self.manager).reason = "Another"
        with self.assertRaises(AccessError):
            request.escalation_ids.with_user(self.manager).unlink()

    def test_engineer_on_his_visit(self):
        request = self._create_dispatch().request_id
        self._escalate(request, self.engineer_user)
        self.assertEqual(request.escalation_ids.user_id, self.engineer_user)
        with self.assertRaises(AccessError):
            self._escalate(request, self.other_engineer_user)
        with self.assertRaises(AccessError):
            request.escalation_ids.with_user(self.other_engineer_user).read(["reason"])

    def test_reader_may_not(self):
        request = self._create_request()
        with self.assertRaises(AccessError):
            self._escalate(request, self.signers["superior"])
        self.assertFalse(request.escalation_ids)

    def test_other_company(self):
        foreign = self._create_foreign_request()
        with self.assertRaises(AccessError):
            self._escalate(foreign, self.agent)
        with self.assertRaisesRegex(UserError, "Sister Machines"):
            self._escalate(foreign, self.foreign_manager)
        holder = new_test_user(
            self.env,
            login="as_foreign_helper",
            groups=GROUP + "user",
            company_id=self.sister.id,
            company_ids=[Command.set(self.sister.ids)],
        )
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.line2.id,
                "company_id": self.sister.id,
                "user_id": holder.id,
            }
        )
        self._escalate(foreign, self.foreign_manager)
        self.assertEqual(foreign.escalation_ids.told_user_ids, holder)
        with self.assertRaises(AccessError):
            foreign.escalation_ids.with_user(self.agent).read(["reason"])

    # ------------------------------------------------------------ by the clock

    def _create_broken_clocks(self, requests):
        return self.env["aftersales.sla.clock"].create(
            [
                {
                    "res_model": request._name,
                    "res_id": request.id,
                    "company_id": request.company_id.id,
                    "kind": "contact",
                    "name": "First Contact",
                    "state": "breached",
                    "start_event": "received",
                    "stop_event": "contacted",
                    "started_at": request.received_at,
                    "deadline": request.received_at,
                }
                for request in requests
            ]
        )

    def test_by_the_clock(self):
        request = self._create_request()
        done = self._create_request()
        self._escalate(done)
        requests = (request | done).sudo()
        clocks = self._create_broken_clocks(requests)
        requests._sla_escalate(2, clocks)
        requests._sla_escalate(2, clocks)
        log = request.escalation_ids
        self.assertEqual(len(log), 1, "once, however often the clocks run")
        self.assertEqual((log.source, log.to_line), ("clock", "2"))
        self.assertFalse(log.user_id)
        self.assertEqual(log.reason, "Out of time: First Contact.")
        self.assertEqual(log.told_user_ids, self.helper)
        self.assertTrue(request.is_escalated)
        self.assertEqual(len(done.escalation_ids), 1)

    def test_by_the_clock_without_holders(self):
        self.line3.assignment_ids.unlink()
        request = self._create_request()
        clocks = self._create_broken_clocks(request)
        request.sudo()._sla_escalate(3, clocks)
        self.assertEqual(request.escalation_ids.told_user_ids, request.user_id)

    def test_by_the_clock_in_batch(self):
        def cost(count):
            requests = self.env["aftersales.service.request"].browse()
            for _number in range(count):
                requests |= self._create_request()
            clocks = self._create_broken_clocks(requests)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.sudo()._sla_escalate(2, clocks)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(2)
        few, many = cost(3), cost(33)
        self.assertLess((many - few) / 30, 0.5, "queries per request")
