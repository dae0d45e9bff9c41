from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..intake.test_call_record import CallCommon
from .common import ReportCommon

CALL_RECORD = {
    "Customer Consultation / Complaint Call Record": "客户咨询/投诉电话记录表",
    "NO.": "编号NO.",
    "Appendix 18": "附件 18",
    "Time of Call": "来电时间",
    "Length of Call": "通话时长",
    "Call Taken By": "接听人",
    "Type of Call": "来电类别",
    "Customer Unit": "客户单位名称",
    "Contact": "联系人",
    "Detailed Address": "详细地址",
    "Contact Phone": "联系电话",
    "Model of the Product": "产品型号",
    "Serial Number": "出厂编号",
    "Purchase Date": "购买日期",
    "Content": "内容",
    "Customer's Demand": "客户诉求",
    "Department Concerned": "涉及部门",
    "Person Concerned": "涉及人员",
    "Answered at Once": "即时答复",
    "Promised Answer Time": "约定答复时间",
    "Actual Answer Time": "实际答复时间",
    "Points of the Answer": "答复要点",
    "Arrangement": "处理安排",
    "Result of Handling": "处理结果",
    "Customer Satisfaction": "客户满意度",
    "Call-back Time": "回访时间",
    "Request No.": "服务请求编号",
    "Recording": "录音",
    "Remark": "备注",
}


@tagged("post_install", "-at_install")
class TestCallPrint(ReportCommon, CallCommon):
    """App.18 as wkhtmltopdf prints it."""

    def _create_full_call(self):
        call = self._create_call(
            call_type="complaint",
            received_at=self._ago(hours=3),
            promised_at=self._ago(hours=1),
            call_minutes=12,
            department_id=self.env["hr.department"].create({"name": "Workshop 3"}).id,
            employee_id=self.engineer.id,
            arrangement="complaint",
            answer="We look into it",
            result="Repaired anew",
            satisfaction="4",
            callback_at=self._ago(hours=-48),
            note="Calls every week",
        )
        call.action_create_request()
        call.action_answer()
        return call

    def test_every_box_is_there(self):
        call = self._create_full_call()
        texts = self.assertLabels("call_record", call, CALL_RECORD, self.agent)
        for text in texts.values():
            self.assertText(
                text,
                call.name,
                call.request_id.name,
                "Qingshan Roadworks",
                "Ms Luo",
                "+86 139 0000 0000",
                "88 Bridge Road",
                "MK-0001",
                "Line Marking Machine",
                "Does not spray",
                "Come at once",
                "Workshop 3",
                "Emil",
                "We look into it",
                "Repaired anew",
                "Calls every week",
            )
        # Type, not at once, arrangement, satisfaction: one tick each.
        self.assertEqual(texts["en_US"].count("√"), 4)
        self.assertText(texts["en_US"], "12 min", "√ Complaint", "√ No", "√ Satisfied")
        self.assertText(texts["zh_CN"], "12 分钟", "√ 投诉", "√ 转投诉", "√ 满意")

    def test_unknown_caller(self):
        call = self._create_call(
            partner_id=False,
            equipment_id=False,
            symptom=False,
            requested_service=False,
        )
        content = self._print("call_record", call, self.agent)
        self.assertEqual(self._count_pages(content), 1)
        self.assertText(self._read(content), call.name)

    def test_several_and_long(self):
        calls = self._create_call(symptom="word " * 2000) | self._create_call()
        content = self._print("call_record", calls, self.agent)
        self.assertGreater(self._count_pages(content), 2)
        self.assertText(self._read(content), *calls.mapped("name"))

    def test_who_prints(self):
        call = self._create_call()
        reader = self.signers["superior"]
        self.assertText(self._read(self._print("call_record", call, reader)), call.name)
        with self.assertRaises(AccessError):
            self._print("call_record", call, self.engineer_user)
