from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

PAID_STATES = ("paid", "in_payment")


class AftersalesCommissionSourceMixin(models.AbstractModel):
    """Which invoices a commission statement takes, and what each of them earns.

    Split from ``aftersales.commission.statement``, which inherits it.
    """

    _name = "aftersales.commission.source.mixin"
    _description = "Sources of a Commission Statement"

    def _prepare_lines(self):
        """Values of the lines: paid invoices first, then what refunds take back."""
        self.ensure_one()
        rows = [self._prepare_invoice_line(*pair) for pair in self._find_invoices()]
        rows = [row for row in rows if row]
        taken = {(row["move_id"], row["order_id"]): row for row in rows}
        return rows + self._prepare_refund_lines(taken)

    def _find_orders(self):
        """Orders from the engineer's leads, with sudo."""
        orders = self.env["sale.order"].sudo()
        return orders.search(
            [
                ("company_id", "=", self.company_id.id),
                ("opportunity_id.aftersales_engineer_id", "=", self.employee_id.id),
                ("state", "=", "sale"),
            ]
        )

    def _get_taken(self, domain=()):
        """``(invoice, order)`` on the statements that stand, beside this one.

        :param domain: of the lines; by default those of the engineer
        """
        lines = self.env["aftersales.commission.line"].sudo()
        found = lines.search(
            [
                *(domain or [("employee_id", "=", self.employee_id.id)]),
                ("statement_id", "!=", self.id),
                ("state", "!=", "cancelled"),
            ]
        )
        return {(line.move_id, line.order_id): line for line in found}

    def _find_invoices(self):
        """``[(invoice, order)]`` paid up to the end of the month, not taken yet, by
        the engineer or by him who had the lead before."""
        orders = self._find_orders()
        taken = self._get_taken([("order_id", "in", orders.ids)])
        pairs = []
        for order in orders:
            invoices = order.invoice_ids.filtered(
                lambda move: move.move_type == "out_invoice"
                and move.state == "posted"
                and move.payment_state in PAID_STATES
            )
            pairs += [
                (invoice, order)
                for invoice in invoices.sorted("id")
                if (invoice, order) not in taken
                and self._get_paid_on(invoice) <= self.period_end
            ]
        return pairs

    def _get_paid_on(self, invoice):
        """The day on which the last of the invoice was paid."""
        lines = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        partials = lines.matched_credit_ids | lines.matched_debit_ids
        return max(partials.mapped("max_date"), default=invoice.date)

    def _get_order_amount(self, move, order):
        """What of ``move`` belongs to ``order``, untaxed, in company currency.

        :return: positive for an invoice, negative for a refund
        """
        lines = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
            and order in line.sale_line_ids.order_id
        )
        return -sum(lines.mapped("balance"))

    def _prepare_invoice_line(self, invoice, order):
        amount = self._get_order_amount(invoice, order)
        deal, list_amount = self._get_deal(order)
        sold_on = fields.Date.context_today(self, order.date_order)
        scale = self.env["aftersales.commission.scale"].sudo()
        scale = scale._find(self.company_id, sold_on)
        scale._check_tiers()
        rate, ratio = scale._get_rate(deal, list_amount)
        lead = order.opportunity_id
        return {
            "lead_id": lead.id,
            "order_id": order.id,
            "move_id": invoice.id,
            "products": ", ".join(
                order.order_line.filtered(
                    lambda line: not line.display_type and not line.is_downpayment
                ).product_id.mapped("display_name")
            ),
            "recommended_on": fields.Date.context_today(self, lead.create_date),
            "sold_on": sold_on,
            "paid_on": self._get_paid_on(invoice),
            "deal_amount": deal,
            "price_ratio": ratio,
            "scale_id": scale.id,
            "rate": rate,
            "amount": amount,
            "commission": self._get_commission(amount, rate),
        }

    def _get_deal(self, order):
        """Amount of the deal and the same at list price, in company currency."""
        lines = order.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        deal = sum(lines.mapped("price_subtotal"))
        listed = sum(
            line.product_id.lst_price
            * line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id
            )
            for line in lines
        )
        company = self.company_id
        day = order.date_order
        return (
            order.currency_id._convert(deal, company.currency_id, company, day),
            company.currency_id.round(listed),
        )

    def _prepare_refund_lines(self, taken):
        """A refund takes back the rate of its invoice, once, and no more than that.

        :param dict taken: ``{(invoice id, order id): values}`` of this statement
        """
        before = self._get_taken()
        earned = {(move.id, order.id): line for (move, order), line in before.items()}
        rows = []
        refunds = self.env["account.move"].sudo()
        keys = {**earned, **taken}
        found = refunds.search(
            Domain("reversed_entry_id", "in", [move_id for move_id, _order in keys])
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_refund")
            & Domain("date", "<=", self.period_end),
            order="date, id",
        )
        for refund in found:
            for (move_id, order_id), source in keys.items():
                order = self.env["sale.order"].sudo().browse(order_id)
                if refund.reversed_entry_id.id != move_id or (refund, order) in before:
                    continue
                rows.append(self._prepare_refund_line(refund, order, source, earned))
        return [row for row in rows if row["amount"]]

    def _prepare_refund_line(self, refund, order, source, earned):
        fnames = ("products", "recommended_on", "sold_on", "deal_amount")
        amount = self._get_order_amount(refund, order)
        origin = earned.get((refund.reversed_entry_id.id, order.id))
        values = {name: source[name] for name in (*fnames, "price_ratio", "rate")}
        return {
            **values,
            "lead_id": order.opportunity_id.id,
            "order_id": order.id,
            "move_id": refund.id,
            "origin_line_id": origin.id if origin else False,
            "scale_id": origin.scale_id.id if origin else source["scale_id"],
            "paid_on": refund.date,
            "amount": amount,
            "commission": self._get_commission(amount, values["rate"]),
        }

    def _take_carried(self):
        """Carry what earlier statements are below zero and no other one carries:
        a statement that could not be paid out is made up for once.

        :return: the sum, zero or negative
        """
        self.ensure_one()
        self._release_carried()
        earlier = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("employee_id", "=", self.employee_id.id),
                ("period", "<", self.period),
                ("state", "!=", "cancelled"),
                ("commission_total", "<", 0),
                ("carried_to_id", "=", False),
            ]
        )
        # Two statements collected in the same moment: one waits, or starts anew.
        earlier._form_lock()
        earlier = earlier.filtered(lambda s: not s.carried_to_id)
        earlier.carried_to_id = self
        return sum(earlier.mapped("commission_total"))

    def _release_carried(self):
        """What these statements carry is free for another one; called with sudo."""
        self.search([("carried_to_id", "in", self.ids)]).carried_to_id = False

    def _check_not_carried(self):
        """:raises UserError: when a later statement carries what one of these is
        below zero: changed or cancelled now, it would be taken back twice"""
        for statement in self:
            if later := statement.carried_to_id:
                raise UserError(
                    self.env._(
                        "%(later)s carries what %(statement)s is below zero. Cancel"
                        " %(later)s first.",
                        later=later.name,
                        statement=statement.name,
                    )
                )
