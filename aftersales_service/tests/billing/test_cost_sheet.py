from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_cost import ITEM, CostCommon


@tagged("post_install", "-at_install")
class TestCostSheet(CostCommon):
    """The sheet of a case says what the ledger says (pain 7)."""

    def _bill(self, request, amount, item=None, move_type="in_invoice"):
        """A vendor bill or credit note on the case, posted."""
        product = self.env.ref(ITEM + item) if item else self.env["product.product"]
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "On the case",
                            "product_id": product.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": (
                                request.sudo()._aftersales_get_distribution()
                            ),
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _whole_case(self):
        """Free and charged parts, labour, expenses, bills, income, recovery."""
        visit = self._visit(hours=2, parts=[(self.seal, 3, None)])
        request = visit.request_id
        free = self._issue_dispatch(request)
        self._issue_parts(free, [(self.seal, 2)])
        self._go_to_customer(free)
        self._use(free, self.seal, 2, charge="free", charge_reason="Goodwill")
        free.with_user(self.engineer_user).action_finished()
        self._hand_in(free)
        self._spend(visit, 120, "transport_long")
        self._spend(visit, 30, "freight")
        self._spend(visit, 15, "phone")
        self._bill(request, 200, "outside")
        self._bill(request, 45, move_type="in_refund")
        self._bill(request, 60, "compensation", "out_refund")
        order = self._settle(request).with_env(self.env)
        order.action_confirm()
        self._invoice(order)
        return request

    def test_every_kind(self):
        request = self._whole_case()
        kinds = self._get_kinds(request, is_posted=True)
        income = kinds.pop("income")
        self.assertGreater(income, 300)
        self.assertEqual(
            kinds,
            {
                "parts": -80,
                "cogs": -120,
                "travel": -120,
                "freight": -30,
                "other": -15,
                "outside": -200,
                "recovery": 45,
                "compensation": -60,
            },
        )
        apart = self._get_kinds(request, is_posted=False)
        self.assertEqual(list(apart), ["labour"])
        # The second visit takes as long as the test needs for it.
        self.assertAlmostEqual(apart["labour"], -100, delta=1)

    def test_same_as_the_ledger(self):
        """Sheet = analytic lines = journal items of the case."""
        request = self._whole_case()
        sheet = request.with_user(self.finance)
        self.assertEqual(
            round(sheet.cost_margin_posted, 2), self._get_analytic_sum(request)
        )
        self.assertEqual(
            round(sheet.cost_margin_posted, 2), self._get_ledger_balance(request)
        )
        self.assertEqual(
            round(sheet.cost_income - sheet.cost_posted, 2),
            round(sheet.cost_margin_posted, 2),
        )
        self.assertAlmostEqual(sheet.cost_labour, 100, delta=1)
        self.assertAlmostEqual(
            sheet.cost_margin, sheet.cost_margin_posted - sheet.cost_labour, 2
        )

    def test_documents_tie(self):
        request = self._whole_case()
        sheet = request.with_user(self.finance)
        self.assertEqual(sheet.cost_difference_text, "")
        self.assertEqual(sheet.cost_difference, 0)

    def test_difference_is_shown(self):
        """Somebody takes the case off a journal item: the sheet says so."""
        visit = self._visit()
        expense = self._spend(visit, 120)
        request = visit.request_id
        item = expense.sudo().account_move_id.line_ids.filtered("debit")
        item.analytic_distribution = False
        sheet = request.with_user(self.finance)
        sheet.invalidate_recordset()
        self.assertEqual(sheet.cost_difference, 120)
        self.assertRegex(sheet.cost_difference_text, r"Expenses: .*120\.00.*\b0\.00")
        self.assertEqual(len(sheet.cost_sheet["differences"]), 1)

    def test_reversed_entry_takes_the_cost_back(self):
        visit = self._visit()
        expense = self._spend(visit, 120)
        move = expense.sudo().account_move_id
        move._reverse_moves([{"invoice_date": move.date}], cancel=True)
        request = visit.request_id
        self.assertEqual(self._get_kinds(request, is_posted=True).get("travel", 0), 0)
        self.assertEqual(self._get_ledger_balance(request), 0)

    def test_labour_rate(self):
        visit = self._visit(hours=2)
        # A visit takes as long as the test needs for it.
        cost = visit.sudo().labour_cost
        self.assertAlmostEqual(cost, 100, delta=1)
        self.engineer.aftersales_hour_cost = 80
        self.assertEqual(visit.sudo().labour_cost, cost, "frozen when it was finished")
        self.assertAlmostEqual(self._visit(hours=1).sudo().labour_cost, 80, delta=1)

    def test_two_engineers(self):
        self.other_engineer.aftersales_hour_cost = 30
        visit = self._visit(hours=2, assistant_ids=self.other_engineer.ids)
        self.assertEqual(visit.sudo().labour_cost, 2 * (50 + 30))

    def test_groups_of_the_analysis(self):
        visit = self._visit(hours=2)
        self._spend(visit, 120)
        request = visit.request_id
        report = self.env["aftersales.cost.report"].with_user(self.finance)
        for field, value in (
            ("product_id", self.machine),
            ("partner_id", self.customer),
            ("engineer_id", self.engineer),
            ("request_id", request),
        ):
            rows = dict(
                report._read_group(
                    [("request_id", "=", request.id)], [field], ["cost:sum"]
                )
            )
            self.assertEqual(rows, {value: 220}, field)
        [(month, cost)] = report._read_group(
            [("request_id", "=", request.id)], ["date:month"], ["cost:sum"]
        )
        self.assertTrue(month)
        self.assertEqual(cost, 220)

    def test_region(self):
        state = self.env["res.country.state"].create(
            {
                "name": "Sichuan",
                "code": "XSC",
                "country_id": self.env.ref("base.cn").id,
            }
        )
        region = self.env["aftersales.region"].create(
            {"name": "South-West", "code": "XSW", "state_ids": state.ids}
        )
        self.customer.state_id = state
        visit = self._visit(hours=2)
        expense = self._spend(visit, 120)
        self.assertEqual(expense.aftersales_region_id, region)
        rows = self._get_rows(visit.request_id)
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.region_id, region)

    # ------------------------------------------------------------------ rights

    def test_engineers_see_no_cost(self):
        visit = self._visit(hours=2)
        request = visit.request_id.with_user(self.engineer_user)
        self.assertFalse(request.cost_is_visible)
        self.assertFalse(request.cost_sheet)
        self.assertEqual(request.cost_margin, 0)
        with self.assertRaises(AccessError):
            request.action_view_costs()
        with self.assertRaises(AccessError):
            self.env["aftersales.cost.report"].with_user(self.engineer_user).search([])
        with self.assertRaises(AccessError):
            visit.with_user(self.engineer_user).read(["labour_cost"])

    def test_readers_by_setting(self):
        visit = self._visit(hours=2)
        self._spend(visit, 120)
        request = visit.request_id.with_user(self.agent)
        self.assertFalse(request.cost_is_visible)
        self.assertEqual(request.cost_posted, 0)
        report = self.env["aftersales.cost.report"].with_user(self.agent)
        self.assertFalse(report.search([("request_id", "=", request.id)]))
        self.company.aftersales_cost_readers = True
        self.env.invalidate_all()
        self.assertTrue(request.cost_is_visible)
        self.assertEqual(request.cost_posted, 120)
        self.assertTrue(report.search([("request_id", "=", request.id)]))

    def test_lines_of_a_kind(self):
        visit = self._visit(hours=2)
        self._spend(visit, 120)
        request = visit.request_id.with_user(self.finance)
        action = request.with_context(cost_kind="travel").action_view_costs()
        report = self.env["aftersales.cost.report"].with_user(self.finance)
        rows = report.search(action["domain"])
        self.assertEqual(rows.mapped("cost"), [120])
        self.assertEqual(rows.action_open_source()["res_model"], "account.move")
        labour = self._get_rows(visit.request_id, kind="labour")
        self.assertEqual(labour.action_open_source()["res_id"], visit.id)

    def test_sheet_of_a_new_case(self):
        request = self._create_request().with_user(self.finance)
        self.assertEqual(request.cost_sheet["rows"], [])
        self.assertEqual(request.cost_margin, 0)
        self.assertFalse(request.cost_difference_text)

    def test_queries_do_not_grow(self):
        """The sheet of many cases costs as many queries as that of one."""
        requests = self.env["aftersales.service.request"]
        for number in range(3):
            visit = self._visit(hours=1)
            self._spend(visit, 10 + number)
            requests |= visit.request_id

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            records = records.with_user(self.finance)
            before = self.env.cr.sql_log_count
            records.mapped("cost_margin")
            return self.env.cr.sql_log_count - before

        count(requests)
        self.assertLessEqual(count(requests), count(requests[0]) + 2)
