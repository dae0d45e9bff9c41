from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...models.mixin.aftersales_text_mixin import TEXT_LIMIT
from ..common import AftersalesCommon

HUGE = "报" * 10_000_000


@tagged("post_install", "-at_install")
class TestTextLimit(AftersalesCommon):
    """Ten megabytes of text get one sentence for an answer, wherever they come in."""

    def test_request_is_not_made(self):
        count = self.env["aftersales.service.request"].search_count([])
        for fname in ("symptom", "contact_name"):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(ValidationError, "too long.*Attach a file"),
            ):
                self._create_request(**{fname: HUGE})
        self.assertEqual(self.env["aftersales.service.request"].search_count([]), count)

    def test_request_keeps_what_it_had(self):
        request = self._create_request()
        with self.assertRaisesRegex(ValidationError, "Problem Description"):
            request.write({"description": HUGE, "contact_name": "New name"})
        request.invalidate_recordset()
        self.assertFalse(request.description)
        self.assertEqual(request.contact_name, "Ms Luo")

    def test_message_tells_the_sizes(self):
        request = self._create_request()
        with self.assertRaisesRegex(ValidationError, f"{TEXT_LIMIT + 1}.*{TEXT_LIMIT}"):
            request.symptom = "x" * (TEXT_LIMIT + 1)

    def test_the_limit_itself_is_accepted(self):
        request = self._create_request(symptom="x" * TEXT_LIMIT)
        self.assertEqual(len(request.symptom), TEXT_LIMIT)

    def test_note_in_the_chatter(self):
        request = self._create_request()
        count = len(request.message_ids)
        with self.assertRaisesRegex(ValidationError, "note is too long"):
            request.message_post(body=HUGE)
        self.assertEqual(len(request.message_ids), count)
        note = "The customer called again"
        request.message_post(body=note)
        self.assertEqual(len(request.message_ids), count + 1)

    def test_opinion_of_a_signer(self):
        dispatch = self._create_dispatch()
        dispatch.action_submit()
        for approve in (True, False):
            with self.subTest(approve=approve), self.assertRaises(ValidationError):
                self._sign(dispatch, "aftersales_head", approve=approve, opinion=HUGE)
        dispatch.invalidate_recordset()
        self.assertEqual(dispatch.approval_state, "pending")
        self.assertEqual(
            dispatch.signature_ids.mapped("state"), ["pending", "waiting", "waiting"]
        )

    def test_solution_by_phone(self):
        request = self._create_request()
        wizard = self.env["aftersales.service.request.solve"].with_user(self.agent)
        with self.assertRaises(UserError):
            wizard.create({"request_id": request.id, "solution": HUGE}).action_solve()
        self.assertEqual(request.state, "new")

    def test_words_of_the_customer(self):
        dispatch = self._issue_dispatch()
        self._go_to_customer(dispatch)
        card = dispatch.card_ids.with_user(self.engineer_user)
        with self.assertRaises(ValidationError):
            card.write({"rating_overall": "5", "opinion": HUGE})
        card.invalidate_recordset()
        self.assertFalse(card.rating_overall)

    def test_history_of_a_machine(self):
        with self.assertRaises(ValidationError):
            self.equipment.with_user(self.agent).write({"note": f"<p>{HUGE}</p>"})
        with self.assertRaises(ValidationError):
            self.equipment.with_user(self.agent).message_post(body=HUGE)
