from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPartsRequisitionLine(models.Model):
    """One part on a requisition; what was issued is read from done moves."""

    _name = "aftersales.parts.requisition.line"
    _description = "Parts Requisition Line"
    _inherit = [
        "aftersales.custody.line.mixin",
        "aftersales.line.supply.mixin",
        "aftersales.line.substitute.mixin",
        "aftersales.line.key.mixin",
        "aftersales.protected.mixin",
    ]
    _rec_name = "product_id"
    _order = "requisition_id, sequence, id"
    _check_company_auto = True

    _form_protected = frozenset(
        {
            "original_product_id",
            "raised_quantity",
            "requested_at",
            "due_at",
            "arrived_at",
        }
    )

    requisition_id = fields.Many2one(
        "aftersales.parts.requisition", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="requisition_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    custody_engineer_id = fields.Many2one(
        related="requisition_id.drawer_id", store=True, index=True, string="Engineer"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "consu")],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    price_unit = fields.Float(
        "Unit Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    old_part_due = fields.Boolean(
        compute="_compute_old_part_due",
        store=True,
        readonly=False,
        precompute=True,
        help="The replaced part must be brought back (001 Art.22(2)).",
    )
    move_ids = fields.One2many("stock.move", "aftersales_requisition_line_id")
    issued_quantity = fields.Float(
        compute="_compute_issued_quantity", digits="Product Unit"
    )
    note = fields.Char("Remark")

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be greater than zero."
    )
    _price_check = models.Constraint(
        "CHECK (price_unit >= 0)", "The price must not be negative."
    )

    @api.depends("product_id", "company_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line.product_id.lst_price

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit

    @api.depends("requisition_id.purpose")
    def _compute_old_part_due(self):
        for line in self:
            line.old_part_due = line.requisition_id.purpose == "warranty"

    @api.depends("move_ids.state", "move_ids.quantity", "allocation_ids.quantity")
    def _compute_issued_quantity(self):
        issued = self._get_moved_quantities()
        for line in self:
            line.issued_quantity = issued.get(line._origin.id, 0.0)

    def _is_issued(self):
        self.ensure_one()
        return self.product_uom_id.compare(self.issued_quantity, self.quantity) >= 0

    def _get_open_moves(self):
        """Transfers that may still bring something; called with sudo.

        What was taken elsewhere is put right by the warehouse, or written off by
        the requester: until then it is not the end.
        """
        return self.move_ids.filtered(
            lambda move: (
                not move.origin_returned_move_id
                and (
                    move.state not in ("done", "cancel") or move._aftersales_is_astray()
                )
            )
        )

    def _check_may_be_issued(self):
        """:raises UserError: when more leaves the warehouse than was signed for, or
        for a form that is not signed, or no more"""
        lines = self.filtered("issued_quantity")
        lines.requisition_id._form_check_state("approved", "partial", "issued")
        for line in lines:
            if line.product_uom_id.compare(line.issued_quantity, line.quantity) > 0:
                raise UserError(
                    self.env._(
                        "%(requisition)s was signed for %(quantity)g × %(part)s;"
                        " %(issued)g cannot be issued.",
                        requisition=line.requisition_id.name,
                        quantity=line.quantity,
                        part=line.product_id.display_name,
                        issued=line.issued_quantity,
                    )
                )

    def _prepare_move_vals(self):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.product_uom_id.id,
            "aftersales_requisition_line_id": self.id,
        }

    # A line is content of the form that was signed.

    @api.model_create_multi
    def create(self, vals_list):
        self = self._form_without_defaults()
        self._form_check_protected(vals_list, creating=True)
        lines = super().create(vals_list)
        lines.requisition_id._approval_content_changed()
        return lines

    def write(self, vals):
        self._form_check_protected([vals])
        self._check_stays(vals)
        if "product_id" in vals and "original_product_id" not in vals:
            # Another part by hand is no substitute of what was there before.
            vals = {**vals, "original_product_id": False}
        content = {"product_id", "quantity", "price_unit", "old_part_due"}
        changed = self.filtered(
            lambda line: any(
                line._fields[name].convert_to_write(line[name], line) != vals[name]
                for name in content & vals.keys()
            )
        )
        result = super().write(vals)
        changed.requisition_id._approval_content_changed()
        return result

    def _check_stays(self, vals):
        """:raises UserError: for a part put on another form, past its signatures"""
        if "requisition_id" in vals and not self.env.su:
            if any(line.requisition_id.id != vals["requisition_id"] for line in self):
                raise UserError(self.env._("A part stays on its requisition."))

    @api.ondelete(at_uninstall=False)
    def _unlink_voids_signatures(self):
        self.requisition_id._approval_content_changed()
