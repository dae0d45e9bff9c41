from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_analytic import AnalyticCommon


@tagged("post_install", "-at_install")
class TestAnalytic(AnalyticCommon):
    """Every amount of a case is on its analytic accounts, and nobody typed them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sichuan = cls.env["res.country.state"].create(
            {
                "name": "Test Province",
                "code": "TPV",
                "country_id": cls.env.ref("base.cn").id,
            }
        )
        cls.region = cls.env["aftersales.region"].create(
            {
                "name": "Test Region",
                "code": "TR",
                "company_id": cls.company.id,
                "state_ids": cls.sichuan.ids,
            }
        )
        cls.customer.state_id = cls.sichuan

    def _get_names(self, distribution):
        [(key, share)] = distribution.items()
        self.assertEqual(share, 100.0)
        accounts = self.env["account.analytic.account"].browse(map(int, key.split(",")))
        return {account.plan_id.name: account.name for account in accounts}

    def test_five_plans(self):
        request = self._create_request()
        self.assertEqual(
            self._get_names(request._aftersales_get_distribution(self.engineer)),
            {
                "After-Sales": request.name,
                "Service Region": "Test Region",
                "Service Engineer": self.engineer.name,
                "Machine Model": self.machine.display_name,
                "Service Customer": self.customer.name,
            },
        )
        account = request.sudo().analytic_account_id
        self.assertEqual(account.partner_id, self.customer)
        self.assertEqual(account.company_id, self.company)

    def test_what_is_unknown_is_left_out(self):
        self.customer.state_id = False
        request = self._create_request(equipment_id=False)
        self.assertEqual(
            set(self._get_names(request._aftersales_get_distribution())),
            {"After-Sales", "Service Customer"},
        )
        empty = self.env["aftersales.service.request"]
        self.assertEqual(empty._aftersales_get_distribution(self.engineer), {})

    def test_made_once(self):
        first, second = self._create_request(), self._create_request()
        before = first._aftersales_get_distribution(self.engineer)
        accounts = self.env["account.analytic.account"]
        count = accounts.search_count([])
        self.assertEqual(first._aftersales_get_distribution(self.engineer), before)
        self.assertEqual(accounts.search_count([]), count)
        after = second._aftersales_get_distribution(self.engineer)
        self.assertEqual(accounts.search_count([]), count + 1, "its case account only")
        shared = set(*[key.split(",") for key in before]) & set(
            *[key.split(",") for key in after]
        )
        self.assertEqual(len(shared), 4)

    def test_archived_account_is_used_again(self):
        request = self._create_request()
        before = request._aftersales_get_distribution(self.engineer)
        request.sudo().analytic_account_id.active = False
        self.assertEqual(request._aftersales_get_distribution(self.engineer), before)

    def test_deleted_plan_is_left_out(self):
        plan = self.env.ref("aftersales_service.analytic_plan_region")
        self.env["ir.model.data"].search(
            [("model", "=", plan._name), ("res_id", "=", plan.id)]
        ).unlink()
        request = self._create_request()
        names = self._get_names(request._aftersales_get_distribution(self.engineer))
        self.assertNotIn("Service Region", names)
        self.assertEqual(len(names), 4)

    def test_nobody_writes_the_account(self):
        request = self._create_request()
        account = self.env["account.analytic.account"].create(
            {
                "name": "Mine",
                "plan_id": self.env.ref("aftersales_service.analytic_plan_case").id,
            }
        )
        with self.assertRefused("Analytic Account", AccessError):
            request.with_user(self.agent).analytic_account_id = account

    def test_many_in_a_few_queries(self):
        requests = self.env["aftersales.service.request"].create(
            [
                {"partner_id": self.customer.id, "equipment_id": self.equipment.id}
                for _i in range(30)
            ]
        )
        pairs = [
            (request, engineer)
            for request in requests
            for engineer in (self.engineer, self.other_engineer)
        ]
        model = self.env["aftersales.service.request"]
        model._aftersales_get_distributions(pairs[:2])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            made = model._aftersales_get_distributions(pairs)
            self.env.flush_all()
        self.assertEqual(len(made), 60)
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            self.assertEqual(model._aftersales_get_distributions(pairs), made)

    # ------------------------------------------------------------ whole case

    def test_case_equals_ledger(self):
        """What is counted on the case is what its journal items say."""
        request, order, invoice = self._play_case()
        ledger = self._get_ledger_lines(request)
        lines = self._get_analytic_lines(request)
        income = invoice.amount_untaxed_signed
        cost = 5 * 40.0
        self.assertAlmostEqual(sum(lines.mapped("amount")), income - cost)
        self.assertAlmostEqual(-sum(ledger.mapped("balance")), income - cost)
        self.assertEqual(lines.move_line_id, ledger)
        for line in ledger:
            self.assertAlmostEqual(
                sum(line.analytic_line_ids.mapped("amount")), -line.balance
            )
        # by account: income, cost of sales, after-sales expense; no stock account
        self.assertNotIn(self._get_stock_account(self.seal), ledger.account_id)
        expense = ledger.filtered(lambda li: li.account_id == self.expense_account)
        self.assertEqual(sum(expense.mapped("balance")), 80.0)
        self.assertEqual(expense.partner_id, self.customer)
        cogs = ledger.filtered(lambda li: li.display_type == "cogs")
        self.assertEqual(sum(cogs.mapped("balance")), 120.0)

    def test_every_line_has_all_plans(self):
        request, order, _invoice = self._play_case()
        columns = [
            self._get_plan_column(key)
            for key in ("case", "region", "engineer", "model", "customer")
        ]
        for line in self._get_analytic_lines(request):
            for column in columns:
                self.assertTrue(line[column], f"{line.name}: {column}")
        engineer = self._get_analytic_lines(request).mapped(columns[2])
        self.assertEqual(engineer.aftersales_key, f"hr.employee,{self.engineer.id}")
        self.assertTrue(all(order.order_line.mapped("analytic_distribution")))

    def test_line_written_by_hand(self):
        request = self._finish_visit([(self.seal, 1, None)]).request_id
        order = self._settle(request).sudo()
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.seal.id}
        )
        self.assertEqual(
            line.analytic_distribution,
            request._aftersales_get_distribution(),
        )

    def test_copy_is_not_of_the_case(self):
        request = self._finish_visit([(self.seal, 1, None)]).request_id
        copy = self._settle(request).sudo().copy()
        self.assertFalse(any(copy.order_line.mapped("analytic_distribution")))

    def test_own_distribution_models_stay(self):
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        account = self.env["account.analytic.account"].create(
            {"name": "Service", "plan_id": plan.id, "company_id": False}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.customer.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        request = self._finish_visit([(self.seal, 1, None)]).request_id
        line = self._settle(request).sudo().order_line[:1]
        self.assertEqual(line.analytic_distribution[str(account.id)], 100)
        self.assertIn(
            request.sudo().analytic_account_id, line.distribution_analytic_account_ids
        )

    def test_refund_takes_it_back(self):
        request, order, invoice = self._play_case(free=0)
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        refund = order.invoice_ids - invoice
        refund.action_post()
        lines = self._get_analytic_lines(request)
        self.assertAlmostEqual(sum(lines.mapped("amount")), 0.0)

    def test_periodic_part_is_counted_by_its_move(self):
        """The closing entry knows no case, so the moves tell it."""
        part = self._new_part("Periodic Part")
        part.categ_id = self.env["product.category"].create(
            {"name": "Periodic", "property_valuation": "periodic"}
        )
        self._receive(part, 5)
        request, _order, invoice = self._play_case(part=part)
        lines = self._get_analytic_lines(request)
        by_move = lines.filtered(lambda line: not line.move_line_id)
        self.assertAlmostEqual(sum(by_move.mapped("amount")), -200.0)
        self.assertAlmostEqual(
            sum(lines.mapped("amount")), invoice.amount_untaxed_signed - 200.0
        )

    def test_reuse_is_credited_to_the_case(self):
        request = self._create_request()
        dispatch = self._arrive_with([(self.seal, 2)], request)
        self._use(dispatch, self.seal, 2)
        dispatch.action_finished()
        old = request.sudo().parts_return_ids
        self.assertAlmostEqual(
            sum(self._get_analytic_lines(request).mapped("amount")), -80.0
        )
        old.with_user(self.engineer_user).action_hand_in()
        self._validate(old.picking_id)
        self.assertAlmostEqual(
            sum(self._get_analytic_lines(request).mapped("amount")),
            -80.0,
            msg="an old part is worth nothing before its verdict",
        )
        old.line_ids.write({"verdict": "reuse", "reuse_value": 30.0})
        old.line_ids._dispose()
        self.assertAlmostEqual(
            sum(self._get_analytic_lines(request).mapped("amount")), -50.0
        )

    def test_no_query_per_part(self):
        """Five parts of a visit are put on their accounts in as many queries as one."""
        dispatch = self._arrive_with([(self.seal, 6)])
        for _number in range(6):
            self._use(dispatch, self.seal, charge_reason="Goodwill", charge="free")
        dispatch.action_finished()
        moves = dispatch.sudo().part_use_ids.move_id
        self.assertEqual(len(moves), 6)
        counts = []
        for some in (moves[:1], moves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._aftersales_set_distribution()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)
