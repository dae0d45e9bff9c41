from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReportCommon

SUMMARY = {
    "Summary of Product Fault Cases": "产品故障处理案例汇总表",
    "Month": "月份",
    "Product Category": "产品类别",
    "Number of Cases": "案例数",
    "Case No.": "案例编号",
    "Model": "型号",
    "Fault Code": "故障代码",
    "Fault Symptom": "故障现象",
    "Fault Cause": "故障原因",
    "Solution": "解决方案",
    "Source Document": "来源单据",
    "Author": "提交人",
    "Checked By": "审核人",
}
CASE = {
    "Fault Case": "故障案例",
    "Fault Area": "故障部位",
    "Diagnosis Steps": "诊断步骤",
    "Tools Needed": "所需工具",
    "Working Hours": "工时",
    "Prevention": "预防措施",
    "For Grade": "适用等级",
    "Version": "版本",
    "Times Used": "使用次数",
}


@tagged("post_install", "-at_install")
class TestFaultPrints(ReportCommon):
    """The month's fault cases, and one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["aftersales.fault.case"]
        cls.code = cls.env["aftersales.fault.code"].create(
            {"name": "No spray", "code": "NSP"}
        )

    def _create_case(self, published_at="2026-03-10 08:00:00", **vals):
        return (
            self.cases.with_user(self.engineer_user)
            .sudo()
            .create(
                {
                    "title": "Gun blocked",
                    "symptom": "喷枪堵塞 Gun blocked",
                    "cause": "Dry paint",
                    "solution": "Rinse it",
                    "product_id": self.machine.id,
                    "fault_code_id": self.code.id,
                    "author_id": self.engineer_user.id,
                    "checked_by_id": self.quality.id,
                    "state": "published",
                    "published_at": published_at,
                    "part_ids": [
                        Command.create({"product_id": self.seal.id, "quantity": 2})
                    ],
                    "step_ids": [
                        Command.create({"name": "Open the nozzle", "finding": "Skin"})
                    ],
                    "tools": "Gun key",
                    "hours": 1.5,
                    "for_grade": "middle",
                    **vals,
                }
            )
        )

    def _create_summary(self, month="2026-03-31", user=None, **vals):
        return (
            self.env["aftersales.fault.case.summary"]
            .with_user(user or self.agent)
            .create({"month": month, **vals})
        )

    def test_summary(self):
        case = self._create_case(request_id=self._create_request().id)
        summary = self._create_summary()
        self.assertEqual(summary.action_print()["report_type"], "qweb-pdf")
        for lang in ("en_US", "zh_CN"):
            content = self._print("fault_case_summary", summary, self.agent, lang)
            text = self._read(content)
            self.assertText(
                text,
                case.name,
                "2026-03",
                "NSP No spray",
                "喷枪堵塞",
                "Dry paint",
                "Rinse it",
                "2 × Ring Seal",
                case.request_id.name,
                "Emil",
                "Quinn",
            )
            if lang == "en_US":
                self.assertText(text, *SUMMARY)
            size = self._run(content, "pdfinfo", "-").split("Page size:")[1].split()
            self.assertGreater(float(size[0]), float(size[2]), "landscape")

    def test_many_cases_take_more_pages(self):
        cases = self.cases.browse()
        for number in range(40):
            cases |= self._create_case(title=f"Case {number}")
        content = self._print("fault_case_summary", self._create_summary())
        self.assertGreater(self._count_pages(content), 1)
        self.assertText(self._read(content), *cases.mapped("name"))

    def test_what_belongs_to_the_month(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        # March begins at 16:00 of the day before in Greenwich.
        first = self._create_case("2026-02-28 16:00:00")
        last = self._create_case("2026-03-31 15:59:59")
        self._create_case("2026-02-28 15:59:59")
        self._create_case("2026-03-31 16:00:00")
        self._create_case(state="withdrawn")
        summary = self._create_summary()
        self.assertEqual(summary.case_ids, first | last)
        self.assertEqual(summary.case_count, 2)
        self.assertEqual(summary.name, "2026-03")
        self.assertEqual(
            summary._get_midnight(summary.month.replace(day=1), "Asia/Shanghai"),
            datetime(2026, 2, 28, 16),
        )

    def test_of_one_category(self):
        parent = self.env["product.category"].create({"name": "Markers"})
        child = parent.create({"name": "Small", "parent_id": parent.id})
        case = self._create_case(product_id=False, category_id=child.id)
        self._create_case()
        summary = self._create_summary(category_id=parent.id)
        self.assertEqual(summary.case_ids, case)

    def test_empty_month(self):
        summary = self._create_summary("2020-01-01")
        text = self._read(self._print("fault_case_summary", summary))
        self.assertText(text, "2020-01", "All products")

    def test_engineer_prints_what_is_published(self):
        case = self._create_case()
        draft = self._create_case(state="draft", author_id=self.agent.id)
        summary = self._create_summary(user=self.engineer_user)
        self.assertEqual(summary.case_ids, case)
        text = self._read(
            self._print("fault_case_summary", summary, self.engineer_user)
        )
        self.assertText(text, case.name)
        self.assertNoText(text, draft.name)

    def test_one_case(self):
        case = self._create_case()
        for lang, labels in (("en_US", CASE), ("zh_CN", ())):
            content = self._print("fault_case", case, self.engineer_user, lang)
            self.assertEqual(self._count_pages(content), 1)
            text = self._read(content)
            self.assertText(
                text,
                *labels,
                case.name,
                "Open the nozzle",
                "Skin",
                "Gun key",
                "Ring Seal",
                "1.5",
            )
        case.state = "draft"
        with self.assertRaises(AccessError):
            self._print("fault_case", case, self.other_engineer_user)
