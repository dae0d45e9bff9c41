from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..common_committed import MARK, CommittedCommon


@tagged("post_install", "-at_install")
class TestSlaRunAtOnce(CommittedCommon):
    """Two runs at the same time raise each clock once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].create({"name": MARK})
            cls.company_id = company.id
            env["aftersales.sla.policy"].create(
                {
                    "name": MARK,
                    "code": MARK,
                    "company_id": company.id,
                    "timer_ids": [Command.create({"kind": "arrival", "limit": 1})],
                }
            )
            request = env["aftersales.service.request"].create(
                {
                    "partner_id": cls.partner_id,
                    "company_id": company.id,
                    "received_at": fields.Datetime.now() - timedelta(hours=3),
                }
            )
            cls.request_id = request.id

    def _get_clock(self, env):
        return env["aftersales.sla.clock"].search(
            [
                ("res_model", "=", "aftersales.service.request"),
                ("res_id", "=", self.request_id),
            ]
        )

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
            request = third["aftersales.service.request"].browse(self.request_id)
            self.assertEqual(request.sla_state, "breached")
