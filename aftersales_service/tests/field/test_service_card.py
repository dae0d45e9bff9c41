from datetime import datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestServiceCard(AftersalesCommon):
    """Issued before departure, handed in on the day of return, then opened."""

    def _create_second_machine(self):
        return self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "MK-0002",
                "partner_id": self.customer.id,
            }
        )

    # ------------------------------------------------------------------- issue

    def test_card_tells_case_and_machine(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        card = dispatch.card_ids
        self.assertEqual(card.state, "issued")
        self.assertEqual(card.request_id, dispatch.request_id)
        self.assertEqual(card.partner_id, self.customer)
        self.assertEqual(card.engineer_id, self.engineer)
        self.assertEqual(card.serial, "MK-0001")
        self.assertEqual(card.product_id, self.machine)
        self.assertEqual(card.purchase_date, self.equipment.purchase_date)
        self.assertEqual(card.issued_by_id, self.dispatcher)
        self.assertEqual(card.company_id, self.company)

    def test_second_card_for_the_same_machine(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        cards = self.env["aftersales.service.card"].with_user(self.dispatcher)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "dispatch_machine_uniq"),
        ):
            cards.create(
                {"dispatch_id": dispatch.id, "equipment_id": self.equipment.id}
            )

    def test_card_after_departure(self):
        dispatch = self._issue_dispatch()
        second = self._create_second_machine()
        self._go_to_customer(dispatch)
        cards = self.env["aftersales.service.card"].with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "has already left"):
            cards.create({"dispatch_id": dispatch.id, "equipment_id": second.id})
        with self.assertRaises(UserError):
            dispatch.action_issue_cards()
        self.assertEqual(len(dispatch.card_ids), 1)

    def test_card_of_a_planned_order_is_not_passed_on(self):
        """A blank card of tomorrow's order does not replace today's."""
        second = self._create_second_machine()
        planned = self._create_dispatch(equipment_ids=second.ids)
        planned.action_issue_cards()
        dispatch = self._issue_dispatch()
        self._go_to_customer(dispatch)
        with self.assertRaises(UserError):
            planned.card_ids.with_user(self.dispatcher).write(
                {"dispatch_id": dispatch.id}
            )
        self.assertEqual(len(dispatch.card_ids), 1)

    def test_card_is_cancelled_before_departure_only(self):
        """The engineer cannot make a card vanish that the customer holds."""
        dispatch = self._issue_dispatch()
        mine = dispatch.with_user(self.engineer_user)
        mine.action_contacted()
        mine.action_departed()
        for user in (self.engineer_user, self.dispatcher):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                dispatch.card_ids.with_user(user).action_cancel()
        self.assertEqual(dispatch.card_ids.state, "issued")

    def test_who_issues(self):
        dispatch = self._create_dispatch()
        cards = self.env["aftersales.service.card"]
        vals = {"dispatch_id": dispatch.id, "equipment_id": self.equipment.id}
        for user in (self.engineer_user, self.agent, self.keeper, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                cards.with_user(user).create(vals)

    # -------------------------------------------------------------------- fill

    def test_customer_fills_after_the_arrival(self):
        dispatch = self._issue_dispatch()
        card = dispatch.card_ids.with_user(self.engineer_user)
        card.rating_overall = "4"
        with self.assertRaisesRegex(UserError, "after the arrival"):
            card.action_fill()
        mine = self._go_to_customer(dispatch)
        mine.write({"work_done": "Changed the seal"})
        card.action_fill()
        self.assertEqual(card.state, "filled")
        self.assertEqual(card.work_done, "Changed the seal")

    def test_customer_is_never_forced_to_rate(self):
        dispatch = self._issue_dispatch()
        mine = self._go_to_customer(dispatch)
        card = dispatch.card_ids.with_user(self.engineer_user)
        with self.assertRaisesRegex(UserError, "never force him"):
            card.action_fill()
        mine.action_finished()
        card.action_hand_in()
        self.assertEqual(card.state, "handed_in")
        self.assertFalse(card.rating_overall)

    def test_times_are_to_the_hour(self):
        dispatch = self._issue_dispatch()
        self._go_to_customer(dispatch)
        dispatch.sudo().write(
            {
                "arrived_at": "2026-01-05 08:47:12",
                "finished_at": "2026-01-05 11:59:59",
            }
        )
        card = dispatch.card_ids.with_user(self.engineer_user)
        card.rating_overall = "5"
        card.action_fill()
        self.assertEqual(card.work_start, datetime(2026, 1, 5, 8))
        self.assertEqual(card.work_end, datetime(2026, 1, 5, 11))
        card.write({"work_start": "2026-01-05 07:31:00"})
        self.assertEqual(card.work_start, datetime(2026, 1, 5, 7))

    def test_impossible_times_and_amounts(self):
        card = self._issue_dispatch().card_ids.with_user(self.engineer_user)
        for vals, text in (
            (
                {
                    "work_start": "2026-01-05 10:00:00",
                    "work_end": "2026-01-05 08:00:00",
                },
                "end of the work must not be before",
            ),
            (
                {"work_end": fields.Datetime.now() + timedelta(days=1)},
                "future",
            ),
            ({"charge_amount": -1}, "negative"),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, text),
            ):
                card.write(vals)

    # ----------------------------------------------------------------- hand in

    def test_order_of_the_steps(self):
        dispatch = self._issue_dispatch()
        card = dispatch.card_ids.with_user(self.engineer_user)
        office = card.with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "when the visit is finished"):
            card.action_hand_in()
        with self.assertRaisesRegex(UserError, "Issued"):
            office.action_check()
        self._go_to_customer(dispatch).action_finished()
        card.action_hand_in()
        with self.assertRaisesRegex(UserError, "Handed In"):
            card.action_hand_in()
        office.action_check()
        with self.assertRaisesRegex(UserError, "Opened and Checked"):
            office.action_check()
        for action in ("action_fill", "action_sign_customer", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(office, action)()

    def test_office_opens_the_envelope(self):
        """The engineer does not check the customer's words about himself."""
        dispatch = self._issue_dispatch(assistant_ids=self.other_engineer.ids)
        card = dispatch.card_ids.with_user(self.engineer_user)
        self._go_to_customer(dispatch).action_finished()
        card.action_hand_in()
        for user in (self.engineer_user, self.other_engineer_user):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                card.with_user(user).action_check()
        self.assertEqual(card.state, "handed_in")
        self.assertFalse(card.received_by_id)
        card.with_user(self.agent).action_check()
        self.assertEqual(card.received_by_id, self.agent)
        self.assertEqual(card.state, "checked")

    def test_late_by_the_day_of_the_company(self):
        """Back at 23:30 in Chengdu, handed in half an hour later: a day late,
        whatever the zone of the clock of the one who looks."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        card = self._issue_dispatch().card_ids
        self.engineer_user.tz = "America/New_York"
        for returned_at, handed_in_at, late in (
            ("2026-01-05 15:30:00", "2026-01-05 15:59:00", False),
            ("2026-01-05 15:30:00", "2026-01-05 16:01:00", True),
            ("2026-01-05 16:30:00", "2026-01-06 15:00:00", False),
            ("2026-01-05 16:30:00", "2026-01-06 16:30:00", True),
        ):
            card.dispatch_id.sudo().returned_at = returned_at
            card.sudo().write({"state": "handed_in", "handed_in_at": handed_in_at})
            self.env.flush_all()
            for user in (self.engineer_user, self.manager):
                mine = card.with_user(user).with_context(tz=user.tz or "UTC")
                mine.invalidate_recordset()
                with self.subTest(returned_at=returned_at, user=user.login):
                    self.assertEqual(mine.is_late, late)

    def test_not_handed_in_becomes_late_by_itself(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        card = self._issue_dispatch().card_ids
        self.assertFalse(card.is_late)
        card.dispatch_id.sudo().returned_at = "2026-01-05 09:00:00"
        for now, late in (
            ("2026-01-05 15:59:00", False),
            ("2026-01-05 16:00:01", True),
        ):
            with self.subTest(now=now), freeze_time(now):
                card.invalidate_recordset()
                self.assertEqual(card.is_late, late)

    # --------------------------------------------------------------- two cards

    def test_request_waits_for_every_card(self):
        second = self._create_second_machine()
        dispatch = self._create_dispatch(
            equipment_ids=[Command.set((self.equipment | second).ids)]
        )
        dispatch.action_issue_cards()
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        mine = self._go_to_customer(dispatch)
        mine.action_finished()
        first, other = dispatch.card_ids
        first.with_user(self.engineer_user).action_hand_in()
        first.with_user(self.dispatcher).action_check()
        self.assertEqual(dispatch.request_id.state, "confirm")
        self.assertIn(other.name, dispatch.request_id.debt_text)
        self.assertNotIn(first.name, dispatch.request_id.debt_text)
        other.with_user(self.engineer_user).action_hand_in()
        other.with_user(self.dispatcher).action_check()
        self.assertEqual(dispatch.request_id.state, "done")
