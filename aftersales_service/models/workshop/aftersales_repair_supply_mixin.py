from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby


class AftersalesRepairSupplyMixin(models.AbstractModel):
    """Where the parts of a factory repair come from.

    From the technician's own location when he drew them; straight from the
    warehouse only where the company allows it.
    """

    _name = "aftersales.repair.supply.mixin"
    _description = "Supply of a Part of a Factory Repair"

    held_quantity = fields.Float(
        "At Hand",
        compute="_compute_held_quantity",
        digits="Product Unit",
        help="What the technician holds, or the warehouse where it may be taken there.",
    )
    missing_quantity = fields.Float(
        "Missing", compute="_compute_held_quantity", digits="Product Unit"
    )

    @api.depends(
        "product_id",
        "lot_id",
        "used_quantity",
        "state",
        "factory_repair_id.technician_id",
    )
    def _compute_held_quantity(self):
        for part in self:
            if part.state in ("declined", "done") or not part.product_id.is_storable:
                part.held_quantity = part.missing_quantity = 0.0
                continue
            held = part._get_held(part._get_source())
            part.held_quantity = held
            part.missing_quantity = max(part.used_quantity - held, 0.0)

    def _get_source(self):
        """The location the part is taken from: the technician's, or the warehouse."""
        self.ensure_one()
        company = self.company_id.sudo()
        stock = company._aftersales_get_warehouse().lot_stock_id
        technician = self.factory_repair_id.sudo().technician_id
        own = technician.aftersales_location_id
        if not company.aftersales_repair_from_stock:
            return own
        enough = self._compare(self._get_held(own), self.used_quantity) >= 0
        return own if own and enough else stock

    def _get_or_make_source(self):
        """As :meth:`_get_source`; the technician gets a location at the first need."""
        technician = self.factory_repair_id.sudo().technician_id
        if technician:
            technician._aftersales_get_location()
        warehouse = self.company_id._aftersales_get_warehouse()
        return self._get_source() or warehouse.lot_stock_id

    def _get_held(self, location):
        """What is in ``location`` for this part: free, or reserved by it."""
        self.ensure_one()
        return self._get_free(location) + self._get_reserved(location)

    def _get_free(self, location):
        if not location or not self.product_id:
            return 0.0
        quants = self.env["stock.quant"].sudo()
        return quants._get_available_quantity(
            self.product_id.sudo(), location.sudo(), lot_id=self.lot_id.sudo() or None
        )

    def _get_reserved(self, location):
        move = self.sudo().move_id
        if move.location_id != location or move.state in ("done", "cancel"):
            return 0.0
        return move.product_uom._compute_quantity(
            move.quantity, self.product_id.sudo().uom_id
        )

    def _check_supply(self):
        """:raises UserError: a serial is missing, or more is used than there is"""
        for part in self:
            if part.product_id.tracking != "none" and not part.lot_id:
                raise UserError(
                    self.env._(
                        "Choose the serial or lot number of %(part)s.",
                        part=part.product_id.display_name,
                    )
                )
        storable = self.filtered("product_id.is_storable")
        for (product, lot, source), rows in groupby(
            storable, key=lambda p: (p.product_id, p.lot_id, p._get_source())
        ):
            wanted = sum(part.used_quantity for part in rows)
            held = rows[0]._get_free(source)
            held += sum(part._get_reserved(source) for part in rows)
            if product.uom_id.compare(wanted, held) > 0:
                raise UserError(
                    self.env._(
                        "%(wanted)g × %(part)s needed, %(held)g at hand (%(location)s)."
                        " Draw it by requisition, or enter what was used and why not"
                        " all.",
                        wanted=wanted,
                        part=f"{product.display_name} {lot.name or ''}".strip(),
                        held=held,
                        location=source.display_name or "-",
                    )
                )
