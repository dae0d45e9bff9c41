from odoo import fields
from odoo.tests import tagged

from ..equipment.common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestVerdictFollow(WarrantyCommon):
    """An open verdict follows the warranty of its machine."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.equipment)
        self.old = self._create_machine("O-1", delivery_date="2020-01-01")

    def _create(self, machine, **vals):
        return self._create_request(equipment_id=machine.id, **vals)

    def _extend(self, machine):
        adjustment = (
            self.env["aftersales.warranty.adjustment"]
            .with_user(self.agent)
            .create(
                {
                    "warranty_id": self._get_row(machine).id,
                    "months": 240,
                    "reason": "Promised at the fair",
                }
            )
        )
        adjustment.with_user(self.quality).action_apply()

    def _get(self, request):
        return (request.warranty_state, request.verdict_parts)

    def test_extension(self):
        requests = self._create(self.old) | self._create(self.old)
        stated = self._create(self.old, warranty_state="unknown")
        self._extend(self.old)
        for request in requests:
            self.assertEqual(self._get(request), ("in", "free"))
            self.assertIn("covered from", request.verdict_text)
        self.assertEqual(self._get(stated), ("unknown", "undecided"), "as stated")

    def test_what_is_decided_stays(self):
        decided = self._create(self.old)
        decided.action_decide_verdict()
        cancelled = self._create(self.old)
        cancelled.action_cancel()
        text = decided.verdict_text
        self._extend(self.old)
        self.assertEqual(self._get(decided), ("out", "charged"))
        self.assertEqual(decided.verdict_text, text)
        self.assertEqual(self._get(cancelled), ("out", "charged"))

    def test_date_learnt_late(self):
        machine = self._create_machine("L-1")
        request = self._create(machine)
        self.assertEqual(self._get(request), ("unknown", "undecided"))
        machine.acceptance_date = self.today
        self.assertEqual(self._get(request), ("in", "free"))

    def test_meter_over_the_limit(self):
        self.policy.line_ids[0].hours_limit = 500
        machine = self._create_machine("H-1", delivery_date=self.today)
        request = self._create(machine)
        self.assertEqual(self._get(request), ("in", "undecided"))
        readings = self.env["aftersales.meter.reading"].with_user(self.agent)
        reading = readings.create({"equipment_id": machine.id, "value": 400})
        self.assertEqual(self._get(request), ("in", "free"))
        reading.value = 501
        self.assertEqual(self._get(request), ("out", "charged"))
        reading.with_user(self.manager).unlink()
        self.assertEqual(self._get(request), ("in", "undecided"))

    def test_promises_are_chosen_anew(self):
        policies = self.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", self.company.id)]).active = False
        policies.create(
            [
                {
                    "name": state,
                    "code": state.upper(),
                    "warranty_state": state,
                    "timer_ids": [
                        fields.Command.create(
                            {"kind": "repair", "limit": limit, "unit": "hour"}
                        )
                    ],
                }
                for state, limit in (("in", 5), ("out", 50))
            ]
        )
        request = self._create(self.old)
        clocks = request.sudo().clock_ids
        self.assertEqual(clocks.mapped("limit"), [50])
        self._extend(self.old)
        running = request.sudo().clock_ids.filtered(lambda c: c.state != "cancelled")
        self.assertEqual(running.mapped("limit"), [5])

    def test_many_requests_cost_little(self):
        machines = [
            self._create_machine(f"Q-{number}", delivery_date="2020-01-01")
            for number in range(2)
        ]
        self._create(machines[0])
        for _number in range(6):
            self._create(machines[1])
        costs = []
        for machine in machines:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            machine.sudo()._warranty_changed()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2)
