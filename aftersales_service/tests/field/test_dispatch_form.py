from odoo import fields
from odoo.tests import Form, tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestDispatchForm(AftersalesCommon):
    """The screens of dispatcher and engineer: what may be entered when."""

    def _assert_readonly(self, form, *fnames):
        for fname in fnames:
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(AssertionError, "readonly"),
            ):
                form[fname] = form[fname]

    def test_dispatcher_writes_an_order(self):
        request = self._create_request()
        request.action_plan_visit()
        action = request.with_user(self.dispatcher).action_create_dispatch()
        dispatches = self.env["aftersales.dispatch"].with_user(self.dispatcher)
        with Form(dispatches.with_context(**action["context"])) as form:
            self.assertEqual(form.request_id, request)
            self.assertEqual(form.contact_name, "Ms Luo")
            self.assertEqual(form.problem, "Does not spray")
            form.engineer_id = self.engineer
            form.assistant_ids.add(self.other_engineer)
            form.visit_at = fields.Datetime.now()
        dispatch = form.record
        self.assertRegex(dispatch.name, r"^PG\d{4}-\d{5}$")
        self.assertEqual(dispatch.equipment_ids, self.equipment)
        self.assertEqual(dispatch.assistant_ids, self.other_engineer)

    def test_saving_without_a_change_keeps_the_signatures(self):
        dispatch = self._issue_dispatch(assistant_ids=self.other_engineer.ids)
        with Form(dispatch) as form:
            form.parts_needed = "Two seals"
        self.assertEqual(dispatch.state, "issued")

    def test_dispatcher_until_the_engineer_leaves(self):
        dispatch = self._issue_dispatch()
        with Form(dispatch) as form:
            form.address = "Gate 9"
        self.assertEqual(dispatch.state, "draft")
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        self._go_to_customer(dispatch)
        self._assert_readonly(
            Form(dispatch), "address", "engineer_id", "problem", "visit_at"
        )

    def test_engineer_writes_his_work_not_his_order(self):
        dispatch = self._issue_dispatch()
        mine = self._go_to_customer(dispatch)
        form = Form(mine)
        self._assert_readonly(form, "address", "engineer_id", "problem", "task_type")
        form.work_done = "Changed the seal"
        form.fault_cause = "Wear"
        form.save()
        self.assertEqual(dispatch.work_done, "Changed the seal")
        self.assertEqual(dispatch.state, "arrived")

    def test_card_is_open_until_it_is_sealed(self):
        dispatch = self._issue_dispatch()
        self._go_to_customer(dispatch)
        card = dispatch.card_ids.with_user(self.engineer_user)
        with Form(card) as form:
            form.rating_overall = "5"
            form.opinion = "Quick work"
            form.customer_signer = "Ms Luo"
        self.assertEqual(card.opinion, "Quick work")
        card.sudo().state = "signed"
        self._assert_readonly(
            Form(card),
            "rating_overall",
            "opinion",
            "customer_signer",
            "work_done",
            "charge_amount",
        )
