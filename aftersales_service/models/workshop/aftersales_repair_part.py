from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_repair_charge_mixin import USE_FIELDS


class AftersalesRepairPart(models.Model):
    """A part of a factory repair: free or charged, and what becomes of the old one.

    Each part has one move of the repair order, to the consumption location when it
    is free, to the customer when it is charged (design, *Posting*). Rights: as the
    register sheet; the moves are made and done as the system.
    """

    _name = "aftersales.repair.part"
    _description = "Part of a Factory Repair"
    _inherit = [
        "aftersales.repair.old.part.mixin",
        "aftersales.repair.supply.mixin",
        "aftersales.used.part.mixin",
        "aftersales.repair.charge.mixin",
    ]
    _rec_name = "product_id"
    _order = "factory_repair_id, sequence, id"
    _check_company_auto = True

    _use_fields = USE_FIELDS | {
        "lot_id",
        "old_part",
        "old_part_reason",
        "old_serial",
    }

    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "consu")],
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial or Lot",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    old_part = fields.Selection(
        [
            ("kept", "Kept for Inspection"),
            ("customer", "Given to the Customer"),
            ("none", "No Old Part"),
        ],
        required=True,
        compute="_compute_old_part",
        store=True,
        readonly=False,
        precompute=True,
    )

    # ----------------------------------------------------------- constraints

    @api.constrains("lot_id", "product_id", "quantity")
    def _check_lot(self):
        self._check_lot_fits()
        self._check_one_piece()
        for part in self:
            lot = part.lot_id
            serial = (part.sudo().factory_repair_id.serial or "").strip().casefold()
            if lot and serial and lot.name.strip().casefold() == serial:
                raise ValidationError(
                    self.env._(
                        "%(serial)s is the serial number of the machine, not of a"
                        " part of it.",
                        serial=lot.name,
                    )
                )

    @api.constrains("product_id")
    def _check_product(self):
        for part in self:
            if part.product_id.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a service. Enter it as work.",
                        product=part.product_id.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"lot_id", "used_quantity"} & vals.keys():
            planned = self.sudo().filtered(lambda p: p.state == "agreed" and p.move_id)
            planned._plan_moves()
        return result

    # ----------------------------------------------------------------- moves

    def _plan_moves(self):
        """The demand of agreed parts on the repair order; called with sudo.

        Made anew when something changed: where the part is taken from follows from
        what the technician holds today.
        """
        for part in self.filtered(lambda p: p.state == "agreed"):
            part._drop_move()
            repair = part.factory_repair_id.repair_order_id
            if not repair or part.product_id.uom_id.is_zero(part.used_quantity):
                continue
            part.move_id = self.env["stock.move"].create(
                part._prepare_move_vals(repair)
            )
            part.move_id._action_assign()

    def _drop_move(self):
        move = self.move_id
        self.move_id = False
        if move and move.state != "done":
            move._action_cancel()
            move.unlink()

    def _prepare_move_vals(self, repair):
        self.ensure_one()
        company = self.company_id
        if self._is_free():
            destination = company._aftersales_get_consumption_location(self.product_id)
        else:
            partner = self.factory_repair_id.partner_id.with_company(company)
            destination = partner.property_stock_customer
        return {
            "repair_id": repair.id,
            "repair_line_type": "add",
            "aftersales_repair_part_id": self.id,
            "aftersales_request_id": self.request_id.id,
            "aftersales_lot_id": self.lot_id.id,
            "product_id": self.product_id.id,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": self.used_quantity,
            "location_id": self._get_or_make_source().id,
            "location_dest_id": destination.id,
            "company_id": company.id,
            "partner_id": self.factory_repair_id.partner_id.id,
            "sale_line_id": False if self._is_free() else self.sale_line_id.id,
        }

    def _book(self):
        """Set the moves to what was used, just before the repair order ends.

        Called with sudo. All or nothing.

        :raises UserError: a serial is missing, or the part is not at hand
        """
        used = self.filtered(lambda p: not p.product_uom_id.is_zero(p.used_quantity))
        technicians = self.factory_repair_id.technician_id
        for technician in technicians:
            technician._aftersales_lock_location()
        used._check_supply()
        (self - used)._drop_move_each()
        used._plan_moves()
        for part in used:
            move = part.move_id
            move.move_line_ids.unlink()
            move.move_line_ids = [
                fields.Command.create(
                    {
                        "product_id": part.product_id.id,
                        "product_uom_id": part.product_uom_id.id,
                        "quantity": part.used_quantity,
                        "lot_id": part.lot_id.id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                        "company_id": move.company_id.id,
                        "picked": True,
                    }
                )
            ]
            move.picked = True

    def _drop_move_each(self):
        for part in self:
            part._drop_move()

    # ------------------------------------------------------------- the file

    def _story_entries(self):
        return [
            part._prepare_use_story(part.used_quantity)
            for part in self
            if part.move_id.state == "done"
        ]
