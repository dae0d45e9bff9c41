from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaChoice(SlaCommon):
    """Which promise holds: the most specific policy, kind by kind."""

    def _get_limit(self, kind="arrival", **vals):
        return self._get_clock(self._create_request(**vals), kind).limit

    def test_company_without_policies(self):
        request = self._create_request()
        self.assertFalse(self._get_clocks(request))
        self.assertFalse(request.sla_state)

    def test_deadline_from_the_receipt(self):
        self._create_policy({"limit": 36})
        received = self._ago(hours=2)
        request = self._create_request(received_at=received)
        clock = self._get_clock(request)
        self.assertEqual(clock.started_at, received)
        self.assertEqual(clock.deadline, received + timedelta(hours=36))
        self.assertEqual(clock.warn_at, received + timedelta(hours=36 * 0.8))
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.partner_id, self.customer)
        self.assertEqual(clock.user_id, self.agent)
        self.assertEqual(request.sla_deadline, clock.deadline)
        self.assertEqual(request.sla_state, "running")
        self.assertEqual(request.sla_kind, "arrival")

    def test_narrow_before_wide_for_each_kind(self):
        self._create_policy({"limit": 48}, {"kind": "response", "limit": 4}, sequence=1)
        self._create_policy({"limit": 12}, fault_level="1", sequence=99)
        self.assertEqual(self._get_limit(fault_level="1"), 12)
        self.assertEqual(self._get_limit(fault_level="2"), 48)
        self.assertEqual(self._get_limit("response", fault_level="1"), 4)

    def test_number_of_conditions(self):
        self._create_policy({"limit": 1}, fault_level="1")
        self._create_policy({"limit": 2}, fault_level="1", request_type="repair")
        self.assertEqual(self._get_limit(fault_level="1"), 2)
        self.assertEqual(self._get_limit(fault_level="1", request_type="parts"), 1)

    def test_tie_by_sequence_then_age(self):
        later = self._create_policy({"limit": 1}, sequence=20)
        first = self._create_policy({"limit": 2}, sequence=10)
        self._create_policy({"limit": 3}, sequence=10)
        self.assertEqual(self._get_limit(), 2)
        first.sequence = 30
        self.assertEqual(self._get_limit(), 3)
        later.sequence = 5
        self.assertEqual(self._get_limit(), 1)

    def test_deeper_category(self):
        top = self.env["product.category"].create({"name": "Machines"})
        deep = self.env["product.category"].create(
            {"name": "Marking", "parent_id": top.id}
        )
        self._create_policy({"limit": 30}, category_id=top.id, sequence=1)
        self._create_policy({"limit": 20}, category_id=deep.id, sequence=2)
        self.machine.categ_id = top
        self.assertEqual(self._get_limit(), 30)
        self.machine.categ_id = deep
        self.assertEqual(self._get_limit(), 20)
        self.machine.categ_id = self.part_category
        self.assertFalse(self._get_clocks(self._create_request()))

    def test_tier_of_the_company_behind_the_caller(self):
        self._create_policy({"limit": 8}, tier="a")
        caller = self.customer.child_ids
        self.assertFalse(self._get_clocks(self._create_request(partner_id=caller.id)))
        self.customer.aftersales_tier = "a"
        self.assertEqual(self._get_limit(partner_id=caller.id), 8)

    def test_region_of_the_site(self):
        self.env["aftersales.region"].search([]).state_ids = False
        region = self.env["aftersales.region"].create(
            {
                "name": "West",
                "code": "sla_west",
                "company_id": self.company.id,
                "state_ids": [Command.set(self.far.ids)],
            }
        )
        self._create_policy({"limit": 8}, region_id=region.id)
        self.assertFalse(self._get_clocks(self._create_request()))
        self.customer.state_id = self.far
        clock = self._get_clock(self._create_request())
        self.assertEqual(clock.region_id, region)

    def test_province(self):
        """36 hours within the province, 48 in another one (Art.18(2))."""
        self._create_policy(
            {"limit": 36, "province": "in"}, {"limit": 48, "province": "cross"}
        )
        self.assertEqual(self._get_limit(), 36)
        self.customer.state_id = self.far
        self.assertEqual(self._get_limit(), 48)
        # The machine's own site decides, not the customer's office.
        site = self.env["res.partner"].create(
            {
                "name": "Yard",
                "type": "other",
                "parent_id": self.customer.id,
                "state_id": self.home.id,
            }
        )
        self.equipment.site_partner_id = site
        self.assertEqual(self._get_limit(), 36)

    def test_unknown_province_is_the_stricter_promise(self):
        self._create_policy(
            {"limit": 36, "province": "in"}, {"limit": 48, "province": "cross"}
        )
        self.customer.state_id = False
        self.assertEqual(self._get_limit(), 36)

    def test_validity(self):
        today = fields.Date.today()
        policy = self._create_policy({}, valid_to=today - timedelta(days=2))
        self.assertFalse(self._get_clocks(self._create_request()))
        policy.write({"valid_to": False, "valid_from": today + timedelta(days=2)})
        self.assertFalse(self._get_clocks(self._create_request()))
        policy.valid_from = today - timedelta(days=2)
        self.assertEqual(self._get_limit(), 36)

    def test_template_of_a_bundle_rules_nobody(self):
        self._create_policy({}, company_id=False)
        self.assertFalse(self._get_clocks(self._create_request()))

    def test_archived_policy(self):
        policy = self._create_policy({})
        policy.active = False
        self.assertFalse(self._get_clocks(self._create_request()))

    def test_second_company(self):
        other = self._create_company("Other")
        self._create_policy({"limit": 5}, company_id=other.id)
        self.assertFalse(self._get_clocks(self._create_request()))
        self._create_policy({"limit": 7})
        self.assertEqual(self._get_limit(), 7)
        request = (
            self.env["aftersales.service.request"]
            .with_company(other)
            .create({"partner_id": self.customer.id})
        )
        clock = self._get_clock(request)
        self.assertEqual((clock.limit, clock.company_id), (5, other))

    def test_change_of_a_policy_alters_no_clock(self):
        policy = self._create_policy({"limit": 36})
        request = self._create_request()
        clock = self._get_clock(request)
        due = clock.deadline
        policy.timer_ids.write({"limit": 1, "warn_percent": 10, "unit": "minute"})
        self.assertEqual((clock.limit, clock.deadline), (36, due))
        policy.timer_ids.unlink()
        request._sla_event("arrived")
        self.assertEqual((clock.state, clock.deadline), ("met", due))

    def test_numbers_out_of_range(self):
        for vals in (
            {"limit": 0},
            {"limit": -1},
            {"limit": 1e9},
            {"limit": float("inf")},
            {"limit": float("nan")},
            {"traffic_extra_hours": float("nan")},
            {"warn_percent": 100},
            {"warn_percent": -1},
            {"max_level": 5},
            {"escalate_line": 1},
            {"traffic_extra_hours": 241},
            {"traffic_extra_hours": -1},
            {"stop_event": "received"},
        ):
            with (
                self.subTest(**vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_policy(vals)

    def test_same_day_needs_no_limit(self):
        self._create_policy({"kind": "answer", "unit": "same_day", "limit": 0})
        self.assertEqual(self._get_clock(self._create_request(), "answer").limit, 0)

    def test_usual_events_of_a_kind(self):
        policy = self._create_policy({"kind": "card_hand_in"})
        self.assertEqual(policy.timer_ids.start_event, "returned")
        self.assertEqual(policy.timer_ids.stop_event, "handed_in")
        policy = self._create_policy({"kind": "arrival", "start_event": "accepted"})
        self.assertEqual(policy.timer_ids.start_event, "accepted")
        self.assertEqual(policy.timer_ids.stop_event, "arrived")
