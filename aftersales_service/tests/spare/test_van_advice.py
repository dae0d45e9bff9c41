from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestVanAdvice(VanCommon):
    """Min and max from the use of parts on the machine models of a region."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        states = cls.env["res.country.state"].create(
            [
                {
                    "name": f"Testland {code}",
                    "code": code,
                    "country_id": cls.env.ref("base.cn").id,
                }
                for code in ("TX1", "TX2")
            ]
        )
        cls.here, cls.there = cls.env["aftersales.region"].create(
            [
                {
                    "name": state.code,
                    "code": state.code,
                    "company_id": cls.company.id,
                    "state_ids": [Command.set(state.ids)],
                }
                for state in states
            ]
        )
        cls.customer.state_id = states[0]
        cls.far_customer = cls.env["res.partner"].create(
            {"name": "Far Roadworks", "is_company": True, "state_id": states[1].id}
        )
        cls.engineer.aftersales_region_id = cls.here
        cls.other_engineer.aftersales_region_id = cls.there
        cls.env["aftersales.equipment"].create(
            [
                {
                    "product_id": cls.machine.id,
                    "serial": f"FAR-{number}",
                    "partner_id": cls.far_customer.id,
                    "purchase_date": fields.Date.today(),
                }
                for number in range(3)
            ]
        )
        # Twelve seals were used, all on the one machine here.
        dispatch = cls()._arrive_with([(cls.seal, 12)])
        cls()._use(dispatch, cls.seal, 12)
        dispatch.action_finished()

    def _advise(self, user=None, **vals):
        wizard = (
            self.env["aftersales.van.advice"]
            .with_user(user or self.keeper)
            .create({"months": 12, "cover_days": 30, **vals})
        )
        action = wizard.action_compute()
        self.assertEqual(action["res_id"], wizard.id)
        return wizard

    def _rows(self, wizard):
        return {
            row.engineer_id: (row.min_quantity, row.max_quantity)
            for row in wizard.line_ids.filtered(lambda r: r.product_id == self.seal)
        }

    def test_by_the_machines_of_the_region(self):
        """Four machines, one here: a quarter of the use is expected here."""
        wizard = self._advise()
        rows = {
            row.engineer_id.id: row.monthly_use
            for row in wizard.line_ids
            if row.product_id == self.seal
        }
        self.assertAlmostEqual(rows[self.engineer.id], 0.25)
        self.assertAlmostEqual(rows[self.other_engineer.id], 0.75)
        longer = self._advise(cover_days=120)
        self.assertEqual(
            {key.id: value for key, value in self._rows(longer).items()},
            {self.engineer.id: (1, 2), self.other_engineer.id: (3, 4)},
        )

    def test_only_the_chosen(self):
        wizard = self._advise(region_ids=[Command.set(self.here.ids)])
        self.assertEqual(wizard.line_ids.engineer_id.ids, self.engineer.ids)

    def test_what_is_long_ago_does_not_count(self):
        moves = self.env["stock.move"].search(
            [("aftersales_part_use_id.product_id", "=", self.seal.id)]
        )
        moves.date = fields.Datetime.subtract(fields.Datetime.now(), months=13)
        self.assertFalse(self._rows(self._advise()))
        self.assertTrue(self._rows(self._advise(months=24)))

    def test_applied_as_reordering_rules(self):
        wizard = self._advise(cover_days=120)
        mine = wizard.line_ids.filtered(
            lambda row: row.engineer_id.id == self.engineer.id
        )
        self.assertFalse(any(mine.mapped("is_applied")))
        (wizard.line_ids - mine).chosen = False
        wizard.action_apply()
        rule = self.env["stock.warehouse.orderpoint"].search(
            [("location_id", "=", self.engineer_location.id)]
        )
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (1, 2))
        self.assertTrue(all(mine.mapped("is_applied")))
        with self.assertRefused("at least one line that changes"):
            wizard.action_apply()
        again = self._advise(cover_days=120)
        row = again.line_ids.filtered(lambda r: r.engineer_id.id == self.engineer.id)
        self.assertEqual((row.current_min, row.current_max), (1, 2))
        row.max_quantity = 0
        with self.assertRefused("maximum must not be below"):
            again.action_apply()
        row.max_quantity = 6
        again.action_apply()
        self.assertEqual(rule.product_max_qty, 6)
        self._run_scheduler()
        self.assertEqual(self._travel().line_ids.quantity, 6)

    def test_own_companies_only(self):
        """Neither the use of another company nor rules for its people."""
        foreign = self.env["res.company"].create({"name": "Foreign Roads"})
        engineer = self.env["hr.employee"].create(
            {"name": "Zou", "company_id": foreign.id, "aftersales_engineer": True}
        )
        with self.assertRefused("own companies", AccessError):
            self._advise(company_id=foreign.id)
        wizard = self._advise(cover_days=120)
        wizard.line_ids[0].engineer_id = engineer
        with self.assertRefused("own companies", AccessError):
            wizard.action_apply()
        self.assertFalse(engineer.aftersales_location_id)

    def test_who_may_and_bad_figures(self):
        with self.assertRaises(AccessError):
            self._advise(self.engineer_user)
        with self.assertRefused("1 to 120 months"):
            self._advise(months=0)
        self.env["hr.employee"].search([]).aftersales_region_id = False
        with self.assertRefused("No engineer has a region"):
            self._advise()

    def test_defaults_are_parameters(self):
        wizards = self.env["aftersales.van.advice"].with_user(self.keeper)
        self.env["aftersales.parameter"].create(
            [
                {
                    "name": code,
                    "code": code,
                    "company_id": self.company.id,
                    "value": value,
                }
                for code, value in (("van_use_months", 3), ("van_cover_days", 14))
            ]
        )
        wizard = wizards.create({})
        self.assertEqual((wizard.months, wizard.cover_days), (3, 14))

    def test_few_queries(self):
        """One query finds the use, however many machines there are."""
        regions = self.env["aftersales.region"]
        regions._get_ids_by_state(self.company)
        self.env.flush_all()
        stock = self.env["aftersales.van.stock"]
        with self.assertQueryCount(1):
            stock._get_use_by_region(self.company, 12)
