from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

JUDGED = {
    "verdict",
    "reuse_value",
    "supplier_id",
    "responsibility",
    "failure_code_id",
}
# The words of who brings the part, which the inspector may put right.
TOLD = {"failure_mode", "reason"}
# What is signed for: a change voids the signatures.
SIGNED = {"product_id", "quantity", "value", *JUDGED, *TOLD}
RESPONSIBILITIES = {
    "design": "quality",
    "manufacturing": "quality",
    "purchased": "quality",
    "transport": "transport",
    "misuse": "man_made",
    "wear": "wear",
}
MADE = {
    "lot_id",
    "part_use_id",
    "scrap_id",
    "picking_id",
    "split_from_id",
    "claim_line_id",
    "claim_id",
    "recovered_amount",
    "serial_reason",
    "serial_accepted",
    "serial_accepted_by_id",
    "serial_accepted_at",
}


class AftersalesPartsReturnLine(models.Model):
    """One old part: its value, the inspector's verdict and the move it needs."""

    _name = "aftersales.parts.return.line"
    _description = "Replaced Part"
    _inherit = [
        "aftersales.old.serial.mixin",
        "aftersales.claim.line.mixin",
        "aftersales.disposal.mixin",
        "aftersales.protected.mixin",
    ]
    _rec_name = "product_id"
    _order = "return_id, id"
    _check_company_auto = True

    return_id = fields.Many2one(
        "aftersales.parts.return", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="return_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    engineer_id = fields.Many2one(
        related="return_id.engineer_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(related="return_id.partner_id", store=True)
    due_date = fields.Date(related="return_id.due_date", store=True)
    return_state = fields.Selection(
        related="return_id.state", string="Form State", store=True
    )
    is_overdue = fields.Boolean("Overdue", related="return_id.is_overdue")
    part_use_id = fields.Many2one(
        "aftersales.part.use", readonly=True, index="btree_not_null", copy=False
    )
    product_id = fields.Many2one(
        "product.product",
        "Old Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "consu")],
        ondelete="restrict",
    )
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    serial = fields.Char("Serial of the Old Part")
    lot_id = fields.Many2one("stock.lot", readonly=True, check_company=True, copy=False)
    value = fields.Monetary(help="What the new part cost: the value the company bears.")
    reason = fields.Char("Reason of the Exchange")
    failure_code_id = fields.Many2one(
        "aftersales.fault.code",
        "Failure Mode",
        check_company=True,
        domain=[("kind", "=", "cause")],
    )
    failure_mode = fields.Char("Failure in Words")
    responsibility = fields.Selection(
        [
            ("quality", "Quality"),
            ("man_made", "Man-made"),
            ("wear", "Wear"),
            ("transport", "Transport"),
        ],
        compute="_compute_responsibility",
        store=True,
        readonly=False,
    )
    verdict = fields.Selection(
        [("scrap", "Scrap"), ("reuse", "Reuse"), ("supplier", "To Supplier")]
    )
    reuse_value = fields.Monetary(
        help="Value at which a reusable part comes into stock, for the whole line."
        " A part kept at standard cost comes in at its standard price."
    )
    supplier_id = fields.Many2one("res.partner", check_company=True)
    split_from_id = fields.Many2one(
        "aftersales.parts.return.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The line it was cut off from, for a verdict of its own.",
    )
    split_ids = fields.One2many("aftersales.parts.return.line", "split_from_id")
    scrap_id = fields.Many2one("stock.scrap", readonly=True, copy=False)
    picking_id = fields.Many2one(
        "stock.picking", "Disposal Transfer", readonly=True, copy=False
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be greater than zero."
    )
    _value_check = models.Constraint(
        "CHECK (value >= 0 AND reuse_value >= 0)", "A value must not be negative."
    )

    @api.depends("failure_code_id")
    def _compute_responsibility(self):
        """As the cause says; the inspector may know better."""
        for line in self:
            line.responsibility = (
                RESPONSIBILITIES.get(line.failure_code_id.cause_class)
                or line.responsibility
            )

    @api.constrains("verdict", "supplier_id")
    def _check_supplier(self):
        for line in self:
            if line.verdict == "supplier" and not line.supplier_id:
                raise ValidationError(
                    self.env._(
                        "Name the supplier who gets %(part)s.",
                        part=line.product_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_writer({k: v for k, v in vals.items() if v})
        self._form_check_protected(vals_list, creating=True)
        lines = super().create(vals_list)
        if not self.env.su:
            lines._check_open()
        lines.return_id._approval_content_changed()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_writer(vals)
            self._check_booked(vals)
        self._form_check_protected([vals])
        result = super().write(vals)
        if SIGNED & vals.keys():
            self.return_id._approval_content_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        if not self.env.su:
            self._check_open()

    def _check_open(self):
        """:raises UserError: when the parts are handed in already"""
        if any(line.return_id.state != "draft" for line in self):
            raise UserError(
                self.env._("Old parts that were handed in can no longer be changed.")
            )

    def _check_writer(self, vals):
        """The verdict is the inspector's; the rest is fixed at the handing in.

        :raises UserError: when it is too late or too early, or not this person's
        """
        made = vals.keys() & MADE
        if made:
            field = self._fields[min(made)]
            raise AccessError(
                self.env._(
                    "%(field)s is set by its button only.",
                    field=field._description_string(self.env),
                )
            )
        inspector = self.env.user.has_group(
            "aftersales_service.group_aftersales_quality"
        )
        if vals.keys() & JUDGED:
            if not inspector:
                raise UserError(
                    self.env._("The verdict on old parts is the inspector's.")
                )
            if not self or any(
                line.return_id.state in ("draft", "handed_in") for line in self
            ):
                raise UserError(
                    self.env._("Old parts are judged when the warehouse has them.")
                )
        if vals.keys() - JUDGED - (TOLD if inspector else set()):
            self._check_open()

    def _check_booked(self, vals):
        """What is due is not lessened by who has to bring it.

        :raises UserError: for a line on another form, or for an engineer who changes
            what his visit has booked
        """
        form = vals.get("return_id")
        if "return_id" in vals and any(line.return_id.id != form for line in self):
            raise UserError(self.env._("An old part stays on its verification."))
        if (
            vals.keys() & {"product_id", "quantity", "value"}
            and self.part_use_id
            and not self.env.user.has_group("aftersales_service.group_aftersales_user")
        ):
            raise UserError(
                self.env._(
                    "The visit has booked this old part. Ask the dispatcher to change"
                    " what is due."
                )
            )

    @api.model
    def _prepare_from_use(self, use):
        return {
            "part_use_id": use.id,
            "product_id": use.product_id.id,
            "quantity": use.quantity,
            "serial": use.old_serial,
            "value": use.move_id.value
            or use.quantity
            * use.product_id.with_company(use.company_id).standard_price,
        }

    # -------------------------------------------------------------- transfers

    def _get_missing_quantity(self):
        """What is on the form and has not reached the warehouse yet.

        A line that was cut off was received with the line it comes from.
        """
        self.ensure_one()
        if self.split_from_id:
            return 0.0
        received = self.env["stock.move.line"]._read_group(
            [
                ("move_id.aftersales_return_line_id", "=", self.id),
                ("picking_id.aftersales_return_id", "=", self.return_id.id),
                ("state", "=", "done"),
            ],
            aggregates=["quantity_product_uom:sum"],
        )[0][0]
        wanted = sum((self | self.split_ids).mapped("quantity"))
        return max(self.product_uom_id.round(wanted - (received or 0.0)), 0.0)

    def _split(self, quantity):
        """Cut ``quantity`` off for a verdict of its own.

        Quantity and value together stay what they were; signatures are void.

        :return: the new line
        :raises UserError: unless something is left on both
        """
        self.ensure_one()
        unit, currency = self.product_uom_id, self.currency_id
        if unit.compare(quantity, 0) <= 0 or unit.compare(quantity, self.quantity) >= 0:
            raise UserError(
                self.env._(
                    "Of %(quantity)g × %(part)s more than nothing and less than all"
                    " can be judged apart.",
                    quantity=self.quantity,
                    part=self.product_id.display_name,
                )
            )
        value = currency.round(self.value * quantity / self.quantity)
        root = self.split_from_id or self
        part = self.copy(
            {
                "return_id": self.return_id.id,
                "split_from_id": root.id,
                "lot_id": self.lot_id.id,
                "part_use_id": self.part_use_id.id,
                "quantity": quantity,
                "value": value,
                "verdict": False,
                "reuse_value": 0.0,
            }
        )
        self.write(
            {
                "quantity": unit.round(self.quantity - quantity),
                "value": currency.round(self.value - value),
            }
        )
        return part

    def _move_to(self, form, quantity):
        """Let ``quantity`` be due on another ``form``; called with sudo."""
        self.ensure_one()
        if self.product_uom_id.compare(quantity, self.quantity) == 0:
            self.return_id = form
            return
        value = self.currency_id.round(self.value * quantity / self.quantity)
        self.copy(
            {
                "return_id": form.id,
                "part_use_id": self.part_use_id.id,
                "quantity": quantity,
                "value": value,
            }
        )
        self.write(
            {
                "quantity": self.product_uom_id.round(self.quantity - quantity),
                "value": self.currency_id.round(self.value - value),
            }
        )

    def action_split(self):
        """Open the dialog that cuts a part of the line off."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_parts_return_split_action"
            ),
            "context": {"default_line_id": self.id},
        }

    def _prepare_move_vals(self, source, destination):
        self.ensure_one()
        if self.product_id.tracking != "none" and not self.lot_id:
            self.lot_id = self._get_or_create_lot()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.product_uom_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "aftersales_return_line_id": self.id,
            "aftersales_request_id": self.return_id.request_id.id,
            "aftersales_lot_id": self.lot_id.id,
        }

    def _get_or_create_lot(self):
        """The old part's own serial; a number of the form where none is readable."""
        self.ensure_one()
        serial = (self.serial or "").strip() or f"{self.return_id.name}-{self.id}"
        lots = self.env["stock.lot"]
        lot = lots.search(
            [
                ("product_id", "=", self.product_id.id),
                ("name", "=", serial),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        )
        return lot or lots.create(
            {
                "product_id": self.product_id.id,
                "name": serial,
                "company_id": self.company_id.id,
            }
        )
