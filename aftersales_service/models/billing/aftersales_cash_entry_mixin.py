from odoo import fields, models


class AftersalesCashEntryMixin(models.AbstractModel):
    """Books the cash of a collection, from the engineer's hand to the till.

    When the engineer takes the money, a payment of the customer is posted into the
    journal "Service Cash": Dr cash with engineers, under his name / Cr receivable
    of the customer, matched with the invoices of the settlement. The customer has
    paid; the engineer owes. The handover sheet closes the engineer's line later.
    The model that inherits this is ``aftersales.collection``.
    """

    _name = "aftersales.cash.entry.mixin"
    _description = "Booking of Cash in Custody"

    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )

    def _book(self):
        """Post the payment of each collection that has none; called with sudo."""
        for collection in self.filtered(lambda c: not c.payment_id):
            payment = (
                self.env["account.payment"]
                .with_company(collection.company_id)
                .with_context(mail_create_nolog=True, tracking_disable=True)
                .create(collection._prepare_payment_vals())
            )
            payment.action_post()
            collection.payment_id = payment
        self._reconcile()

    def _prepare_payment_vals(self):
        self.ensure_one()
        company = self.company_id
        journal = company._aftersales_get("custody_journal")
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "journal_id": journal.id,
            "company_id": company.id,
            "date": self.collected_on,
            "memo": f"{self.sale_order_id.name} {self.name} {self.receipt_no}",
            "aftersales_custodian_id": self.collector_id._aftersales_get_custodian().id,
        }

    def _unbook(self, reason):
        """Reverse the entry of collections that were a mistake; called with sudo.

        :param str reason: kept on the reversal and told in the chatter
        """
        for collection in self.filtered("payment_id"):
            payment = collection.payment_id
            if payment.move_id.state != "posted":
                # Set back in accounting: there is nothing in the books to reverse.
                payment.action_cancel()
                continue
            reversal = payment.move_id._reverse_moves(
                [
                    {
                        "ref": f"{collection.name} {collection.receipt_no}: {reason}",
                        "date": collection._form_day(False),
                        "journal_id": payment.journal_id.id,
                    }
                ],
                cancel=True,
            )
            payment.write({"invoice_ids": [fields.Command.clear()]})
            payment.state = "canceled"
            collection.message_post(
                body=self.env._(
                    "Entry %(entry)s was reversed by %(reversal)s: %(reason)s",
                    entry=payment.move_id.name,
                    reversal=reversal.name,
                    reason=reason,
                )
            )

    # --------------------------------------------------------------- matching

    def _reconcile(self):
        """Match collected cash with the posted invoices of its settlement."""
        for collection in self.filtered(
            lambda c: c.payment_id and c.state in ("collected", "handed_over")
        ):
            invoices = collection.sale_order_id.invoice_ids.filtered(
                lambda m: m.state == "posted" and m.move_type == "out_invoice"
            )
            credit = collection._get_receivable_lines()
            debit = invoices.line_ids.filtered(
                lambda line, account=credit.account_id: line.account_id == account
            )
            lines = (credit | debit).filtered(lambda line: not line.reconciled)
            if lines & credit and lines & debit:
                lines.reconcile()
                collection.payment_id.invoice_ids |= invoices
        self._follow_matching()

    def _follow_matching(self):
        """“Reconciled” is what Odoo has matched, whoever did it; with sudo."""
        for collection in self:
            if collection.state not in ("handed_over", "reconciled"):
                continue
            matched = collection._is_reconciled()
            state = "reconciled" if matched else "handed_over"
            if collection.state != state:
                collection.state = state

    def _is_reconciled(self):
        lines = self._get_receivable_lines()
        return bool(lines) and all(lines.mapped("reconciled"))

    def _get_receivable_lines(self):
        """The customer's side of the entry."""
        self.ensure_one()
        return self.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _get_custody_lines(self):
        """The engineer's side of the entry; empty for cash that was booked at the
        handover, as it was before custody had an account."""
        payment = self.payment_id.filtered("aftersales_custodian_id")
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.outstanding_account_id
        )

    def _get_open_amount(self):
        """What of this cash has not paid an invoice yet."""
        self.ensure_one()
        if self.state == "cancelled":
            return 0.0
        if not self.payment_id:
            return self.amount
        return -sum(self._get_receivable_lines().mapped("amount_residual_currency"))

    def action_view_payment(self):
        """Open the customer's payment."""
        return self.payment_id._get_records_action()
