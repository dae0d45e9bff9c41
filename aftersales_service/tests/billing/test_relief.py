from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestRelief(PriceCommon):
    """What is let off was asked for, approved and given a reason, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        visit = self._finish_visit([(cls.seal, 4, None)], hours=1)
        cls.request = visit.request_id
        cls.order = self._settle(cls.request).with_env(cls.env)
        cls.total = cls.order.amount_untaxed

    def _get_line(self, relief):
        return relief.sudo().sale_line_ids

    def test_amount(self):
        relief = self._ask_relief(self.order, amount=50)
        self.assertEqual(relief.state, "signing")
        self.assertEqual(relief.request_id, self.request)
        self.assertEqual(relief.requested_by_id, self.engineer)
        self.assertEqual(self.order.amount_untaxed, self.total)
        self._sign(relief, "superior")
        self.assertEqual(relief.state, "granted")
        self.assertEqual(relief.granted_amount, 50)
        self.assertEqual(self.order.amount_untaxed, self.total - 50)
        line = self._get_line(relief)
        self.assertEqual(line.order_id, self.order)
        self.assertEqual(line.product_id, self.company.aftersales_relief_product_id)
        self.assertIn("Long wait", line.name)
        self.assertIn(relief.name, line.name)
        [(key, _share)] = line.analytic_distribution.items()
        accounts = self.env["account.analytic.account"].browse(map(int, key.split(",")))
        self.assertIn(self.request.sudo().analytic_account_id, accounts)

    def test_percent_of_chosen_lines(self):
        part = self.order.order_line.filtered(lambda li: li.product_id == self.seal)
        relief = self._ask_relief(
            self.order, method="percent", percent=12.5, line_ids=part.ids
        )
        self.assertEqual(relief.base_amount, 400)
        self._sign(relief, "superior")
        self.assertEqual(relief.granted_amount, 50)

    def test_taxes_fall_with_the_price(self):
        taxes = self.env["account.tax"].create(
            [
                {"name": f"T{rate}", "amount": rate, "type_tax_use": "sale"}
                for rate in (10, 20)
            ]
        )
        part, *others = self.order.order_line.sorted(
            lambda line: line.product_id != self.seal
        )
        part.tax_ids = taxes[0]
        for line in others:
            line.tax_ids = taxes[1]
        before = {tax: self._get_tax(tax) for tax in taxes}
        relief = self._ask_relief(self.order, method="percent", percent=50)
        self._sign(relief, "superior")
        self.assertEqual(len(self._get_line(relief)), 2)
        self.assertAlmostEqual(self.order.amount_untaxed, self.total / 2)
        for tax in taxes:
            self.assertAlmostEqual(self._get_tax(tax), before[tax] / 2, places=2)

    def _get_tax(self, tax):
        lines = self.order.order_line.filtered(lambda li: li.tax_ids == tax)
        return sum(lines.mapped("price_tax"))

    def test_accounts(self):
        accounts = self.env["account.account"].create(
            [
                {"name": f"Let off {n}", "code": f"97{n}00", "account_type": kind}
                for n, kind in enumerate(("income", "expense"))
            ]
        )
        self.company.aftersales_relief_account_id = accounts[0]
        self.company.aftersales_goodwill_account_id = accounts[1]
        part = self.order.order_line.filtered(lambda li: li.product_id == self.seal)
        rest = self.order.order_line - part
        reliefs = self._ask_relief(self.order, amount=30, line_ids=part.ids)
        reliefs |= self._ask_relief(
            self.order, amount=20, kind="goodwill", line_ids=rest.ids
        )
        for relief in reliefs:
            self._sign(relief, "superior")
        self.order.action_confirm()
        invoice = self._invoice(self.order)
        self.assertEqual(self._get_balance(accounts[0]), 30)
        self.assertEqual(self._get_balance(accounts[1]), 20)
        self.assertAlmostEqual(invoice.amount_untaxed, self.total - 50)
        ledger = self.env["account.analytic.line"].search(
            [("general_account_id", "in", accounts.ids)]
        )
        self.assertEqual(sum(ledger.mapped("amount")), -50)

    def test_more_needs_more(self):
        """From an amount on the superior alone does not decide."""
        self.seal.lst_price = 9000
        request = self._finish_visit([(self.seal, 2, None)]).request_id
        order = self._settle(request).with_env(self.env)
        relief = self._ask_relief(order, amount=12000)
        self.assertEqual(len(relief.signature_ids), 3)
        self._sign(relief, "superior")
        self.assertEqual(relief.state, "signing")
        self._sign(relief, "aftersales_head", "general_manager")
        self.assertEqual(relief.state, "granted")

    def test_own_question_is_not_signed(self):
        self.engineer_user.group_ids += self.env.ref(
            "aftersales_service.group_aftersales_user"
        )
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.env.ref("aftersales_service.role_superior").id,
                "company_id": self.company.id,
                "user_id": self.engineer_user.id,
            }
        )
        relief = self._ask_relief(self.order, amount=10)
        box = relief.signature_ids.with_user(self.engineer_user)
        with self.assertRefused("own document"):
            box._sign(True)

    def test_refused(self):
        relief = self._ask_relief(self.order, amount=10)
        self._sign(relief, "superior", approve=False, opinion="No reason to")
        self.assertEqual(relief.state, "refused")
        self.assertEqual(self.order.amount_untaxed, self.total)
        relief.amount = 5
        relief.action_submit()
        self._sign(relief, "superior")
        self.assertEqual(self.order.amount_untaxed, self.total - 5)

    def test_bad_input(self):
        reliefs = self.env["aftersales.relief"].with_user(self.engineer_user)

        def ask(**vals):
            reliefs.create({"order_id": self.order.id, **vals}).action_submit()

        with self.assertRefused("how much"):
            ask(reason="x")
        with self.assertRefused("reason"):
            ask(amount=5, reason="  ")
        with self.assertRefused("more than is charged"):
            ask(amount=self.total + 0.01, reason="x")
        part = self.order.order_line.filtered(lambda li: li.product_id == self.seal)
        with self.assertRefused("more than is charged"):
            ask(amount=401, line_ids=part.ids, reason="x")
        with mute_logger("odoo.sql_db"):
            for vals in ({"amount": -5}, {"method": "percent", "percent": 101}):
                with self.assertRaises(IntegrityError):
                    ask(reason="x", **vals)
        self.assertEqual(self.order.amount_untaxed, self.total)

    def test_twice(self):
        first = self._ask_relief(self.order, amount=10)
        with self.assertRefused(f"{first.name} is a relief for the same lines"):
            self._ask_relief(self.order, amount=10)
        self._sign(first, "superior")
        with self.assertRefused("for the same lines already"):
            self._ask_relief(self.order, amount=10)
        with self.assertRefused("state"):
            first.action_submit()
        with self.assertRefused("cannot be signed|already signed"):
            first.signature_ids.with_user(self.signers["superior"])._sign(True)
        self.assertEqual(self.order.amount_untaxed, self.total - 10)

    def test_line_stays(self):
        relief = self._ask_relief(self.order, amount=10)
        self._sign(relief, "superior")
        line = self._get_line(relief)
        tax = Command.create({"name": "X", "amount": 1})
        for user in (self.dispatcher, self.env.ref("base.user_admin")):
            mine = line.with_user(user)
            for vals in (
                {"price_unit": -100},
                {"product_uom_qty": 0},
                {"name": "Nothing"},
                {"tax_ids": [Command.clear(), tax]},
            ):
                with self.assertRefused("stays as it was approved"):
                    mine.write(vals)
            with self.assertRefused("stays as it was approved"):
                mine.unlink()
        with self.assertRefused("on the settlement already"):
            relief.with_user(self.engineer_user).amount = 100
        with self.assertRefused("state"):
            relief.with_user(self.engineer_user).action_withdraw()
        self.order.with_user(self.dispatcher).action_update_prices()
        self.assertEqual(line.price_unit, -10)

    def test_invoiced_meanwhile(self):
        relief = self._ask_relief(self.order, amount=10)
        self.order.action_confirm()
        self._invoice(self.order)
        with self.assertRefused("is posted"):
            self._sign(relief, "superior")
        self.assertFalse(self._get_line(relief))

    def test_before_the_repair(self):
        """Demanded before there is a settlement: the next one takes it, and no more
        than is charged."""
        request = self._create_request(warranty_state="out")
        dispatch = self._issue_dispatch(request)
        relief = (
            self.env["aftersales.relief"]
            .with_user(self.engineer_user)
            .create(
                {
                    "request_id": request.id,
                    "occasion": "before",
                    "amount": 900,
                    "reason": "Third breakdown this year",
                }
            )
        )
        relief.action_submit()
        self._sign(relief, "superior")
        self.assertEqual(relief.state, "approved")
        self._issue_parts(dispatch, [(self.seal, 1)])
        self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, charge="charged", charge_reason="Worn")
        dispatch.with_user(self.engineer_user).action_finished()
        order = self._settle(request).sudo()
        self.assertEqual(relief.state, "granted")
        self.assertEqual(relief.order_id, order)
        self.assertGreaterEqual(order.amount_untaxed, 0)
        charged = sum(
            line.price_subtotal
            for line in order.order_line
            if not line.aftersales_relief_id
        )
        self.assertAlmostEqual(relief.granted_amount, min(900, charged))

    def test_engineer_sees_his_own(self):
        relief = self._ask_relief(self.order, amount=10)
        reliefs = self.env["aftersales.relief"]
        self.assertIn(relief, reliefs.with_user(self.engineer_user).search([]))
        self.assertNotIn(relief, reliefs.with_user(self.other_engineer_user).search([]))
        self.assertIn(relief, reliefs.with_user(self.finance).search([]))
        with self.assertRaises(AccessError):
            relief.with_user(self.other_engineer_user).read(["amount"])
        for vals in ({"state": "granted"}, {"granted_amount": 1}):
            with self.assertRaises(AccessError):
                relief.with_user(self.manager).write(vals)

    def test_debt_of_the_file(self):
        relief = self._ask_relief(self.order, amount=10)
        self.request.invalidate_recordset()
        self.assertIn(f"{relief.name} is not decided", self.request.debt_text)
        self._sign(relief, "superior")
        self.request.invalidate_recordset()
        self.assertNotIn(relief.name, self.request.debt_text)
        self.assertIn(relief.name, str(self.request.story))

    def test_print(self):
        relief = self._ask_relief(self.order, amount=50)
        self._sign(relief, "superior")
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "aftersales_service.report_aftersales_settlement", self.order.ids
            )[0]
            .decode()
        )
        self.assertIn("Long wait", html)
        self.assertIn(self.signers["superior"].name, html)
        self.assertIn("50.00", html)

    def test_signer_reads_it(self):
        """The superior may not read orders; he reads what he decides on."""
        relief = self._ask_relief(self.order, amount=50)
        superior = self.signers["superior"]
        self.assertFalse(self.env["sale.order"].with_user(superior).has_access("read"))
        form = Form(relief.with_user(superior))
        self.assertEqual(form.asked_amount, 50)
        self.assertIn("Seal", form.lines_text)
        self.assertEqual(form.order_id.id, self.order.id)
