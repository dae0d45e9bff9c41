from odoo import Command
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairDecision(RepairCommon):
    """What the customer decides, and what becomes of order, repair and money."""

    def _quote_some(self, **kwargs):
        return self._quote(
            [(self.seal, 2, True), (self.pump, 1, False)],
            [("Overhaul", 2, False)],
            **kwargs,
        )

    def test_quoted_once(self):
        """A second click adds nothing; what was added meanwhile comes on top."""
        sheet = self._quote_some()
        order = sheet.sudo().sale_order_id
        lines = order.order_line
        sheet.action_update_quotation()
        sheet.sudo()._create_quotation()
        self.assertEqual(order.order_line, lines)
        self.assertEqual(sheet.sudo().sale_order_id, order)
        with self.assertRefused("needs"):
            sheet.action_quote()
        self.env.ref("aftersales_service.product_test").lst_price = 150
        sheet.labour_ids = [
            Command.create(
                {
                    "name": "Test run",
                    "kind": "test",
                    "charge": "charged",
                    "charge_reason": "Asked for",
                }
            )
        ]
        sheet.action_update_quotation()
        self.assertEqual(len(order.order_line), len(lines) + 1)
        self.assertEqual(order.amount_untaxed, 700 + 240 + 150)
        sheet.labour_ids[-1:].unlink()
        self.assertEqual(order.amount_untaxed, 700 + 240)

    def test_signed_prices_hold(self):
        """The price the customer signed, not today's list price."""
        sheet = self._receive_machine()
        order = self._propose(sheet, [(self.pump, 1, False)])
        with self.assertRefused("below the price list"):
            order.line_ids.price_unit = 650
        order.line_ids.price_unit = 750
        self._quote(sheet=sheet)
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 750)
        self.pump.lst_price = 900
        sheet.action_update_quotation()
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 750)
        with self.assertRefused("below the price list"):
            sheet.part_ids.price_unit = 890
        sheet.part_ids.price_unit = 950
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 950)

    def test_portal_signature(self):
        """Signed on the portal: the sheet agrees, by the name under the signature."""
        sheet = self._quote_some()
        order = sheet.sudo().sale_order_id
        self.assertTrue(order._has_to_be_signed())
        order.write({"signed_by": "Ms Luo", "signed_on": "2026-01-01 00:00:00"})
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual(sheet.state, "agreed")
        self.assertEqual(sheet.decision, "all")
        self.assertEqual(sheet.decided_by, "Ms Luo")
        self.assertEqual(order.state, "sale")
        self.assertEqual(set(sheet.part_ids.mapped("state")), {"agreed"})
        with self.assertRefused("needs"):
            sheet.action_decide("none")

    def test_portal_refusal(self):
        sheet = self._quote_some()
        order = sheet.sudo().sale_order_id
        order._action_cancel()
        self.assertEqual((sheet.state, sheet.decision), ("declined", "none"))
        self.assertEqual(sheet.sudo().repair_order_id.state, "cancel")
        self.assertEqual(set(sheet.part_ids.mapped("state")), {"declined"})

    def test_partly(self):
        sheet = self._quote_some()
        order = sheet.sudo().sale_order_id
        with self.assertRefused("Mark on"):
            sheet.action_decide("partly", note="Not all")
        work = sheet.labour_ids
        work.action_decline()
        work.action_decline()
        with self.assertRefused("marked as declined"):
            sheet.action_decide("all")
        work.action_want()
        self.assertEqual(work.state, "proposed")
        work.action_decline()
        sheet.action_decide("partly", note="Not the overhaul")
        self.assertEqual(order.amount_untaxed, 700)
        self.assertEqual(work.amount, 0)
        with self.assertRefused("while the quotation"):
            work.action_want()
        self.assertEqual(work.sudo().sale_line_id.product_uom_qty, 0)

    def test_no_repair(self):
        sheet = self._quote_some()
        sheet.action_decide("none")
        order = sheet.sudo().sale_order_id
        self.assertEqual(order.state, "cancel")
        self.assertEqual(sheet.sudo().repair_order_id.state, "cancel")
        sheet.diagnosis_fee = 80
        sheet.action_charge_diagnosis()
        fee = sheet.sudo().sale_order_id
        self.assertNotEqual(fee, order)
        self.assertEqual((fee.state, fee.amount_untaxed), ("sale", 80))
        sheet.sudo()._create_diagnosis_fee()
        self.assertEqual(fee.amount_untaxed, 80)
        with self.assertRefused("not invoiced"):
            sheet.action_settle()
        invoice = self._bill(fee)
        self._pay(invoice)
        sheet.action_settle()
        self._leave(sheet)
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 0)

    def test_one_machine_of_two(self):
        """Machine by machine: the order lives on for the one that is repaired."""
        second = self._receive_machine(self._new_equipment(self.machine, "MK-2"))
        first = self._receive_machine()
        for sheet in first | second:
            self._propose(sheet, [(self.seal, 1, False)])
            self._diagnose(sheet)
        (first | second).with_user(self.advisor).action_quote()
        order = first.sudo().sale_order_id
        self.assertEqual(order, second.sudo().sale_order_id)
        first.action_decide("none")
        self.assertEqual(order.state, "draft")
        second.action_decide("all")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_untaxed, 100)
        first.diagnosis_fee = 50
        first.action_charge_diagnosis()
        self.assertEqual(first.sudo().sale_order_id, order)
        self.assertEqual(order.amount_untaxed, 150)

    def test_withdraw_before_the_work(self):
        sheet = self._quote_some()
        sheet.action_decide("all")
        with self.assertRefused("Say why"):
            sheet.action_withdraw(" ")
        sheet.action_withdraw("Bought a new one")
        order = sheet.sudo().sale_order_id
        self.assertEqual((sheet.state, sheet.decision), ("declined", "none"))
        self.assertEqual(order.amount_total, 0)
        self.assertEqual(sheet.sudo().repair_order_id.state, "cancel")
        self._leave(sheet)

    def test_break_off_under_repair(self):
        """What was used is settled; the rest leaves no move, no line, no reserve."""
        self._stock_bag((self.seal, 2, None), (self.pump, 1, self.pump_lot))
        sheet = self._begin_work(self._quote_some())
        mine = sheet.with_user(self.engineer_user)
        pump = mine.part_ids.filtered(lambda p: p.product_id == self.pump)
        pump.used_quantity = 0
        mine.labour_ids.used_quantity = 1.5
        sheet.action_withdraw("Needs the machine today")
        self.assertEqual(sheet.state, "settlement")
        order = sheet.sudo().sale_order_id
        self.assertEqual(order.amount_untaxed, 180)
        self.assertEqual(pump.unused_reason, "Needs the machine today")
        repair = sheet.sudo().repair_order_id
        self.assertEqual(repair.state, "done")
        self.assertEqual(repair.move_ids.product_id, self.seal)
        self.assertEqual(self.engineer._aftersales_get_held(self.pump), 1)
        invoice = self._bill(order)
        self.assertEqual(invoice.amount_untaxed, 180)
        self._pay(invoice)
        sheet.action_settle()
        self._leave(sheet)

    def test_order_under_repair_is_not_cancelled(self):
        sheet = self._begin_work(self._quote([(self.seal, 1, False)]))
        with self.assertRefused("withdraws"):
            sheet.sudo().sale_order_id._action_cancel()
        self.assertEqual(sheet.sudo().sale_order_id.state, "sale")

    def test_not_started_without_signature(self):
        sheet = self._quote_some()
        sheet.action_decide("all")
        with self.assertRefused("register sheet"):
            self.keeper.group_ids += self.env.ref("sales_team.group_sale_manager")
            sheet.sudo().repair_order_id.with_user(self.keeper).action_repair_start()
        sheet.prerepair_ids.sudo().statement = "Something else"
        with self.assertRefused("lacks the customer's signature"):
            sheet.with_user(self.engineer_user).action_start()
        with self.assertRefused("lacks the customer's signature"):
            sheet.sudo().repair_order_id.action_repair_start()

    def test_pays_later(self):
        """Finance answers for it, nobody else."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 1, False)]))
        self._test(sheet)
        sheet.action_accept()
        with self.assertRefused("Finance or a manager"):
            sheet.action_agree_credit("Good customer")
        by_finance = sheet.with_user(self.finance)
        with self.assertRefused("Say why"):
            by_finance.action_agree_credit("")
        by_finance.action_agree_credit("Pays monthly")
        self.assertEqual(sheet.credit_user_id, self.finance)
        sheet.action_settle()
        self._leave(sheet)
        self.assertIn("is not invoiced", sheet.request_id.debt_text)

    def test_paid_in_cash(self):
        """A receipt counts before it is matched with the invoice."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 1, False)]))
        self._test(sheet)
        sheet.action_accept()
        order = sheet.sudo().sale_order_id
        self._bill(order)
        self.env["aftersales.collection"].sudo().create(
            {
                "sale_order_id": order.id,
                "receipt_no": f"SJ-{order.id}",
                "amount": 120,
                "collector_id": self.engineer.id,
            }
        )
        sheet.action_settle()
        self.assertEqual(sheet.state, "settled")

    def test_free_repair_costs_nothing(self):
        """All in warranty: nothing to invoice, the relief is on the order."""
        self._stock_bag((self.seal, 2, None))
        sheet = self._begin_work(
            self._quote([(self.seal, 2, True)], [("Overhaul", 2, True)])
        )
        self._test(sheet)
        sheet.action_accept()
        order = sheet.sudo().sale_order_id
        self.assertFalse(order.order_line.filtered("product_id"))
        self.assertEqual(sheet.amount_relief, 200 + 240)
        self.assertEqual(sheet.amount_charged, 0)
        sheet.action_settle()
        self._leave(sheet)

    def test_nothing_to_quote(self):
        """A sheet without lines needs no order, and goes its way."""
        sheet = self._begin_work(self._quote())
        self.assertFalse(sheet.sudo().sale_order_id)
        self._test(sheet)

    def test_part_without_product(self):
        sheet = self._receive_machine()
        order = self._propose(sheet)
        order.line_ids = [Command.create({"kind": "part", "name": "Some seal"})]
        self._diagnose(sheet)
        with self.assertRefused("Choose the product of part “Some seal”"):
            sheet.action_quote()
        self.assertEqual(sheet.state, "diagnosis")

    def test_customer_with_prices_in_another_currency(self):
        """Lines, order and invoice speak the currency of his price list."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.clear()]
        euro.rate_ids = [Command.create({"name": "2020-01-01", "rate": 0.5})]
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        sheet = self._quote([(self.pump, 1, False), (self.seal, 2, True)])
        order = sheet.sudo().sale_order_id
        self.assertEqual(order.currency_id, euro)
        self.assertEqual(sheet.part_ids.currency_id, euro)
        pump = sheet.part_ids.filtered(lambda p: p.product_id == self.pump)
        self.assertEqual((pump.price_unit, pump.amount), (350, 350))
        self.assertEqual(order.amount_untaxed, 350)
        # On the sheet the totals are in the currency of the company.
        self.assertEqual(sheet.amount_charged, 700)
        self.assertEqual(sheet.amount_relief, 200)

    def test_amount_and_relief(self):
        """Each line is paid or relieved, whole, for what was used of it."""
        sheet = self._quote([(self.seal, 3, True), (self.seal, 2, False)])
        sheet.action_decide("all")
        for used in (0, 1, 2):
            for part in sheet.part_ids:
                part.used_quantity = used
                self.assertEqual(part.amount + part.relief, used * part.price_unit)
                self.assertEqual(bool(part.relief), bool(used) and part._is_free())
        order = sheet.sudo().sale_order_id
        self.assertEqual(sheet.amount_charged, 200)
        self.assertEqual(sheet.amount_relief, 200)
        self.assertEqual(order.amount_untaxed, 200)

    def test_several_ordinary_repairs(self):
        """Odoo's own quotation of plain repair orders is left as it is."""
        repair = self.env["repair.order"].create(
            {"product_id": self.seal.id, "partner_id": self.customer.id}
        )
        repair.move_ids = [
            Command.create(
                {
                    "repair_line_type": "add",
                    "product_id": self.seal.id,
                    "product_uom_qty": 1,
                }
            )
        ]
        repair.action_create_sale_order()
        self.assertEqual(repair.sale_order_id.order_line.product_id, self.seal)
