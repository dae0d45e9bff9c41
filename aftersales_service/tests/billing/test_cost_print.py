from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_cost import CostCommon

REPORT = "aftersales_service.report_aftersales_"


@tagged("post_install", "-at_install")
class TestCostPrint(CostCommon):
    """The commission statement and the cost sheet on paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls()._visit(hours=2)

    def _print(self, name, record, user):
        self.env.flush_all()
        reports = self.env["ir.actions.report"].with_user(user)
        html, _kind = reports._render_qweb_html(REPORT + name, record.ids)
        return " ".join(html.decode().replace("\xa0", " ").split())

    def test_statement(self):
        self._scale((0, 0, 2))
        order, invoice = self._sell_and_pay(self.visit, 10000)
        statement = self._statement()
        statement.action_collect()
        statement.action_submit()
        self._sign(statement, "marketing_centre", opinion="From his visit")
        html = self._print("commission", statement, self.finance)
        for text in (
            statement.name,
            self.engineer.name,
            order.name,
            invoice.name,
            "10,000.00",
            "200.00",
            "Level 2",
            "From his visit",
            "Signature of the Head of Finance",
        ):
            self.assertIn(text, html)

    def test_empty_statement_has_its_lines(self):
        html = self._print("commission", self._statement(), self.finance)
        self.assertGreater(html.count("<tr"), 8)

    def test_engineer_prints_his_own(self):
        statement = self._statement()
        self.assertIn(
            statement.name, self._print("commission", statement, self.engineer_user)
        )
        with self.assertRaises(AccessError):
            self._print("commission", statement, self.other_engineer_user)

    def test_cost_sheet(self):
        self._spend(self.visit, 120)
        request = self.visit.request_id
        html = self._print("case_cost", request, self.finance)
        for text in (request.name, "Travel", "Computed Labour", "120.00", "220.00"):
            self.assertIn(text, html)

    def test_cost_sheet_is_not_for_everybody(self):
        for user in (self.agent, self.engineer_user):
            with self.assertRaises(AccessError):
                self._print("case_cost", self.visit.request_id, user)
