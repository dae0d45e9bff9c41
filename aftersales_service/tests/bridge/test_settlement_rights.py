from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementRights(SettlementCommon):
    """After-sales people see settlements; nobody loses what he saw before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.visit = self._finish_visit([(cls.seal, 2, None)], hours=1)
        cls.settlement = self._settle(cls.visit.request_id).with_env(cls.env)
        cls.ordinary = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create({"product_id": cls.seal.id})],
            }
        )

    def _see(self, user):
        orders = self.env["sale.order"].with_user(user)
        both = [self.settlement.id, self.ordinary.id]
        return orders.search([("id", "in", both)]).with_env(self.env)

    def test_dispatcher_is_no_salesman(self):
        self.assertFalse(self.dispatcher.has_group("sales_team.group_sale_salesman"))
        order = self.settlement.with_user(self.dispatcher)
        self.assertEqual(order.user_id, self.dispatcher)
        order.order_line[0].product_uom_qty += 1
        order.note = "Thank you for your patience"
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_dispatcher_sends_and_cancels(self):
        order = self.settlement.with_user(self.dispatcher)
        action = order.action_quotation_send()
        composer = (
            self.env[action["res_model"]]
            .with_user(self.dispatcher)
            .with_context(**action["context"])
            .create({})
        )
        composer._action_send_mail()
        self.assertEqual(order.state, "sent")
        order.action_confirm()
        order.action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_dispatcher_has_the_buttons(self):
        for user, expected in ((self.dispatcher, True), (self.engineer_user, False)):
            view = self.settlement.with_user(user).get_view(view_type="form")
            for button in ("action_confirm", "action_cancel"):
                self.assertEqual(f'name="{button}"' in view["arch"], expected, button)

    def test_confirming_needs_write_access(self):
        for user in (self.agent, self.engineer_user, self.quality):
            order = self.settlement.with_user(user)
            for step in (order.action_confirm, order.action_cancel):
                with self.assertRaises(AccessError):
                    step()
        with self.assertRaises(AccessError):
            (self.settlement | self.ordinary).with_user(
                self.dispatcher
            ).action_confirm()
        self.assertEqual(self.settlement.state, "draft")

    def test_agent_reads_only(self):
        self.assertEqual(self._see(self.agent), self.settlement)
        order = self.settlement.with_user(self.agent)
        self.assertTrue(order.amount_total)
        with self.assertRaises(AccessError):
            order.action_confirm()

    def test_dispatcher_sees_settlements_only(self):
        self.assertEqual(self._see(self.dispatcher), self.settlement)
        with self.assertRaises(AccessError):
            self.ordinary.with_user(self.dispatcher).note = "x"

    def test_engineer_sees_those_of_his_visits(self):
        self.assertEqual(self._see(self.engineer_user), self.settlement)
        self.assertFalse(self._see(self.other_engineer_user))
        with self.assertRaises(AccessError):
            self.settlement.with_user(self.engineer_user).note = "x"

    def test_others_still_see_all(self):
        both = self.settlement | self.ordinary
        for user in (self.finance, self.keeper, self.manager):
            self.assertEqual(self._see(user), both, user.name)

    def test_salesman_keeps_his_own(self):
        salesman = self.agent.copy({"login": "as_salesman"})
        salesman.group_ids = self.env.ref("sales_team.group_sale_salesman")
        self.ordinary.user_id = salesman
        self.assertEqual(self._see(salesman), self.ordinary)

    def test_reader_signs_without_seeing_orders(self):
        reader = self.signers["finance_head"]
        self.assertFalse(self.env["sale.order"].with_user(reader).has_access("read"))

    def test_who_may_settle(self):
        request = self.visit.request_id
        self._finish_visit([(self.seal, 1, None)], request=request)
        with self.assertRaises(AccessError):
            self._settle(request, self.engineer_user)
        with self.assertRaises(AccessError):
            self._settle(request, self.keeper)
        self.assertTrue(self._settle(request, self.finance))

    def test_private_over_rpc(self):
        with self.assertRaises(AccessError):
            get_public_method(self.settlement, "_aftersales_create_settlement")
