from datetime import timedelta

from dateutil.relativedelta import relativedelta
from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import GROUP
from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestFaultCode(TwoCompaniesCommon):
    """Symptom, area, cause and remedy in codes, each looked through once a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.parameter"].search([("company_id", "!=", False)]).unlink()
        # Somebody far from Greenwich has another day.
        cls.quality.tz = "Asia/Shanghai"
        cls.codes = cls.env["aftersales.fault.code"].with_user(cls.quality)
        cls.codes.sudo().search([]).next_review_date = "2099-01-01"
        cls.today = fields.Date.context_today(cls.codes)
        cls.yesterday = cls.today - timedelta(days=1)
        cls.code = cls.codes.create({"name": "No pressure", "code": "T1"})

    def _get_requests(self, code):
        return code.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id
            == self.env.ref("aftersales_service.mail_activity_type_code_review")
        )

    def test_shipped_catalogue(self):
        for kind in ("symptom", "area", "cause", "remedy"):
            shipped = self.codes.search(
                [("kind", "=", kind), ("company_id", "=", False)]
            )
            self.assertGreater(len(shipped), 5, kind)
        causes = self.codes.search([("kind", "=", "cause")])
        self.assertIn("misuse", causes.mapped("cause_class"))

    def test_names(self):
        self.assertEqual(self.code.display_name, "T1 No pressure")
        for text in ("T1", "pressure"):
            self.assertIn(self.code.id, dict(self.codes.name_search(text)))

    def test_code_is_unique(self):
        self.codes.create({"name": "Hydraulics", "code": "T1", "kind": "area"})
        self.codes.create({"name": "Ours", "code": "T1", "company_id": self.company.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.codes.create({"name": "Again", "code": "T1"})

    def test_cause_class_of_causes_only(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.code.cause_class = "wear"
            self.code.flush_recordset()

    def test_kinds_on_the_request(self):
        area = self.codes.create({"name": "Pump", "code": "T2", "kind": "area"})
        request = self._create_request(fault_code_id=self.code.id, area_code_id=area.id)
        self.assertEqual(request.fault_code_id, self.code)
        for fname in ("fault_code_id", "cause_code_id", "remedy_code_id"):
            with (
                self.subTest(fname),
                self.assertRaisesRegex(ValidationError, "T2 Pump is no code for"),
            ):
                request[fname] = area

    def test_codes_offered_for_a_product(self):
        parent = self.env["product.category"].create({"name": "Markers"})
        child = parent.create({"name": "Hot Markers", "parent_id": parent.id})
        self.code.category_ids = parent
        self.machine.categ_id = child
        request = self._create_request()
        self.assertEqual(request.code_category_id, child)
        arch = self.env.ref(
            "aftersales_service.aftersales_service_request_view_form_triage"
        ).arch
        node = etree.fromstring(arch).find(".//field[@name='fault_code_id']")

        def offered():
            domain = safe_eval(
                node.get("domain"),
                {"code_category_id": request.code_category_id.id},
            )
            return self.codes.search(domain)

        self.assertIn(self.code, offered())
        self.assertEqual(set(offered().mapped("kind")), {"symptom"})
        self.machine.categ_id = self.env["product.category"].create({"name": "Other"})
        request.invalidate_recordset()
        self.assertNotIn(self.code, offered())
        request.write({"equipment_id": False, "product_id": False})
        self.assertIn(self.code, offered())

    def test_code_of_another_company(self):
        foreign = self.codes.sudo().create(
            {"name": "Theirs", "code": "T3", "company_id": self.sister.id}
        )
        with self.assertRaises(UserError):
            self._create_request(fault_code_id=foreign.id)
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).read(["name"])
        self.assertTrue(self.code.with_user(self.foreign_manager).name)

    def test_code_in_use_stays(self):
        self._create_request(fault_code_id=self.code.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.code.with_user(self.manager).unlink()

    # -------------------------------------------------------------- review

    def test_next_review_in_a_year(self):
        year = self.today + relativedelta(years=1)
        self.assertEqual(self.code.next_review_date, year)
        self.code.next_review_date = self.today - timedelta(days=1)
        self.assertTrue(self.code.is_overdue)
        self.code.action_reviewed()
        self.assertEqual(self.code.next_review_date, year)
        self.assertEqual(self.code.reviewed_by_id, self.quality)
        self.assertFalse(self.code.is_overdue)

    def test_as_often_as_the_company_wants(self):
        self.env["aftersales.parameter"].create(
            {
                "name": "Reviews",
                "code": "fault_code_update_per_year",
                "value": 4,
                "company_id": self.company.id,
            }
        )
        code = self.codes.create({"name": "Often", "code": "T4"})
        self.assertEqual(code.next_review_date, self.today + relativedelta(months=3))

    def test_overdue_is_found(self):
        other = self.code.copy({"code": "T5"})
        self.code.next_review_date = self.today - timedelta(days=1)
        other.next_review_date = self.today
        overdue = self.codes.search([("is_overdue", "=", True)])
        self.assertEqual(overdue, self.code)
        rest = self.codes.search([("is_overdue", "=", False)])
        self.assertIn(other, rest)
        self.assertNotIn(self.code, rest)

    def test_responsible_is_asked_once(self):
        self.code.write(
            {"next_review_date": self.yesterday, "user_id": self.quality.id}
        )
        later = self.code.copy(
            {"code": "T6", "next_review_date": self.today + timedelta(days=2)}
        )
        self.codes.sudo()._cron_ask_for_review()
        self.codes.sudo()._cron_ask_for_review()
        asked = self._get_requests(self.code)
        self.assertEqual(asked.user_id, self.quality)
        self.assertEqual(len(asked), 1)
        self.assertFalse(self._get_requests(later))
        self.code.action_reviewed()
        self.assertFalse(self._get_requests(self.code))
        self.codes.sudo()._cron_ask_for_review()
        self.assertFalse(self._get_requests(self.code), "not before next year")

    def test_nobody_named(self):
        head = self.env.ref("aftersales_service.role_aftersales_head")
        head.assignment_ids.filtered(
            lambda row: row.user_id != self.signers["aftersales_head"]
        ).unlink()
        self.code.next_review_date = self.yesterday
        theirs = self.codes.sudo().create(
            {
                "name": "Theirs",
                "code": "T7",
                "company_id": self.sister.id,
                "next_review_date": self.yesterday,
            }
        )
        self.codes.sudo()._cron_ask_for_review()
        self.assertEqual(
            self._get_requests(self.code).user_id, self.signers["aftersales_head"]
        )
        self.assertFalse(self._get_requests(theirs), "nobody to ask there")
        holder = new_test_user(
            self.env,
            login="as_foreign_head",
            groups=GROUP + "user",
            company_id=self.sister.id,
            company_ids=[Command.set(self.sister.ids)],
        )
        self.env["aftersales.role.assignment"].create(
            {
                "role_id": head.id,
                "company_id": self.sister.id,
                "user_id": holder.id,
            }
        )
        self.codes.sudo()._cron_ask_for_review()
        self.assertEqual(self._get_requests(theirs).user_id, holder)

    def test_archived_code_is_left_alone(self):
        self.code.write({"next_review_date": self.yesterday, "active": False})
        self.codes.sudo()._cron_ask_for_review()
        self.assertFalse(self._get_requests(self.code))
        self.assertFalse(self.code.is_overdue)

    def test_rights(self):
        for user in (self.agent, self.engineer_user, self.keeper):
            with self.subTest(user=user.login):
                self.assertTrue(self.code.with_user(user).name)
                with self.assertRaises(AccessError):
                    self.code.with_user(user).action_reviewed()
                with self.assertRaises(AccessError):
                    self.codes.with_user(user).create({"name": "N", "code": "N"})
