from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon
from .test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestMerge(TwoCompaniesCommon, CallCommon):
    """Two requests about one machine become one file; nothing is lost."""

    def _merge(self, target, sources, user=None):
        wizard = (
            self.env["aftersales.service.request.merge"]
            .with_user(user or self.agent)
            .create(
                {
                    "request_ids": [Command.set((target | sources).ids)],
                    "target_id": target.id,
                }
            )
        )
        action = wizard.action_merge()
        self.env.invalidate_all()
        return action

    def test_from_the_banner(self):
        first, second = self._create_request(), self._create_request()
        action = second.action_merge()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(set(wizard.request_ids.ids), {first.id, second.id})
        self.assertEqual(wizard.target_id, first, "the oldest goes on")
        self.assertEqual(wizard.action_merge()["res_id"], first.id)
        self.assertEqual(second.state, "cancelled")
        self.assertEqual(second.merged_into_id, first)
        self.assertTrue(second.closed_at)
        self.assertEqual(first.state, "new")
        self.assertEqual(first.merged_ids, second)
        self.assertEqual(first.merged_count, 1)
        self.assertEqual(first.action_view_merged()["res_id"], second.id)
        self.assertIn(second.name, first.message_ids[0].body)
        self.assertIn(first.name, second.message_ids[0].body)
        self.assertFalse(first.duplicate_request_id)

    def test_everything_comes_over(self):
        first = self._create_request(symptom="Old text", wish_at=False)
        wish = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        second = self._create_request(
            symptom="New text", wish_at=wish, phone_spare="12345678", email="a@b.test"
        )
        call = self._create_call()
        call.action_create_request()
        third = call.request_id
        body = "The customer is angry"
        message = second.message_post(body=body)
        second.message_subscribe(self.customer.child_ids.ids)
        activity = second.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id, summary="Ring"
        )
        files = self.env["ir.attachment"].with_user(self.agent)
        photo = files.create(
            {"name": "a.png", "raw": b"1", "res_model": second._name}
            | {"res_id": second.id}
        )
        proof = files.create({"name": "proof.png", "raw": b"1"})
        second.proof_ids = proof
        self._merge(first, second | third)
        self.assertEqual(message.res_id, first.id)
        self.assertIn(message, first.message_ids)
        self.assertEqual(photo.sudo().res_id, first.id)
        self.assertEqual(first.proof_ids, proof)
        self.assertEqual(activity.res_id, first.id)
        self.assertEqual(first.activity_ids, activity)
        self.assertIn(self.customer.child_ids, first.message_partner_ids)
        self.assertEqual(call.request_id, first)
        self.assertEqual(first.call_ids, call)
        self.assertEqual(first.wish_at, wish)
        self.assertEqual(first.phone_spare, "12345678")
        self.assertEqual(first.email, "a@b.test")
        self.assertEqual(first.symptom, "Old text", "what was there stays")
        self.assertEqual(first.merged_ids, second | third)

    def test_machine_of_the_merged_one(self):
        first = self._create_request(equipment_id=False, serial="MK-0001")
        second = self._create_request()
        self.assertEqual(second.duplicate_request_id, first)
        self._merge(first, second)
        self.assertEqual(first.equipment_id, self.equipment)
        self.assertEqual(first.product_id, self.machine)

    def test_clocks_come_over(self):
        policies = self.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", self.company.id)]).active = False
        now = fields.Datetime.now().replace(microsecond=0)
        ago = now - timedelta(hours=5)
        first, second = self._create_request(), self._create_request()
        first.sudo()._sla_promise("answer", now + timedelta(hours=9))
        second.sudo()._sla_promise("answer", now + timedelta(hours=1), started_at=ago)
        second.sudo()._sla_promise("contact", now + timedelta(hours=3))
        second.sudo()._sla_event("contacted")
        early, late = (
            (second | first)
            .sudo()
            .clock_ids.filtered(lambda clock: clock.kind == "answer")
            .sorted("started_at")
        )
        contact = second.sudo().clock_ids - early
        events = self.env["aftersales.sla.event"].search(
            [("res_model", "=", second._name), ("res_id", "=", second.id)]
        )
        self.assertTrue(events)
        self._merge(first, second)
        self.assertEqual(early.res_id, first.id)
        self.assertEqual(early.state, "running", "the one that started first")
        self.assertEqual(late.state, "cancelled")
        self.assertEqual(contact.res_id, first.id)
        self.assertEqual(contact.state, "met", "what is finished does not change")
        self.assertEqual(set(events.mapped("res_id")), {first.id})
        self.assertEqual(first.sla_deadline, early.deadline)
        self.assertFalse(second.sla_deadline)
        self.assertFalse(second.sudo().clock_ids)

    # ------------------------------------------------------------- refusals

    def test_not_one_matter(self):
        first = self._create_request()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        machine = self.equipment.copy({"serial": "MK-0002"})
        for vals, message in (
            ({"partner_id": stranger.id, "equipment_id": False}, "two customers"),
            ({"equipment_id": machine.id}, "two machines"),
        ):
            second = self._create_request(**vals)
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, message):
                self._merge(first, second)
            self.assertEqual(second.state, "new")

    def test_work_on_the_merged_one(self):
        first = self._create_request()
        dispatch = self._create_dispatch()
        second = dispatch.request_id
        with self.assertRaisesRegex(UserError, dispatch.name):
            self._merge(first, second)
        self.assertEqual(second.state, "to_dispatch")
        # The other way round it goes, and the dialog proposes it.
        action = first.action_merge()
        wizard = self.env[action["res_model"]].with_user(self.agent)
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.target_id, second)
        wizard.action_merge()
        self.assertEqual(first.merged_into_id, second)

    def test_cancelled_dispatch_does_not_count(self):
        first = self._create_request()
        dispatch = self._create_dispatch()
        dispatch.action_cancel()
        self._merge(first, dispatch.request_id)
        self.assertEqual(dispatch.request_id.merged_into_id, first)

    def test_closed_ones(self):
        first, second = self._create_request(), self._create_request()
        second.action_cancel()
        for target, source in ((first, second), (second, first)):
            with self.subTest(target=target), self.assertRaises(UserError):
                self._merge(target, source)
        self.assertFalse((first | second).merged_into_id)

    def test_alone(self):
        first = self._create_request()
        with self.assertRaisesRegex(UserError, "two requests"):
            self._merge(first, first)

    def test_target_out_of_the_list(self):
        first, second = self._create_request(), self._create_request()
        wizard = self.env["aftersales.service.request.merge"].with_user(self.agent)
        wizard = wizard.create({"request_ids": first.ids, "target_id": second.id})
        with self.assertRaisesRegex(UserError, "one of the list"):
            wizard.action_merge()

    def test_pressed_twice(self):
        first, second = self._create_request(), self._create_request()
        self._merge(first, second)
        count = len(first.message_ids)
        with self.assertRaises(UserError):
            self._merge(first, second)
        self.assertEqual(len(first.message_ids), count)

    def test_merged_one_is_not_reopened(self):
        first, second = self._create_request(), self._create_request()
        self._merge(first, second)
        with self.assertRaisesRegex(UserError, first.name):
            second.action_reopen()
        self.assertEqual(second.state, "cancelled")

    def test_link_is_not_written_by_hand(self):
        first, second = self._create_request(), self._create_request()
        with self.assertRaises(AccessError):
            second.merged_into_id = first

    # ---------------------------------------------------------------- rights

    def test_who_may_merge(self):
        for user in (self.agent, self.dispatcher, self.manager):
            first, second = self._create_request(), self._create_request()
            self._merge(first, second, user)
            self.assertEqual(second.merged_into_id, first)
        first, second = self._create_request(), self._create_request()
        for user in (self.engineer_user, self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                first.with_user(user)._merge(second.with_user(user))
            with self.assertRaises(AccessError):
                self._merge(first, second, user)
        self.assertEqual(second.state, "new")

    def test_other_company(self):
        first, foreign = self._create_request(), self._create_foreign_request()
        with self.assertRaises(AccessError):
            first._merge(foreign.with_user(self.agent))
        both = self.both_user
        requests = (first | foreign).with_user(both)
        requests = requests.with_context(
            allowed_company_ids=(self.company | self.sister).ids
        )
        with self.assertRaisesRegex(UserError, "two companies"):
            requests[0]._merge(requests[1])
        self.assertEqual(foreign.state, "new")
