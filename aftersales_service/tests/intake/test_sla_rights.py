from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaRights(SlaCommon):
    """Who sees clocks; nobody writes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy({"kind": "arrival"}, {"kind": "contact"})

    def test_engineer_sees_the_summary_of_his_own(self):
        dispatch = self._issue_dispatch()
        self.env.invalidate_all()
        request = dispatch.request_id.with_user(self.engineer_user)
        self.assertEqual(request.sla_kind, "arrival")
        self.assertTrue(request.sla_info)
        for model in ("clock", "event", "pause", "policy", "timer"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[f"aftersales.sla.{model}"].with_user(
                    self.engineer_user
                ).search_count([])
        self.assertNotIn("clock_ids", request.fields_get())

    def test_reader(self):
        request = self._create_request()
        clock = self._get_clock(request)
        reader = self.signers["superior"]
        self.assertEqual(clock.with_user(reader).name, "Arrival on Site")
        self.assertIn(request.name, clock.with_user(reader).display_name)
        self.assertEqual(request.with_user(reader).clock_ids, self._get_clocks(request))

    def test_nobody_writes_a_clock(self):
        clock = self._get_clock(self._create_request())
        for user in (self.agent, self.dispatcher, self.manager):
            for method, args in (
                ("write", [{"state": "met"}]),
                ("unlink", []),
                ("create", [{"res_model": "x", "res_id": 1}]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(clock.with_user(user), method)(*args)

    def test_nobody_writes_the_summary(self):
        request = self._create_request()
        for vals in (
            {"sla_deadline": "2099-01-01 00:00:00"},
            {"sla_state": False},
            {"sla_kind": "other"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                request.with_user(self.manager).write(vals)

    def test_only_a_manager_writes_policies(self):
        for user in (self.agent, self.dispatcher):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.policy.with_user(user).name = "Mine"
        self.policy.with_user(self.manager).timer_ids[0].limit = 12

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_policy({}, company_id=other.id)
        request = (
            self.env["aftersales.service.request"]
            .with_company(other)
            .create({"partner_id": self.customer.id})
        )
        request._sla_event("contacted")
        request._sla_wait("customer")
        for model in ("clock", "event", "pause", "policy", "timer"):
            records = self.env[f"aftersales.sla.{model}"]
            with self.subTest(model=model):
                self.assertTrue(records.search_count([("company_id", "=", other.id)]))
                self.assertFalse(
                    records.with_user(self.manager).search_count(
                        [("company_id", "=", other.id)]
                    )
                )

    def test_way_to_the_document(self):
        request = self._create_request()
        action = self._get_clock(request).with_user(self.agent).action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (request._name, request.id)
        )

    def test_template_is_read_by_all_companies(self):
        template = self._create_policy({}, company_id=False)
        self.assertEqual(template.with_user(self.manager).timer_ids.kind, "arrival")
