from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestCostCompanies(TwoCompaniesCommon):
    """Money of a case stays within its company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_request = cls()._create_foreign_request()
        cls.charge = (
            cls.env["aftersales.cost.charge"]
            .with_user(cls.foreign_manager)
            .create(
                {
                    "request_id": cls.foreign_request.id,
                    "employee_id": cls.foreign_engineer.id,
                    "amount": 50,
                    "reason": "Second trip",
                }
            )
        )

    def test_documents_are_of_the_company_of_the_case(self):
        self.assertEqual(self.charge.company_id, self.sister)
        with self.assertRaises(AccessError):
            self.charge.with_user(self.manager).read(["amount"])
        both = self.charge.with_user(self.both_user)
        both = both.with_context(allowed_company_ids=self.sister.ids)
        self.assertEqual(both.amount, 50)

    def test_person_of_another_company(self):
        with self.assertRaises(UserError):
            self.charge.employee_id = self.engineer

    def test_report_by_company(self):
        self.charge.sudo().write({"state": "decided"})
        self.env.flush_all()
        report = self.env["aftersales.cost.report"]
        domain = [("request_id", "=", self.foreign_request.id)]
        self.assertFalse(report.with_user(self.manager).search(domain))
        rows = report.with_user(self.foreign_manager).search(domain)
        self.assertEqual(rows.mapped("margin"), [50])
        self.assertEqual(rows.currency_id, self.sister.currency_id)

    def test_settings_are_each_companys_own(self):
        self.sister.aftersales_cost_readers = True
        self.assertFalse(self.company.aftersales_cost_readers)
        request = self._create_request().with_user(self.agent)
        self.assertFalse(request.cost_is_visible)

    def test_one_budget_in_each_company(self):
        budgets = self.env["aftersales.budget"]
        vals = {"year": fields.Date.today().year}
        mine = budgets.with_user(self.manager).create(dict(vals))
        other = budgets.with_user(self.foreign_manager).create(dict(vals))
        self.assertEqual(
            (mine.company_id, other.company_id), (self.company, self.sister)
        )
        sequences = [budgets._form_get_sequence(b.company_id) for b in mine | other]
        self.assertNotEqual(*sequences, "each counts for itself")
        with self.assertRaises(AccessError):
            other.with_user(self.manager).read(["year"])

    def test_scale_of_another_company(self):
        scales = self.env["aftersales.commission.scale"]
        scales.create(
            {
                "name": "Sister",
                "company_id": self.sister.id,
                "date_from": "2020-01-01",
                "tier_ids": [Command.create({"rate": 2})],
            }
        ).action_activate()
        today = fields.Date.today()
        self.assertEqual(scales._find(self.sister, today).name, "Sister")
        own = scales.search([("company_id", "=", self.company.id)])
        if not own.filtered(lambda scale: scale.state != "draft"):
            with self.assertRaisesRegex(UserError, "no commission scale"):
                scales._find(self.company, today)

    def test_setup_of_a_company(self):
        """No account is made up; only the journal is taken from the chart."""
        for company in (self.company, self.sister):
            self.assertEqual(company.aftersales_charge_effect, "record")
            self.assertTrue(company.aftersales_expense_needs_card)
        self.assertFalse(self.sister.aftersales_charge_account_id)
        self.assertTrue(self.company._aftersales_get("cost_journal"))

    def test_statement_of_a_foreign_engineer(self):
        with self.assertRaises(UserError):
            self.env["aftersales.commission.statement"].with_user(self.manager).create(
                {"employee_id": self.foreign_engineer.id}
            )
