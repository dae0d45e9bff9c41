from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "account.move",
        "aftersales.claim.mixin",
    ]

    def _post(self, soft=True):
        """Match cash that was handed over before its invoice was posted."""
        posted = super()._post(soft=soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        orders = invoices.line_ids.sale_line_ids.order_id
        orders.sudo().aftersales_collection_ids._reconcile()
        return posted
