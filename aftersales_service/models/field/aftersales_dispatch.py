from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_visit_mixin import EVENT_FIELDS


class AftersalesDispatch(models.Model):
    """Dispatch order (产品售后派工单), 001 App.6.

    Rights: dispatchers and managers write it, the engineer moves his own through
    the visit, signers sign by their slot.
    """

    _name = "aftersales.dispatch"
    _description = "Dispatch Order"
    _inherit = [
        "hr.mixin",
        "aftersales.approval.mixin",
        "aftersales.visit.mixin",
        "aftersales.file.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "partner_id", "request_id"]

    _form_sequence = ("aftersales.dispatch", "PG")
    _form_appendix = "6"
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "visit_hours",
            *EVENT_FIELDS,
        }
    )
    _approval_content = frozenset(
        {
            "request_id",
            "engineer_id",
            "assistant_ids",
            "equipment_ids",
            "problem",
            "address",
            "task_type",
            "visit_at",
            "return_expected_at",
            "travel_means",
        }
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("issued", "Issued"),
            ("contacted", "Customer Contacted"),
            ("departed", "Departed"),
            ("arrived", "Arrived"),
            ("finished", "Finished"),
            ("returned", "Returned"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        group_expand=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        string="Customer",
    )
    contact_name = fields.Char(
        "Contact",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
    )
    phone = fields.Char(
        compute="_compute_from_request", store=True, readonly=False, precompute=True
    )
    phone_spare = fields.Char(
        "Spare Contact",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
    )
    address = fields.Char(
        compute="_compute_from_request", store=True, readonly=False, precompute=True
    )
    problem = fields.Text(
        compute="_compute_from_request", store=True, readonly=False, precompute=True
    )
    equipment_ids = fields.Many2many(
        "aftersales.equipment",
        string="Machines",
        check_company=True,
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    product_id = fields.Many2one(related="request_id.product_id", string="Model")
    serial = fields.Char(related="request_id.serial")
    purchase_date = fields.Date(related="request_id.purchase_date")
    fault_level = fields.Selection(related="request_id.fault_level")
    warranty_state = fields.Selection(related="request_id.warranty_state")
    charge_agreed = fields.Boolean(related="request_id.charge_agreed")
    task_type = fields.Selection(
        [
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("installation", "Installation"),
            ("training", "Initial Training"),
            ("callback", "Call-back Visit"),
        ],
        required=True,
        default="repair",
    )
    engineer_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
        tracking=True,
    )
    assistant_ids = fields.Many2many(
        "hr.employee",
        string="Other Engineers",
        check_company=True,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
    )
    visit_at = fields.Datetime("Agreed Visit Time")
    return_expected_at = fields.Datetime("Expected Return")
    travel_means = fields.Selection(
        [
            ("train", "Train"),
            ("car", "Bus or Car"),
            ("company_car", "Company Car"),
            ("plane", "Plane"),
            ("other", "Other"),
        ],
        "Means of Travel",
        default="train",
    )
    parts_needed = fields.Text()
    work_done = fields.Text()
    fault_cause = fields.Text("Cause of the Fault")
    is_content_locked = fields.Boolean(compute="_compute_is_content_locked")
    next_step = fields.Char("What Comes Next", compute="_compute_next_step")
    card_ids = fields.One2many(
        "aftersales.service.card", "dispatch_id", "Service Cards"
    )
    requisition_ids = fields.One2many(
        "aftersales.parts.requisition", "dispatch_id", "Parts Requisitions"
    )
    part_use_ids = fields.One2many("aftersales.part.use", "dispatch_id", "Parts Used")
    card_count = fields.Integer(compute="_compute_counts")
    requisition_count = fields.Integer(compute="_compute_counts")
    part_use_count = fields.Integer(compute="_compute_counts")

    _open_idx = models.Index(
        "(company_id, engineer_id) WHERE state NOT IN ('returned', 'cancelled')"
    )

    # -------------------------------------------------------------- computes

    @api.depends("name", "partner_id.name")
    @api.depends_context("dispatch_customer")
    def _compute_display_name(self):
        """With ``dispatch_customer`` in the context: customer and number."""
        result = super()._compute_display_name()
        if self.env.context.get("dispatch_customer"):
            for dispatch in self.filtered("partner_id"):
                dispatch.display_name = f"{dispatch.partner_id.name}, {dispatch.name}"
        return result

    @api.depends("request_id")
    def _compute_from_request(self):
        for dispatch in self:
            request = dispatch.request_id
            dispatch.contact_name = request.contact_name
            dispatch.phone = request.phone
            dispatch.phone_spare = request.phone_spare
            dispatch.address = request.address
            dispatch.problem = request.symptom
            dispatch.equipment_ids = request.equipment_id

    @api.depends("state", "is_mine")
    def _compute_is_content_locked(self):
        """What was signed is a dispatcher's to change, until the engineer leaves."""
        for dispatch in self:
            dispatch.is_content_locked = dispatch.state in (
                "departed",
                "arrived",
                "finished",
                "returned",
                "cancelled",
            ) or (dispatch.is_mine and dispatch.state not in ("draft", "refused"))

    @api.depends("state", "approval_waiting_for", "card_ids.state")
    @api.depends_context("lang")
    def _compute_next_step(self):
        texts = {
            "draft": self.env._("Submit the order for its signatures."),
            "issued": self.env._("Call the customer within 15 minutes."),
            "contacted": self.env._("Depart: take tools, parts and service card."),
            "departed": self.env._("Report the arrival at the customer."),
            "arrived": self.env._(
                "Enter parts used, let the customer fill and sign the card, finish."
            ),
            "finished": self.env._("Return, and hand in card, old parts and cash."),
        }
        for dispatch in self:
            text = texts.get(dispatch.state, "")
            if dispatch.state == "signing":
                text = self.env._(
                    "Waiting for signature: %(boxes)s.",
                    boxes=dispatch.approval_waiting_for,
                )
            elif dispatch.state == "contacted" and dispatch._get_cards_missing():
                text = self.env._("The service card must be issued before departure.")
            dispatch.next_step = text

    def _get_cards_missing(self):
        """Number of cards still to issue: one per machine, one if none is known."""
        self.ensure_one()
        cards = self.card_ids.filtered(lambda c: c.state != "cancelled")
        if not self.equipment_ids:
            return 0 if cards else 1
        return len(self.equipment_ids - cards.equipment_id)

    @api.constrains("equipment_ids")
    def _check_equipment(self):
        for dispatch in self:
            dispatch.equipment_ids._check_owner(dispatch.partner_id)

    # -------------------------------------------------------------- approval

    def _approval_author_users(self):
        return super()._approval_author_users() | self._get_engineer_users()

    def _approval_done(self):
        self.write({"state": "issued", "issued_at": fields.Datetime.now()})
        self.request_id._advance("dispatched")
        for dispatch in self:
            for user in dispatch._get_engineer_users():
                dispatch.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Call the customer, then go"),
                )

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft", "issued_at": False})

    def _approval_content_changed(self):
        for dispatch in self:
            if dispatch.state in ("departed", "arrived", "finished", "returned"):
                raise UserError(
                    self.env._(
                        "The engineer is on the way with %(dispatch)s; its content"
                        " can no longer change.",
                        dispatch=dispatch.name,
                    )
                )
        # A cancelled order stays cancelled: there is nothing left to sign.
        alive = self.filtered(lambda dispatch: dispatch.state != "cancelled")
        return super(AftersalesDispatch, alive)._approval_content_changed()

    def write(self, vals):
        if not self.env.su and self._approval_content & vals.keys():
            self._check_dispatcher()
        return super().write(vals)

    def _check_dispatcher(self):
        """:raises AccessError: the order itself is the dispatcher's to write"""
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_aftersales_dispatcher"
        ):
            raise AccessError(
                self.env._("Only a dispatcher changes the content of a dispatch order.")
            )

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put the order before its three signers."""
        self._check_dispatcher()
        dispatches = self._form_begin("draft", "refused")
        dispatches.request_id._check_open_for_work()
        dispatches.engineer_id._aftersales_check_holds("dispatch")
        dispatches.write({"state": "signing"})
        dispatches._approval_submit()

    def action_issue_cards(self):
        """Fill and number one service card per machine (Art.26(1))."""
        self._check_dispatcher()
        self.ensure_one()
        self._form_begin("draft", "signing", "issued", "contacted")
        done = self.card_ids.filtered(lambda c: c.state != "cancelled")
        cards = self.card_ids.browse()
        machines = list(self.equipment_ids - done.equipment_id)
        if not self.equipment_ids and not done:
            machines = [self.env[self.equipment_ids._name]]
        for machine in machines:
            cards |= cards.create({"dispatch_id": self.id, "equipment_id": machine.id})
        if not cards:
            raise UserError(self.env._("Every machine has its service card already."))
        return self._form_action_view("card_ids")

    def action_cancel(self):
        """Cancel an order nobody has left with."""
        self._check_dispatcher()
        dispatches = self._form_begin(
            "draft", "signing", "issued", "contacted", "refused"
        )
        dispatches.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        dispatches.card_ids.filtered(lambda c: c.state == "issued").action_cancel()
        dispatches.write({"state": "cancelled"})

    # ----------------------------------------------------------------- visit

    def _visit_before(self, event):
        if event != "departed":
            return
        for dispatch in self:
            if missing := dispatch._get_cards_missing():
                raise UserError(
                    self.env._(
                        "%(count)s service card(s) must be issued before departure.",
                        count=missing,
                    )
                )

    def _visit_after(self, event):
        if event == "departed":
            self.request_id._advance("in_work")
        elif event == "finished":
            self.part_use_ids._consume()
            self.request_id._advance("confirm")
        if event in ("contacted", "returned"):
            # What the engineer was asked to do is done.
            for dispatch in self:
                users = dispatch._get_engineer_users()
                dispatch.activity_ids.filtered(
                    lambda activity, users=users: activity.user_id in users
                ).unlink()

    # ------------------------------------------------------------- the file

    @api.model
    def _get_file_fields(self):
        """See the file mixin; the documents of one visit."""
        return ["card_ids", "requisition_ids", "part_use_ids"]

    def _get_debts(self):
        """Orders on the way keep the file open."""
        return [
            self.env._(
                "Dispatch %(name)s is not finished (%(step)s)",
                name=dispatch.name,
                step=dispatch.next_step,
            )
            for dispatch in self
            if dispatch.state not in ("returned", "cancelled", "refused")
        ]

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if values.get("request_id") and "task_type" in fields:
            request = self.env["aftersales.service.request"].browse(
                values["request_id"]
            )
            tasks = dict(self._fields["task_type"].selection)
            if request.request_type in tasks:
                values["task_type"] = request.request_type
        return values
