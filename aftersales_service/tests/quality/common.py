from odoo import Command, fields

from ..common_company import TwoCompaniesCommon


class TierCommon(TwoCompaniesCommon):
    """Customers with machines and invoices, criteria with round numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.tier.criterion"].search([]).active = False
        cls.criteria = cls.env["aftersales.tier.criterion"].create(
            [
                cls._prepare_criterion("purchases", 30, [(1, 50), (1000, 100)]),
                cls._prepare_criterion("machines", 40, [(1, 40), (2, 100)]),
                cls._prepare_criterion("payment", 30, [(50, 50), (100, 100)]),
            ]
        )
        cls.today = fields.Date.context_today(cls.criteria.with_user(cls.agent))
        cls.other = cls.env["res.partner"].create(
            {"name": "Yunling Roads", "is_company": True}
        )

    @classmethod
    def _prepare_criterion(cls, source, weight, thresholds, **vals):
        return {
            "name": source.title(),
            "code": f"T-{source}",
            "source": source,
            "weight": weight,
            "company_id": False,
            "threshold_ids": [
                Command.create({"minimum": minimum, "points": points})
                for minimum, points in thresholds
            ],
            **vals,
        }

    def _review(self, user=None, **vals):
        return (
            self.env["aftersales.tier.review"]
            .with_user(user or self.agent)
            .create({"partner_id": self.customer.id, **vals})
        )

    def _add_machine(self, partner, serial, company=None):
        return self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": serial,
                "partner_id": partner.id,
                "company_id": (company or self.company).id,
            }
        )

    def _invoice(self, amount, day=None, due=None, **vals):
        """A posted invoice of ``amount`` without tax, for the customer."""
        day = day or self.today
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_date_due": due or day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Machine",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    def _get_values(self, review):
        return {line.source: line.value for line in review.line_ids}
