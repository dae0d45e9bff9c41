from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon
from .test_call_record import CallCommon

REQUEST_BUTTONS = {
    "action_accept": "new",
    "action_plan_visit": "accepted",
    "action_plan_factory": "accepted",
    "action_confirm_done": "confirm",
    "action_archive_file": "done",
    "action_reopen": "archived",
    "action_cancel": "new",
    "action_resume": "accepted",
    "action_plan_agreed": "accepted",
    "action_start_triage": "new",
    "action_take_level": "new",
    "action_start_remote": "accepted",
    "action_decide_verdict": "accepted",
}
CALL_BUTTONS = {
    "action_answer": "open",
    "action_done": "answered",
    "action_cancel": "open",
    "action_reopen": "done",
    "action_create_request": "open",
    "action_link_request": "open",
    "action_create_lead": "open",
}


@tagged("post_install", "-at_install")
class TestPublicMethods(TwoCompaniesCommon, CallCommon):
    """What a client can call: refused to who has no right, whatever the state."""

    def _prepare(self, document, state, **vals):
        """``document`` in ``state``, with what its buttons ask for."""
        document.sudo().write({"state": state, **vals})
        self.env.flush_all()
        return document

    def _assert_refused(self, document, buttons, user, **vals):
        for name, state in buttons.items():
            self._prepare(document, state, **vals)
            method = get_public_method(document.with_user(user), name)
            with self.subTest(user=user.login, name=name):
                with self.assertRaises(AccessError):
                    method(document.with_user(user))
                document.invalidate_recordset()
                self.assertEqual(document.state, state, "nothing half-done")

    # ----------------------------------------------------------------- refused

    def test_requests_of_a_reader(self):
        request = self._create_request()
        for user in (self.signers["superior"], self.keeper):
            self._assert_refused(request, REQUEST_BUTTONS, user)

    def test_requests_of_an_engineer_without_a_visit(self):
        request = self._create_dispatch().request_id
        self._assert_refused(request, REQUEST_BUTTONS, self.other_engineer_user)

    def test_requests_of_the_sister(self):
        foreign = self._create_foreign_request()
        for user in (self.agent, self.manager):
            self._assert_refused(foreign, REQUEST_BUTTONS, user)

    def test_calls_of_a_reader(self):
        call = self._create_call()
        vals = {"answer": "Yes", "result": "Solved"}
        for user in (self.signers["superior"], self.keeper, self.engineer_user):
            self._assert_refused(call, CALL_BUTTONS, user, **vals)
        self.assertFalse(call.request_id)
        self.assertFalse(call.lead_count)

    def test_calls_of_the_sister(self):
        call = self._create_call(
            self.foreign_manager, equipment_id=self.foreign_equipment.id
        )
        for user in (self.agent, self.manager):
            self._assert_refused(call, CALL_BUTTONS, user, answer="Yes")

    def test_followups(self):
        request = self._create_request()
        followup = (
            self.env["aftersales.followup"]
            .with_user(self.agent)
            .create({"request_id": request.id, "satisfaction": "5"})
        )
        request.sudo().state = "done"
        buttons = dict.fromkeys(("action_done", "action_cancel"), "due")
        for user in (self.signers["superior"], self.keeper, self.foreign_manager):
            self._assert_refused(followup, buttons, user)
        self.assertEqual(request.state, "done")

    def test_tier_reviews(self):
        review = (
            self.env["aftersales.tier.review"]
            .with_user(self.agent)
            .create({"partner_id": self.customer.id})
        )
        buttons = dict.fromkeys(
            ("action_measure", "action_confirm", "action_cancel"), "draft"
        )
        for user in (self.signers["superior"], self.finance, self.foreign_manager):
            self._assert_refused(review, buttons, user)
        self.assertFalse(self.customer.aftersales_tier)

    def test_fault_codes_and_cases(self):
        code = self.env["aftersales.fault.code"].create({"name": "Leak", "code": "L9"})
        case = (
            self.env["aftersales.fault.case"]
            .with_user(self.agent)
            .create(
                {
                    "title": "Leak",
                    "symptom": "Oil",
                    "cause": "Seal",
                    "solution": "New seal",
                }
            )
        )
        for user in (self.agent, self.engineer_user, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                code.with_user(user).action_reviewed()
        self.assertFalse(code.reviewed_at)
        reader = self.signers["superior"]
        self._assert_refused(case, {"action_to_check": "draft"}, reader)
        self._assert_refused(case, {"action_new_version": "published"}, reader)
        self._assert_refused(case, {"action_withdraw": "published"}, self.agent)
        self._assert_refused(case, {"action_publish": "to_check"}, self.agent)

    def test_judging_cases(self):
        request = self._create_request()
        case = self.env["aftersales.fault.case"].create(
            {"title": "Leak", "symptom": "Oil", "state": "published"}
        )
        foreign = case.with_company(self.sister).create(
            {
                "title": "Hers",
                "symptom": "Oil",
                "state": "published",
                "company_id": self.sister.id,
            }
        )
        with self.assertRaises(AccessError):
            request.with_user(self.signers["superior"]).action_judge_case(case.id, True)
        mine = request.with_user(self.agent)
        with self.assertRaises(UserError):
            mine.action_judge_case(foreign.id, True)
        with self.assertRaises(UserError):
            mine.action_judge_case(2**31 - 1, True)
        self.assertFalse(request.case_use_ids)
        mine.action_judge_case(case.id, True)
        mine.action_judge_case(case.id, True)
        self.assertEqual(len(request.case_use_ids), 1)

    # --------------------------------------------------------------- protected

    def test_protected_fields_of_a_new_record(self):
        """Neither at creation nor by a default in the context."""
        for model_name, values, protected in (
            (
                "aftersales.service.request",
                {"partner_id": self.customer.id, "symptom": "x"},
                {"state": "done", "support_line": "3", "sla_state": "running"},
            ),
            (
                "aftersales.call.record",
                {"symptom": "x", "contact_name": "x", "is_immediate": True},
                {"state": "done", "sla_kind": "answer"},
            ),
            (
                "aftersales.fault.case",
                {"title": "x", "symptom": "x"},
                {"state": "published", "version": 9, "author_id": self.agent.id},
            ),
            (
                "aftersales.tier.review",
                {"partner_id": self.customer.id, "year": "2020"},
                {"state": "confirmed", "limit_a": 1.0, "previous_tier": "a"},
            ),
        ):
            model = self.env[model_name].with_user(self.manager)
            for fname, value in protected.items():
                with self.subTest(model=model_name, fname=fname):
                    with self.assertRaises(AccessError):
                        model.create({**values, fname: value})
                    context = {f"default_{fname}": value}
                    with self.env.cr.savepoint() as savepoint:
                        record = model.with_context(**context).create(values)
                        field = record._fields[fname]
                        taken = field.convert_to_write(record[fname], record)
                        self.assertNotEqual(taken, value)
                        savepoint.rollback()
                        self.env.invalidate_all()

    def test_engine_methods_are_not_for_clients(self):
        for model_name, names in (
            (
                "aftersales.service.request",
                ("_sla_event", "_sla_wait", "_sla_promise", "_reopen", "_advance"),
            ),
            ("aftersales.call.record", ("_run_promise", "_cancel_promise")),
            ("aftersales.sla.clock", ("_finish", "_cancel", "_extend", "_raise_due")),
            ("aftersales.tier.review", ("_measure", "_prepare_year")),
            ("aftersales.fault.case.use", ("_judge",)),
            ("aftersales.escalation", ("_log",)),
        ):
            model = self.env[model_name].with_user(self.manager)
            for name in names:
                with self.subTest(model=model_name, name=name):
                    self.assertTrue(hasattr(model, name))
                    with self.assertRaises(AccessError):
                        get_public_method(model, name)

    # ------------------------------------------------------------- lowest role

    def test_the_agent_may(self):
        """The same buttons work for the lowest role they are meant for."""
        request = self._create_request(request_class="simple")
        for name in (
            "action_accept",
            "action_start_triage",
            "action_start_remote",
            "action_plan_agreed",
            "action_plan_factory",
            "action_confirm_done",
            "action_archive_file",
            "action_reopen",
            "action_cancel",
        ):
            mine = request.with_user(self.agent)
            with self.subTest(name=name):
                get_public_method(mine, name)(mine)
        self.assertEqual(request.state, "cancelled")

    def test_double_clicks(self):
        request = self._create_request()
        mine = request.with_user(self.agent)
        for name in ("action_accept", "action_plan_factory", "action_confirm_done"):
            getattr(mine, name)()
            state = request.state
            with self.subTest(name=name):
                with self.assertRaisesRegex(UserError, "is in state"):
                    getattr(mine, name)()
                self.assertEqual(request.state, state)
