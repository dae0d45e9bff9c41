from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestKeyPart(SpareCommon):
    """Key parts arrive within 72 hours (000 §1.3): the clock, and its rate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.aftersales_key_part = True
        policy = cls.env["aftersales.sla.policy"].create(
            {"name": "Key Parts", "code": "key", "company_id": cls.company.id}
        )
        cls.timer = cls.env["aftersales.sla.timer"].create(
            {
                "policy_id": policy.id,
                "kind": "part_arrival",
                "limit": 72,
                "unit": "hour",
                "needs_key_part": True,
                "pauses_customer": False,
            }
        )
        cls.dispatch = cls()._issue_dispatch()

    def _clocks(self, requisition):
        return requisition.sudo().request_id.clock_ids.filtered(
            lambda clock: clock.source == f"{requisition._name},{requisition.id}"
        )

    def test_clock_runs_for_key_parts_only(self):
        plain = self._create_requisition(self.dispatch, [(self.seal, 1)])
        plain.action_submit()
        clock = self._clocks(plain)
        self.assertEqual(clock.state, "not_applicable")
        self.assertEqual(clock.na_reason, "No key part was requested.")
        key = self._create_requisition(self.dispatch, [(self.seal, 1), (self.pump, 1)])
        key.action_submit()
        clock = self._clocks(key)
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.deadline - clock.started_at, timedelta(hours=72))
        lines = key.line_ids
        self.assertEqual(lines.mapped("is_key_part"), [False, True])
        self.assertEqual(lines.mapped("due_at"), [False, clock.deadline])
        key.action_withdraw()
        self.assertEqual(self._clocks(key).state, "cancelled")

    def test_arrival_of_the_key_part_counts(self):
        """The bolt that comes later does not break the promise of the pump."""
        requisition = self._approve_requisition(
            self.dispatch, [(self.seal, 5), (self.pump, 1)]
        )
        clock = self._clocks(requisition)
        picking = requisition.sudo().picking_ids
        self._validate(picking, {self.seal: 3})
        self.assertEqual(clock.state, "running")
        rest = requisition.sudo().picking_ids - picking
        self._validate(rest, {self.pump: 1})
        self.assertEqual(clock.state, "met")
        self.assertEqual(requisition.state, "partial")
        seal, pump = requisition.line_ids
        self.assertTrue(pump.arrived_at)
        self.assertFalse(seal.arrived_at)
        events = self._get_arrivals()
        self.assertEqual(len(events), 1)
        last = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self._validate(last)
        self.assertEqual(requisition.state, "issued")
        self.assertTrue(seal.arrived_at)
        self.assertEqual(self._get_arrivals(), events)

    def test_key_part_that_never_comes(self):
        """Cancelled by the warehouse: there is no promise any more."""
        requisition = self._approve_requisition(
            self.dispatch, [(self.seal, 5), (self.pump, 1)]
        )
        clock = self._clocks(requisition)
        picking = requisition.sudo().picking_ids
        self._validate(picking, {self.seal: 3})
        rest = requisition.sudo().picking_ids - picking
        rest.with_user(self.keeper).action_cancel()
        self.assertEqual(clock.state, "cancelled")
        self.assertFalse(self._get_arrivals())

    def test_key_part_that_comes_in_part(self):
        """What came is what the promise was about, at the time it came."""
        self.seal.aftersales_key_part = True
        requisition = self._approve_requisition(
            self.dispatch, [(self.seal, 5), (self.pump, 1)]
        )
        clock = self._clocks(requisition)
        picking = requisition.sudo().picking_ids
        self._validate(picking, {self.seal: 3})
        self.assertEqual(clock.state, "running")
        issued_at = requisition.issued_at
        rest = requisition.sudo().picking_ids - picking
        rest.with_user(self.keeper).action_cancel()
        self.assertEqual(clock.state, "met")
        event = self._get_arrivals()
        self.assertEqual(event.event_time, issued_at.replace(microsecond=0))

    def test_rate_of_what_was_given_up(self):
        """Given up in time counts for nothing; too late is too late."""
        self.seal.aftersales_key_part = True
        reports = self.env["aftersales.key.part.report"].with_user(self.manager)
        known = reports.search([])
        self._set_parameter(72)
        ended = {}
        for hours in (10, 100):
            with freeze_time(fields.Datetime.now() - timedelta(hours=hours)):
                requisition = self._approve_requisition(self.dispatch, [(self.seal, 2)])
            picking = requisition.sudo().picking_ids
            self._validate(picking, {self.seal: 1}, backorder=False)
            self.assertTrue(requisition.ended_at)
            ended[hours] = requisition
        self.env.flush_all()
        rows = reports.search([]) - known
        self.assertEqual(rows.requisition_id, ended[100])
        self.assertEqual((rows.state, rows.in_time_rate), ("overdue", 0))

    def _get_arrivals(self):
        return self.env["aftersales.sla.event"].search(
            [
                ("res_id", "=", self.dispatch.request_id.id),
                ("res_model", "=", "aftersales.service.request"),
                ("event", "=", "parts_arrived"),
            ]
        )

    def _travel(self, hours_ago, product=None):
        """Travel stock asked for ``hours_ago``, with its signatures."""
        with freeze_time(fields.Datetime.now() - timedelta(hours=hours_ago)):
            requisition = (
                self.env["aftersales.parts.requisition"]
                .with_user(self.engineer_user)
                .create(
                    {
                        "line_ids": [
                            Command.create({"product_id": (product or self.seal).id})
                        ]
                    }
                )
            )
            requisition.action_submit()
            self._sign(requisition, *self.REQUISITION_ROLES)
        return requisition

    def _set_parameter(self, value):
        self.env["aftersales.parameter"].create(
            {
                "name": "Key Parts",
                "code": "key_part_hours",
                "company_id": self.company.id,
                "value": value,
                "unit": "hour",
            }
        )

    def test_rate(self):
        self.seal.aftersales_key_part = True
        reports = self.env["aftersales.key.part.report"].with_user(self.manager)
        known = reports.search([])
        self._set_parameter(72)
        late = self._travel(80)
        in_time = self._travel(50)
        self._travel(10)  # still has time
        overdue = self._travel(100)
        for requisition in (late, in_time):
            self._validate(requisition.sudo().picking_ids)
        self.env.flush_all()
        rows = reports.search([]) - known
        states = {row.requisition_id: row.state for row in rows}
        self.assertEqual(states[late], "late")
        self.assertEqual(states[in_time], "in_time")
        self.assertEqual(states[overdue], "overdue")
        self.assertEqual(sorted(states.values()).count("waiting"), 1)
        [[rate, hours, count]] = reports._read_group(
            [("id", "in", rows.ids)],
            [],
            ["in_time_rate:avg", "arrival_hours:avg", "__count"],
        )
        self.assertEqual(count, 4)
        self.assertAlmostEqual(rate, 100 / 3, places=2)
        self.assertAlmostEqual(hours, (80 + 50) / 2, delta=0.1)
        groups = reports._read_group(
            [("id", "in", rows.ids)], ["product_id", "warehouse_id"], ["__count"]
        )
        self.assertEqual(groups[0][0], self.seal)

    def test_no_limit_promised(self):
        self.assertFalse(self.company._aftersales_parameter("key_part_hours"))
        self.seal.aftersales_key_part = True
        requisition = self._travel(5)
        self._validate(requisition.sudo().picking_ids)
        self.env.flush_all()
        row = self.env["aftersales.key.part.report"].search(
            [("requisition_id", "=", requisition.id)]
        )
        self.assertEqual(row.state, "no_limit")
        self.assertAlmostEqual(row.arrival_hours, 5, delta=0.1)
        groups = row._read_group([("id", "=", row.id)], [], ["in_time_rate:avg"])
        self.assertFalse(groups[0][0])

    def test_flag_is_frozen_on_the_line(self):
        requisition = self._create_requisition(self.dispatch, [(self.pump, 1)])
        self.pump.aftersales_key_part = False
        self.env.flush_all()
        requisition.invalidate_recordset()
        self.assertTrue(requisition.line_ids.is_key_part)
