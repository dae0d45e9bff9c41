from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .aftersales_factory_step_mixin import OPEN_STATES
from .aftersales_prerepair_sign_mixin import CONTENT_FIELDS, SIGN_FIELDS
from .aftersales_workshop_mixin import ADVISOR


class AftersalesPrerepairOrder(models.Model):
    """Pre-repair order (准维修工单), 001 Art.23(2)(4) and App.9.

    What the customer brings, says and agrees to, before anything is done; a
    supplement when more is needed. Rights: advisors write it, the technician the
    supplements of his machines.
    """

    _name = "aftersales.prerepair.order"
    _description = "Pre-Repair Order"
    _inherit = [
        "aftersales.prerepair.sign.mixin",
        "aftersales.workshop.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "serial", "partner_id"]

    _form_sequence = ("aftersales.prerepair.order", "ZW")
    _form_appendix = "9"
    _form_company_field = "factory_repair_id"
    _form_files = frozenset({"photo_ids"})
    _form_protected = frozenset(
        {
            "name",
            "state",
            "factory_repair_id",
            "kind",
            "advisor_signed_at",
            "signed_at",
            "signed_way",
            "signed_hash",
            "refuse_reason",
        }
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_sign", "Customer to Sign"),
            ("signed", "Signed"),
            ("refused", "Customer Refuses"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    kind = fields.Selection(
        [("first", "First"), ("supplement", "Supplement")],
        "Type",
        required=True,
        readonly=True,
        default="first",
    )
    factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    request_id = fields.Many2one(
        related="factory_repair_id.request_id", store=True, precompute=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    partner_id = fields.Many2one(
        related="factory_repair_id.partner_id", store=True, precompute=True, index=True
    )
    equipment_id = fields.Many2one(related="factory_repair_id.equipment_id")
    product_id = fields.Many2one(
        related="factory_repair_id.product_id", string="Model", store=True
    )
    serial = fields.Char(related="factory_repair_id.serial", store=True)
    purchase_date = fields.Date(related="factory_repair_id.purchase_date")
    warranty_state = fields.Selection(related="factory_repair_id.warranty_state")
    technician_id = fields.Many2one(related="factory_repair_id.technician_id")
    bringer = fields.Char(
        "Brought By",
        compute="_compute_from_sheet",
        store=True,
        readonly=False,
        precompute=True,
    )
    bringer_phone = fields.Char(
        "Phone",
        compute="_compute_from_sheet",
        store=True,
        readonly=False,
        precompute=True,
    )
    meter_hours = fields.Float(
        "Hours of Use",
        digits=(16, 1),
        help="What the hour meter shows; entered into the machine's own readings.",
    )
    statement = fields.Text(
        "Customer's Statement",
        compute="_compute_from_sheet",
        store=True,
        readonly=False,
        precompute=True,
    )
    exterior = fields.Text("Exterior Check", help="Damage seen, and where.")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    item_ids = fields.One2many(
        "aftersales.prerepair.item", "order_id", "Left with the Machine", copy=True
    )
    no_items = fields.Boolean("Nothing Left with the Machine")
    line_ids = fields.One2many(
        "aftersales.prerepair.line", "order_id", "Proposed Work and Parts", copy=True
    )
    reason = fields.Text("Reason of the Supplement")
    finish_expected_at = fields.Datetime("Expected Finish")
    old_parts_handling = fields.Selection(
        [
            ("taken", "Taken Along by the Customer"),
            ("given_up", "Given Up by the Customer"),
            ("handed_in", "Handed In to the Store"),
        ],
        "Old Parts",
        default="taken",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_work = fields.Monetary("Work", compute="_compute_amounts", store=True)
    amount_parts = fields.Monetary("Parts", compute="_compute_amounts", store=True)
    amount_free = fields.Monetary(
        "Free in Warranty", compute="_compute_amounts", store=True
    )
    amount_estimate = fields.Monetary(
        "Estimate",
        compute="_compute_amounts",
        store=True,
        help="What the customer is expected to pay.",
    )
    advisor_id = fields.Many2one(
        "res.users",
        "Workshop Advisor",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )

    # -------------------------------------------------------------- computes

    @api.depends("factory_repair_id")
    def _compute_from_sheet(self):
        for order in self:
            sheet = order.factory_repair_id
            order.bringer = sheet.bringer or sheet.contact_name
            order.bringer_phone = sheet.bringer_phone or sheet.phone
            order.statement = sheet.symptom

    @api.depends("line_ids.amount", "line_ids.in_warranty", "line_ids.kind")
    def _compute_amounts(self):
        for order in self:
            lines = order.line_ids
            work = lines.filtered(lambda line: line.kind == "work")
            order.amount_work = sum(work.mapped("amount"))
            order.amount_parts = sum((lines - work).mapped("amount"))
            order.amount_free = sum(lines.filtered("in_warranty").mapped("amount"))
            order.amount_estimate = (
                order.amount_work + order.amount_parts - order.amount_free
            )

    # ----------------------------------------------------------- constraints

    @api.constrains("finish_expected_at", "date")
    def _check_finish(self):
        for order in self:
            finish = order.finish_expected_at
            if finish and not 0 <= (finish - order.date).days <= 366:
                raise ValidationError(
                    self.env._(
                        "The expected finish of %(order)s must follow its date within"
                        " a year.",
                        order=order.name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        for order in self:
            order._form_check_event_time(order.date)

    def write(self, vals):
        content = {*CONTENT_FIELDS, "line_ids", "item_ids"} & vals.keys()
        if not self.env.su and (content or {*SIGN_FIELDS} & vals.keys()):
            self._check_writer()
        result = super().write(vals)
        if content:
            self._content_changed()
        elif {*SIGN_FIELDS} & vals.keys() and not self.env.su:
            signed = self.filtered(lambda order: order.state == "signed")
            signed.sudo()._void_signature()
        return result

    def _content_changed(self):
        """A valid signature stays, when what was written is what was there."""
        changed = self.sudo().filtered(
            lambda o: (
                o.state == "to_sign"
                or (o.state == "signed" and not o._has_valid_signature())
            )
        )
        changed._void_signature()
        for sheet in changed.factory_repair_id:
            sheet._signature_voided()

    def _check_writer(self):
        """:raises AccessError: for others than advisors and, on a supplement, its
        technician
        :raises UserError: when the order is closed, or the work is done
        """
        user = self.env.user
        for order in self:
            if (
                order.state not in ("draft", "to_sign", "signed")
                or order.sudo().factory_repair_id.state not in OPEN_STATES
            ):
                raise UserError(
                    self.env._(
                        "%(order)s is closed and cannot be changed any more.",
                        order=order.name,
                    )
                )
            mine = order.sudo().technician_id.user_id == user
            if not user.has_group(ADVISOR) and not (
                mine and order.kind == "supplement"
            ):
                raise AccessError(
                    self.env._(
                        "Only a workshop advisor changes %(order)s.", order=order.name
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A pre-repair order is cancelled or kept, never deleted.")
        )

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """The advisor signs and hands the order to the customer.

        :raises UserError: while something the customer needs to read is missing
        """
        orders = self._form_begin("draft")
        self._check_writer()
        for order in orders:
            order._check_complete()
        orders.write({"state": "to_sign", "advisor_signed_at": fields.Datetime.now()})
        for order in orders:
            order._enter_meter()
            order._portal_ensure_token()

    def _check_complete(self):
        self.ensure_one()
        needed = ["bringer", "statement"]
        if self.kind == "first":
            needed += ["exterior"]
            if not self.item_ids and not self.no_items:
                raise UserError(
                    self.env._(
                        "%(order)s: list what is left with the machine, or tick that"
                        " nothing is.",
                        order=self.name,
                    )
                )
        else:
            needed += ["reason", "line_ids"]
            # By his signature it is agreed to: he is not the one to be told then.
            for line in self.line_ids.filtered(lambda line: line.kind == "part"):
                self.factory_repair_id._check_part_chosen(line)
        self._require(*needed)

    def action_sign(self):
        """The customer has signed on the tablet."""
        self.ensure_one()
        order = self._form_begin("to_sign")
        self._check_writer()
        order._accept_signature(order.signed_by, order.signature, "tablet")

    def action_refuse(self, reason):
        """The customer does not agree to the supplement: it is left out.

        :param str reason: what he says
        """
        orders = self._form_begin("draft", "to_sign")
        self._check_writer()
        orders._refuse(reason)

    def _refuse(self, reason):
        """Leave the supplements out; called with sudo."""
        if any(order.kind == "first" for order in self):
            raise UserError(
                self.env._(
                    "Without the first pre-repair order there is no repair: record"
                    " on the register sheet that the customer declines."
                )
            )
        reason = self._require_reason(reason)
        self.write({"state": "refused", "refuse_reason": reason})
        self.factory_repair_id._supplement_decided()

    def action_send_page(self):
        """Send the customer the address of his page."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "portal.portal_share_action"
        )
        action["context"] = {"active_id": self.id, "active_model": self._name}
        return action

    def action_preview(self):
        """The page the customer sees, with his token."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": self.sudo().get_portal_url(),
        }

    # ------------------------------------------------------------ consequences

    def _after_signature(self):
        """See the sign mixin: the repair may begin, or go on."""
        sheet = self.factory_repair_id
        sheet.old_parts_handling = sheet.old_parts_handling or self.old_parts_handling
        # What was added to an order after the decision is agreed to with it.
        if self.kind == "supplement" or sheet.decision in ("all", "partly"):
            sheet._apply_supplement(self)
        sheet._supplement_decided()

    def _enter_meter(self):
        """What the meter showed goes into the machine's readings, once."""
        readings = self.env["aftersales.meter.reading"]
        if not self.equipment_id or not self.meter_hours:
            return
        known = readings.search(
            [("equipment_id", "=", self.equipment_id.id), ("origin", "=", self.name)]
        )
        if known:
            known.value = self.meter_hours
            return
        readings.create(
            {
                "equipment_id": self.equipment_id.id,
                "date": self._form_day(self.date),
                "value": self.meter_hours,
                "source": "factory",
                "origin": self.name,
                "user_id": self.advisor_id.id,
            }
        )

    def _check_items_returned(self):
        """:raises UserError: while something the customer left is not given back"""
        for item in self.item_ids:
            # How full the tank is, is noted, not given back.
            if item.kind == "fluid" or item.returned:
                continue
            if item.order_id.state not in ("cancelled", "refused"):
                raise UserError(
                    self.env._(
                        "“%(item)s” of %(order)s is not given back yet.",
                        item=item.name,
                        order=item.order_id.name,
                    )
                )

    def _close(self):
        """The machine has left: nothing changes any more; called with sudo."""
        self.filtered(lambda o: o.state == "signed").write({"state": "closed"})
        self.filtered(lambda o: o.state in ("draft", "to_sign")).write(
            {"state": "cancelled"}
        )
