from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesReceiptVoid(models.TransientModel):
    """Void receipts: blank pages of a book, or receipts that were a mistake."""

    _name = "aftersales.receipt.void"
    _description = "Void Receipts"

    number_ids = fields.Many2many(
        "aftersales.receipt.number", string="Pages", readonly=True
    )
    collection_ids = fields.Many2many(
        "aftersales.collection", string="Receipts", readonly=True
    )
    reason = fields.Char(required=True)

    def action_void(self):
        """Void the pages and cancel the receipts, with the reason.

        :raises UserError: when a page is not blank, or a receipt was handed over
        """
        for wizard in self:
            if not wizard.reason.strip():
                raise UserError(self.env._("Enter the reason."))
            if wizard.number_ids:
                wizard.number_ids._check_voidable()
                wizard.number_ids.sudo()._void(wizard.reason)
            if wizard.collection_ids:
                wizard.collection_ids._cancel(wizard.reason)
        return {"type": "ir.actions.act_window_close"}
