from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestRegion(TwoCompaniesCommon):
    """Regions are common or of one company; an engineer belongs to one of his own."""

    def _create_region(self, code, company=None):
        return self.env["aftersales.region"].create(
            {"name": code, "code": code, "company_id": company.id if company else False}
        )

    def test_code_is_unique_per_company(self):
        self._create_region("SW", self.company)
        self._create_region("SW", self.sister)
        self._create_region("SW")
        for company in (self.company, None):
            with (
                self.subTest(company=company),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(UniqueViolation, "code_company_uniq"),
            ):
                self._create_region("SW", company)

    def test_who_sees_which(self):
        common, own = self._create_region("C"), self._create_region("O", self.company)
        foreign = self._create_region("F", self.sister)
        regions = self.env["aftersales.region"]
        domain = [("id", "in", (common | own | foreign).ids)]
        self.assertEqual(
            set(regions.with_user(self.agent).search(domain).ids), {common.id, own.id}
        )
        self.assertEqual(
            set(regions.with_user(self.foreign_manager).search(domain).ids),
            {common.id, foreign.id},
        )

    def test_configuration_is_the_manager_s(self):
        region = self._create_region("C", self.company)
        for user in (self.agent, self.dispatcher, self.engineer_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                region.with_user(user).write({"name": "Mine"})
        region.with_user(self.manager).write({"name": "South-West"})
        self.assertEqual(region.name, "South-West")

    def test_engineer_of_a_foreign_region(self):
        foreign = self._create_region("F", self.sister)
        with self.assertRaises(UserError):
            self.engineer.aftersales_region_id = foreign
        self.engineer.aftersales_region_id = self._create_region("C")
        self.assertEqual(self.engineer.aftersales_region_id.code, "C")
