from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestFaultCoverage(TwoCompaniesCommon):
    """The share of the quarter's faults that have a case (000 2.2.1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.parameter"].search([("company_id", "!=", False)]).unlink()
        cls.coverage = cls.env["aftersales.fault.coverage"].with_user(cls.manager)
        cls.code = cls.env["aftersales.fault.code"].create(
            {"name": "Dark", "code": "DK"}
        )

    def _create_case(self, **vals):
        return (
            self.env["aftersales.fault.case"]
            .sudo()
            .create(
                {
                    "title": "Case",
                    "symptom": "Dark",
                    "state": "published",
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )

    def _get_row(self, request):
        self.env.flush_all()
        self.coverage.invalidate_model()
        return self.coverage.search([("request_id", "=", request.id)])

    def test_by_fault_code(self):
        request = self._create_request(fault_code_id=self.code.id)
        self.assertFalse(self._get_row(request).has_case)
        case = self._create_case(fault_code_id=self.code.id)
        row = self._get_row(request)
        self.assertTrue(row.has_case)
        self.assertEqual(row.coverage, 100.0)
        self.assertEqual(row.category_id, self.machine.categ_id)
        case.category_id = self.env["product.category"].create({"name": "Others"})
        self.assertFalse(self._get_row(request).has_case)
        case.category_id = self.machine.categ_id
        self.assertTrue(self._get_row(request).has_case)
        case.state = "to_check"
        self.assertFalse(self._get_row(request).has_case)

    def test_by_use_and_by_origin(self):
        used, source = self._create_request(), self._create_request()
        case = self._create_case()
        used.action_judge_case(case.id, True)
        self.assertTrue(self._get_row(used).has_case)
        used.action_judge_case(case.id, False)
        self.assertFalse(self._get_row(used).has_case)
        self._create_case(request_id=source.id)
        self.assertTrue(self._get_row(source).has_case)

    def test_what_is_no_fault(self):
        cancelled = self._create_request()
        cancelled.action_cancel()
        question = self._create_request(request_type="consultation")
        for request in (cancelled, question):
            self.assertFalse(self._get_row(request))

    def test_share_of_the_quarter(self):
        covered = self._create_request(fault_code_id=self.code.id)
        requests = covered
        for _number in range(3):
            requests |= self._create_request()
        self._create_case(fault_code_id=self.code.id)
        self.env.flush_all()
        [(_quarter, share, count)] = self.coverage._read_group(
            [("request_id", "in", requests.ids)],
            ["received_at:quarter"],
            ["coverage:avg", "__count"],
        )
        self.assertEqual((share, count), (25.0, 4))

    def test_goal_of_the_company(self):
        request = self._create_request()
        self.assertFalse(self._get_row(request).goal)
        self.env["aftersales.parameter"].create(
            {
                "name": "Coverage",
                "code": "knowledge_coverage_quarter",
                "value": 80,
                "unit": "percent",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self._get_row(request).goal, 80.0)
        both = self.coverage.with_user(self.both_user).with_context(
            allowed_company_ids=(self.company | self.sister).ids
        )
        foreign = self._create_foreign_request()
        self.env.flush_all()
        self.assertFalse(both.search([("request_id", "=", foreign.id)]).goal)

    def test_second_company(self):
        foreign = self._create_foreign_request(fault_code_id=self.code.id)
        self._create_case(fault_code_id=self.code.id)
        self.assertFalse(self._get_row(foreign))
        self.env.flush_all()
        theirs = self.coverage.with_user(self.foreign_manager)
        row = theirs.search([("request_id", "=", foreign.id)])
        self.assertFalse(row.has_case, "the case belongs to the other company")

    def test_rights(self):
        self.assertIsNotNone(self.coverage.with_user(self.agent).search([]))
        with self.assertRaises(AccessError):
            self.coverage.with_user(self.engineer_user).search([])
