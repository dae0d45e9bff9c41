from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What of a line is money, and so is frozen with the invoice.
CONTENT = frozenset(
    {
        "order_id",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_unit",
        "technical_price_unit",
        "discount",
        "tax_ids",
        "display_type",
        "is_downpayment",
    }
)
# What the customer agreed to with the settlement.
AGREED = CONTENT - {"tax_ids", "product_uom_qty"}
# Follow from the work and its invoices; Odoo takes them from any caller.
BILLED = frozenset({"qty_delivered", "qty_delivered_method", "invoice_lines"})


class AftersalesSettlementFrozenMixin(models.AbstractModel):
    """What of a settlement line does not change any more, or is never entered.

    Nobody changes prices once the settlement is confirmed, adds to what the customer
    has signed, or says what is delivered or invoiced. Split from
    ``aftersales.settlement.line.mixin``, which inherits it and asks.
    """

    _name = "aftersales.settlement.frozen.mixin"
    _description = "Agreed Lines of a Settlement"

    def _aftersales_check_agreed(self, vals):
        """:raises UserError: when prices of a confirmed settlement are changed, or the
        quantity of one that the customer has signed"""
        lines = self.filtered(lambda line: not line.sudo().is_downpayment)
        for line in lines:
            order = line.sudo().order_id
            agreed = order.state == "sale" or order.signature
            if agreed and line._aftersales_differs(vals, AGREED):
                raise UserError(
                    self.env._(
                        "Settlement %(order)s is confirmed: its prices stay as they"
                        " were agreed to. What is let off is a relief; what comes on"
                        " top is a new settlement.",
                        order=order.name,
                    )
                )
            if line._aftersales_differs(vals, CONTENT - {"tax_ids"}):
                order._aftersales_check_unsigned()

    @api.model
    def _aftersales_is_billed(self, fname):
        field = self._fields.get(fname)
        return field is not None and (
            fname in BILLED
            or bool(
                field.compute
                and field.store
                and field.readonly
                and not field.inverse
                and not field.related
            )
        )

    def _aftersales_check_billed(self, vals):
        """What is delivered, invoiced and summed up is computed.

        A delivered quantity is entered only where Odoo knows it from nowhere else:
        on a line that came by hand.

        :raises AccessError: naming the field
        """
        names = frozenset(filter(self._aftersales_is_billed, vals))
        if not names:
            return
        for line in self._aftersales_filter_settled():
            own = names
            known = line.sudo()
            if not known.aftersales_quantity and known.qty_delivered_method == "manual":
                own = names - {"qty_delivered"}
            if line._aftersales_differs(vals, own):
                line._aftersales_raise_billed(min(own))

    def _aftersales_raise_billed(self, fname):
        raise AccessError(
            self.env._(
                "%(field)s is computed, not entered.",
                field=self._fields[fname]._description_string(self.env),
            )
        )
