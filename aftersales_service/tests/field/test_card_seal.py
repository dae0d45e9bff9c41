import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import AftersalesCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestCardSeal(AftersalesCommon):
    """What the customer wrote and signed stays as he left it."""

    def _get_card_on_site(self):
        dispatch = self._issue_dispatch()
        self._go_to_customer(dispatch)
        return dispatch.card_ids.with_user(self.engineer_user)

    def _sign_card(self):
        card = self._get_card_on_site()
        card.write(
            {
                "rating_overall": "4",
                "rating_attitude": "5",
                "opinion": "Quick work",
                "work_done": "Changed the seal",
                "charge_amount": 700,
                "customer_signer": "Ms Luo",
                "customer_signature": SIGNATURE,
            }
        )
        card.action_sign_customer()
        return card

    def test_signed_on_the_screen(self):
        card = self._sign_card()
        self.assertEqual(card.state, "signed")
        self.assertTrue(card.signed_at)
        self.assertEqual(card.customer_signer, "Ms Luo")

    def test_signed_on_paper(self):
        card = self._get_card_on_site()
        card.rating_overall = "3"
        with self.assertRaisesRegex(UserError, "attach the scan"):
            card.action_sign_customer()
        self.assertEqual(card.state, "issued", "Nothing half done")
        scan = (
            self.env["ir.attachment"]
            .with_user(self.engineer_user)
            .create({"name": "card.png", "datas": SIGNATURE})
        )
        card.scan_ids = [Command.link(scan.id)]
        card.action_sign_customer()
        self.assertEqual(card.state, "signed")
        self.assertFalse(card.customer_signature)

    def test_signed_without_a_rating(self):
        card = self._get_card_on_site()
        card.customer_signature = SIGNATURE
        with self.assertRaisesRegex(UserError, "overall rating"):
            card.action_sign_customer()
        self.assertEqual(card.state, "issued")

    def test_signed_before_the_arrival(self):
        card = self._issue_dispatch().card_ids.with_user(self.engineer_user)
        card.write({"rating_overall": "5", "customer_signature": SIGNATURE})
        with self.assertRaisesRegex(UserError, "after the arrival"):
            card.action_sign_customer()

    def test_signed_twice(self):
        card = self._sign_card()
        signed_at = card.signed_at
        with self.assertRaisesRegex(UserError, "Signed and Sealed"):
            card.action_sign_customer()
        self.assertEqual(card.signed_at, signed_at)

    def test_sealed_words_do_not_change(self):
        card = self._sign_card()
        other = base64.b64encode(base64.b64decode(SIGNATURE) + b" ")
        contents = (
            {"rating_overall": "5"},
            {"rating_attitude": False},
            {"opinion": "Very quick work"},
            {"customer_signer": "Somebody"},
            {"customer_signature": other},
            {"work_done": "Changed the pump"},
            {"charge_amount": 0},
            {"work_start": "2026-01-01 08:00:00"},
            {"equipment_id": False},
        )
        steps = (
            lambda: None,
            lambda: card.dispatch_id.action_finished(),
            card.action_hand_in,
            card.with_user(self.dispatcher).action_check,
        )
        for step in steps:
            step()
            for user in (self.engineer_user, self.dispatcher, self.manager):
                for vals in contents:
                    with (
                        self.subTest(state=card.state, user=user.login, vals=vals),
                        self.assertRaisesRegex(UserError, "sealed"),
                    ):
                        card.with_user(user).write(vals)
        self.assertEqual(card.rating_overall, "4")
        self.assertEqual(card.opinion, "Quick work")
        self.assertEqual(card.charge_amount, 700)

    def test_notes_of_the_office_may_still_be_written(self):
        card = self._sign_card().with_user(self.dispatcher)
        card.write({"remark": "Envelope arrived by mail", "envelope_intact": False})
        self.assertFalse(card.envelope_intact)

    def test_cancelled_card_stays_blank(self):
        dispatch = self._create_dispatch()
        dispatch.action_issue_cards()
        card = dispatch.card_ids
        card.action_cancel()
        with self.assertRaisesRegex(UserError, "sealed"):
            card.write({"rating_overall": "5"})

    def test_story_of_the_card(self):
        card = self._sign_card()
        titles = {
            entry["title"]: entry["text"]
            for entry in card.request_id.with_user(self.manager).story
        }
        self.assertEqual(
            titles[f"{card.name}: Service card signed by the customer"], "Satisfied"
        )
