from datetime import timedelta

from odoo.tests import tagged

from .common import SlaCommon

ART_18 = {"max_level": 2, "needs_urgent": True, "needs_charge": True}


@tagged("post_install", "-at_install")
class TestSlaConditions(SlaCommon):
    """001 Art.18(2): grave, urgent and the charge settled, else no promise; and
    what follows when one of these changes."""

    def test_all_hold(self):
        self._create_policy(ART_18)
        request = self._create_request(
            fault_level="2", urgency="high", warranty_state="out", charge_agreed=True
        )
        self.assertEqual(self._get_clock(request).state, "running")

    def test_each_that_does_not_hold_is_named(self):
        self._create_policy(ART_18)
        request = self._create_request(
            fault_level="3", urgency="normal", warranty_state="out"
        )
        clock = self._get_clock(request)
        self.assertEqual(clock.state, "not_applicable")
        self.assertFalse(clock.deadline)
        self.assertFalse(request.sla_state)
        for text in ("fault levels 1 to 2", "not urgent", "not settled"):
            self.assertIn(text, clock.na_reason)

    def test_level_not_judged_yet(self):
        self._create_policy({"max_level": 2})
        request = self._create_request(fault_level=False)
        self.assertEqual(self._get_clock(request).state, "not_applicable")

    def test_in_warranty_nothing_is_charged(self):
        self._create_policy({"needs_charge": True})
        request = self._create_request(warranty_state="in", charge_agreed=False)
        self.assertEqual(self._get_clock(request).state, "running")
        request = self._create_request(warranty_state="unknown")
        self.assertEqual(self._get_clock(request).state, "not_applicable")

    def test_begins_to_hold_from_the_original_start(self):
        self._create_policy(ART_18)
        received = self._ago(hours=10)
        request = self._create_request(
            received_at=received, fault_level="3", warranty_state="out"
        )
        clock = self._get_clock(request)
        request.write({"fault_level": "1", "urgency": "high"})
        self.assertEqual(clock.state, "not_applicable")
        self.assertNotIn("urgent", clock.na_reason)
        request.charge_agreed = True
        self.assertEqual(clock.state, "running")
        self.assertFalse(clock.na_reason)
        self.assertEqual(clock.deadline, received + timedelta(hours=36))
        self.assertEqual(request.sla_deadline, clock.deadline)

    def test_charge_settled_after_the_arrival(self):
        """The clock begins with a stop that is recorded already."""
        self._create_policy(ART_18)
        received, arrived = self._ago(hours=50), self._ago(hours=40)
        request = self._create_request(
            received_at=received,
            fault_level="1",
            urgency="high",
            warranty_state="out",
        )
        request._sla_event("arrived", arrived)
        clock = self._get_clock(request)
        self.assertEqual(clock.state, "not_applicable")
        request.charge_agreed = True
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.stopped_at, arrived)
        self.assertEqual(clock.used_seconds, 10 * 3600)

    def test_ceases_to_hold(self):
        self._create_policy({"max_level": 2})
        request = self._create_request(received_at=self._ago(hours=50))
        self._run()
        clock = self._get_clock(request)
        self.assertEqual(clock.state, "breached")
        self.assertTrue(request.activity_ids)
        request.fault_level = "4"
        self.assertEqual(clock.state, "not_applicable")
        self.assertFalse(request.activity_ids)
        self.assertFalse(request.sla_state)

    def test_other_promise_takes_the_place(self):
        self._create_policy({"limit": 48})
        self._create_policy({"limit": 12}, fault_level="1")
        received = self._ago(hours=2)
        request = self._create_request(received_at=received, fault_level="3")
        old = self._get_clock(request)
        request.fault_level = "1"
        new = self._get_clock(request)
        self.assertNotEqual(new, old)
        self.assertEqual(old.state, "cancelled")
        self.assertEqual((new.limit, new.started_at), (12, received))
        request.fault_level = "3"
        back = self._get_clock(request)
        self.assertEqual(back.limit, 48)
        self.assertNotIn(back, old | new)

    def test_finished_clocks_never_change(self):
        self._create_policy({"limit": 48})
        self._create_policy({"limit": 12}, fault_level="1")
        request = self._create_request(fault_level="3")
        request._sla_event("arrived")
        before = self._get_clock(request).read()
        request.fault_level = "1"
        self.assertEqual(self._get_clock(request).read(), before)

    def test_same_value_changes_nothing(self):
        self._create_policy({})
        request = self._create_request(fault_level="3")
        clock = self._get_clock(request)
        self._create_policy({"limit": 1}, fault_level="3")
        request.write({"fault_level": "3", "symptom": "The same again"})
        self.assertEqual(self._get_clock(request), clock)

    def test_machine_found_out_later(self):
        """The model decides too, and it comes with the machine."""
        category = self.env["product.category"].create({"name": "Machines"})
        self.machine.categ_id = category
        self._create_policy({"limit": 9}, category_id=category.id)
        self._create_policy({"limit": 99})
        request = self._create_request(equipment_id=False)
        self.assertEqual(self._get_clock(request).limit, 99)
        request.equipment_id = self.equipment
        self.assertEqual(self._get_clock(request).limit, 9)

    def test_closed_request_is_left_alone(self):
        self._create_policy({"limit": 48})
        self._create_policy({"limit": 12}, fault_level="1")
        request = self._create_request(fault_level="3")
        request.action_cancel()
        request.sudo().fault_level = "1"
        self.assertEqual(self._get_clocks(request).mapped("state"), ["cancelled"])

    def test_received_at_is_corrected(self):
        self._create_policy({}, {"kind": "contact"})
        request = self._create_request()
        request._sla_event("dispatched")
        contact = self._get_clock(request, "contact")
        earlier = self._ago(hours=30)
        request.received_at = earlier
        clock = self._get_clock(request)
        self.assertEqual(clock.started_at, earlier)
        self.assertEqual(clock.deadline, earlier + timedelta(hours=36))
        self.assertEqual(contact.state, "running")
        self.assertGreater(contact.started_at, earlier)

    def test_correction_of_the_receipt_withdraws_a_breach(self):
        self._create_policy({})
        request = self._create_request(received_at=self._ago(days=9))
        self._run()
        clock = self._get_clock(request)
        self.assertEqual(clock.state, "breached")
        request.received_at = self._ago(hours=1)
        self.assertEqual((clock.state, clock.breached_at), ("running", False))
        self.assertFalse(request.activity_ids)
        self.assertIn("withdrawn", request.message_ids[0].body)

    def test_responsible_changes(self):
        self._create_policy({})
        request = self._create_request()
        request.user_id = self.dispatcher
        self.assertEqual(self._get_clock(request).user_id, self.dispatcher)
