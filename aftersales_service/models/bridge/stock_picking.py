from collections import defaultdict

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, format_datetime


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["aftersales.repair.picking.mixin", "stock.picking"]

    aftersales_requisition_id = fields.Many2one(
        "aftersales.parts.requisition",
        "Parts Requisition",
        index="btree_not_null",
        check_company=True,
    )
    aftersales_return_id = fields.Many2one(
        "aftersales.parts.return",
        "Replaced Part Verification",
        index="btree_not_null",
        check_company=True,
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
            # Nothing is reserved first: what is moved is said line by line.
            picking = picking.with_context(skip_sms=True, aftersales_as_planned=True)
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
                        "quantity": quantity,
                        "lot_id": move.aftersales_lot_id.id,
                        "location_id": place.id,
                        "location_dest_id": move.location_dest_id.id,
                        "company_id": move.company_id.id,
                        "picked": True,
                    }
                    for move, place, quantity in picking._aftersales_get_takings()
                ]
            )
            picking._action_done()

    def _aftersales_get_takings(self):
        """From which place each part is taken: the location, or a kit in it.

        :return: list of ``(move, location, quantity in the unit of the move)``
        """
        self.ensure_one()
        takings, taken = [], defaultdict(float)
        kits = self.location_id.usage == "internal" and self.location_id.child_ids
        for move in self.move_ids:
            left = move.product_uom_qty
            if kits and move.product_id.is_storable:
                for quant in move._aftersales_get_quants():
                    free = quant.quantity - quant.reserved_quantity - taken[quant]
                    part = min(left, free)
                    if move.product_uom.compare(part, 0) > 0:
                        takings.append((move, quant.location_id, part))
                        taken[quant] += part
                        left -= part
            if move.product_uom.compare(left, 0) > 0 or not move.product_uom_qty:
                takings.append((move, move.location_id, left))
        return takings

    def button_validate(self):
        """Two storekeepers at one transfer: one validates it, the other is told."""
        ours = self.filtered(
            lambda p: p.aftersales_requisition_id or p.aftersales_return_id
        )
        if ours:
            ours._aftersales_begin_validation()
        return super().button_validate()

    def _aftersales_begin_validation(self):
        """Be alone on these transfers, and find them still to be done.

        The rows are written, as the form mixin does: who still sees what was there
        before is sent back by the database and starts anew.

        :raises UserError: when somebody else validates or has validated one
        """
        self.flush_recordset()
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "%(transfer)s is being validated by somebody else right now. Try"
                    " again in a moment.",
                    transfer=self[:1].name,
                )
            ) from error
        self.env.cr.execute(
            SQL(
                "UPDATE stock_picking SET write_date = write_date WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["state", "date_done"], flush=False)
        for picking in self:
            if picking.state == "done":
                raise UserError(
                    self.env._(
                        "%(transfer)s was validated already, at %(time)s.",
                        transfer=picking.name,
                        time=format_datetime(self.env, picking.date_done),
                    )
                )

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
