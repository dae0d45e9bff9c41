from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError


class AftersalesReceiptNumber(models.Model):
    """One numbered page of a receipt book, and what became of it.

    Written by the collection that uses it and by the button that voids it; nobody
    has the right to write it by hand.
    """

    _name = "aftersales.receipt.number"
    _description = "Receipt Number"
    _order = "book_id, number"
    _check_company_auto = True

    book_id = fields.Many2one(
        "aftersales.receipt.book",
        "Receipt Book",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="book_id.company_id", store=True, precompute=True, index=True
    )
    engineer_id = fields.Many2one(related="book_id.engineer_id", string="Issued To")
    number = fields.Integer(required=True, readonly=True)
    name = fields.Char("Receipt Number", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("blank", "Blank"),
            ("used", "Used"),
            ("void", "Void"),
            ("returned", "Returned Blank"),
            ("missing", "Missing"),
        ],
        required=True,
        readonly=True,
        default="blank",
    )
    collection_id = fields.Many2one(
        "aftersales.collection", readonly=True, index="btree_not_null"
    )
    reason = fields.Char(readonly=True)
    voided_by_id = fields.Many2one("res.users", readonly=True)
    voided_at = fields.Datetime(readonly=True)

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name)", "The number of a receipt must be unique per company."
    )
    _blank_idx = models.Index("(book_id, number) WHERE state = 'blank'")

    def action_void(self):
        """Open the dialog that voids these pages with a reason."""
        self._check_voidable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void Receipts"),
            "res_model": "aftersales.receipt.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_number_ids": self.ids},
        }

    def _check_voidable(self):
        """:raises UserError: unless all pages are blank and the user's own, or he is
        of the finance department
        """
        self.check_access("read")
        finance = self.env.user.has_group("aftersales_service.group_aftersales_finance")
        for number in self.sudo():
            if not finance and number.engineer_id.user_id != self.env.user:
                raise AccessError(
                    self.env._("Only its holder or the cashier voids a receipt.")
                )
            if number.state not in ("blank", "missing"):
                raise UserError(
                    self.env._(
                        "Receipt %(number)s is not blank; cancel its collection"
                        " instead.",
                        number=number.name,
                    )
                )

    def _get_skipped(self):
        """Blank pages of the same book before this one."""
        return self.book_id.number_ids.filtered(
            lambda page: page.state == "blank" and page.number < self.number
        )

    def _void(self, reason):
        """Void pages (作废); called with sudo.

        :param str reason: why, kept in the register
        :raises UserError: when somebody else is writing one of them right now
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "%(document)s is being changed by somebody else right now."
                    " Try again in a moment.",
                    document=self[:1].name,
                )
            ) from error
        self.write(
            {
                "state": "void",
                "reason": reason,
                "voided_by_id": self.env.uid,
                "voided_at": fields.Datetime.now(),
            }
        )
        self.book_id._update_full()
