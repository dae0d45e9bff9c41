from odoo import api, fields, models


class AftersalesCashCount(models.Model):
    """One kind of note or coin on a handover sheet, and how many there are."""

    _name = "aftersales.cash.count"
    _description = "Counted Notes"
    _order = "handover_id, value desc, id"

    handover_id = fields.Many2one(
        "aftersales.cash.handover", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    currency_id = fields.Many2one(related="handover_id.currency_id")
    value = fields.Monetary("Note or Coin", required=True)
    quantity = fields.Integer("Pieces", required=True, default=1)
    amount = fields.Monetary(compute="_compute_amount", store=True)

    _value_check = models.Constraint(
        "CHECK (value > 0 AND quantity >= 0)",
        "The value of a note must be greater than zero, the number of pieces not"
        " negative.",
    )

    @api.depends("value", "quantity")
    def _compute_amount(self):
        for row in self:
            row.amount = row.value * row.quantity

    # What was counted is content of the sheet, and is closed with it.

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_sheet_open()
        rows.handover_id._approval_content_changed()
        return rows

    def write(self, vals):
        self._check_sheet_open()
        sheets = self.handover_id
        result = super().write(vals)
        self._check_sheet_open()
        (sheets | self.handover_id)._approval_content_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_sheet_open()
        self.handover_id._approval_content_changed()

    def _check_sheet_open(self):
        """:raises UserError: once the money was taken over"""
        if not self.env.su:
            self.handover_id._form_check_state("draft", "signing", "signed", "refused")
