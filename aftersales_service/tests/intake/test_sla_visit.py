from datetime import timedelta

from odoo.tests import tagged

from .common import SlaCommon

SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    b"AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestSlaVisit(SlaCommon):
    """A whole visit by the people who do it: the clocks follow their buttons."""

    def _issue(self, **vals):
        dispatch = self._issue_dispatch(self._create_request(**vals))
        return dispatch.request_id, dispatch

    def test_the_way_of_an_engineer(self):
        self._create_policy(
            {"kind": "response", "limit": 4},
            {"kind": "contact", "limit": 15, "unit": "minute"},
            {"kind": "arrival"},
            {"kind": "repair", "limit": 2, "unit": "day"},
            {"kind": "card_hand_in", "unit": "same_day"},
            {"kind": "callback_card", "unit": "same_day"},
        )
        request, dispatch = self._issue()
        self.assertEqual(self._get_clock(request, "response").state, "met")
        contact = self._get_clock(request, "contact")
        self.assertEqual(contact.state, "running")
        self.assertEqual(contact.source, f"aftersales.dispatch,{dispatch.id}")
        self.assertEqual(contact.started_at, dispatch.issued_at)
        self.assertEqual(request.sla_kind, "contact")
        mine = self._go_to_customer(dispatch)
        self.assertEqual(contact.state, "met")
        self.assertEqual(self._get_clock(request, "arrival").state, "met")
        self.assertEqual(request.sla_kind, "repair")
        mine.action_finished()
        self.assertEqual(self._get_clock(request, "repair").state, "met")
        self.assertFalse(request.sla_state)
        mine.action_returned()
        card = self._get_clock(request, "card_hand_in")
        self.assertEqual(card.state, "running")
        mine.card_ids.with_user(self.engineer_user).action_hand_in()
        self.assertEqual(card.state, "met")
        callback = self._get_clock(request, "callback_card")
        self.assertEqual(callback.state, "running")
        mine.card_ids.with_user(self.agent).action_check()
        self.assertEqual(request.state, "done")
        self.assertEqual(callback.state, "running", "It can still be kept")
        self.env["aftersales.followup"].with_user(self.agent).create(
            {"request_id": request.id, "satisfaction": "5"}
        ).action_done()
        self.assertEqual(callback.state, "met")

    def test_event_time_of_the_engineer(self):
        self._create_policy({"kind": "contact", "limit": 15, "unit": "minute"})
        request, dispatch = self._issue()
        dispatch.sudo().issued_at = self._ago(minutes=30)
        clock = self._get_clock(request, "contact", state="running")
        clock.sudo()._restart(dispatch.issued_at)
        self._run()
        self.assertEqual(clock.state, "breached")
        dispatch.with_user(self.engineer_user).action_contacted(self._ago(minutes=20))
        self.assertEqual(clock.state, "met")

    def test_signed_card(self):
        self._create_policy(
            {"kind": "other", "start_event": "repaired", "stop_event": "signed"}
        )
        request, dispatch = self._issue()
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        clock = self._get_clock(request, "other")
        card = mine.card_ids.with_user(self.engineer_user)
        card.write({"rating_overall": "5", "customer_signature": SIGNATURE})
        card.action_sign_customer()
        self.assertEqual(clock.state, "met")

    def test_several_cards_are_handed_in_with_the_last(self):
        self._create_policy({"kind": "card_hand_in", "unit": "same_day"})
        second = self.equipment.copy({"serial": "MK-0002"})
        request, dispatch = self._issue_for(self.equipment | second)
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        mine.action_returned()
        clock = self._get_clock(request, "card_hand_in")
        cards = mine.card_ids.with_user(self.engineer_user)
        self.assertEqual(len(cards), 2)
        cards[0].action_hand_in()
        self.assertEqual(clock.state, "running")
        cards[1].action_hand_in()
        self.assertEqual(clock.state, "met")

    def _issue_for(self, machines):
        dispatch = self._create_dispatch(equipment_ids=[(6, 0, machines.ids)])
        dispatch.action_issue_cards()
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        return dispatch.request_id, dispatch

    def test_two_dispatches_have_clocks_of_their_own(self):
        self._create_policy({"kind": "contact"})
        request, first = self._issue()
        second = self._create_dispatch(request, engineer_id=self.other_engineer.id)
        second.action_submit()
        self._sign(second, *self.DISPATCH_ROLES)
        self.assertEqual(len(self._get_clocks(request, state="running")), 2)
        second.with_user(self.other_engineer_user).action_contacted()
        left = self._get_clocks(request, state="running")
        self.assertEqual(left.source, f"aftersales.dispatch,{first.id}")

    def test_cancelled_dispatch(self):
        self._create_policy({"kind": "contact"}, {"kind": "arrival"})
        request, dispatch = self._issue()
        dispatch.card_ids.action_cancel()
        dispatch.action_cancel()
        self.assertFalse(self._get_clocks(request, kind="contact", state="running"))
        self.assertEqual(self._get_clock(request, "arrival").state, "running")
        request.fault_level = "1"
        self.assertFalse(
            self._get_clocks(request, kind="contact", state="running"),
            "A void event starts nothing",
        )

    def test_signatures_that_were_voided(self):
        self._create_policy({"kind": "contact"})
        request, dispatch = self._issue()
        dispatch.problem = "Something else"
        self.assertEqual(dispatch.state, "draft")
        self.assertFalse(self._get_clocks(request, state="running"))
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        self.assertEqual(len(self._get_clocks(request, state="running")), 1)

    def test_parts(self):
        self._create_policy({"kind": "part_arrival", "limit": 72})
        request, dispatch = self._issue()
        requisition = self._create_requisition(dispatch, [(self.seal, 1)])
        requisition.action_submit()
        clock = self._get_clock(request, "part_arrival")
        self.assertEqual(clock.state, "running")
        self._sign(requisition, *self.REQUISITION_ROLES)
        requisition.sudo().picking_ids.with_user(self.keeper).button_validate()
        self.assertEqual(clock.state, "met")

    def test_requisition_withdrawn(self):
        self._create_policy({"kind": "part_arrival", "limit": 72})
        request, dispatch = self._issue()
        requisition = self._create_requisition(dispatch, [(self.seal, 1)])
        requisition.action_submit()
        requisition.action_withdraw()
        self.assertFalse(self._get_clocks(request, state="running"))

    def test_requisition_refused(self):
        self._create_policy({"kind": "part_arrival", "limit": 72})
        request, dispatch = self._issue()
        requisition = self._create_requisition(dispatch, [(self.seal, 1)])
        requisition.action_submit()
        self._sign(requisition, "finance_head", approve=False, opinion="Too many")
        self.assertFalse(self._get_clocks(request, state="running"))

    def test_travel_stock_belongs_to_no_request(self):
        self._create_policy({"kind": "part_arrival", "limit": 72})
        requisition = (
            self.env["aftersales.parts.requisition"]
            .with_user(self.engineer_user)
            .create(
                {
                    "purpose": "travel",
                    "line_ids": [(0, 0, {"product_id": self.seal.id, "quantity": 1})],
                }
            )
        )
        requisition.action_submit()
        self.assertEqual(requisition.state, "signing")

    def test_plan_agreed(self):
        self._create_policy({"kind": "plan", "limit": 1})
        request = self._create_request(received_at=self._ago(hours=3))
        self._run()
        request.with_user(self.agent).action_plan_agreed(
            request.received_at + timedelta(minutes=50)
        )
        self.assertEqual(self._get_clock(request, "plan").state, "met")
        self.assertIn("Plan agreed", str(request.story))

    def test_factory_repair(self):
        """No visit, no advice: repaired when the customer confirms."""
        self._create_policy({"kind": "repair", "limit": 48})
        request = self._create_request()
        request.action_plan_factory()
        request.action_confirm_done()
        clock = self._get_clock(request, "repair")
        self.assertEqual((clock.state, clock.stopped_at), ("met", request.done_at))
