from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common_mail import MailCommon


@tagged("post_install", "-at_install")
class TestMailAgain(MailCommon):
    """Answers to files in every state, and mail that means no good."""

    def _get_mail(self, request):
        mails = request.message_ids.filtered(lambda m: m.message_type == "email")
        return mails.sorted("id")[:1]

    def _reply(self, request, body="And it smokes", **headers):
        return self._mail(
            body,
            "Re: Help",
            In_Reply_To=self._get_mail(request).message_id,
            **headers,
        )

    def _get_bodies(self, request):
        return str(request.message_ids.mapped("body"))

    def _reminders(self, request):
        return request.activity_ids.filtered(
            lambda a: a.summary and "written again" in a.summary
        )

    # --------------------------------------------------- closed, merged, deleted

    def test_reply_to_a_cancelled_file(self):
        request = self._mail()
        request.with_user(self.agent).action_accept()
        request.with_user(self.agent).action_cancel()
        self.assertFalse(self._reply(request))
        self.assertEqual(request.state, "cancelled", "a mail reopens nothing")
        self.assertIn("smokes", self._get_bodies(request))
        self.assertEqual(self._reminders(request).user_id, self.agent)

    def test_reply_to_an_archived_file(self):
        request = self._mail()
        mine = request.with_user(self.agent)
        mine.action_accept()
        mine.action_confirm_done()
        request.sudo()._archive_file()
        self.assertFalse(self._reply(request))
        self.assertEqual(request.state, "archived")
        self.assertEqual(len(self._reminders(request)), 1)
        mine.action_reopen()
        self.assertEqual(request.state, "accepted")

    def test_reply_to_a_merged_one_reaches_the_file(self):
        target = self._create_request(partner_id=self.customer.id, equipment_id=False)
        request = self._mail()
        reply_to = self._get_mail(request).message_id
        target.with_user(self.agent)._merge(request.with_user(self.agent))
        self.env.invalidate_all()
        self.assertFalse(self._mail("It smokes", "Re: Help", In_Reply_To=reply_to))
        self.assertIn("It smokes", self._get_bodies(target))
        self.assertNotIn("It smokes", self._get_bodies(request))
        self.assertEqual(self._reminders(target).user_id, target.user_id)
        self.assertFalse(self._reminders(request))

    def test_reply_to_nobody_s_mail(self):
        made = self._mail("Hello?", In_Reply_To="<never-seen@mail.example.com>")
        self.assertEqual(len(made), 1, "an unknown thread is a new matter")

    def test_reply_of_a_stranger(self):
        request = self._mail()
        self._reply(request, sender="Eve <eve@else.example.com>")
        self.assertEqual(request.partner_id, self.customer.child_ids)
        self.assertEqual(request.email, "luo@qingshan.example.com")
        self.assertIn("smokes", self._get_bodies(request))

    def test_reply_to_an_accepted_file_changes_no_data(self):
        request = self._mail("Does not spray")
        request.with_user(self.agent).action_accept()
        symptom = request.symptom
        self._reply(request, "MK-0001 it is")
        self.assertEqual(request.symptom, symptom)
        self.assertFalse(request.equipment_id, "somebody looks at it first")

    def test_own_answer_reminds_nobody(self):
        self.agent.partner_id.email = "agent@henglu.test"
        request = self._mail()
        request.with_user(self.agent).action_accept()
        self._reply(request, sender="agent@henglu.test")
        self.assertFalse(self._reminders(request))

    def test_file_of_nobody_reminds_nobody(self):
        request = self._mail()
        self._reply(request)
        self.assertFalse(request.activity_ids)
        self.assertIn("smokes", self._get_bodies(request))

    # -------------------------------------------------------------- strange mail

    def test_serial_of_another_in_a_second_mail(self):
        stranger = "Eve <eve@else.example.com>"
        first = self._mail("Help", sender=stranger)
        second = self._mail("Concerns MK-0001", sender=stranger)
        self.assertEqual(second.partner_id, first.partner_id, "known by now")
        self.assertFalse(second.equipment_id)
        self.assertEqual(second.serial, "MK-0001")
        note = second.message_ids.filtered(lambda m: "belongs to" in (m.body or ""))
        self.assertTrue(note.is_internal, "whose it is stays with us")

    def test_serial_of_the_sister(self):
        request = self._mail("SI-0001 does not start")
        self.assertFalse(request.equipment_id)
        self.assertNotIn("Sister", self._get_bodies(request))
        theirs = self._mail(
            "SI-0001 does not start", alias=self.sister.aftersales_alias_id
        )
        self.assertEqual(theirs.equipment_id, self.foreign_equipment)

    def test_html_of_half_a_million(self):
        body = "<table>" + "<tr><td>pump</td></tr>" * 20_000 + "</table>"
        request = self._mail(body, html=True)
        self.assertEqual(len(request), 1)
        self.assertLess(len(request.symptom), 11_000)
        self.assertNotIn("<td>", request.symptom)
        shown = self._get_mail(request)
        self.assertLess(len(shown.body), 12_000)
        self.assertIn("message.txt", shown.attachment_ids.mapped("name"))

    def test_html_without_words(self):
        for number, body in enumerate(
            ("<div></div>", "<p>&nbsp;</p>", "<img src='cid:1'/>", "<style>p{}</style>")
        ):
            with self.subTest(body=body):
                request = self._mail(
                    body, "", sender=f"n{number}@else.example.com", html=True
                )
                self.assertEqual(len(request), 1)
                self.assertTrue(request.symptom.strip())

    def test_script_in_the_mail_never_runs(self):
        request = self._mail(
            "<p onclick='steal()'>Help</p><script>steal()</script>"
            "<a href='javascript:steal()'>x</a>",
            "<script>steal()</script>",
            html=True,
        )
        bodies = self._get_bodies(request)
        for bad in ("<script", "onclick", "javascript:"):
            self.assertNotIn(bad, bodies)

    def test_strange_senders(self):
        for sender in (
            "not an address",
            "<>",
            '"Luo, Min" <luo@qingshan.example.com>',
            "a@b.example.com, c@d.example.com",
            f"{'x' * 300} <long@else.example.com>",
        ):
            with self.subTest(sender=sender):
                request = self._mail(sender=sender)
                self.assertEqual(len(request), 1)
                self.assertTrue(request.partner_id)
                self.assertEqual(request.state, "new")

    def test_subject_alone(self):
        request = self._mail("", "MK-0001 stands still")
        self.assertEqual(request.symptom, "MK-0001 stands still")
        self.assertEqual(request.equipment_id, self.equipment)

    def test_promises_run_from_the_mail_on(self):
        policies = self.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", self.company.id)]).active = False
        policies.create(
            {
                "name": "Mail",
                "code": "mail",
                "company_id": self.company.id,
                "timer_ids": [(0, 0, {"kind": "response", "limit": 4})],
            }
        )
        request = self._mail()
        self.assertEqual(request.sla_kind, "response")
        self._reply(request)
        self.assertEqual(request.sla_state, "running", "a reply accepts nothing")
        request.with_user(self.agent).action_accept()
        self.assertFalse(request.sla_state)

    # ------------------------------------------------------------ past the door

    def test_the_door_is_no_button(self):
        """What works as the system cannot be called by a client."""
        portal = new_test_user(self.env, login="as_portal", groups="base.group_portal")
        requests = self.env["aftersales.service.request"]
        for user in (portal, self.signers["superior"], self.agent, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                get_public_method(requests.with_user(user), "message_new")
        for name in ("_door_submit", "_door_prepare", "_door_keep", "_merge"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                get_public_method(requests.with_user(self.manager), name)
