from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from .common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSecondCompany(SettlementCommon):
    """A company founded later, in its own currency, plays the whole case."""

    @classmethod
    def setup_independent_company(cls, **kwargs):
        cls.first = cls.env.company
        company = cls.env["res.company"].create({"name": "Second Works"})
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        company.currency_id = cls._enable_currency("EUR")
        return company

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = new_test_user(
            cls.env,
            login="as_first_manager",
            groups=GROUP + "manager",
            company_id=cls.first.id,
            company_ids=[Command.set(cls.first.ids)],
            lang="en_US",
        )
        self = cls()
        cls.dispatch = self._arrive_with([(cls.seal, 5)])
        self._use(cls.dispatch, cls.seal, 2)
        self._use(cls.dispatch, cls.seal, 1, charge="charged", charge_reason="Misuse")
        cls.dispatch.action_finished()
        cls.request = cls.dispatch.request_id

    def test_all_is_of_the_company(self):
        self.assertEqual(self.dispatch.company_id, self.company)
        self.assertNotEqual(self.company, self.first)
        uses = self.dispatch.part_use_ids.sudo()
        for record in (
            self.request.requisition_ids.sudo().picking_ids | uses.move_id.picking_id,
            uses.move_id,
            uses.move_id.account_move_id,
            self.engineer_location,
            self.request.parts_return_ids,
            self.dispatch.signature_ids,
        ):
            self.assertEqual(record.company_id, self.company, record)
        entry = uses.move_id.account_move_id
        self.assertEqual(entry.line_ids.account_id.company_ids, self.company)
        self.assertEqual(sum(entry.line_ids.mapped("debit")), 80)
        self.assertEqual(entry.company_currency_id.name, "EUR")

    def test_analytic_of_its_own(self):
        """Accounts of this company, amounts in its currency, as its ledger says."""
        order = self._settle(self.request).sudo()
        order.action_confirm()
        invoice = self._invoice(order)
        account = self.request.sudo().analytic_account_id
        self.assertEqual(account.company_id, self.company)
        column = self.env.ref("aftersales_service.analytic_plan_case")._column_name()
        lines = self.env["account.analytic.line"].search([(column, "=", account.id)])
        self.assertEqual(lines.company_id, self.company)
        self.assertEqual(lines.currency_id.name, "EUR")
        entries = self.request.sudo().part_use_ids.move_id.account_move_id | invoice
        ledger = entries.line_ids.filtered("analytic_distribution")
        self.assertAlmostEqual(
            sum(lines.mapped("amount")), -sum(ledger.mapped("balance"))
        )
        self.assertAlmostEqual(
            sum(lines.mapped("amount")), invoice.amount_untaxed_signed - 3 * 40
        )

    def test_numbers_of_its_own(self):
        self.assertRegex(self.request.name, r"^SR\d{4}-00001$")
        sequences = self.env["ir.sequence"].search(
            [("code", "=", "aftersales.service.request")]
        )
        self.assertEqual(
            len(sequences.filtered(lambda s: s.company_id == self.company)), 1
        )

    def test_cash(self):
        order = self._settle(self.request)
        order.action_confirm()
        self.assertEqual(order.company_id, self.company)
        invoice = self._invoice(order)
        collection = (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .create(
                {
                    "sale_order_id": order.id,
                    "receipt_no": "R-1",
                    "amount": order.amount_total,
                }
            )
        )
        collection.with_user(self.finance).action_hand_over()
        payment = collection.sudo().payment_id
        self.assertEqual(payment.company_id, self.company)
        self.assertEqual(payment.journal_id.company_id, self.company)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(collection.state, "reconciled")

    def test_receipt_numbers_are_per_company(self):
        index = self.env["aftersales.collection"]._receipt_uniq
        self.assertIn("company_id", str(index.get_definition(self.registry)))

    def test_reuse_of_old_parts(self):
        returned = self.request.parts_return_ids.with_env(self.env)
        returned.action_hand_in()
        returned.with_user(self.keeper).action_receive()
        line = returned.line_ids.with_user(self.quality)
        line.write({"verdict": "reuse", "reuse_value": 30})
        returned.with_user(self.quality).action_inspect()
        returned.with_user(self.quality).action_submit()
        self._sign(returned, *self.RETURN_ROLES)
        before = self._get_balance(self.expense_account)
        returned.with_user(self.keeper).action_dispose()
        self.assertEqual(self._get_balance(self.expense_account) - before, -30)
        self.assertEqual(line.picking_id.sudo().company_id, self.company)

    def test_nobody_of_the_first_sees_it(self):
        for records in (
            self.request,
            self.dispatch,
            self.request.requisition_ids,
            self.request.requisition_ids.line_ids,
            self.dispatch.part_use_ids,
            self.request.parts_return_ids,
            self.request.parts_return_ids.line_ids,
            self.dispatch.signature_ids,
            self.dispatch.card_ids,
            self.equipment,
        ):
            theirs = self.env[records._name].with_user(self.stranger)
            self.assertTrue(records)
            self.assertFalse(theirs.search([("id", "in", records.ids)]), records._name)
            with self.assertRaises(AccessError):
                theirs.browse(records.ids).read(["display_name"])

    def test_documents_do_not_mix(self):
        """A document of one company never hangs on the file of the other."""
        engineer = self.env["hr.employee"].create(
            {
                "name": "First Engineer",
                "company_id": self.first.id,
                "aftersales_engineer": True,
            }
        )
        for vals in ({"drawer_id": engineer.id}, {"company_id": self.first.id}):
            with self.assertRefused("compan"):
                self.env["aftersales.parts.requisition"].create(
                    {"dispatch_id": self.dispatch.id, **vals}
                )
        with self.assertRefused("compan"):
            self._create_dispatch(self.request, engineer_id=engineer.id)
        with self.assertRefused("compan"):
            self.env["aftersales.followup"].create(
                {"request_id": self.request.id, "company_id": self.first.id}
            )

    def test_company_follows_the_file(self):
        """Somebody of both companies, working in the first, writes for this one."""
        both = self.first | self.company
        self.dispatcher.write(
            {"company_ids": [Command.set(both.ids)], "company_id": self.first.id}
        )
        env = self.env(
            user=self.dispatcher,
            context=dict(self.env.context, allowed_company_ids=both.ids),
        )
        self.assertEqual(env.company, self.first)
        for model, vals in (
            ("aftersales.dispatch", {"request_id": self.request.id}),
            ("aftersales.followup", {"request_id": self.request.id}),
            ("aftersales.parts.requisition", {"request_id": self.request.id}),
            ("aftersales.parts.requisition", {"dispatch_id": self.dispatch.id}),
        ):
            if model == "aftersales.dispatch":
                vals = {**vals, "engineer_id": self.engineer.id}
            elif model == "aftersales.parts.requisition":
                vals = {**vals, "drawer_id": self.engineer.id}
            record = env[model].create(vals)
            self.assertEqual(record.company_id, self.company, (model, vals))
        self.assertEqual(record.warehouse_id, self.company._aftersales_get_warehouse())
        action = self.request.with_env(env).action_create_settlement()
        order = env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.company_id, self.company)
