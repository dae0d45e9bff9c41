from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesHandoverStepMixin(models.AbstractModel):
    """The way of a handover sheet: counted, its difference signed, taken over.

    The model that inherits this is ``aftersales.cash.handover``.
    """

    _name = "aftersales.handover.step.mixin"
    _description = "Steps of a Handover Sheet"
    _inherit = ["aftersales.approval.mixin"]

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            abs(self.difference), company.currency_id, company, self.date
        )

    def _approval_author_users(self):
        return super()._approval_author_users() | self.engineer_id.user_id

    def _approval_done(self):
        self.write({"state": "signed"})

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    def _needs_signature(self):
        """A difference is lost or gained by the company only when signed for."""
        self.ensure_one()
        return self.difference_way == "account" and not self.currency_id.is_zero(
            self.difference
        )

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put a difference that is to be booked before the superior."""
        sheets = self._form_begin("draft", "refused")
        for sheet in sheets:
            if not sheet._needs_signature():
                raise UserError(
                    self.env._(
                        "%(sheet)s needs no signature: there is no difference to be"
                        " booked.",
                        sheet=sheet.name,
                    )
                )
            sheet._check_complete()
        sheets.write({"state": "signing"})
        sheets._approval_submit()

    def action_confirm(self):
        """The cashier has the money, or the slip of the bank: one entry.

        :raises UserError: when the user is no cashier or it is his own cash, when a
            receipt was handed over meanwhile, a difference is not explained or not
            signed for, or the period is closed; nothing is booked then
        """
        self.env["aftersales.collection"]._check_cashier()
        sheets = self._form_begin("draft", "signed", "refused")
        for sheet in sheets:
            sheet._check_complete()
            sheet._check_taker()
            collections = sheet.collection_ids
            collections._form_lock()
            sheet._check_receipts()
            sheet.move_id = sheet._post_entry()
            sheet.write(
                {
                    "state": "done",
                    "cashier_id": self.env.uid,
                    "confirmed_at": fields.Datetime.now(),
                }
            )
            collections.write(
                {
                    "state": "handed_over",
                    "handover_id": sheet.id,
                    "handed_over_at": sheet.confirmed_at,
                    "received_by_id": self.env.uid,
                }
            )
            collections._close_reminders()
            collections._reconcile()

    def action_cancel(self):
        """Tear up a sheet on which nothing was handed over."""
        sheets = self._form_begin("draft", "signing", "signed", "refused")
        sheets.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        sheets.write({"state": "cancelled"})

    def action_view_entry(self):
        """Open the posted entry."""
        return self.move_id._get_records_action()

    def action_view_bank(self):
        """Open the journal items of the deposit for Odoo's reconciliation."""
        self.ensure_one()
        self.check_access("read")
        lines = self.move_id.line_ids.filtered("debit")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account.action_account_moves_all"
            ),
            "domain": [("id", "in", lines.ids)],
            "context": {},
        }

    # ---------------------------------------------------------------- checks

    def _check_taker(self):
        """Nobody takes his own cash, nor what nobody signed for."""
        self.ensure_one()
        if self.engineer_id.user_id == self.env.user:
            raise UserError(self.env._("Nobody takes over his own cash."))
        if self._needs_signature() and self.approval_state != "approved":
            raise UserError(
                self.env._(
                    "The difference of %(sheet)s is to be booked; a superior must"
                    " sign for it first.",
                    sheet=self.name,
                )
            )

    def _check_complete(self):
        """What the sheet must say before it is signed or confirmed."""
        self.ensure_one()
        currency = self.currency_id
        if not self.collection_ids and currency.is_zero(self.debt_amount):
            raise UserError(
                self.env._("%(sheet)s has no receipt on it.", sheet=self.name)
            )
        if currency.compare_amounts(self.debt_amount, self.owed_amount) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is more than the earlier shortages of %(engineer)s"
                    " (%(owed)s).",
                    amount=currency.format(self.debt_amount),
                    engineer=self.engineer_id.name,
                    owed=currency.format(self.owed_amount),
                )
            )
        if not currency.is_zero(self.difference) and not self.difference_reason:
            raise UserError(
                self.env._(
                    "%(counted)s were counted instead of %(expected)s: explain the"
                    " difference.",
                    counted=currency.format(self.counted_amount),
                    expected=currency.format(self.expected_amount),
                )
            )
        if self.way == "bank" and not self.deposit_slip:
            raise UserError(
                self.env._("Enter the number of the deposit slip of the bank.")
            )

    def _check_receipts(self):
        """Under the lock: is each receipt still with the engineer?"""
        self.ensure_one()
        for collection in self.collection_ids:
            if collection.handover_id:
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s was handed over already, with %(sheet)s.",
                        receipt=collection.receipt_no,
                        sheet=collection.handover_id.name,
                    )
                )
            collection._form_check_state("collected")
            payment = collection.payment_id
            if payment and payment.move_id.state != "posted":
                raise UserError(
                    self.env._(
                        "The payment of receipt %(receipt)s is not posted any more."
                        " Cancel the receipt, or post its payment in accounting.",
                        receipt=collection.receipt_no,
                    )
                )
            day = collection.collected_on
            if self.date < day:
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s was written on %(day)s, after the day of"
                        " this handover.",
                        receipt=collection.receipt_no,
                        day=self._form_date(day),
                    )
                )
