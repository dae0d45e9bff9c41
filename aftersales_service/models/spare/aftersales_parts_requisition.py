from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartsRequisition(models.Model):
    """Parts requisition (售后服务用零配件领取审批单), 001 App.14.

    Three signatures in any order, then an internal transfer from the warehouse to
    the engineer's own location; its validation in the stock screens is the issue.
    """

    _name = "aftersales.parts.requisition"
    _description = "Parts Requisition"
    _inherit = [
        "aftersales.requisition.case.mixin",
        "aftersales.requisition.kit.mixin",
        "aftersales.requisition.supply.mixin",
        "aftersales.requisition.end.mixin",
        "aftersales.requisition.travel.mixin",
        "aftersales.custody.mixin",
        "aftersales.approval.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "partner_id", "drawer_id"]

    _form_sequence = ("aftersales.parts.requisition", "LJ")
    _form_appendix = "14"
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "issued_by_id",
            "issued_at",
            "received_by_id",
            "received_at",
            "ended_by_id",
            "ended_at",
        }
    )
    _approval_content = frozenset(
        {
            "drawer_id",
            "purpose",
            "request_id",
            "dispatch_id",
            "warehouse_id",
            "kit_location_id",
        }
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("approved", "To Issue"),
            ("partial", "Partly Issued"),
            ("issued", "Parts Issued"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    drawer_id = fields.Many2one(
        "hr.employee",
        "Drawn By",
        required=True,
        index=True,
        check_company=True,
        compute="_compute_drawer_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
    )
    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        index="btree_not_null",
        check_company=True,
        domain="[('state', 'not in', ('returned', 'refused', 'cancelled'))]",
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        index="btree_not_null",
        check_company=True,
        compute="_compute_request_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id", store=True, precompute=True
    )
    product_id = fields.Many2one(related="request_id.product_id", string="Model")
    serial = fields.Char(related="request_id.serial")
    purpose = fields.Selection(
        [
            ("warranty", "Replacement in Warranty"),
            ("paid", "Charged Replacement"),
            ("factory", "Factory Repair"),
            ("travel", "Travel Stock"),
            ("gift", "Gift"),
            ("sample", "Sample"),
        ],
        required=True,
        compute="_compute_purpose",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_urgent = fields.Boolean("Urgent")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        "aftersales.parts.requisition.line", "requisition_id", "Parts", copy=True
    )
    total_quantity = fields.Float(
        compute="_compute_totals", store=True, digits="Product Unit"
    )
    total_amount = fields.Monetary(compute="_compute_totals", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_requisition_id", "Transfers", readonly=True
    )
    issued_by_id = fields.Many2one(
        "res.users", "Parts Issued By", readonly=True, copy=False
    )
    issued_at = fields.Datetime("Parts Issued At", readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.users", "Parts Received By", readonly=True, copy=False
    )
    received_at = fields.Datetime("Parts Received At", readonly=True, copy=False)
    note = fields.Text("Remarks")

    @api.model
    def _form_fill_company(self, vals_list):
        """Where only the dispatch is given, its request is the file."""
        dispatches = self.env["aftersales.dispatch"]
        for vals in vals_list:
            if vals.get("dispatch_id") and not vals.get("request_id"):
                dispatch = dispatches.browse(vals["dispatch_id"])
                vals["request_id"] = dispatch.request_id.id
        return super()._form_fill_company(vals_list)

    # -------------------------------------------------------------- computes

    @api.depends("dispatch_id")
    def _compute_drawer_id(self):
        for requisition in self:
            requisition.drawer_id = (
                requisition.dispatch_id.engineer_id
                or requisition.drawer_id
                or self.env.user.employee_id
            )

    @api.depends("dispatch_id")
    def _compute_request_id(self):
        for requisition in self:
            requisition.request_id = (
                requisition.dispatch_id.request_id or requisition.request_id
            )

    @api.depends("request_id")
    def _compute_purpose(self):
        purposes = {"free": "warranty", "charged": "paid", "undecided": "warranty"}
        for requisition in self:
            request = requisition.request_id
            requisition.purpose = (
                purposes[request.verdict_parts or "undecided"] if request else "travel"
            )

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for requisition in self:
            company = requisition.company_id
            requisition.warehouse_id = company._aftersales_get_warehouse()

    @api.depends("line_ids.quantity", "line_ids.amount")
    def _compute_totals(self):
        for requisition in self:
            requisition.total_quantity = sum(requisition.line_ids.mapped("quantity"))
            requisition.total_amount = sum(requisition.line_ids.mapped("amount"))

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return self.total_amount

    def _approval_author_users(self):
        return super()._approval_author_users() | self.drawer_id.user_id

    def _approval_done(self):
        self.write({"state": "approved"})
        for requisition in self:
            requisition._create_picking()

    def _approval_refused(self):
        self.write({"state": "refused"})
        self._void_events()

    def _void_events(self):
        """No part is on its way any more, and no promise about it runs."""
        for requisition in self:
            requisition.request_id._sla_void(requisition)

    def _approval_reset(self):
        self._void_events()
        # The state first: what is cancelled here is not the warehouse's decision.
        self.write({"state": "draft"})
        self.picking_ids.filtered(lambda p: p.state != "done").action_cancel()

    def _approval_content_changed(self):
        for requisition in self:
            if requisition.state == "withdrawn":
                requisition._form_check_state("draft", "signing", "refused")
            if requisition.state in ("partial", "issued"):
                raise UserError(
                    self.env._(
                        "Parts of %(requisition)s are already issued; write a new"
                        " requisition for more.",
                        requisition=requisition.name,
                    )
                )
        return super()._approval_content_changed()

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put the requisition before its three signers (Art.24)."""
        requisitions = self._form_begin("draft", "refused")
        for requisition in requisitions:
            if not requisition.line_ids:
                raise UserError(self.env._("Enter at least one part."))
            requisition.request_id._check_open_for_work()
            requisition.drawer_id._aftersales_check_holds("requisition")
        requisitions.write({"state": "signing"})
        requisitions._approval_submit()
        for requisition in requisitions:
            requisition.request_id._sla_event("parts_requested", source=requisition)
        requisitions.line_ids._start_waiting()

    def action_withdraw(self):
        """Take the requisition back; what was reserved is released."""
        requisitions = self._form_begin("draft", "signing", "approved", "refused")
        requisitions.write({"state": "withdrawn"})
        requisitions.picking_ids.filtered(lambda p: p.state != "done").action_cancel()
        requisitions.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        requisitions._void_events()

    def action_view_pickings(self):
        """Open the transfers of the warehouse."""
        return self._form_action_view("picking_ids")

    def action_return_unused(self):
        """Prepare the transfer that brings unused parts back to the warehouse.

        The warehouse validates it; until then the engineer still holds the parts.

        :raises UserError: when nothing of this case is held any more
        """
        self.ensure_one()
        requisition = self._form_begin("partial", "issued")
        lines = self.env["stock.move"].sudo()._aftersales_get_unused(requisition)
        if not lines:
            raise UserError(self.env._("There are no unused parts to bring back."))
        company = requisition.company_id
        picking = requisition._create_transfer(
            company._aftersales_get("unused_type"),
            requisition.drawer_id._aftersales_get_location(),
            requisition._get_store_location(),
            [
                {"product_id": product.id, "product_uom_qty": quantity}
                for product, quantity in lines.items()
            ],
        )
        picking.action_assign()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Transfer %(transfer)s waits in the warehouse for the parts.",
                    transfer=picking.name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # -------------------------------------------------------------- transfers

    def _create_picking(self):
        """The issue: warehouse -> the engineer's own location (called with sudo)."""
        self.ensure_one()
        picking = self._create_transfer(
            self.company_id._aftersales_get("issue_type"),
            self._get_store_location(),
            self._get_drawer_location(),
            [line._prepare_move_vals() for line in self.line_ids],
        )
        picking.action_assign()
        return picking

    def _create_transfer(self, picking_type, source, destination, rows):
        self.ensure_one()
        common = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "aftersales_request_id": self.request_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "origin": self.name,
                "priority": "1" if self.is_urgent else "0",
                "company_id": self.company_id.id,
                "aftersales_requisition_id": self.id,
                "move_ids": [Command.create({**common, **row}) for row in rows],
            }
        )
        picking.action_confirm()
        return picking

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        """Parts that are still held for the case keep the file open."""
        return self._get_held_debts()

    def _story_entries(self):
        entries = []
        for picking in self.picking_ids.filtered(lambda p: p.state == "done"):
            requisition = picking.aftersales_requisition_id
            if picking.location_id == requisition.drawer_id.aftersales_location_id:
                title = self.env._("Unused parts brought back")
            else:
                title = self.env._("Parts issued")
            entries.append(
                {
                    "date": picking.date_done,
                    "title": f"{requisition.name}: {title}",
                    "text": picking._aftersales_get_parts_text(),
                }
            )
        return entries
