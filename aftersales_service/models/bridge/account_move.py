from odoo import fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "aftersales.settlement.invoice.mixin",
        "account.move",
        "aftersales.claim.mixin",
    ]

    aftersales_handover_id = fields.Many2one(
        "aftersales.cash.handover",
        "Cash Handover Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def _post(self, soft=True):
        """Match cash that was collected before its invoice was posted."""
        posted = super()._post(soft=soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        orders = invoices.line_ids.sale_line_ids.order_id
        orders.sudo().aftersales_collection_ids._reconcile()
        return posted
