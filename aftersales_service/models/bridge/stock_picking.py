from odoo import SUPERUSER_ID, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["aftersales.repair.picking.mixin", "stock.picking"]

    aftersales_requisition_id = fields.Many2one(
        "aftersales.parts.requisition", "Parts Requisition", index="btree_not_null"
    )
    aftersales_return_id = fields.Many2one(
        "aftersales.parts.return",
        "Replaced Part Verification",
        index="btree_not_null",
    )

    def _aftersales_force_done(self):
        """Carry out the transfers exactly as planned, with the lots asked for.

        For transfers that an after-sales document makes and answers for; called
        with sudo, after that document has checked rights and quantities. They are
        done as the system user, because the valuation of ``stock_account`` drops
        sudo and would ask an engineer for stock rights.
        """
        for picking in self.filtered(lambda p: p.state not in ("done", "cancel")):
            picking = picking.with_user(SUPERUSER_ID).with_company(picking.company_id)
            # No text message that announces a delivery (``stock_sms``).
            picking = picking.with_context(skip_sms=True)
            if picking.state == "draft":
                picking.action_confirm()
            picking.move_line_ids.unlink()
            picking.move_line_ids.create(
                [
                    {
                        "picking_id": picking.id,
                        "move_id": move.id,
                        "product_id": move.product_id.id,
                        "product_uom_id": move.product_uom.id,
                        "quantity": move.product_uom_qty,
                        "lot_id": move.aftersales_lot_id.id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                        "company_id": move.company_id.id,
                        "picked": True,
                    }
                    for move in picking.move_ids
                ]
            )
            picking._action_done()

    def _send_confirmation_email(self):
        """Parts used on site were not sent: there is no delivery to announce."""
        used = self.filtered(
            lambda p: p.picking_type_id == p.company_id.aftersales_use_type_id
        )
        return super(StockPicking, self - used)._send_confirmation_email()

    def _aftersales_get_parts_text(self):
        """``2 × Seal, 1 × Pump`` for the story of the case."""
        self.ensure_one()
        return ", ".join(
            f"{move.quantity:g} × {move.product_id.display_name}"
            for move in self.move_ids
            if move.state == "done"
        )
