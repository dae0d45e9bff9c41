from psycopg2.errors import CheckViolation, NotNullViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestApprovalStep(TwoCompaniesCommon):
    """One box of a route: who may set it up, and what it asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.route = cls.env["aftersales.approval.route"].search(
            [("step_ids", "!=", False)], limit=1
        )
        cls.step = cls.route.step_ids[0]

    def test_manager_adds_a_box_and_others_read_it(self):
        steps = self.env["aftersales.approval.step"].with_user(self.manager)
        step = steps.create(
            {
                "route_id": self.route.id,
                "name": "Board",
                "role_id": self.env.ref("aftersales_service.role_general_manager").id,
                "min_amount": 5000,
            }
        )
        self.assertEqual(step.company_id, self.route.company_id)
        for user in (self.agent, self.engineer_user):
            self.assertEqual(step.with_user(user).name, "Board")
            with self.assertRaises(AccessError):
                step.with_user(user).write({"min_amount": 0})

    @mute_logger("odoo.sql_db")
    def test_box_needs_a_slot_and_no_negative_amount(self):
        with self.assertRaises(NotNullViolation), self.env.cr.savepoint():
            self.step.copy({"role_id": False})
            self.env.flush_all()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.step.min_amount = -1
            self.env.flush_all()

    def test_slot_nobody_holds(self):
        self.step._check_holder(self.company)
        self.env["aftersales.role.assignment"].search(
            [("role_id", "=", self.step.role_id.id)]
        ).unlink()
        with self.assertRaisesRegex(UserError, "Nobody holds the slot"):
            self.step._check_holder(self.company)
