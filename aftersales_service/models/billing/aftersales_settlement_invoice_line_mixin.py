from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class AftersalesSettlementInvoiceLineMixin(models.AbstractModel):
    """Ties an invoice line to its settlement line; for ``account.move.line``."""

    _name = "aftersales.settlement.invoice.line.mixin"
    _description = "Invoice Line of a Settlement"

    def write(self, vals):
        if self.env.su or "sale_line_ids" not in vals:
            return super().write(vals)
        before = {line: line._aftersales_get_settled() for line in self}
        result = super().write(vals)
        for line, settled in before.items():
            if line._aftersales_get_settled() != settled:
                raise UserError(
                    self.env._(
                        "Which settlement an invoice line belongs to does not change."
                        " Delete the line and invoice the settlement anew."
                    )
                )
        return result

    def _aftersales_get_settled(self):
        """The settlement lines that this line invoices, with sudo."""
        self.ensure_one()
        return self.sudo().sale_line_ids.filtered("order_id.aftersales_request_id")

    def _aftersales_check_price(self, sale_line):
        """:raises UserError: unless this line charges what ``sale_line`` says"""
        self.ensure_one()
        price = self._aftersales_get_agreed_price(sale_line)
        precision = self.env["decimal.precision"]
        digits = precision.precision_get("Product Price")
        same_price = not float_compare(self.price_unit, price, digits)
        if self.currency_id != sale_line.currency_id:
            same_price = not self.currency_id.compare_amounts(self.price_unit, price)
        digits = precision.precision_get("Discount")
        same_discount = not float_compare(self.discount, sale_line.discount, digits)
        if same_price and same_discount:
            return
        if self.tax_ids != sale_line.tax_ids and self._aftersales_is_same_net(
            sale_line
        ):
            return
        raise UserError(
            self.env._(
                "%(invoice)s: %(item)s costs %(price)s less %(discount)g%%, by"
                " settlement %(order)s it is %(agreed)s less %(agreed_discount)g%%."
                " Correct a price by a credit note or a new settlement; taxes and"
                " accounts may change.",
                invoice=self.move_id.display_name,
                item=self.product_id.display_name or self.name or "",
                price=self.currency_id.format(self.price_unit),
                discount=self.discount,
                order=sale_line.order_id.name,
                agreed=self.currency_id.format(price),
                agreed_discount=sale_line.discount,
            )
        )

    def _aftersales_get_agreed_price(self, sale_line):
        """The unit price of ``sale_line`` in unit and currency of this line."""
        price = sale_line.price_unit
        if self.product_uom_id:
            price = sale_line.product_uom_id._compute_price(price, self.product_uom_id)
        return sale_line.currency_id._convert(
            price,
            self.currency_id,
            self.company_id,
            self.move_id.invoice_date or fields.Date.context_today(self),
            round=False,
        )

    def _aftersales_is_same_net(self, sale_line):
        """Whether another price is due to other taxes: a tax that is included in the
        price was replaced by one that is not."""
        if self.currency_id != sale_line.currency_id:
            return False
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, sale_line.product_uom_id, round=False
        )
        net = sale_line.price_reduce_taxexcl * quantity
        return not self.currency_id.compare_amounts(self.price_subtotal, net)
