from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..quality.common import TierCommon


@tagged("post_install", "-at_install")
class TestCustomerFile(TierCommon):
    """What the customer's form tells after-sales people, and nobody else."""

    def test_machines_and_open_requests(self):
        contact = self.customer.child_ids
        self._add_machine(contact, "MK-C")
        self._create_request()
        self._create_request(partner_id=contact.id, equipment_id=False)
        self._create_request().action_cancel()
        for user in (self.agent, self.signers["superior"]):
            customer = self.customer.with_user(user)
            self.assertEqual(customer.aftersales_machine_count, 2)
            self.assertEqual(customer.aftersales_open_count, 2)
        self.assertEqual(contact.with_user(self.agent).aftersales_machine_count, 1)
        self.assertEqual(contact.with_user(self.agent).aftersales_open_count, 1)
        self.assertEqual(self.other.with_user(self.agent).aftersales_machine_count, 0)

    def test_counts_in_a_batch(self):
        partners = (self.customer | self.other | self.customer.child_ids).with_user(
            self.agent
        )
        partners.fetch(["name"])
        for fname in ("aftersales_machine_count", "aftersales_arrears"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners[:1].mapped(fname)
            one = self.env.cr.sql_log_count - before
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.mapped(fname)
            self.assertLessEqual(self.env.cr.sql_log_count - before, one + 2, fname)

    def test_arrears_by_the_books_of_this_company(self):
        self._invoice(300)
        self._invoice(200, partner_id=self.customer.child_ids.id)
        self._invoice(90).button_draft()
        agent = self.customer.with_user(self.agent)
        with self.assertRaises(AccessError):
            self.env["account.move.line"].with_user(self.agent).search([])
        self.assertEqual(agent.aftersales_arrears, 500.0)
        contact = self.customer.child_ids.with_user(self.agent)
        self.assertEqual(contact.aftersales_arrears, 500.0)
        self.assertEqual(
            self.customer.with_user(self.foreign_manager).aftersales_arrears, 0.0
        )

    def test_company_of_the_context_is_checked(self):
        """An agent gets no figures by naming a company that is not his."""
        foreign = self.customer.with_user(self.agent).with_context(
            allowed_company_ids=self.sister.ids
        )
        with self.assertRaises(AccessError):
            foreign.read(["aftersales_arrears"])

    def test_others_do_not_see_it(self):
        stranger = new_test_user(
            self.env, login="as_stranger", groups="base.group_user"
        )
        for user in (stranger, self.engineer_user):
            customer = self.customer.with_user(user)
            for fname in (
                "aftersales_arrears",
                "aftersales_machine_count",
                "aftersales_open_count",
                "aftersales_tier_review_ids",
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    customer.read([fname])
            view = customer.get_view(
                self.env.ref("base.view_partner_form").id, view_type="form"
            )
            self.assertNotIn("aftersales_", view["arch"])
        view = self.customer.with_user(self.signers["superior"]).get_view(
            self.env.ref("base.view_partner_form").id, view_type="form"
        )
        self.assertIn("aftersales_arrears", view["arch"])

    def test_region_by_the_province(self):
        states = self.env["res.country.state"]
        east, west = states.create(
            [
                {"name": f"State {code}", "code": code, "country_id": country.id}
                for code in ("XE", "XW")
                for country in self.env.ref("base.cn")
            ]
        )
        regions = self.env["aftersales.region"].create(
            [
                {"name": "Far East", "code": "XE", "state_ids": east.ids},
                {
                    "name": "Of the Sister",
                    "code": "XS",
                    "state_ids": west.ids,
                    "company_id": self.sister.id,
                },
            ]
        )
        customer = self.customer.with_user(self.agent)
        self.assertFalse(customer.aftersales_region_id)
        customer.state_id = east
        self.assertEqual(customer.aftersales_region_id, regions[0])
        found = customer.search([("aftersales_region_id", "=", regions[0].id)])
        self.assertIn(customer, found)
        self.assertIn(
            customer, customer.search([("aftersales_region_id", "ilike", "far ea")])
        )
        self.assertNotIn(customer, customer.search([("aftersales_region_id", "=", 0)]))
        self.assertNotIn(
            customer, customer.search([("aftersales_region_id", "=", False)])
        )
        customer.state_id = west
        self.assertFalse(customer.aftersales_region_id)
        self.assertIn(customer, customer.search([("aftersales_region_id", "=", False)]))

    def test_agent_fills_the_form(self):
        with Form(self.customer.with_user(self.agent)) as form:
            form.aftersales_customer_class = "agent"
            form.aftersales_head_id = self.customer.child_ids
            with self.assertRaises(AssertionError):
                form.aftersales_tier = "a"
        self.assertEqual(self.customer.aftersales_head_id, self.customer.child_ids)
        self.assertEqual(self.customer.child_ids.aftersales_customer_class, "agent")

    def test_manager_fills_the_form(self):
        with Form(self.customer.with_user(self.manager)) as form:
            form.aftersales_tier = "b"
        self.assertEqual(self.customer.aftersales_tier, "b")

    def test_tier_is_in_the_chatter(self):
        self.env.flush_all()
        self.cr.precommit.run()
        before = self.customer.message_ids
        self._review().with_user(self.manager).action_confirm()
        self.env.flush_all()
        self.cr.precommit.run()
        tracked = (self.customer.message_ids - before).tracking_value_ids
        self.assertIn("aftersales_tier", tracked.field_id.mapped("name"))

    # -------------------------------------------------------------- the list

    def _filter(self, name):
        """Customers that the filter ``name`` of the customers' screen shows."""
        arch = self.env.ref(
            "aftersales_service.aftersales_customer_view_search"
        ).get_combined_arch()
        node = etree.fromstring(arch).find(f".//filter[@name='{name}']")
        partners = self.env["res.partner"].with_user(self.agent)
        return partners.search(safe_eval(node.get("domain")))

    def test_review_overdue(self):
        self.assertIn(self.customer, self._filter("aftersales_review_due"))
        self.assertNotIn(self.other, self._filter("aftersales_review_due"))
        self._review().with_user(self.manager).action_confirm()
        self.assertNotIn(self.customer, self._filter("aftersales_review_due"))
        self.customer.aftersales_tier_date -= timedelta(days=367)
        self.assertIn(self.customer, self._filter("aftersales_review_due"))

    def test_filters_by_tier(self):
        self.customer.aftersales_tier = "b"
        self.assertIn(self.customer, self._filter("aftersales_tier_b"))
        self.assertNotIn(self.customer, self._filter("aftersales_tier_a"))
        self.assertNotIn(self.customer, self._filter("aftersales_no_tier"))
        self.assertIn(self.customer, self._filter("aftersales_machines"))

    def test_customers_screen(self):
        action = self.env["ir.actions.act_window"].with_user(self.agent)
        action = action._for_xml_id("aftersales_service.aftersales_customer_action")
        for view_id, kind in action["views"]:
            arch = self.customer.with_user(self.agent).get_view(view_id, kind)["arch"]
            self.assertIn("aftersales_tier", arch, kind)
