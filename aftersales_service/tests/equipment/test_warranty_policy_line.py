from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestWarrantyPolicyLine(TwoCompaniesCommon):
    """What a policy promises: the manager of the company writes it, nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = cls.env["aftersales.warranty.policy.line"]
        own = cls.lines.search([("policy_id.company_id", "=", cls.company.id)], limit=1)
        cls.line = own
        cls.template = cls.lines.search([("policy_id.company_id", "=", False)], limit=1)

    def test_manager_of_the_company(self):
        self.line.with_user(self.manager).months = 7
        self.assertEqual(self.line.months, 7)

    def test_others_only_read(self):
        for user in (self.agent, self.quality, self.foreign_manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.line.with_user(user).months = 7

    def test_template_is_nobodys(self):
        self.assertTrue(self.template)
        with self.assertRaises(AccessError):
            self.template.with_user(self.manager).months = 7
