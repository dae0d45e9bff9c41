from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestTriage(TwoCompaniesCommon):
    """A fault level is proposed with its reasons; the person decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.parameter"].search([("company_id", "!=", False)]).unlink()
        cls.requests = cls.env["aftersales.service.request"]
        cls.now = fields.Datetime.now().replace(microsecond=0)

    def _set_window(self, days, company=None):
        company = company or self.company
        return self.env["aftersales.parameter"].create(
            {
                "name": "Repeat",
                "code": "repeat_repair_window_days",
                "value": days,
                "company_id": company.id,
                "unit": "day",
            }
        )

    def _create_repaired(self, days_ago, **vals):
        """A request that was done ``days_ago``."""
        done_at = self.now - timedelta(days=days_ago)
        request = self._create_request(received_at=done_at - timedelta(hours=5), **vals)
        request.sudo().write({"state": "done", "done_at": done_at})
        return request

    def test_proposal_and_reason(self):
        request = self._create_request(fault_level=False, request_class="complex")
        self.assertEqual(request.fault_level_proposed, "2")
        self.assertEqual(request.fault_level_reason, "Complex Fault")
        request.machine_stopped = "yes"
        self.assertEqual(request.fault_level_proposed, "1")
        self.assertEqual(
            request.fault_level_reason, "Complex Fault and the machine stands still"
        )
        self.assertFalse(request.fault_level, "the person decides")

    def test_reason_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        request = self._create_request(is_safety_risk=True)
        chinese = request.with_context(lang="zh_CN")
        self.assertEqual(chinese.fault_level_proposed, "1")
        self.assertTrue(chinese.fault_level_reason)

    def test_while_typing(self):
        form = Form(self.requests.with_user(self.agent))
        form.partner_id = self.customer
        form.equipment_id = self.equipment
        form.machine_stopped = "partly"
        self.assertEqual(form.fault_level_proposed, "3")
        self.assertEqual(form.fault_level_reason, "the machine runs in part")
        form.save()

    def test_take_the_proposal(self):
        request = self._create_request(fault_level="4", machine_stopped="yes")
        request.action_take_level()
        request.action_take_level()
        self.assertEqual(request.fault_level, "1")

    def test_take_nothing(self):
        request = self._create_request(fault_level="4")
        with self.assertRaisesRegex(UserError, "Nothing speaks for a fault level"):
            request.action_take_level()
        self.assertEqual(request.fault_level, "4")

    def test_take_too_late(self):
        request = self._create_request(machine_stopped="yes")
        request.sudo().state = "archived"
        with self.assertRaisesRegex(UserError, "is in state “Archived”"):
            request.action_take_level()

    def test_who_may_take_it(self):
        request = self._create_request(machine_stopped="yes")
        for user in (self.engineer_user, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).action_take_level()
        self.assertEqual(request.fault_level, "2")

    # ------------------------------------------------------------- repeats

    def test_repeat_within_the_window(self):
        self._set_window(30)
        first = self._create_repaired(20)
        request = self._create_request(request_class="simple")
        self.assertTrue(request.is_repeat)
        self.assertEqual(request.repeat_request_id, first)
        self.assertEqual(request.fault_level_proposed, "3")
        self.assertIn(f"repaired before: {first.name}", request.fault_level_reason)

    def test_no_window_no_check(self):
        self._create_repaired(1)
        self.assertFalse(self._create_request().is_repeat)

    def test_no_repeat(self):
        self._set_window(30)
        code, other_code = self.env["aftersales.fault.code"].create(
            [{"name": "X", "code": "X1"}, {"name": "Y", "code": "Y1"}]
        )
        other_machine = self.equipment.copy({"serial": "MK-0002"})
        self._create_repaired(60)
        self._create_repaired(3, equipment_id=other_machine.id)
        self._create_repaired(3, request_type="consultation")
        self._create_repaired(3, fault_code_id=code.id)
        open_request = self._create_request(received_at=self.now - timedelta(days=9))
        cancelled = self._create_request(received_at=self.now - timedelta(days=9))
        cancelled.action_cancel()
        request = self._create_request(fault_code_id=other_code.id)
        self.assertFalse(request.is_repeat)
        self.assertFalse(open_request.is_repeat)
        self.assertFalse(self._create_request(request_type="training").is_repeat)
        request.fault_code_id = code
        self.assertTrue(request.is_repeat)
        request.fault_code_id = False
        self.assertTrue(request.is_repeat, "not known to be another fault")

    def test_window_of_each_company(self):
        self._set_window(30, self.sister)
        self._create_repaired(5)
        self.assertFalse(self._create_request().is_repeat)

    def test_later_repair_makes_no_repeat(self):
        self._set_window(30)
        request = self._create_request(received_at=self.now - timedelta(days=10))
        self._create_repaired(3)
        self.assertFalse(request.is_repeat)

    def test_search_finds_what_is_computed(self):
        self._set_window(30)
        self._create_repaired(40)
        self._create_repaired(20)
        repeats = self._create_repaired(10) | self._create_request()
        self._create_request(request_type="training")
        everything = self.requests.with_user(self.agent).search([])
        found = everything.search([("is_repeat", "=", True)])
        self.assertEqual(found, everything.filtered("is_repeat"))
        self.assertLessEqual(repeats, found)
        self.assertEqual(
            everything.search([("is_repeat", "=", False)]), everything - found
        )
        self.env["aftersales.parameter"].search([]).value = 0
        self.env["aftersales.parameter"].search([]).is_set = False
        self.assertFalse(everything.search([("is_repeat", "=", True)]))

    def test_engineer_is_told_of_a_repair_by_another(self):
        self._set_window(30)
        self._create_repaired(20)
        dispatch = self._issue_dispatch()
        request = dispatch.request_id.with_user(self.engineer_user)
        self.assertTrue(request.is_repeat)

    def test_batch(self):
        """Repeats of many requests are found with one query more."""
        self._set_window(30)
        self._create_repaired(20)
        requests = self.requests.browse()
        for _number in range(12):
            requests |= self._create_request()

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(records.mapped("is_repeat")))
            return self.env.cr.sql_log_count - before

        count(requests)
        self.assertEqual(count(requests), count(requests[:3]))
