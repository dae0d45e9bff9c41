from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesVanCountLine(models.Model):
    """One part in one place: book quantity, counted, why it differs (盘点明细)."""

    _name = "aftersales.van.count.line"
    _description = "Line of a Stock Count"
    _inherit = ["aftersales.lot.mixin", "aftersales.protected.mixin"]
    _order = "count_id, product_id, id"
    _check_company_auto = True

    _form_protected = frozenset({"book_quantity"})

    count_id = fields.Many2one(
        "aftersales.van.count", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="count_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        required=True,
        check_company=True,
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain=[("is_storable", "=", True)],
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial or Lot",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    book_quantity = fields.Float("Book", readonly=True, digits="Product Unit")
    counted_quantity = fields.Float("Counted", digits="Product Unit")
    difference = fields.Float(
        compute="_compute_difference", store=True, digits="Product Unit"
    )
    value = fields.Monetary(
        compute="_compute_difference",
        store=True,
        groups="aftersales_service.group_aftersales_user",
        help="Difference at cost.",
    )
    reason = fields.Char(help="How the engineer explains the difference.")
    treatment = fields.Selection(
        [
            ("book", "Book It"),
            ("charge", "Book It, at the Engineer's Cost"),
            ("found", "Book It, Part Found Again"),
        ],
        default="book",
        required=True,
        help="What is proposed to be done about a difference.",
    )

    _counted_check = models.Constraint(
        "CHECK (counted_quantity >= 0)", "A counted quantity must not be negative."
    )
    _place_uniq = models.UniqueIndex(
        "(count_id, location_id, product_id, COALESCE(lot_id, 0))",
        "A part is on a count once per place and serial or lot.",
    )

    @api.depends("count_id.engineer_id")
    def _compute_location_id(self):
        for line in self:
            engineer = line.count_id.engineer_id.sudo()
            line.location_id = line.location_id or engineer.aftersales_location_id

    @api.depends("book_quantity", "counted_quantity", "product_id")
    def _compute_difference(self):
        for line in self:
            line.difference = line.counted_quantity - line.book_quantity
            product = line.product_id.sudo().with_company(line.company_id)
            line.value = line.difference * product.standard_price

    @api.constrains(
        "count_id", "product_id", "lot_id", "counted_quantity", "location_id"
    )
    def _check_line(self):
        self._check_lot_fits()
        for line in self:
            if line.tracking != "none" and not line.lot_id and line.counted_quantity:
                raise ValidationError(
                    self.env._(
                        "Choose the serial or lot number of %(part)s.",
                        part=line.product_id.display_name,
                    )
                )
            if line.tracking == "serial" and line.counted_quantity not in (0, 1):
                raise ValidationError(
                    self.env._("One serial number is one piece: count 0 or 1.")
                )
            place = line.count_id.engineer_id.sudo().aftersales_location_id
            if not place or not line.location_id.sudo()._child_of(place):
                raise ValidationError(
                    self.env._(
                        "%(place)s is not with %(engineer)s.",
                        place=line.location_id.sudo().display_name,
                        engineer=line.count_id.engineer_id.name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self = self._form_without_defaults()
        self._form_check_protected(vals_list, creating=True)
        lines = super().create(vals_list)
        lines.count_id._check_counting()
        return lines

    def write(self, vals):
        self._form_check_protected([vals])
        self.count_id._check_counting()
        result = super().write(vals)
        if "count_id" in vals:
            self.count_id._check_counting()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_counting(self):
        self.count_id._check_counting()

    # --------------------------------------------------------------- for use

    def _get_key(self):
        self.ensure_one()
        line = self.sudo()
        return (line.location_id, line.product_id, line.lot_id)

    def _get_label(self):
        self.ensure_one()
        return f"{self.product_id.display_name} {self.lot_id.name or ''}".strip()

    def _check_explained(self):
        """:raises UserError: for a difference without a reason"""
        for line in self:
            if line.difference and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Explain the difference of %(part)s: %(book)g by the books,"
                        " %(counted)g counted.",
                        part=line._get_label(),
                        book=line.book_quantity,
                        counted=line.counted_quantity,
                    )
                )

    def _adjust(self):
        """Odoo's own inventory adjustment of each line; called with sudo."""
        for line in self:
            count = line.count_id._get_system()
            quants = count.env["stock.quant"].with_context(
                inventory_mode=True,
                inventory_name=f"{count.name}: {line.reason}",
            )
            quant = quants.create(
                {
                    "product_id": line.product_id.id,
                    "location_id": line.location_id.id,
                    "lot_id": line.lot_id.id,
                    "inventory_quantity": line.counted_quantity,
                }
            )
            quant._apply_inventory()
