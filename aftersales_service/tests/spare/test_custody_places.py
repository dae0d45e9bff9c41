from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon
from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestCustodyPlaces(TwoCompaniesCommon, VanCommon):
    """The places of a company, their repair, and what is whose."""

    def test_made_with_the_company(self):
        for company in (self.company, self.sister):
            loaner = company.aftersales_loaner_location_id
            self.assertEqual(loaner.usage, "internal")
            self.assertEqual(company.aftersales_kit_root_id.usage, "view")
            self.assertEqual((loaner.company_id, loaner.barcode), (company, "ASLOANER"))
            self.assertFalse(loaner.warehouse_id)
            types = [
                company[f"aftersales_{name}_type_id"]
                for name in ("issue", "unused", "use", "old_part")
            ]
            code = company._aftersales_get_warehouse().code.upper()
            self.assertEqual(
                [kind.barcode for kind in types],
                [f"{code}{suffix}" for suffix in ("ASI", "ASR", "ASU", "ASO")],
            )
            self.assertEqual(len({kind.color for kind in types}), 4)
        place = self.engineer._aftersales_get_location()
        self.assertEqual(place.barcode, f"ASVAN{self.engineer.id:05d}")

    def test_setup_again_changes_nothing(self):
        self.company.aftersales_loaner_location_id.barcode = "MY-LOANERS"
        self.company.aftersales_issue_type_id.color = 7
        before = self.company.read()[0]
        self.company._aftersales_setup()
        self.assertEqual(self.company.read()[0], before)
        self.assertEqual(
            self.company.aftersales_loaner_location_id.barcode, "MY-LOANERS"
        )
        self.assertEqual(self.company.aftersales_issue_type_id.color, 7)

    def test_archived_places_come_back(self):
        place = self.engineer._aftersales_get_location()
        archived = (
            place
            | self.company.aftersales_loaner_location_id
            | self.company.aftersales_kit_root_id
        )
        archived.active = False
        kind = self.company.aftersales_issue_type_id
        kind.active = False
        settings = self.env["res.config.settings"].create({})
        settings.action_aftersales_repair()
        self.assertEqual(set(archived.mapped("active")), {True})
        self.assertTrue(kind.active)

    def test_deleted_places_are_made_again(self):
        loaner = self.company.aftersales_loaner_location_id
        loaner.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.company.aftersales_loaner_location_id)
        made = self.company._aftersales_get("loaner_location")
        self.assertTrue(made.exists())
        self.assertEqual(made.barcode, "ASLOANER")

    def test_archived_van_comes_back_at_the_need(self):
        place = self.engineer._aftersales_get_location()
        place.active = False
        dispatch = self._issue_dispatch()
        self._issue_parts(dispatch, [(self.seal, 1)])
        self.assertTrue(place.active)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 1)

    def test_barcode_that_is_taken(self):
        self.company.aftersales_loaner_location_id.barcode = False
        self.env.flush_all()
        self.stock.barcode = "ASLOANER"
        self.company._aftersales_setup()
        self.assertFalse(self.company.aftersales_loaner_location_id.barcode)

    # ------------------------------------------------------- second company

    def test_rules_of_each_company(self):
        self._rule(self.seal, 1, 1)
        self._rule(
            self.seal,
            2,
            3,
            self.foreign_engineer,
            company_id=self.sister.id,
            warehouse_id=self.sister._aftersales_get_warehouse().id,
        )
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(self._travel().company_id, self.company)
        theirs = self._travel(self.foreign_engineer)
        self.assertEqual(theirs.company_id, self.sister)
        self.assertEqual(theirs.line_ids.quantity, 3)
        self.assertEqual(theirs.warehouse_id.company_id, self.sister)

    def test_foreign_stock_and_counts_are_not_seen(self):
        place = self.foreign_engineer._aftersales_get_location()
        self._put(self.seal, 3, location=place)
        self.env.flush_all()
        stock = self.env["aftersales.van.stock"]
        domain = [("engineer_id", "=", self.foreign_engineer.id)]
        self.assertFalse(stock.with_user(self.manager).search(domain))
        row = stock.with_user(self.foreign_manager).search(domain)
        self.assertEqual((row.quantity, row.company_id), (3, self.sister))
        counts = self.env["aftersales.van.count"]
        count = counts.with_user(self.foreign_manager).create(
            {"engineer_id": self.foreign_engineer.id}
        )
        self.assertEqual(count.company_id, self.sister)
        self.assertEqual(count.line_ids.book_quantity, 3)
        self.assertFalse(counts.with_user(self.manager).search([("id", "=", count.id)]))
        with self.assertRefused("incompatible|company", Exception):
            counts.with_user(self.both_user).create(
                {
                    "engineer_id": self.foreign_engineer.id,
                    "company_id": self.company.id,
                }
            )
