from odoo import models

# The classes of fee of 001 App.12.
FEE_CLASSES = ("parts", "labour", "diagnosis", "test", "outside", "other")


class ReportAftersalesSettlement(models.AbstractModel):
    """Print of the repair settlement (设备维修结算单), 001 App.12.

    The customer reads it: every amount comes from the sale order, its invoices and
    its receipts, or is a list price; never from a stock move or a cost.
    """

    _name = "report.aftersales_service.report_aftersales_settlement"
    _inherit = ["aftersales.factory.print.mixin", "aftersales.print.mixin"]
    _description = "Print of the Settlement"

    _print_model = "sale.order"

    # -------------------------------------------------------------- the job

    def _get_jobs(self, order):
        """What the order settles: the visits of a case, or machines in the factory.

        :return: list of dicts as of :meth:`_get_job`
        """
        return self._get_factory_jobs(order) or [self._get_job(order)]

    def _get_job(self, order):
        """Where the settlement comes from: request, visits, machine, dates, fees."""
        request = order.aftersales_request_id
        dispatches = self._get_dispatches(order)
        finished = max(filter(None, dispatches.mapped("finished_at")), default=False)
        numbers = [request.name, *dispatches.mapped("name"), order.client_order_ref]
        return {
            "request": request,
            "numbers": ", ".join(dict.fromkeys(filter(None, numbers))),
            "register": "",
            "brought_by": request.contact_name,
            "product": request.product_id,
            "serial": request.serial,
            "received_at": request.received_at,
            "released_at": finished or request.done_at,
            "diagnosis": "",
            # before what was let off, so that the classes add up
            "fees": {
                **self._get_fees(order),
                "total": order.amount_untaxed
                + sum(row["amount"] for row in self._get_reliefs(order)),
            },
        }

    def _get_dispatches(self, order):
        """The visits this order bills; all visits of the case if it names none."""
        lines = order.order_line
        billed = lines.aftersales_dispatch_id
        billed |= lines.aftersales_part_use_ids.dispatch_id
        return billed or order.aftersales_request_id.dispatch_ids

    # -------------------------------------------------------------- the rows

    def _get_fees(self, order):
        """The lines by class of fee, with the total of each class; no reliefs.

        :return: dict with ``parts``, ``labour`` and ``other`` (lists of rows), and,
            without tax, ``total_<class>`` of each of :data:`FEE_CLASSES` and ``total``
        """
        classes = {key: [] for key in FEE_CLASSES}
        for line in self._get_lines(order):
            if not line.aftersales_relief_id:
                classes[self._get_fee_class(line)].append(self._prepare_row(line))
        totals = {
            f"total_{key}": sum(row["amount"] for row in rows)
            for key, rows in classes.items()
        }
        others = ("diagnosis", "test", "outside", "other")
        return {
            "parts": classes["parts"] + self._get_free_rows(order),
            "labour": classes["labour"],
            "other": [row for key in others for row in classes[key]],
            **totals,
            "total": sum(totals.values()),
        }

    def _get_lines(self, order):
        return order.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )

    def _get_fee_class(self, line):
        if line.product_id.type == "consu":
            return "parts"
        if line.product_id.aftersales_fee in FEE_CLASSES:
            return line.product_id.aftersales_fee
        labour = line.company_id.aftersales_labour_product_id
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        if line.product_id == labour or line.product_uom_id == hour:
            return "labour"
        return "other"

    def _prepare_row(self, line):
        lots = line.aftersales_part_use_ids.lot_id.mapped("name")
        product = line.product_id
        return {
            "code": product.default_code,
            "name": self._product_name(product) or line.name,
            "specification": self._specification(product),
            "unit": line.product_uom_id.name,
            "quantity": line.product_uom_qty,
            "price": line.price_reduce_taxexcl,
            "amount": line.price_subtotal,
            "relief": 0.0,
            "remark": ", ".join(lots),
        }

    def _get_free_rows(self, order):
        """Parts given free of charge on the same visits, at their list price."""
        rows = []
        for use in self._get_free_uses(order):
            product = use.product_id
            price = product.currency_id._convert(
                product.lst_price, order.currency_id, order.company_id, order.date_order
            )
            rows.append(
                {
                    "code": product.default_code,
                    "name": self._product_name(product),
                    "specification": self._specification(product),
                    "unit": use.product_uom_id.name,
                    "quantity": use.quantity,
                    "price": price,
                    "amount": 0.0,
                    "relief": order.currency_id.round(price * use.quantity),
                    "remark": use.lot_id.name or "",
                }
            )
        return rows

    def _get_free_uses(self, order):
        """Free parts of the visits that this order is the first one to bill."""
        request = order.aftersales_request_id
        dispatches = self._get_dispatches(order)
        for other in request.sale_order_ids:
            if other.state != "cancel" and other.id < order.id:
                dispatches -= self._get_dispatches(other)
        return request.part_use_ids.filtered(
            lambda use: use.charge == "free"
            and use.move_id
            and use.dispatch_id in dispatches
        )

    # ----------------------------------------------------------- the amounts

    def _get_reliefs(self, order):
        """What was let off, why and by whose word.

        :return: list of dicts ``relief``, ``amount`` (without tax, above zero),
            ``signatures`` (``aftersales.signature`` that approved it)
        """
        return [
            {
                "relief": relief,
                "amount": -sum(lines.mapped("price_subtotal")),
                "signatures": relief.signature_ids.filtered(
                    lambda signature: signature.state == "approved"
                ),
            }
            for relief, lines in order.order_line.grouped(
                "aftersales_relief_id"
            ).items()
            if relief
        ]

    def _get_discount(self, order):
        """What the lines were reduced by, without tax."""
        total = 0.0
        for line in self._get_lines(order):
            if line.discount >= 100:
                total += line.price_unit * line.product_uom_qty
            elif line.discount:
                total += line.price_subtotal * line.discount / (100 - line.discount)
        return order.currency_id.round(total)

    def _get_payment(self, order):
        """What was received how, and what is still owed.

        Cash that an engineer collected counts from the receipt on, once, whether
        it is handed over and matched with the invoice or not yet.
        """
        receipts = order.aftersales_collection_ids.filtered(
            lambda c: c.state != "cancelled"
        ).sorted(lambda c: (c.collected_at, c.id))
        invoices = order.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        )
        cash = sum(receipts.mapped("amount"))
        transfers = self._get_transfers(invoices, receipts.payment_id.move_id)
        transfer = sum(transfers.mapped("debit_amount_currency"))
        open_cash = sum(receipt._get_open_amount() for receipt in receipts)
        to_bill = order.amount_total - sum(invoices.mapped("amount_total"))
        owed = sum(invoices.mapped("amount_residual")) + max(to_bill, 0.0) - open_cash
        return {
            "receipts": receipts,
            "invoices": invoices,
            "dates": ", ".join(self._get_payment_dates(receipts, transfers)),
            "is_cash": bool(receipts),
            "is_transfer": not order.currency_id.is_zero(transfer),
            "received": cash + transfer,
            "arrears": max(owed, 0.0),
        }

    def _get_transfers(self, invoices, cash_moves):
        """Payments matched with ``invoices``, beside those of ``cash_moves``."""
        lines = invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return lines.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id not in cash_moves
            and partial.credit_move_id.move_id.move_type != "out_refund"
        )

    def _get_payment_dates(self, receipts, transfers):
        """The days on which money came, each once, in order."""
        days = [self._time(r.collected_at, "yyyy-MM-dd") for r in receipts]
        days += [self._date(t.credit_move_id.date) for t in transfers]
        return sorted(set(days))

    def _get_old_parts(self, order):
        """What became of the old parts of the charged ones, as a set of choices."""
        used = order.order_line.aftersales_part_use_ids.mapped("old_part")
        return set(used) | self._get_factory_old_parts(order)
