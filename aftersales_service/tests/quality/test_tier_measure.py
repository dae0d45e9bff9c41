from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TierCommon


@tagged("post_install", "-at_install")
class TestTierMeasure(TierCommon):
    """What a review measures comes from the records of one company."""

    def _measure(self, source, day=None, partner=None, **vals):
        partner = partner or self.customer
        self.env["aftersales.tier.criterion"].search([]).unlink()
        criterion = self.env["aftersales.tier.criterion"].create(
            self._prepare_criterion(source, 1, [(1, 100)], code=f"M-{source}", **vals)
        )
        measure = self.env["aftersales.tier.measure"].with_user(self.agent)
        values = measure._measure(partner, self.company, day or self.today, criterion)
        return values[source].get(partner.id, 0.0)

    def test_purchases_are_posted_invoices_of_a_year(self):
        year = relativedelta(years=1)
        self._invoice(1000)
        self._invoice(500, self.today - year + timedelta(days=1))
        self._invoice(70, self.today - year)  # a day too old
        draft = self._invoice(90)
        draft.button_draft()
        self.assertEqual(self._measure("purchases"), 1500.0)
        before = self.today - timedelta(days=1)
        self.assertEqual(self._measure("purchases", before), 570.0)

    def test_credit_notes_count_back(self):
        invoice = self._invoice(1000)
        refund = invoice._reverse_moves([{"invoice_date": self.today}])
        refund.invoice_line_ids.price_unit = 400
        refund.action_post()
        self.assertEqual(self._measure("purchases"), 600.0)

    def test_contacts_count_for_their_company(self):
        contact = self.customer.child_ids
        self._invoice(300, partner_id=contact.id)
        self._add_machine(contact, "MK-C")
        self.assertEqual(self._measure("purchases"), 300.0)
        self.assertEqual(self._measure("machines"), 2.0)

    def test_machines_out_of_use_do_not_count(self):
        machine = self._add_machine(self.customer, "MK-2")
        self.assertEqual(self._measure("machines"), 2.0)
        machine.active = False
        self.assertEqual(self._measure("machines"), 1.0)

    def test_paid_on_time(self):
        self.assertEqual(self._measure("payment"), 100.0)
        late = self.today - timedelta(days=10)
        self._invoice(750, late)
        invoice = self._invoice(250, late)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertEqual(self._measure("payment"), 25.0)

    def test_not_due_is_not_late(self):
        self._invoice(750, due=self.today + timedelta(days=30))
        self.assertEqual(self._measure("payment"), 100.0)
        self._invoice(100, due=self.today)  # the last day counts
        self.assertEqual(self._measure("payment"), 100.0)

    def test_old_debts_still_count(self):
        self._invoice(750, self.today - relativedelta(years=2))
        self.assertEqual(self._measure("payment"), 0.0)

    def test_strategic_value(self):
        self.assertEqual(self._measure("strategic"), 0)
        self.customer.aftersales_customer_class = "agent"
        self.assertEqual(self._measure("strategic"), 1)
        self.customer.aftersales_reference_project = True
        self.assertEqual(self._measure("strategic"), 2)
        self.customer.aftersales_customer_class = "contractor"
        self.assertEqual(self._measure("strategic"), 1)

    def test_service_contracts_by_their_category(self):
        category = self.env["product.category"].create({"name": "Contracts"})
        below = self.env["product.category"].create(
            {"name": "Yearly", "parent_id": category.id}
        )
        contract = self.env["product.product"].create(
            {"name": "Care", "type": "service", "categ_id": below.id, "taxes_id": False}
        )
        lines = [
            Command.create({"product_id": contract.id, "price_unit": 900}),
            Command.create({"product_id": self.seal.id, "price_unit": 50}),
        ]
        orders = self.env["sale.order"].create(
            [{"partner_id": self.customer.id, "order_line": lines} for _i in range(2)]
        )
        orders[0].action_confirm()
        self.assertEqual(self._measure("contract", category_id=category.id), 900.0)
        self.assertEqual(self._measure("contract"), 0.0)

    def test_the_sister_does_not_count(self):
        """A machine and an invoice of the sister company change nothing here."""
        before = self._measure("purchases"), self._measure("machines")
        self._add_machine(self.customer, "MK-S", self.sister)
        if not self.sister.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=self.sister, install_demo=False
            )
        self._invoice(5000, self.today - timedelta(days=5), company_id=self.sister.id)
        self.assertEqual(
            (self._measure("purchases"), self._measure("machines")), before
        )
        self.assertEqual(self._measure("payment"), 100.0)
        measure = self.env["aftersales.tier.measure"]
        owed = measure._get_arrears(self.customer, self.sister)
        self.assertEqual(owed[self.customer.id], 5000.0)
        self.assertFalse(measure._get_arrears(self.customer, self.company))

    def test_queries_do_not_grow_with_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(60)]
        )
        self.env["aftersales.equipment"].create(
            [
                {
                    "product_id": self.machine.id,
                    "serial": f"Q-{partner.id}",
                    "partner_id": partner.id,
                }
                for partner in partners
            ]
        )
        reviews = self.env["aftersales.tier.review"]

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reviews.create([{"partner_id": partner.id} for partner in some])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(partners[:2])
        few, many = count(partners[2:12]), count(partners[12:])
        self.assertLess(many - few, 20, "about no query more per customer")

    def test_a_source_is_measured_once(self):
        with self.assertRaisesRegex(ValidationError, "Installed Machines"):
            self.env["aftersales.tier.criterion"].create(
                self._prepare_criterion("machines", 1, [], code="again")
            )
