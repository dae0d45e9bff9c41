from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..equipment.common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestRequestVerdict(WarrantyCommon):
    """Free or charged on a request: proposed, decided, decided against the terms."""

    def setUp(self):
        super().setUp()
        today = fields.Date.context_today(self.equipment)
        self.fresh = self._create_machine("F-1", delivery_date=today)
        self.old = self._create_machine("O-1", delivery_date="2020-01-01")

    def _create(self, machine, **vals):
        return self._create_request(equipment_id=machine.id, **vals)

    def _get_results(self, request):
        return (request.verdict_parts, request.verdict_labour, request.verdict_travel)

    # ----------------------------------------------------------- proposing

    def test_proposed_from_the_frozen_terms(self):
        for machine, results, words in (
            (self.fresh, ("free",) * 3, "covered from"),
            (self.old, ("charged",) * 3, "ended on"),
            (self._create_machine("N-1"), ("undecided",) * 3, "not known yet"),
        ):
            request = self._create(machine)
            with self.subTest(machine=machine.serial):
                self.assertEqual(self._get_results(request), results)
                self.assertIn(words, request.verdict_text)
                self.assertEqual(request.verdict_state, "proposed")

    def test_without_a_machine(self):
        request = self._create_request(equipment_id=False)
        self.assertEqual(self._get_results(request), ("undecided",) * 3)
        request.warranty_state = "in"
        self.assertEqual(self._get_results(request), ("free",) * 3)
        self.assertIn("stated", request.verdict_text)

    def test_travel_not_covered(self):
        self.policy.line_ids[0].travel = False
        machine = self._create_machine(
            "T-1", delivery_date=fields.Date.context_today(self.fresh)
        )
        request = self._create(machine)
        self.assertEqual(self._get_results(request), ("free", "free", "charged"))

    def test_hours_used_up(self):
        self.policy.line_ids[0].hours_limit = 500
        today = fields.Date.context_today(self.fresh)
        machine = self._create_machine("H-1", delivery_date=today)
        request = self._create(machine)
        self.assertEqual(request.verdict_parts, "undecided", "nobody read the meter")
        readings = self.env["aftersales.meter.reading"].with_user(self.agent)
        for value, state, result in ((500, "in", "free"), (501, "out", "charged")):
            readings.create({"equipment_id": machine.id, "value": value})
            request = self._create(machine)
            self.assertEqual(machine.warranty_state, state)
            self.assertEqual(request.warranty_state, state)
            self.assertEqual(request.verdict_parts, result)
        found = machine.search(
            [("id", "=", machine.id), ("warranty_state", "=", "out")]
        )
        self.assertEqual(found, machine)

    def test_exclusion(self):
        request = self._create(self.fresh, exclusion_id=self.misuse.id)
        self.assertEqual(self._get_results(request), ("charged",) * 3)
        self.assertIn(self.misuse.name, request.verdict_text)
        request.exclusion_id = False
        self.assertEqual(self._get_results(request), ("free",) * 3)

    def test_exclusion_that_the_policy_does_not_list(self):
        force_majeure = self.env.ref(
            "aftersales_service.warranty_exclusion_force_majeure"
        )
        request = self._create(self.fresh, exclusion_id=force_majeure.id)
        self.assertEqual(self._get_results(request), ("undecided",) * 3)
        request = self._create(self.old, exclusion_id=force_majeure.id)
        self.assertEqual(self._get_results(request), ("charged",) * 3)

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        request = self._create(self.fresh)
        text = request.verdict_text
        translated = request.with_context(lang="zh_CN").verdict_text
        self.assertEqual(text.count("\n"), translated.count("\n"))

    def test_sentences_in_chinese_stand_without_a_space(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "=", "aftersales_service")]
        )._update_translations(["zh_CN"])
        reasons = [["goodwill", {}], ["goodwill", {}]]
        words = self.env["aftersales.service.request"]
        self.assertEqual(
            words._get_reason_text(reasons), "Free as goodwill. Free as goodwill."
        )
        chinese = words.with_context(lang="zh_CN")._get_reason_text(reasons)
        self.assertEqual(chinese.count("。"), 2)
        self.assertNotIn(" ", chinese)

    def test_state_agrees_with_the_verdict(self):
        for machine, state, result in (
            (self.fresh, "in", "free"),
            (self.old, "out", "charged"),
        ):
            request = self._create(machine)
            self.assertEqual(
                (request.warranty_state, request.verdict_parts), (state, result)
            )

    def test_stated_against_the_record(self):
        request = self._create(self.fresh, warranty_state="out")
        self.assertEqual(request.verdict_parts, "charged")
        with self.assertRaisesRegex(UserError, "does not follow from the terms"):
            request.action_decide_verdict()
        self.assertEqual(request.verdict_state, "proposed")

    def test_stated_in_warranty_against_the_record_gives_nothing_away(self):
        request = self._create(self.old)
        request.warranty_state = "in"
        self.assertEqual(self._get_results(request), ("undecided",) * 3)
        self.assertEqual(request._judge_part("normal")[0], "undecided")
        self.assertIn("quality", request.verdict_text)
        with self.assertRaisesRegex(UserError, "does not follow from the terms"):
            request.action_decide_verdict()
        self._override(request)
        self.assertEqual(self._get_results(request), ("free", "free", "charged"))

    def test_stated_in_warranty_is_billed_until_it_is_decided(self):
        request = self._create(self.old, warranty_state="in")
        self._go_to_customer(self._issue_dispatch(request)).action_finished()
        request.with_user(self.dispatcher).action_create_settlement()
        self.assertEqual(
            request.sudo().sale_order_ids.order_line.product_id,
            self.company.aftersales_labour_product_id
            | self.company.aftersales_travel_product_id,
        )

    def test_nobody_types_a_verdict(self):
        request = self._create(self.old)
        for user in (self.agent, self.manager):
            for vals in (
                {"verdict_parts": "free"},
                {"verdict_state": "overridden"},
                {"verdict_data": {}},
                {"verdict_override": "x"},
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    request.with_user(user).write(vals)

    # ------------------------------------------------------------ deciding

    def test_decided_and_frozen(self):
        request = self._create(self.fresh)
        request.action_decide_verdict()
        self.assertEqual(request.verdict_state, "decided")
        self.assertEqual(request.verdict_by_id, self.agent)
        text = request.verdict_text
        self.fresh.sudo().warranty_end = self.fresh.warranty_start
        for vals in (
            {"warranty_state": "out"},
            {"exclusion_id": self.misuse.id},
            {"equipment_id": self.old.id},
        ):
            with self.assertRaisesRegex(UserError, "decided"), self.env.cr.savepoint():
                request.write(vals)
        request.sudo().received_at -= timedelta(days=1)
        self.env.flush_all()
        request.invalidate_recordset()
        self.assertEqual(request.verdict_text, text)
        self.assertEqual(self._get_results(request), ("free",) * 3)
        request.symptom = "Other words change nothing"

    def test_decided_by_the_terms_of_that_moment(self):
        """A date entered after the call counts when it is decided."""
        machine = self._create_machine("L-1")
        request = self._create(machine)
        with self.assertRaisesRegex(UserError, "not known yet"):
            request.action_decide_verdict()
        machine.delivery_date = fields.Date.context_today(machine)
        request.action_decide_verdict()
        self.assertEqual(self._get_results(request), ("free",) * 3)
        self.assertEqual(request.warranty_state, "in")

    def test_twice(self):
        request = self._create(self.fresh)
        request.action_decide_verdict()
        with self.assertRaisesRegex(UserError, "decided already"):
            request.action_decide_verdict()
        with self.assertRaisesRegex(UserError, "decided already"):
            self._override(request)

    # ------------------------------------------------------------ override

    def _override(self, request, user=None, reason="Key customer", **vals):
        values = {"parts": "free", "labour": "free", "travel": "charged", **vals}
        wizard = (
            self.env["aftersales.service.request.verdict"]
            .with_user(user or self.quality)
            .create({"request_id": request.id, "reason": reason, **values})
        )
        wizard.action_decide()

    def test_override(self):
        request = self._create(self.old)
        self._override(request)
        self.assertEqual(self._get_results(request), ("free", "free", "charged"))
        self.assertEqual(request.verdict_state, "overridden")
        self.assertEqual(request.verdict_by_id, self.quality)
        self.assertEqual(request.warranty_state, "in")
        self.assertIn("ended on", request.verdict_text, "the terms stay on record")
        self.assertIn("Quality", request.verdict_text)
        self.assertIn("Key customer", request.message_ids[0].body)
        entry = next(e for e in request._story_entries() if "decided" in e["title"])
        self.assertIn("Free", entry["text"])

    def test_goodwill_leaves_the_facts(self):
        request = self._create(self.old)
        self._override(request, goodwill=True, travel="free")
        self.assertEqual(self._get_results(request), ("free",) * 3)
        self.assertEqual(request.warranty_state, "out")
        self.assertIn("goodwill", request.verdict_text)

    def test_override_needs_role_and_reason(self):
        request = self._create(self.old)
        for user in (self.agent, self.dispatcher, self.finance):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                request.with_user(user).action_override_verdict()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                request.with_user(user)._override_verdict({}, "x")
        with self.assertRaisesRegex(UserError, "why"):
            self._override(request, reason="   ")
        self.assertEqual(request.verdict_state, "proposed")
        action = request.with_user(self.quality).action_override_verdict()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.quality)
            .with_context(**action["context"])
        )
        self.assertEqual(form.parts, "charged")
        self.assertIn("ended on", form.verdict_text)

    def test_reopened(self):
        request = self._create(self.old)
        with self.assertRaisesRegex(UserError, "is open"):
            request.with_user(self.quality).action_reopen_verdict()
        self._override(request, goodwill=True)
        with self.assertRaises(AccessError):
            request.action_reopen_verdict()
        request.with_user(self.manager).action_reopen_verdict()
        self.assertEqual(request.verdict_state, "proposed")
        self.assertFalse(request.verdict_by_id)
        self.assertEqual(self._get_results(request), ("charged",) * 3)

    def test_closed_file(self):
        request = self._create(self.fresh)
        request.action_cancel()
        with self.assertRaises(UserError):
            request.action_decide_verdict()

    def test_other_company(self):
        request = self._create_foreign_request()
        with self.assertRaises(AccessError):
            request.with_user(self.quality)._override_verdict({}, "x")

    # ---------------------------------------------------------------- cost

    def test_no_query_of_its_own(self):
        """The verdict reads what the machine brings along."""
        machine = self.fresh
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        request = requests.new({"equipment_id": machine.id})
        self.env.flush_all()
        self.env.invalidate_all()
        request._form_day(request.received_at)  # the calendar of the company
        machine.fetch(["warranty_end", "warranty_terms"])
        before = self.env.cr.sql_log_count
        request._prepare_verdict_facts()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 1)

    # ------------------------------------------------------------- on paper

    def test_printed_on_the_card(self):
        request = self._create(self.old)
        self._override(request, goodwill=True)
        dispatch = self._issue_dispatch(request)
        card = dispatch.card_ids
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_aftersales_service_card", card.ids
        )[0]
        for text in (b"Warranty Verdict", b"Own Promise", b"Key customer", b"Charged"):
            self.assertIn(text, html)
