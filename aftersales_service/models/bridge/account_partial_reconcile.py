from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Tells the registers of service money what was matched, by whomever."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._aftersales_follow(partials._aftersales_get_moves())
        return partials

    def unlink(self):
        moves = self._aftersales_get_moves()
        result = super().unlink()
        self._aftersales_follow(moves)
        return result

    def _aftersales_get_moves(self):
        """Entries that a customer's debt is matched with here, and its invoices."""
        receivable = self.sudo().filtered(
            lambda p: p.debit_move_id.account_id.account_type == "asset_receivable"
        )
        return (receivable.debit_move_id | receivable.credit_move_id).move_id

    @api.model
    def _aftersales_follow(self, moves):
        if not moves:
            return
        collections = self.env["aftersales.collection"].sudo()
        collections.search([("payment_id.move_id", "in", moves.ids)])._follow_matching()
        transfers = self.env["aftersales.transfer.request"].sudo()
        transfers.search(
            [
                ("state", "in", ("expected", "paid")),
                (
                    "sale_order_id.order_line.invoice_lines.move_id",
                    "in",
                    moves.ids,
                ),
            ]
        )._follow_matching()
