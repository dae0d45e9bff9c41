from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..spare.common import SpareCommon

PLACES = (
    "engineer_root",
    "consumption_location",
    "return_location",
    "issue_type",
    "use_type",
    "unused_type",
    "old_part_type",
)


@tagged("post_install", "-at_install")
class TestCompanySetup(SpareCommon):
    """Places, operation types and accounts: one set per company, made once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bare = cls.env["res.company"].create({"name": "No Chart Yet"})

    def _get_places(self, company):
        return {name: company[f"aftersales_{name}_id"].id for name in PLACES}

    def _load_chart(self, company):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )

    def _count(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in (
                "stock.location",
                "stock.picking.type",
                "account.journal",
                "account.account",
                "ir.sequence",
            )
        ]

    def test_running_it_again(self):
        for company in (self.company, self.bare):
            company._aftersales_setup()
            places, counts = self._get_places(company), self._count()
            company._aftersales_setup()
            self.assertEqual(self._get_places(company), places)
            self.assertEqual(self._count(), counts)

    def test_new_company_has_everything(self):
        places = self._get_places(self.bare)
        self.assertTrue(all(places.values()), places)
        for name in PLACES:
            place = self.bare[f"aftersales_{name}_id"]
            self.assertEqual(place.company_id, self.bare, name)
            self.assertNotEqual(place, self.company[f"aftersales_{name}_id"], name)
        self.assertEqual(self.bare.aftersales_engineer_root_id.usage, "view")
        warehouse = self.bare._aftersales_get_warehouse()
        self.assertEqual(warehouse.company_id, self.bare)
        self.assertEqual(
            self.bare.aftersales_issue_type_id.default_location_src_id,
            warehouse.lot_stock_id,
        )

    def test_what_was_taken_away_comes_back(self):
        kept = self._get_places(self.bare)
        self.bare.aftersales_return_location_id = False
        self.bare.aftersales_use_type_id = False
        location = self.bare._aftersales_get("return_location")
        self.assertTrue(location)
        self.assertTrue(self.bare.aftersales_use_type_id)
        self.assertEqual(
            self.bare.aftersales_engineer_root_id.id, kept["engineer_root"]
        )

    def test_no_warehouse(self):
        self.bare._aftersales_get_warehouse().active = False
        self.bare.aftersales_issue_type_id = False
        with self.assertRefused("“Issue to Engineer” is not set for No Chart Yet"):
            self.bare._aftersales_get("issue_type")

    def test_chosen_warehouse(self):
        second = self.env["stock.warehouse"].create(
            {"name": "Spare Parts", "code": "SP", "company_id": self.company.id}
        )
        self.assertNotEqual(self.company._aftersales_get_warehouse(), second)
        self.company.aftersales_warehouse_id = second
        self.assertEqual(self.company._aftersales_get_warehouse(), second)
        requisition = self._create_requisition(self._issue_dispatch(), [(self.seal, 1)])
        self.assertEqual(requisition.warehouse_id, second)
        self.assertEqual(requisition.line_ids.on_hand, 0)

    # ------------------------------------------------------------- accounting

    def test_no_chart_of_accounts(self):
        location = self.bare.aftersales_consumption_location_id
        self.assertFalse(location.valuation_account_id)
        self.assertFalse(self.bare.aftersales_cash_journal_id)
        with self.assertRefused("“Cash Journal of After-Sales” is not set"):
            self.bare._aftersales_get("cash_journal")

    def test_perpetual_part_without_account(self):
        self.part_category.with_company(self.bare).property_valuation = "real_time"
        seal = self.seal.with_company(self.bare)
        self.assertEqual(seal.valuation, "real_time")
        with self.assertRefused("expense account of No Chart Yet first.*Seal"):
            self.bare._aftersales_get_consumption_location(seal)

    def test_periodic_part_needs_no_account(self):
        self.part_category.with_company(self.bare).property_valuation = "periodic"
        self.assertEqual(
            self.bare._aftersales_get_consumption_location(self.seal),
            self.bare.aftersales_consumption_location_id,
        )

    def test_chart_loaded_later(self):
        self._load_chart(self.bare)
        location = self.bare._aftersales_get_consumption_location(self.seal)
        account = location.valuation_account_id
        self.assertEqual(account.account_type, "expense")
        self.assertEqual(account.company_ids, self.bare)
        self.assertNotEqual(account, self.bare.expense_account_id)
        journal = self.bare._aftersales_get("cash_journal")
        self.assertEqual(journal.type, "cash")
        self.assertEqual(journal.company_id, self.bare)

    def test_chosen_account_stays(self):
        chosen = self.company.expense_account_id
        location = self.company.aftersales_consumption_location_id
        location.valuation_account_id = chosen
        self.company._aftersales_setup()
        self.assertEqual(location.valuation_account_id, chosen)

    def test_free_part_without_account_is_refused(self):
        """As the engineer meets it: at “Finished”, and nothing is booked."""
        dispatch = self._arrive_with([(self.seal, 1)])
        self._use(dispatch, self.seal)
        self.company.aftersales_consumption_location_id.valuation_account_id = False
        self.company.expense_account_id = False
        with self.assertRefused("after-sales expense account"):
            dispatch.action_finished()
        self.assertEqual(dispatch.state, "arrived")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 1)

    # ------------------------------------------------------ Odoo's own places

    def test_inventory_loss_stays_the_default(self):
        """Other modules take the first location of a usage as their default."""
        ours = (
            self.bare.aftersales_consumption_location_id
            | self.bare.aftersales_return_location_id
        )
        product = (
            self.env["product.product"]
            .with_company(self.bare)
            .create({"name": "Anything", "is_storable": True})
        )
        loss = product.property_stock_inventory
        self.assertTrue(loss)
        self.assertNotIn(loss, ours)
        scrap = self.bare._aftersales_get_scrap_location()
        self.assertNotIn(scrap, ours | loss)
        default = (
            self.env["stock.scrap"]
            .with_company(self.bare)
            .create({"product_id": product.id, "company_id": self.bare.id})
            .scrap_location_id
        )
        self.assertNotIn(default, ours)

    def test_default_operation_types_stay(self):
        types = self.env["stock.picking.type"]
        for company in (self.company, self.bare):
            for code, ours in (
                ("outgoing", company.aftersales_use_type_id),
                ("incoming", company.aftersales_old_part_type_id),
            ):
                found = types.search(
                    [("code", "=", code), ("company_id", "=", company.id)]
                )
                self.assertIn(ours, found)
                self.assertNotEqual(found[0], ours, (company.name, code))

    # -------------------------------------------------------------- settings

    def test_repair_button(self):
        self.company.aftersales_return_location_id = False
        settings = self.env["res.config.settings"].create({})
        settings.action_aftersales_repair()
        self.assertTrue(self.company.aftersales_return_location_id)
        with self.assertRaises(AccessError):
            settings.with_user(self.dispatcher).action_aftersales_repair()

    def test_expense_account_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.aftersales_expense_account_id, self.expense_account)
        settings.aftersales_expense_account_id = self.company.expense_account_id
        self.assertEqual(self.expense_account, self.company.expense_account_id)

    def test_names_in_every_language(self):
        """The storekeeper's overview speaks his language, whoever ran the setup."""
        self.env["res.lang"]._activate_lang("zh_CN")
        mine = self.bare.aftersales_old_part_type_id
        own = "Worn Parts of the House"
        mine.update_field_translations("name", {"en_US": own, "zh_CN": own})
        self.env["ir.module.module"]._load_module_terms(
            ["aftersales_service"], ["zh_CN"]
        )
        for name in ("issue_type", "unused_type", "use_type", "machine_in_type"):
            made = self.bare[f"aftersales_{name}_id"]
            english = made.with_context(lang="en_US").name
            chinese = made.with_context(lang="zh_CN").name
            self.assertTrue(english.isascii(), english)
            self.assertRegex(chinese, "[\u4e00-\u9fff]", name)
        # What a person called otherwise is not called back.
        self.assertEqual(mine.with_context(lang="zh_CN").name, own)
        issue = self.bare.aftersales_issue_type_id.with_context(lang="zh_CN")
        issue.name = "发料"
        self.bare._aftersales_setup()
        self.assertEqual(issue.name, "发料")

    def test_new_company_has_names_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        company = self.env["res.company"].create({"name": "Born Bilingual"})
        issue = company.aftersales_issue_type_id
        self.assertEqual(issue.with_context(lang="en_US").name, "Issue to Engineer")
        self.assertRegex(issue.with_context(lang="zh_CN").name, "[\u4e00-\u9fff]")
