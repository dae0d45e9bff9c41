from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestFactoryOwn(RepairCommon):
    """What a technician sees and asks for in the case of a machine he repairs."""

    def _accepted(self, **kwargs):
        sheet = self._begin_work(self._quote(**kwargs))
        self._test(sheet)
        sheet.action_accept()
        return sheet

    def test_old_parts_of_his_machine(self):
        self._stock_bag((self.seal, 1, None))
        sheet = self._accepted(parts=[(self.seal, 1, True)])
        returns = self.env["aftersales.parts.return"]
        paper = returns.sudo().search([("request_id", "=", sheet.request_id.id)])
        self.assertTrue(paper)
        mine = returns.with_user(self.engineer_user)
        self.assertEqual(mine.search([("id", "in", paper.ids)]), paper)
        self.assertEqual(paper.with_user(self.engineer_user).line_ids.quantity, 1)
        other = returns.with_user(self.other_engineer_user)
        self.assertFalse(other.search([("id", "in", paper.ids)]))

    def test_who_takes_the_machine_over_sees_its_papers(self):
        self._stock_bag((self.seal, 1, None))
        sheet = self._accepted(parts=[(self.seal, 1, True)])
        paper = self.env["aftersales.parts.return"].search(
            [("request_id", "=", sheet.request_id.id)]
        )
        sheet.technician_id = self.other_engineer
        other = paper.with_user(self.other_engineer_user)
        self.assertEqual(other.read(["name"])[0]["name"], paper.name)
        self.assertTrue(other.line_ids.read(["quantity"]))
        # They are handed in by who has them.
        with self.assertRaises(AccessError):
            other.note = "Mine now"
        self.assertTrue(paper.with_user(self.engineer_user).has_access("write"))

    def test_technician_asks_for_a_relief(self):
        sheet = self._accepted(work=[("Overhaul", 2, False)])
        order = sheet.sale_order_id.with_user(self.engineer_user)
        action = order.action_aftersales_relief()
        reliefs = self.env["aftersales.relief"].with_user(self.engineer_user)
        relief = reliefs.with_context(**action["context"]).create(
            {"amount": 40, "reason": "He waited two days"}
        )
        self.assertEqual(relief.request_id, sheet.request_id)
        self.assertEqual(relief.requested_by_id, self.engineer)
        relief.action_submit()
        self.assertEqual(relief.state, "signing")
        self.assertFalse(
            reliefs.with_user(self.other_engineer_user).search([("id", "=", relief.id)])
        )
        with self.assertRaises(AccessError):
            reliefs.with_user(self.other_engineer_user).create(
                {
                    "request_id": sheet.request_id.id,
                    "amount": 40,
                    "reason": "Not his case",
                }
            )

    def test_relief_comes_onto_the_settlement(self):
        sheet = self._accepted(work=[("Overhaul", 2, False)])
        order = sheet.sudo().sale_order_id
        before = order.amount_untaxed
        relief = (
            self.env["aftersales.relief"]
            .with_user(self.engineer_user)
            .create({"order_id": order.id, "amount": 40, "reason": "Waited"})
        )
        relief.action_submit()
        for signature in relief.sudo().signature_ids:
            signer = self.signers[signature.role_id.code]
            signature.with_user(signer)._sign("approved", "Yes")
        self.assertEqual(relief.state, "granted")
        self.assertEqual(order.amount_untaxed, before - 40)

    def test_what_was_said_and_agreed_before(self):
        sheet = self._receive_machine()
        request = sheet.sudo().request_id
        agreement = self.env["aftersales.charge.agreement"].create(
            {"request_id": request.id}
        )
        call = self.env["aftersales.call.record"].create(
            {"request_id": request.id, "partner_id": self.customer.id}
        )
        for record in (agreement, call):
            mine = record.with_user(self.engineer_user)
            self.assertEqual(mine.search([("id", "=", record.id)]), mine)
            other = record.with_user(self.other_engineer_user)
            self.assertFalse(other.search([("id", "=", record.id)]))
            self.assertFalse(mine.has_access("write"), record._name)
