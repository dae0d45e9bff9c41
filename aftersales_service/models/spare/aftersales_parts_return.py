from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartsReturn(models.Model):
    """Replaced-part verification (报废(更换)零配件交库验证单), 001 App.7.

    Old parts of free replacements come back at no value, are received by the
    warehouse, inspected, and the company's bearing of the value is signed; then
    the verdict is carried out. ``aftersales.parts.return.line`` makes the moves.
    """

    _name = "aftersales.parts.return"
    _description = "Replaced Part Verification"
    _inherit = [
        "aftersales.old.part.mixin",
        "aftersales.approval.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "partner_id", "dispatch_id"]

    _form_sequence = ("aftersales.parts.return", "JK")
    _form_appendix = "7"
    _form_company_field = "dispatch_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "handed_in_by_id",
            "handed_in_at",
            "received_by_id",
            "received_at",
            "inspector_id",
            "inspected_at",
            "reminded_on",
            "picking_id",
            "claim_ids",
        }
    )
    _approval_content = frozenset({"dispatch_id", "conclusion"})

    state = fields.Selection(
        [
            ("draft", "To Return"),
            ("handed_in", "Handed In"),
            ("received", "Inspection Due"),
            ("inspected", "Inspected"),
            ("signing", "Signing"),
            ("approved", "Approved"),
            ("disposed", "Disposed"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="Empty for old parts of a factory repair.",
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        index=True,
        check_company=True,
        compute="_compute_from_dispatch",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_customer",
        store=True,
        precompute=True,
    )
    engineer_id = fields.Many2one(
        "hr.employee",
        check_company=True,
        compute="_compute_from_dispatch",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product", "Faulty Model", compute="_compute_machine"
    )
    problem = fields.Text("Fault", compute="_compute_machine")
    line_ids = fields.One2many(
        "aftersales.parts.return.line", "return_id", "Old Parts", copy=True
    )
    total_value = fields.Monetary(compute="_compute_total_value", store=True)
    recovered_amount = fields.Monetary(
        "Recovered from Suppliers", compute="_compute_recovered_amount", store=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    picking_id = fields.Many2one("stock.picking", "Receipt", readonly=True, copy=False)
    handed_in_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    handed_in_at = fields.Datetime(readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.users", "Parts Received By", readonly=True, copy=False
    )
    received_at = fields.Datetime("Taken In At", readonly=True, copy=False)
    inspector_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_at = fields.Datetime(readonly=True, copy=False)
    conclusion = fields.Text("Inspection Conclusion")
    note = fields.Text("Remarks")

    _origin_check = models.Constraint(
        "CHECK (dispatch_id IS NOT NULL OR request_id IS NOT NULL)",
        "Old parts come from a visit, or from the repair of a request.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("dispatch_id.request_id", "dispatch_id.engineer_id")
    def _compute_from_dispatch(self):
        for record in self:
            dispatch = record.dispatch_id
            record.request_id = dispatch.request_id or record.request_id
            record.engineer_id = dispatch.engineer_id or record.engineer_id

    @api.depends("dispatch_id.partner_id", "request_id.partner_id")
    def _compute_customer(self):
        for record in self:
            source = record.dispatch_id or record.request_id
            record.partner_id = source.partner_id

    @api.depends("dispatch_id.product_id", "request_id.product_id")
    def _compute_machine(self):
        for record in self:
            dispatch, request = record.dispatch_id, record.request_id
            record.product_id = dispatch.product_id or request.product_id
            record.problem = dispatch.problem if dispatch else request.symptom

    @api.depends("line_ids.value")
    def _compute_total_value(self):
        for record in self:
            record.total_value = sum(record.line_ids.mapped("value"))

    @api.depends("line_ids.recovered_amount")
    def _compute_recovered_amount(self):
        for record in self:
            record.recovered_amount = sum(record.line_ids.mapped("recovered_amount"))

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        if not self.env.su and {"dispatch_id", "request_id", "engineer_id"} & (
            vals.keys()
        ):
            self._check_may_reassign()
        return super().write(vals)

    def _check_may_reassign(self):
        """:raises UserError: for an engineer who hands his debt to somebody else"""
        if not self.env.user.has_group("aftersales_service.group_aftersales_user"):
            raise UserError(
                self.env._("Whose old parts these are is changed by the dispatcher.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(record.state != "draft" for record in self):
            raise UserError(
                self.env._("Old parts that were handed in can no longer be changed.")
            )

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return self.total_value

    def _approval_author_users(self):
        return (
            super()._approval_author_users()
            | self.handed_in_by_id
            | self.engineer_id.user_id
        )

    def _approval_done(self):
        self.write({"state": "approved"})

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "inspected"})

    def _approval_content_changed(self):
        for record in self:
            if record.state == "disposed":
                raise UserError(
                    self.env._(
                        "%(document)s is carried out and cannot change any more.",
                        document=record.name,
                    )
                )
        return super()._approval_content_changed()

    # --------------------------------------------------------------- buttons

    def action_hand_in(self):
        """The engineer hands the old parts to the warehouse."""
        returns = self._form_begin("draft")
        for record in returns:
            if not record.line_ids:
                raise UserError(self.env._("Enter at least one old part."))
            record.picking_id = record._create_receipt()
            record.write(
                {
                    "state": "handed_in",
                    "handed_in_by_id": self.env.uid,
                    "handed_in_at": fields.Datetime.now(),
                }
            )

    def action_receive(self):
        """The warehouse has counted and taken the parts; validates the receipt."""
        self._check_group("aftersales_service.group_aftersales_keeper")
        for record in self._form_begin("handed_in"):
            self.env["stock.picking"].sudo().search(
                [("aftersales_return_id", "=", record.id)]
            )._aftersales_force_done()
            if record.state == "handed_in":  # a receipt was cancelled or cut short
                record._create_receipt()._aftersales_force_done()
            # The transfer was done as the system user; this person received.
            record.received_by_id = self.env.uid

    def action_inspect(self):
        """The inspector gives his verdict on every line."""
        self._check_group("aftersales_service.group_aftersales_quality")
        returns = self._form_begin("received")
        returns._check_verdicts()
        returns.write(
            {
                "state": "inspected",
                "inspector_id": self.env.uid,
                "inspected_at": fields.Datetime.now(),
            }
        )

    def _check_verdicts(self):
        if self.line_ids.filtered(lambda line: not line.verdict):
            raise UserError(self.env._("Every old part needs a verdict."))

    def action_submit(self):
        """Put the bearing of the value before its signers."""
        returns = self._form_begin("inspected", "refused")
        returns._check_verdicts()
        returns.write({"state": "signing"})
        returns._approval_submit()

    def action_dispose(self):
        """Carry out the verdicts: scrap, reuse at a value, or to the supplier."""
        self._check_group("aftersales_service.group_aftersales_keeper")
        returns = self._form_begin("approved")
        returns.line_ids._dispose()
        returns.write({"state": "disposed"})
        returns._claim_or_tell()

    def action_view_picking(self):
        """Open the receipt of the old parts."""
        return self.picking_id._get_records_action()

    def _check_group(self, group):
        if not self.env.su and not self.env.user.has_group(group):
            raise UserError(
                self.env._(
                    "This step belongs to: %(group)s.",
                    group=self.env.ref(group).sudo().name,
                )
            )

    # -------------------------------------------------------------- transfers

    @api.model
    def _create_from_uses(self, uses):
        """One form per dispatch for the old parts of free replacements.

        :param uses: booked ``aftersales.part.use`` whose old part is kept
        """
        return self.create(
            [
                {
                    "dispatch_id": dispatch.id,
                    "line_ids": [
                        Command.create(self.line_ids._prepare_from_use(use))
                        for use in rows
                    ],
                }
                for dispatch, rows in uses.grouped("dispatch_id").items()
            ]
        )

    def _create_receipt(self):
        """Customer -> returned parts: a location without value (called with sudo)."""
        self.ensure_one()
        company = self.company_id
        source = self.partner_id.with_company(company).property_stock_customer
        destination = company._aftersales_get("return_location")
        rows = []
        for line in self.line_ids:
            vals = line._prepare_move_vals(source, destination)
            vals["product_uom_qty"] = line._get_missing_quantity()
            if vals["product_uom_qty"]:
                rows.append(vals)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": company._aftersales_get("old_part_type").id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": self.partner_id.id,
                "origin": self.name,
                "company_id": company.id,
                "aftersales_return_id": self.id,
                "move_ids": [Command.create(vals) for vals in rows],
            }
        )
        picking.action_confirm()
        return picking

    def _mark_received(self):
        """Called with sudo when a receipt was validated; counts once all is there."""
        self.filtered(
            lambda record: record.state == "handed_in"
            and not any(line._get_missing_quantity() for line in record.line_ids)
        ).write(
            {
                "state": "received",
                "received_by_id": self.env.uid,
                "received_at": fields.Datetime.now(),
            }
        )

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        return [
            self.env._("Old parts of %(name)s are not handed in", name=record.name)
            for record in self
            if record.state in ("draft", "handed_in")
        ]

    def _story_entries(self):
        titles = {
            "handed_in_at": self.env._("Old parts handed in"),
            "received_at": self.env._("Old parts received"),
            "inspected_at": self.env._("Old parts inspected"),
        }
        return [
            {
                "date": record[fname],
                "title": f"{record.name}: {title}",
                "text": ", ".join(
                    f"{line.quantity:g} × {line.product_id.display_name}"
                    for line in record.line_ids
                ),
                "amount": record.total_value,
                "currency": record.currency_id,
            }
            for record in self
            for fname, title in titles.items()
            if record[fname]
        ]
