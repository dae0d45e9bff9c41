from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaRun(SlaCommon):
    """Warnings and breaches: each is raised once, to the right people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("aftersales_service.role_aftersales_head")
        cls.role.assignment_ids.filtered(
            lambda a: a.user_id != cls.signers["aftersales_head"]
        ).unlink()
        cls._create_policy({"limit": 10, "escalate_role_id": cls.role.id})

    def _late(self, hours, **vals):
        request = self._create_request(received_at=self._ago(hours=hours), **vals)
        return request, self._get_clock(request)

    def test_nothing_is_due(self):
        request, clock = self._late(1)
        self.assertFalse(self._run())
        self.assertEqual(clock.state, "running")
        self.assertFalse(request.activity_ids)

    def test_warning(self):
        request, clock = self._late(9)
        self.assertEqual(self._run(), clock)
        self.assertEqual(clock.state, "warning")
        self.assertEqual(request.sla_state, "warning")
        self.assertTrue(clock.warned_at)
        head = self.signers["aftersales_head"]
        self.assertEqual(request.activity_ids.user_id, self.agent | head)
        self.assertIn("due soon", request.message_ids[0].body)

    def test_breach_without_a_warning_before(self):
        request, clock = self._late(11)
        self.assertEqual(self._run(), clock)
        self.assertEqual(clock.state, "breached")
        self.assertEqual(request.sla_state, "breached")
        self.assertFalse(clock.warned_at)
        self.assertIn("broken", request.message_ids[0].body)
        self.assertEqual(len(request.activity_ids), 2)
        self.assertTrue(all(request.activity_ids.mapped("automated")))
        self.assertFalse(
            request.message_follower_ids.partner_id & self.agent.partner_id
        )

    def test_each_once(self):
        request, clock = self._late(9)
        self._run()
        messages = len(request.message_ids)
        self.assertFalse(self._run())
        self.assertEqual(len(request.message_ids), messages)
        with self.freeze(fields.Datetime.now() + timedelta(hours=2)):
            self.assertEqual(self._run(), clock)
            self.assertFalse(self._run())
        self.assertEqual(len(request.message_ids), messages + 1)
        self.assertEqual(len(request.activity_ids), 2, "The breach takes its place")
        self.assertIn("broken", request.activity_ids[0].summary)

    def test_several_clocks_of_one_file_are_one_message(self):
        self._create_policy({"kind": "repair", "limit": 5})
        request, _clock = self._late(11)
        before = len(request.message_ids)
        self.assertEqual(len(self._run()), 2)
        self.assertEqual(len(request.message_ids), before + 1)

    def test_without_a_warning(self):
        self._create_policy({"kind": "repair", "limit": 10, "warn_percent": 0})
        request, _clock = self._late(9)
        clock = self._get_clock(request, "repair")
        self._run()
        self.assertEqual(clock.state, "running")

    def test_paused_and_finished_are_left_alone(self):
        request, clock = self._late(8)
        request._sla_wait("customer", self._ago(hours=7))
        other, _clock = self._late(7)
        other._sla_event("arrived")
        with self.freeze(fields.Datetime.now() + timedelta(days=9)):
            self.assertFalse(self._run())

    def test_people_who_left(self):
        request, clock = self._late(11)
        self.agent.active = False
        self.signers["aftersales_head"].active = False
        self.assertEqual(self._run(), clock)
        self.assertFalse(request.activity_ids)
        self.assertEqual(clock.state, "breached")

    def test_nobody_is_responsible(self):
        request, clock = self._late(11, user_id=False)
        self._run()
        self.assertEqual(request.activity_ids.user_id, self.signers["aftersales_head"])

    def test_archived_customer(self):
        request, clock = self._late(11)
        self.customer.active = False
        self.assertEqual(self._run(), clock)

    def test_escalation_to_a_line(self):
        self._create_policy({"limit": 1, "escalate_line": 2}, fault_level="1")
        calls = []
        self.patch(
            type(self.env["aftersales.service.request"]),
            "_sla_escalate",
            lambda documents, line, clocks: calls.append((documents, line, clocks)),
        )
        first, _clock = self._late(11, fault_level="1")
        second, _clock = self._late(11, fault_level="1")
        self._late(11, fault_level="3")
        self._run()
        self.assertEqual(
            [(set(documents), line) for documents, line, _clocks in calls],
            [({first, second}, 2)],
        )

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.agent.write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
        received = fields.Datetime.now() - timedelta(hours=11)
        request, clock = self._late(11)
        self._run()
        activity = request.activity_ids.filtered(lambda a: a.user_id == self.agent)
        local = received + timedelta(hours=18)
        self.assertIn(f"{local:%Y-%m-%d %H}", activity.summary)

    def test_two_companies(self):
        other = self._create_company("Other")
        self._create_policy({"limit": 1}, company_id=other.id)
        request = (
            self.env["aftersales.service.request"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "received_at": self._ago(hours=2),
                    "user_id": self.manager.id,
                }
            )
        )
        mine, _clock = self._late(11)
        self._run()
        self.assertEqual(request.activity_ids.user_id, self.manager)
        self.assertEqual((request | mine).mapped("sla_state"), ["breached"] * 2)

    def test_by_the_scheduler(self):
        _request, clock = self._late(11)
        cron = self.env.ref("aftersales_service.ir_cron_aftersales_sla")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(clock.state, "breached")

    def test_more_than_one_batch(self):
        clocks = self.env["aftersales.sla.clock"]
        for _number in range(5):
            clocks |= self._late(11)[1]
        found = clocks._raise_due("breached", limit=2)
        self.assertEqual(len(found), 2)
        found |= clocks._raise_due("breached", limit=2)
        found |= clocks._raise_due("breached", limit=2)
        self.assertEqual(found, clocks)
