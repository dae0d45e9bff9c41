from datetime import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

TOTALS = frozenset(
    {"amount_untaxed", "amount_tax", "amount_total", "currency_rate", "invoice_status"}
)


class AftersalesSettlementMixin(models.AbstractModel):
    """Prices, charging agreement and relief of a settlement; for ``sale.order``.

    A settlement charges by the price list and by nothing else. What is let off is a
    relief that was approved.
    """

    _name = "aftersales.settlement.mixin"
    _description = "Prices of a Settlement"
    _inherit = ["aftersales.settlement.share.mixin"]

    aftersales_relief_ids = fields.One2many(
        "aftersales.relief", "order_id", "Reliefs", copy=False
    )
    aftersales_agreement_warning = fields.Char(
        "Beyond the Agreement", compute="_compute_aftersales_agreement"
    )

    # -------------------------------------------------------------- agreement

    @api.depends("amount_untaxed", "aftersales_request_id.agreement_ids.state")
    @api.depends_context("lang")
    def _compute_aftersales_agreement(self):
        self.aftersales_agreed_amount = 0.0
        self.aftersales_agreement_warning = False
        for order in self.sudo().filtered("aftersales_request_id"):
            request = order.aftersales_request_id
            agreements = request.agreement_ids.filtered(lambda a: a.state == "agreed")
            if not agreements:
                continue
            agreed = sum(
                item.currency_id._convert(
                    item.amount, order.currency_id, order.company_id, item.date
                )
                for item in agreements
            )
            order.aftersales_agreed_amount = agreed
            # What was agreed was agreed for the case, on whatever order it is billed.
            charged = sum(
                request.sale_order_ids.filtered(
                    lambda other: other.state != "cancel"
                ).mapped("amount_untaxed")
            )
            excess = order.company_id._aftersales_parameter("agreement_excess_percent")
            limit = agreed * (1 + (excess or 0.0) / 100)
            if order.currency_id.compare_amounts(charged, limit) > 0:
                order.aftersales_agreement_warning = self.env._(
                    "%(charged)s is charged on this request; %(agreed)s was agreed with"
                    " the customer before the visit (%(agreements)s).",
                    charged=order.currency_id.format(charged),
                    agreed=order.currency_id.format(agreed),
                    agreements=", ".join(agreements.mapped("name")),
                )

    # ----------------------------------------------------------------- prices

    @api.model
    def _aftersales_find_pricelist(self, request):
        """Whose prices hold for ``request``: the customer's own, else after-sales',
        else what Odoo takes for any order."""
        company = request.company_id.sudo()
        partner = request.partner_id.sudo().with_company(company)
        return (
            partner.specific_property_product_pricelist.filtered("active")
            or company.aftersales_pricelist_id.filtered("active")
            or partner.property_product_pricelist
        )

    @api.model
    def _aftersales_get_facts(self, request):
        """What the conditions of a price list ask for, see ``_fits`` of its line."""
        request = request.sudo()
        path = request.product_id.categ_id.parent_path or ""
        site = request.equipment_id.site_partner_id or request.partner_id
        regions = self.env["aftersales.region"]._get_ids_by_state(request.company_id)
        return {
            "model_id": request.product_id.id,
            "categ_ids": tuple(map(int, filter(None, path.split("/")))),
            "region_id": regions.get(site.state_id.id, False),
            "warranty_state": request.warranty_state,
        }

    @api.model
    def _aftersales_get_price(self, request, product, quantity, day, currency=None):
        """The unit price of ``product`` for a case on a day, by the pricelist.

        :param day: date where the company works
        :param currency: of the answer; that of the pricelist if empty
        """
        company = request.company_id
        pricelist = self._aftersales_find_pricelist(request)
        pricelist = (
            pricelist.sudo()
            .with_company(company)
            .with_context(aftersales_case=self._aftersales_get_facts(request))
        )
        return pricelist._get_product_price(
            product.sudo().with_company(company),
            quantity or 1.0,
            currency=currency or pricelist.currency_id or company.currency_id,
            date=company._aftersales_get_moment(day, time(12)),
        )

    # ------------------------------------------------------------------ locks

    def _aftersales_get_posted(self):
        """Posted invoices that still stand, of settlements among these orders."""
        orders = self.sudo().filtered("aftersales_request_id")
        return orders.invoice_ids.filtered(
            lambda move: move.state == "posted"
            and move.move_type == "out_invoice"
            and move.payment_state != "reversed"
        )

    def _aftersales_check_open(self):
        """:raises UserError: when the settlement is cancelled or its invoice posted"""
        for order in self:
            if order.state == "cancel":
                raise UserError(
                    self.env._("%(order)s is cancelled.", order=order.display_name)
                )
            if posted := order._aftersales_get_posted():
                raise UserError(
                    self.env._(
                        "Invoice %(invoice)s of settlement %(order)s is posted: what it"
                        " charges does not change any more. Correct it by a credit"
                        " note.",
                        invoice=posted[0].name,
                        order=order.name,
                    )
                )

    def _aftersales_check_unsigned(self):
        """:raises UserError: when the customer has signed: he agreed to what was on
        the settlement then, and to nothing on top"""
        for order in self:
            if order.signature:
                raise UserError(
                    self.env._(
                        "The customer has signed settlement %(order)s. What comes on"
                        " top is a new settlement, what is let off a relief.",
                        order=order.name,
                    )
                )

    def _aftersales_check_pricelist(self):
        """:raises UserError: when somebody chose other prices or another currency
        for a settlement"""
        if self.env.su:
            return
        for order in self.sudo().filtered("aftersales_request_id"):
            expected = self._aftersales_find_pricelist(order.aftersales_request_id)
            currency = expected.currency_id or order.company_id.currency_id
            if order.pricelist_id != expected or order.currency_id != currency:
                raise UserError(
                    self.env._(
                        "The prices of settlement %(order)s are those of %(pricelist)s."
                        " What is let off is a relief.",
                        order=order.name,
                        pricelist=expected.name or self.env._("the products"),
                    )
                )

    def _aftersales_check_stays_cancelled(self):
        """:raises UserError: on a settlement: its work is charged by another one"""
        if any(order.sudo().aftersales_request_id for order in self):
            raise UserError(
                self.env._(
                    "A cancelled settlement stays cancelled. Make a new one from its"
                    " service request."
                )
            )

    def _aftersales_check_totals(self, vals):
        """The totals of a settlement follow from its lines; Odoo would take them from
        any caller, and cash is asked by them.

        :raises AccessError: when somebody writes one of them
        """
        names = TOTALS & vals.keys()
        if self.env.su or not names or not self.sudo().aftersales_request_id:
            return
        raise AccessError(
            self.env._(
                "%(field)s is computed, not entered.",
                field=self._fields[min(names)]._description_string(self.env),
            )
        )

    def action_aftersales_relief(self):
        """Open the form that asks for a relief on this settlement."""
        self.ensure_one()
        self.check_access("read")
        self._aftersales_check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Relief"),
            "res_model": "aftersales.relief",
            "views": [(False, "form")],
            "context": {"default_order_id": self.id},
        }
