from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WorkshopCommon

MARKS = {"rating_repair": "5", "rating_attitude": "4", "rating_overall": "5"}


class EvaluationCommon(WorkshopCommon):
    """A repair that is settled: the customer may say how content he is."""

    def _settle_sheet(self, sheet=None):
        sheet = self._finish(sheet)
        sheet.action_accept()
        sheet.action_settle()
        return sheet

    def _give(self, sheet, **values):
        """As his page gives it."""
        page = sheet.with_env(self.env).sudo()
        page._evaluate_online({**MARKS, "name": "Mr Wu", **values})
        sheet.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestEvaluation(EvaluationCommon):
    """Evaluation of a factory repair, by staff or online (handbook 8.1, App.13)."""

    def test_given_online(self):
        sheet = self._settle_sheet()
        self._give(sheet, opinion="  Quick.\r\nClean.  ")
        self.assertEqual(sheet.state, "evaluated")
        self.assertTrue(sheet.evaluated_at)
        self.assertEqual(sheet.evaluation_way, "online")
        self.assertEqual(sheet.evaluated_by, "Mr Wu")
        self.assertEqual(sheet.opinion, "Quick.\nClean.")
        self.assertEqual(
            (sheet.rating_repair, sheet.rating_attitude, sheet.rating_overall),
            ("5", "4", "5"),
        )

    def test_chatter_tells_who_and_how(self):
        sheet = self._settle_sheet()
        self._give(sheet, opinion="Good lunch")
        message = sheet.message_ids[0]
        self.assertEqual(message.author_id, self.customer)
        for text in ("online by Mr Wu", "Service Attitude: Satisfied", "Good lunch"):
            self.assertIn(text, message.body)
        self.assertIn(self.advisor.partner_id, message.notified_partner_ids)

    def test_same_step_as_the_button(self):
        """Whichever way: the sheet goes on, and the customer is seen off."""
        sheet = self._settle_sheet()
        sheet.write({**MARKS})
        sheet.action_evaluate()
        self.assertEqual((sheet.state, sheet.evaluation_way), ("evaluated", "staff"))
        other = self._settle_sheet(
            self._receive_machine(self.equipment.copy({"serial": "MK-9"}))
        )
        self._give(other)
        for done in (sheet, other):
            done.collected_by = "Mr Wu"
            done.action_leave()
            self.assertEqual(done.state, "left")

    def test_once(self):
        sheet = self._settle_sheet()
        self._give(sheet)
        with self.assertRaisesRegex(UserError, "is given and stays as it is"):
            self._give(sheet, rating_repair="1", name="Mr Other")
        self.assertEqual((sheet.rating_repair, sheet.evaluated_by), ("5", "Mr Wu"))
        with self.assertRaisesRegex(UserError, "is given and stays"):
            sheet.action_ask_evaluation()
        with self.assertRaisesRegex(UserError, "given and stays as it is"):
            sheet.rating_repair = "1"

    def test_from_home(self):
        """He left without it: the sheet stays where it is, the evaluation counts."""
        sheet = self._settle_sheet()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        self.assertEqual(sheet._get_evaluation_state(), "open")
        self._give(sheet, rating_overall="2")
        self.assertEqual((sheet.state, sheet.rating_overall), ("left", "2"))
        self.assertTrue(sheet.evaluated_at)
        with self.assertRaisesRegex(UserError, "is given"):
            self._give(sheet)

    def test_too_early_and_too_late(self):
        sheet = self._finish()
        with self.assertRaisesRegex(UserError, "once it is settled"):
            self._give(sheet)
        with self.assertRaisesRegex(UserError, "once it is settled"):
            sheet.action_ask_evaluation()
        sheet.action_accept()
        sheet.action_settle()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        sheet.action_archive_sheet()
        with self.assertRaisesRegex(UserError, "no evaluation can be given any more"):
            self._give(sheet)
        self.assertFalse(sheet.evaluated_at)

    def test_declined_machine_is_not_evaluated(self):
        sheet = self._diagnose()
        sheet.action_quote()
        sheet.action_decide("none")
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._give(sheet)

    def test_what_cannot_be_taken(self):
        sheet = self._settle_sheet()
        for values, text in (
            ({"rating_repair": "6"}, "five marks for “Repair Level”"),
            ({"rating_repair": None}, "five marks"),
            ({"rating_attitude": ""}, "five marks for “Service Attitude”"),
            ({"rating_overall": ["5"]}, "five marks"),
            ({"name": "  "}, "Write your name"),
            ({"name": None}, "Write your name"),
            ({"name": "x" * 101}, "at most 100"),
            ({"opinion": "x" * 2001}, "has 2001 characters"),
        ):
            with self.subTest(values=str(values)[:40]):
                with self.assertRaisesRegex(UserError, text):
                    self._give(sheet, **values)
        self.assertEqual(sheet.state, "settled")
        self.assertFalse(sheet.rating_repair)
        self._give(sheet, opinion="a\x00b", name="x" * 100)
        self.assertEqual(sheet.opinion, "ab")

    def test_what_the_advisor_wrote_is_not_lost(self):
        sheet = self._settle_sheet()
        sheet.opinion = "Said at the desk: quick"
        self._give(sheet)
        self.assertEqual(sheet.opinion, "Said at the desk: quick")

    # ------------------------------------------------------------------- mail

    def test_mail_with_the_link(self):
        self.customer.email = "office@qingshan.example.com"
        sheet = self._settle_sheet()
        self.assertFalse(sheet.evaluation_asked_at)
        action = sheet.action_ask_evaluation()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.advisor)
            .with_context(**action["context"])
            .create({})
        )
        self.assertFalse(sheet.evaluation_asked_at, "opening the dialog asks nobody")
        self.assertEqual(composer.partner_ids, self.customer)
        composer._action_send_mail()
        self.assertTrue(sheet.evaluation_asked_at)
        message = sheet.message_ids[0]
        self.assertIn(f"/my/evaluation/{sheet.id}?access_token=", message.body)
        self.assertIn(sheet.sudo().access_token, message.body)
        self.assertIn("how was our service", message.subject)
        self.assertIn("MK-0001", message.body)

    def test_mail_in_the_customers_language(self):
        self.assertTrue(self.env["res.lang"]._activate_lang("zh_CN"))
        template = self.env.ref("aftersales_service.mail_template_evaluation")
        template.with_context(lang="zh_CN").subject = "服务评价 {{ object.name }}"
        self.customer.write({"email": "a@example.com", "lang": "zh_CN"})
        sheet = self._settle_sheet()
        values = template._generate_template(sheet.ids, ["subject"])
        self.assertEqual(values[sheet.id]["subject"], f"服务评价 {sheet.name}")

    def test_who_asks(self):
        sheet = self._settle_sheet()
        with self.assertRaises(AccessError):
            sheet.with_user(self.engineer_user).action_ask_evaluation()
        with self.assertRaises(AccessError):
            sheet.with_user(self.finance).action_ask_evaluation()
        self.assertTrue(sheet.action_ask_evaluation()["context"])

    def test_nobody_writes_how_it_was_given(self):
        sheet = self._settle_sheet().with_user(self.manager)
        for vals in (
            {"evaluation_way": "online"},
            {"evaluated_by": "Mr Wu"},
            {"evaluation_asked_at": "2026-01-01"},
            {"evaluated_at": "2026-01-01"},
            {"access_token": "mine"},
        ):
            with self.assertRaises(AccessError):
                sheet.write(vals)

    def test_link_opens_no_chatter(self):
        """Whoever has the address reads nothing that colleagues wrote."""
        sheet = self._settle_sheet()
        token = sheet.sudo().access_token
        self.assertTrue(token, "made with the settlement, for its print")
        public = self.env.ref("base.public_user")
        threads = self.env["aftersales.factory.repair"].with_user(public)
        self.assertFalse(threads._get_thread_with_access(sheet.id, token=token))
        pid = self.customer.id
        self.assertFalse(
            threads._get_thread_with_access(
                sheet.id, hash=sheet.sudo()._sign_token(pid), pid=pid
            )
        )

    def test_code_on_the_settlement(self):
        sheet = self._finish()
        report = self.env["report.aftersales_service.report_aftersales_settlement"]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "aftersales_request_id": sheet.request_id.id,
            }
        )
        sheet.sudo().sale_order_id = order
        self.assertFalse(report._get_evaluation_pages(order), "nothing is settled yet")
        sheet.action_accept()
        [page] = report._get_evaluation_pages(order)
        self.assertIn(f"/my/evaluation/{sheet.id}?access_token=", page["url"])
        self.assertEqual(page["name"], sheet.name)
        self.assertIn("MK-0001", page["machine"])
        sheet.sudo().state = "settled"
        self._give(sheet)
        self.assertFalse(report._get_evaluation_pages(order), "it is given")
