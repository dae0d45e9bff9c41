from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from ...engine.tier import on_time_share


class AftersalesTierMeasure(models.AbstractModel):
    """Measures customers from the records of one company, many at a time.

    Reads with sudo: an agent gets the figures of his company without being an
    accountant. Each ``_measure_<source>`` is one or two queries for all customers.
    """

    _name = "aftersales.tier.measure"
    _description = "Measuring of Customers"

    @api.model
    def _measure(self, partners, company, day, criteria):
        """Values of ``partners`` on ``day`` for every source in ``criteria``.

        :param partners: commercial ``res.partner``
        :param day: date; periods are the 12 months up to and including it
        :return: dict ``{source: {partner id: float}}``; a missing partner has 0
        """
        measure = self.sudo().with_company(company)
        return {
            criterion.source: getattr(measure, f"_measure_{criterion.source}")(
                partners, company, day, criterion
            )
            for criterion in criteria
        }

    def _measure_purchases(self, partners, company, day, _criterion):
        """Posted invoices less credit notes, without tax, in company currency."""
        rows = self.env["account.move"]._read_group(
            Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            & Domain("company_id", "=", company.id)
            & Domain("commercial_partner_id", "in", partners.ids)
            & self._get_year("invoice_date", day),
            ["commercial_partner_id"],
            ["amount_untaxed_signed:sum"],
        )
        return {partner.id: amount for partner, amount in rows}

    def _measure_machines(self, partners, company, _day, _criterion):
        rows = self.env["aftersales.equipment"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", partners.ids),
            ],
            ["partner_id"],
            ["__count"],
        )
        return self._sum_by_owner(rows)

    def _measure_payment(self, partners, company, day, _criterion):
        """Percentage of what fell due that is not overdue; 100 owes nothing."""
        due = self._sum_receivables(
            partners,
            company,
            Domain("move_id.move_type", "=", "out_invoice")
            & self._get_year("date_maturity", day),
            "balance:sum",
        )
        overdue = self._get_arrears(partners, company, day)
        return {
            partner.id: on_time_share(
                due.get(partner.id, 0.0), overdue.get(partner.id, 0.0)
            )
            for partner in partners
        }

    @api.model
    def _get_arrears(self, partners, company, overdue_on=None):
        """What ``partners`` owe ``company`` by its posted entries.

        :param partners: commercial ``res.partner``
        :param overdue_on: count only what should have been paid before this date
        :return: dict ``{partner id: amount in company currency}``
        """
        # An invoice whose payment is on its way to the bank is not owed any more.
        domain = Domain("reconciled", "=", False)
        domain &= Domain("move_id.payment_state", "!=", "in_payment")
        if overdue_on:
            domain &= Domain("date_maturity", "<", overdue_on)
        return self._sum_receivables(partners, company, domain, "amount_residual:sum")

    @api.model
    def _sum_receivables(self, partners, company, domain, aggregate):
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("parent_state", "=", "posted")
                & Domain("company_id", "=", company.id)
                & Domain("account_id.account_type", "=", "asset_receivable")
                & Domain("partner_id.commercial_partner_id", "in", partners.ids)
                & domain,
                ["partner_id"],
                [aggregate],
            )
        )
        return self._sum_by_owner(rows)

    @api.model
    def _sum_by_owner(self, rows):
        """Add up ``[(partner, value)]`` by the company a partner belongs to."""
        totals = {}
        for partner, value in rows:
            owner = partner.commercial_partner_id.id
            totals[owner] = totals.get(owner, 0) + value
        return totals

    def _measure_strategic(self, partners, _company, _day, _criterion):
        """One for an agent, one more for a reference project (示范工程)."""
        return {
            partner.id: (partner.aftersales_customer_class == "agent")
            + partner.aftersales_reference_project
            for partner in partners.sudo()
        }

    def _measure_contract(self, partners, company, day, criterion):
        """Confirmed sales of the category of service contracts, without tax."""
        if not criterion.category_id:
            return {}
        rows = self.env["sale.order.line"]._read_group(
            Domain("state", "=", "sale")
            & Domain("company_id", "=", company.id)
            & Domain("product_id.categ_id", "child_of", criterion.category_id.id)
            & Domain("order_id.partner_id.commercial_partner_id", "in", partners.ids)
            & self._get_year("order_id.date_order", day),
            ["order_id"],
            ["price_subtotal:sum"],
        )
        return self._sum_by_owner(
            (
                order.partner_id,
                order.currency_id._convert(
                    amount, company.currency_id, company, order.date_order
                ),
            )
            for order, amount in rows
        )

    @api.model
    def _get_year(self, fname, day):
        """Domain of the 12 months up to and including ``day``."""
        after = day + relativedelta(days=1)
        start = after - relativedelta(years=1)
        return Domain(fname, ">=", start) & Domain(fname, "<", after)
