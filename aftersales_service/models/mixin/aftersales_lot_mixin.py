from odoo import fields, models
from odoo.exceptions import ValidationError


class AftersalesLotMixin(models.AbstractModel):
    """A part on a form, with its serial or lot number.

    The model that inherits this declares ``product_id`` and ``lot_id`` with what else
    they need, and calls the checks from its own constraint.
    """

    _name = "aftersales.lot.mixin"
    _description = "Part with Serial or Lot"

    product_id = fields.Many2one("product.product", "Part")  # the model's own
    lot_id = fields.Many2one("stock.lot", "Serial or Lot")  # the model's own
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one(related="product_id.uom_id")

    def _check_lot_fits(self):
        """:raises ValidationError: for the serial or lot of another part"""
        for line in self:
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial or lot %(lot)s is of %(other)s, not of %(part)s.",
                        lot=line.lot_id.name,
                        other=line.lot_id.product_id.display_name,
                        part=line.product_id.display_name,
                    )
                )

    def _check_one_piece(self):
        """:raises ValidationError: for several pieces of what has serial numbers"""
        for line in self.filtered(lambda line: line.tracking == "serial"):
            if line.product_uom_id.compare(line.quantity, 1) != 0:
                raise ValidationError(
                    self.env._("One serial number is one piece: enter quantity 1.")
                )
