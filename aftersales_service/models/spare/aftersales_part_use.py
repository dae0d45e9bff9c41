from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby


class AftersalesPartUse(models.Model):
    """A part used at the customer's: free or charged, and what became of the old.

    When the visit is finished :meth:`_consume` moves the parts out of the
    engineer's own location, each exactly one way (design, *Posting*): free parts
    to the consumption location, which carries the expense account, charged parts
    to the customer, where the invoice books the cost.
    """

    _name = "aftersales.part.use"
    _description = "Part Used"
    _inherit = [
        "aftersales.used.part.mixin",
        "aftersales.part.verdict.mixin",
        "aftersales.swap.mixin",
        "aftersales.protected.mixin",
    ]
    _rec_name = "product_id"
    _order = "dispatch_id, id"
    _check_company_auto = True

    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    request_id = fields.Many2one(
        related="dispatch_id.request_id", store=True, precompute=True, index=True
    )
    warranty_state = fields.Selection(related="request_id.warranty_state")
    company_id = fields.Many2one(
        related="dispatch_id.company_id", store=True, precompute=True
    )
    engineer_id = fields.Many2one(
        related="dispatch_id.engineer_id", store=True, precompute=True
    )
    used_at = fields.Datetime("Used At", related="dispatch_id.finished_at", store=True)
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        index=True,
        check_company=True,
        domain="[('type', '=', 'consu'), '|', ('is_storable', '=', False),"
        " ('id', 'in', held_product_ids)]",
        ondelete="restrict",
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial or Lot",
        check_company=True,
        domain="[('product_id', '=', product_id), ('id', 'in', held_lot_ids)]",
    )
    held_product_ids = fields.Many2many("product.product", compute="_compute_held")
    held_lot_ids = fields.Many2many("stock.lot", compute="_compute_held")
    held_quantity = fields.Float(
        "Held by Engineer", compute="_compute_held_quantity", digits="Product Unit"
    )
    old_part = fields.Selection(
        [
            ("kept", "Brought Back"),
            ("customer", "Left with the Customer"),
            ("none", "No Old Part"),
        ],
        required=True,
        compute="_compute_old_part",
        store=True,
        readonly=False,
        precompute=True,
    )
    old_part_reason = fields.Char("Why Not Brought Back")
    state = fields.Selection(
        [("draft", "To Book"), ("done", "Booked")],
        compute="_compute_state",
        store=True,
        precompute=True,
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Settlement Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a part must be greater than zero."
    )

    # -------------------------------------------------------------- computes

    @api.depends("move_id")
    def _compute_state(self):
        for use in self:
            use.state = "done" if use.move_id else "draft"

    @api.depends("engineer_id", "product_id")
    def _compute_held(self):
        """What there is to choose from: what the engineer has with him."""
        quants = self.env["stock.quant"].sudo()
        for engineer, uses in self.grouped("engineer_id").items():
            stock = engineer._aftersales_get_stock() if engineer else quants
            held = stock.filtered(lambda quant: quant.quantity > 0).grouped(
                "product_id"
            )
            products = self.env["product.product"].union(*held)
            for use in uses:
                use.held_product_ids = products
                use.held_lot_ids = held.get(use.product_id._origin, quants).lot_id

    @api.depends("product_id", "lot_id", "engineer_id", "state")
    def _compute_held_quantity(self):
        for use in self:
            use.held_quantity = use.engineer_id._aftersales_get_held(
                use.product_id, use.lot_id
            )

    # ----------------------------------------------------------- constraints

    @api.constrains("lot_id", "product_id", "quantity")
    def _check_lot(self):
        self._check_lot_fits()
        self.filtered("lot_id")._check_one_piece()

    def _get_old_part_question(self):
        return self.env._(
            "%(part)s is free: say why its old part is not brought back (Art. 22(2)).",
            part=self.product_id.display_name,
        )

    @api.model_create_multi
    def create(self, vals_list):
        # What is precomputed Odoo takes from nobody.
        self._form_check_protected(
            [
                {
                    name: value
                    for name, value in vals.items()
                    if name in self._fields and not self._fields[name].precompute
                }
                for vals in vals_list
            ],
            creating=True,
        )
        uses = super().create(vals_list)
        if not self.env.su:
            for use in uses.sudo():
                if use.move_id or use.sale_line_id or use.state != "draft":
                    self._raise_not_typed()
        uses._check_editable()
        return uses

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if {"move_id", "sale_line_id", "state"} & vals.keys():
            self._raise_not_typed()
        self._form_check_protected([vals])
        self._check_editable()
        result = super().write(vals)
        if "dispatch_id" in vals:
            self._check_editable()
        return result

    def _raise_not_typed(self):
        raise UserError(self.env._("The booking is made by “Finished”."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._check_editable()

    def _check_editable(self):
        """:raises UserError: once the visit is finished"""
        for use in self:
            if use.sudo().move_id or use.dispatch_id.state not in (
                "issued",
                "contacted",
                "departed",
                "arrived",
            ):
                raise UserError(
                    self.env._(
                        "Parts of %(dispatch)s can be entered from its issue until"
                        " the visit is finished.",
                        dispatch=use.dispatch_id.name,
                    )
                )

    # --------------------------------------------------------------- posting

    def _consume(self):
        """Book the parts: moves out of the engineers' locations, old parts due.

        Called with sudo when the visit is finished. All or nothing.

        :raises UserError: a serial is missing, or more than the engineer holds
        """
        todo = self.filtered(lambda use: not use.move_id)
        todo.company_id._aftersales_check_books_open()
        for engineer, uses in todo.grouped("engineer_id").items():
            engineer._aftersales_lock_location()
            uses._check_held()
        for (dispatch, charge), rows in groupby(
            todo, key=lambda use: (use.dispatch_id, use.charge)
        ):
            self.browse().concat(*rows)._create_moves(dispatch, charge)
        old_parts = todo.filtered(lambda u: u.charge == "free" and u.old_part == "kept")
        self.env["aftersales.parts.return"]._create_from_uses(old_parts)
        todo._record_swaps()

    def _check_held(self):
        for (engineer, product, lot), rows in groupby(
            self, key=lambda use: (use.engineer_id, use.product_id, use.lot_id)
        ):
            if product.tracking != "none" and not lot:
                raise UserError(
                    self.env._(
                        "Choose the serial or lot number of %(part)s.",
                        part=product.display_name,
                    )
                )
            if not product.is_storable:
                continue
            wanted = sum(use.quantity for use in rows)
            held = engineer._aftersales_get_held(product, lot)
            if product.uom_id.compare(wanted, held) > 0:
                raise UserError(
                    self.env._(
                        "%(engineer)s holds %(held)g %(unit)s of %(part)s, not"
                        " %(wanted)g.",
                        engineer=engineer.name,
                        held=held,
                        unit=product.uom_id.name,
                        part=f"{product.display_name} {lot.name or ''}".strip(),
                        wanted=wanted,
                    )
                )

    def _create_moves(self, dispatch, charge):
        """One done transfer for the parts of one dispatch that go the same way."""
        company = dispatch.company_id
        source = dispatch.engineer_id._aftersales_get_location()
        if charge == "free":
            destination = company._aftersales_get_consumption_location(self.product_id)
        else:
            destination = dispatch.partner_id.with_company(
                company
            ).property_stock_customer
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": company._aftersales_get("use_type").id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": dispatch.partner_id.id,
                "origin": dispatch.name,
                "company_id": company.id,
                "move_ids": [
                    Command.create(use._prepare_move_vals(source, destination))
                    for use in self
                ],
            }
        )
        picking._aftersales_force_done()
        for use in self:
            use.move_id = picking.move_ids.filtered(
                lambda move, use=use: move.aftersales_part_use_id == use
            )
        self._check_moved()

    def _check_moved(self):
        """:raises UserError: for a part whose move is not done in full"""
        for use in self:
            move = use.move_id
            if len(move) != 1 or move.state != "done":
                done = 0.0
            else:
                done = move.quantity
            if use.product_uom_id.compare(done, use.quantity):
                raise UserError(
                    self.env._(
                        "%(part)s could not be booked: %(done)g of %(quantity)g moved."
                        " The visit is not finished.",
                        part=use.product_id.display_name,
                        done=done,
                        quantity=use.quantity,
                    )
                )

    def _prepare_move_vals(self, source, destination):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.product_uom_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "aftersales_part_use_id": self.id,
            "aftersales_request_id": self.request_id.id,
            "aftersales_lot_id": self.lot_id.id,
        }

    # ------------------------------------------------------------- the file

    def _is_to_bill(self):
        """Charged, booked, and on no settlement that counts."""
        self.ensure_one()
        billed = self.sale_line_id and self.sale_line_id.state != "cancel"
        return self.charge == "charged" and bool(self.move_id) and not billed

    def _get_debts(self):
        return [
            self.env._(
                "%(part)s is charged but not on a settlement",
                part=use.product_id.display_name,
            )
            for use in self
            if use._is_to_bill()
        ]

    def _story_entries(self):
        return [use._prepare_use_story(use.quantity) for use in self if use.move_id]
