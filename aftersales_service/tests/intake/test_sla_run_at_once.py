from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..common_committed import MARK, CommittedCommon

# Narrower than any policy the company may have.
SCOPE = {
    "request_type": "training",
    "request_class": "consultation",
    "fault_level": "4",
    "warranty_state": "unknown",
}


@tagged("post_install", "-at_install")
class TestSlaRunAtOnce(CommittedCommon):
    """Two runs at the same time raise each clock once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sweep_policies()
        cls.addClassCleanup(cls._sweep_policies)
        with cls._transaction() as env:
            policy = env["aftersales.sla.policy"].create(
                {
                    "name": MARK,
                    "code": MARK,
                    "timer_ids": [Command.create({"kind": "arrival", "limit": 1})],
                    **SCOPE,
                }
            )
            env["aftersales.service.request"].create(
                {
                    "partner_id": cls.partner_id,
                    "received_at": fields.Datetime.now() - timedelta(hours=3),
                    **SCOPE,
                }
            )
            cls.policy_id = policy.id

    @classmethod
    def _sweep_policies(cls):
        with cls._transaction() as env:
            policies = env["aftersales.sla.policy"].search([("code", "=", MARK)])
            env["aftersales.sla.clock"].search(
                [("policy_id", "in", policies.ids)]
            ).unlink()
            policies.unlink()

    def _get_clock(self, env):
        clock = env["aftersales.sla.clock"].search([("policy_id", "=", self.policy_id)])
        clock.ensure_one()
        return clock

    def test_one_of_two_runs(self):
        with self._transaction() as first, self._transaction(commit=False) as second:
            mine = self._get_clock(first)
            self.assertIn(mine, mine._raise_due("breached"))
            other = self._get_clock(second)
            self.assertEqual(other.state, "running", "Not committed yet")
            self.assertNotIn(other, other._raise_due("breached"))
        with self._transaction() as third:
            clock = self._get_clock(third)
            self.assertEqual(clock.state, "breached")
            self.assertNotIn(clock, clock._raise_due("breached"))
            request = third[clock.res_model].browse(clock.res_id)
            self.assertEqual(request.sla_state, "breached")
