from collections import defaultdict

from odoo import api, fields, models


class StockMove(models.Model):
    """Links a move to the after-sales document it carries out."""

    _inherit = "stock.move"

    aftersales_request_id = fields.Many2one(
        "aftersales.service.request", "Service Request", index="btree_not_null"
    )
    aftersales_requisition_line_id = fields.Many2one(
        "aftersales.parts.requisition.line", index="btree_not_null"
    )
    aftersales_part_use_id = fields.Many2one(
        "aftersales.part.use", index="btree_not_null", copy=False
    )
    aftersales_return_line_id = fields.Many2one(
        "aftersales.parts.return.line", index="btree_not_null", copy=False
    )
    aftersales_lot_id = fields.Many2one(
        "stock.lot", help="Serial or lot the document asks for.", copy=False
    )

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.sudo().filtered(lambda move: move.state == "done")
        lines = done.aftersales_requisition_line_id
        lines._check_not_over_issued()
        lines.requisition_id._update_issue_state()
        returns = done.picking_id.aftersales_return_id
        returns._mark_received()
        delivered = done.filtered(lambda m: m.location_dest_id.usage == "customer")
        self.env["aftersales.equipment"].sudo()._create_from_moves(delivered)
        return moves

    @api.model
    def _aftersales_get_held(self, requisition):
        """What the drawer of ``requisition`` still holds of its case.

        Counted from done moves of the request (or of the requisition, when it has
        none): into his location less out of it.

        :return: dict ``{product: quantity in the product's unit}``
        """
        location = requisition.drawer_id.sudo().aftersales_location_id
        held = defaultdict(float)
        if not location:
            return held
        if requisition.request_id:
            domain = [("aftersales_request_id", "=", requisition.request_id.id)]
        else:
            domain = [("picking_id.aftersales_requisition_id", "=", requisition.id)]
        domain += [
            ("state", "=", "done"),
            "|",
            ("location_id", "=", location.id),
            ("location_dest_id", "=", location.id),
        ]
        for product, source, _destination, quantity in self._read_group(
            domain,
            ["product_id", "location_id", "location_dest_id"],
            ["product_qty:sum"],
        ):
            held[product] += -quantity if source == location else quantity
        return held
