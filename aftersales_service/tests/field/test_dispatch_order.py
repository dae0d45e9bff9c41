from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDispatchOrder(AftersalesCommon):
    """The order before the engineer leaves: content, cards, cancelling."""

    def _create_second_machine(self, **vals):
        return self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "MK-0002",
                "partner_id": self.customer.id,
                **vals,
            }
        )

    def test_prefilled_and_open_to_correction(self):
        request = self._create_request(phone_spare="028 1234")
        dispatch = self._create_dispatch(request, address="Gate 2", problem="Leaks")
        self.assertEqual(dispatch.contact_name, "Ms Luo")
        self.assertEqual(dispatch.phone_spare, "028 1234")
        self.assertEqual(dispatch.equipment_ids, self.equipment)
        self.assertEqual(dispatch.address, "Gate 2")
        self.assertEqual(dispatch.problem, "Leaks")
        self.assertEqual(dispatch.partner_id, self.customer)

    def test_order_keeps_what_it_was_issued_with(self):
        dispatch = self._issue_dispatch()
        dispatch.request_id.with_user(self.agent).write(
            {"contact_name": "Mr Hu", "address": "Elsewhere", "symptom": "Smoke"}
        )
        self.env.flush_all()
        dispatch.invalidate_recordset()
        self.assertEqual(dispatch.contact_name, "Ms Luo")
        self.assertEqual(dispatch.problem, "Does not spray")
        self.assertEqual(dispatch.state, "issued")

    def test_several_engineers(self):
        dispatch = self._create_dispatch(assistant_ids=self.other_engineer.ids)
        self.assertEqual(
            dispatch._get_engineer_users(),
            self.engineer_user | self.other_engineer_user,
        )

    def test_machine_of_another_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        theirs = self._create_second_machine(partner_id=stranger.id)
        dispatch = self._create_dispatch()
        with self.assertRaisesRegex(UserError, "MK-0002.*Stranger"):
            dispatch.write({"equipment_ids": [Command.link(theirs.id)]})
        with self.assertRaises(UserError):
            self._create_dispatch(equipment_ids=theirs.ids)
        self.assertEqual(dispatch.equipment_ids, self.equipment)

    def test_machine_sold_after_the_visit_spoils_nothing(self):
        dispatch = self._issue_dispatch()
        self.equipment.partner_id = self.env["res.partner"].create({"name": "Buyer"})
        self._go_to_customer(dispatch)
        self.assertEqual(dispatch.state, "arrived")

    # ------------------------------------------------------------------- cards

    def test_one_card_per_machine(self):
        second = self._create_second_machine()
        dispatch = self._create_dispatch(equipment_ids=(self.equipment | second).ids)
        dispatch.action_issue_cards()
        self.assertEqual(dispatch.card_ids.equipment_id, self.equipment | second)
        self.assertEqual(len(set(dispatch.card_ids.mapped("name"))), 2)
        with self.assertRaisesRegex(UserError, "has its service card already"):
            dispatch.action_issue_cards()
        self.assertEqual(len(dispatch.card_ids), 2)

    def test_card_for_a_machine_added_later(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        second = self._create_second_machine()
        dispatch.write({"equipment_ids": [Command.link(second.id)]})
        self.assertEqual(dispatch._get_cards_missing(), 1)
        dispatch.action_issue_cards()
        self.assertEqual(dispatch._get_cards_missing(), 0)
        self.assertEqual(len(dispatch.card_ids), 2)

    def test_one_card_where_no_machine_is_known(self):
        request = self._create_request(
            equipment_id=False,
            product_id=self.machine.id,
            serial="ZZ-1",
            purchase_date="2026-01-01",
        )
        dispatch = self._create_dispatch(request)
        self.assertFalse(dispatch.equipment_ids)
        self.assertEqual(dispatch._get_cards_missing(), 1)
        dispatch.action_issue_cards()
        self.assertFalse(dispatch.card_ids.equipment_id)
        self.assertEqual(dispatch.card_ids.product_id, self.machine)
        self.assertEqual(dispatch.card_ids.serial, "ZZ-1")
        with self.assertRaises(UserError):
            dispatch.action_issue_cards()

    def test_cancelled_card_is_issued_anew_with_a_new_number(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        old = dispatch.card_ids
        old.action_cancel()
        self.env.flush_all()
        self.assertEqual(dispatch._get_cards_missing(), 1)
        dispatch.action_issue_cards()
        new = dispatch.card_ids - old
        self.assertEqual(new.equipment_id, self.equipment)
        self.assertNotEqual(new.name, old.name)

    def test_engineer_issues_no_cards(self):
        dispatch = self._issue_dispatch()
        dispatch.card_ids.with_user(self.dispatcher).action_cancel()
        with self.assertRaises(AccessError):
            dispatch.with_user(self.engineer_user).action_issue_cards()

    # ------------------------------------------------------------------ cancel

    def test_cancelled_before_departure(self):
        for step in ("draft", "signing", "issued", "contacted"):
            dispatch = self._create_dispatch()
            dispatch.action_issue_cards()
            if step != "draft":
                dispatch.action_submit()
            if step in ("issued", "contacted"):
                self._sign(dispatch, *self.DISPATCH_ROLES)
            if step == "contacted":
                dispatch.with_user(self.engineer_user).action_contacted()
            with self.subTest(step=step):
                self.assertEqual(dispatch.state, step)
                dispatch.action_cancel()
                self.assertEqual(dispatch.state, "cancelled")
                self.assertEqual(dispatch.card_ids.state, "cancelled")
                self.assertFalse(dispatch.request_id.debt_text)

    def test_not_cancelled_on_the_way(self):
        dispatch = self._issue_dispatch()
        mine = dispatch.with_user(self.engineer_user)
        mine.action_contacted()
        mine.action_departed()
        for state in ("departed", "arrived", "finished", "returned"):
            if state != "departed":
                getattr(mine, f"action_{state}")()
            with self.subTest(state=state), self.assertRaises(UserError):
                dispatch.action_cancel()
            self.assertEqual(dispatch.state, state)

    def test_nothing_happens_on_a_cancelled_order(self):
        dispatch = self._issue_dispatch()
        dispatch.action_cancel()
        for action in (
            "action_submit",
            "action_issue_cards",
            "action_contacted",
            "action_cancel",
        ):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(UserError, "Cancelled"),
            ):
                getattr(dispatch, action)()

    # --------------------------------------------------------------- next step

    def test_the_order_says_what_comes_next(self):
        dispatch = self._create_dispatch()
        self.assertIn("Submit", dispatch.next_step)
        dispatch.action_submit()
        self.assertIn("Head of After-Sales", dispatch.next_step)
        self._sign(dispatch, *self.DISPATCH_ROLES)
        self.assertIn("15 minutes", dispatch.next_step)
        dispatch.with_user(self.engineer_user).action_contacted()
        dispatch.invalidate_recordset()
        self.assertIn("card must be issued", dispatch.next_step)
        dispatch.action_issue_cards()
        dispatch.invalidate_recordset()
        self.assertIn("Depart", dispatch.next_step)

    def test_engineer_is_told_to_call(self):
        dispatch = self._issue_dispatch(assistant_ids=self.other_engineer.ids)
        users = dispatch.sudo().activity_ids.user_id
        self.assertEqual(users, self.engineer_user | self.other_engineer_user)
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        mine.action_returned()
        self.assertFalse(dispatch.sudo().activity_ids)
