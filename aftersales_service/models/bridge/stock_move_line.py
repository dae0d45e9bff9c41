from odoo import api, models

# What, changed after the move was done, changes who holds how much.
CUSTODY = {"quantity", "product_uom_id", "lot_id", "location_id", "location_dest_id"}


class StockMoveLine(models.Model):
    """A done move that is corrected is entered into the custody of parts anew."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._aftersales_allocate_again()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if CUSTODY & vals.keys():
            self._aftersales_allocate_again()
        return result

    def _aftersales_allocate_again(self):
        done = self.sudo().filtered(lambda line: line.state == "done").move_id
        if done:
            self.env["aftersales.part.allocation"].sudo()._allocate_again(done)
            issues = done.filtered(lambda move: not move.origin_returned_move_id)
            lines = issues.aftersales_requisition_line_id
            lines._check_may_be_issued()
            lines.requisition_id._follow_transfers()
