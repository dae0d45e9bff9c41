from odoo import models
from odoo.exceptions import UserError


class AftersalesSettlementInvoiceMixin(models.AbstractModel):
    """Holds an invoice to what its settlement says; for ``account.move``.

    An accountant may change taxes, accounts and texts of a draft invoice. Prices and
    discounts are those the customer agreed to, and nothing is invoiced twice; what
    was wrong is corrected by a credit note or a new settlement. Down payments and
    credit notes are Odoo's own.
    """

    _name = "aftersales.settlement.invoice.mixin"
    _description = "Invoice of a Settlement"

    def _post(self, soft=True):
        self._aftersales_check_settled()
        return super()._post(soft=soft)

    def _aftersales_check_settled(self):
        """:raises UserError: when a line charges another price, discount or quantity
        than its settlement, naming the first one; all invoices are read at once"""
        invoices = self.sudo().filtered(lambda move: move.move_type == "out_invoice")
        sale_lines = self.env["sale.order.line"].sudo()
        for line in invoices.invoice_line_ids:
            settled = line.sale_line_ids.filtered("order_id.aftersales_request_id")
            if line.display_type != "product" or len(settled) != 1:
                continue
            sale_lines |= settled
            if not settled.is_downpayment:
                line._aftersales_check_price(settled)
        for sale_line in sale_lines:
            if sale_line.is_downpayment:
                invoices._aftersales_check_advance(sale_line)
            else:
                invoices._aftersales_check_quantity(sale_line)
        for invoice in sale_lines.invoice_lines.move_id & invoices:
            invoice._aftersales_check_deductions()

    def _aftersales_check_quantity(self, sale_line):
        """Not more of ``sale_line`` than it has, on these and all posted invoices;
        less by a negative quantity only where too much was invoiced before."""
        total, deducted = 0.0, self.browse()
        for line in sale_line.invoice_lines:
            move = line.move_id
            if move.state != "posted" and move not in self:
                continue
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, sale_line.product_uom_id, round=False
            )
            total += quantity if move.move_type == "out_invoice" else -quantity
            if move in self and quantity < 0:
                deducted |= move
        unit = sale_line.product_uom_id
        more = unit.compare(total, sale_line.product_uom_qty)
        if more > 0 or (more < 0 and deducted):
            raise UserError(
                self.env._(
                    "%(invoice)s: %(item)s would be invoiced %(quantity)g %(unit)s in"
                    " all, settlement %(order)s has %(ordered)g. Correct it by a credit"
                    " note or a new settlement.",
                    invoice=(sale_line.invoice_lines.move_id & self)[:1].display_name,
                    item=sale_line.product_id.display_name,
                    quantity=total,
                    unit=unit.name,
                    order=sale_line.order_id.name,
                    ordered=sale_line.product_uom_qty,
                )
            )

    def _aftersales_check_advance(self, sale_line):
        """Not more is deducted than was asked for in advance."""
        moves = sale_line.invoice_lines.filtered(
            lambda line: line.parent_state != "cancel"
        )
        left = -sum(moves.mapped("amount_currency"))
        if sale_line.currency_id.compare_amounts(left, 0) < 0:
            raise UserError(
                self.env._(
                    "%(invoice)s deducts %(amount)s more than the down payment of"
                    " settlement %(order)s.",
                    invoice=(sale_line.invoice_lines.move_id & self)[:1].display_name,
                    amount=sale_line.currency_id.format(-left),
                    order=sale_line.order_id.name,
                )
            )

    def _aftersales_check_deductions(self):
        """What is let off is a line of the settlement, which somebody approved."""
        self.ensure_one()
        for line in self.invoice_line_ids:
            if (
                line.display_type == "product"
                and not line.sale_line_ids
                and self.currency_id.compare_amounts(line.price_subtotal, 0) < 0
            ):
                raise UserError(
                    self.env._(
                        "%(invoice)s: “%(item)s” takes %(amount)s off the settlement."
                        " Ask for a relief, or write a credit note.",
                        invoice=self.display_name,
                        item=line.name or line.product_id.display_name or "",
                        amount=self.currency_id.format(-line.price_subtotal),
                    )
                )
