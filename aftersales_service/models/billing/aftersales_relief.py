from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRelief(models.Model):
    """Reduction of a charge (减免) or goodwill, 001 App.8 #10 and #15.

    The engineer asks, the superior (from an amount on, others too) decides, then it
    is a line of its own on the settlement. Where the customer demands it before the
    repair there is no settlement yet: the line comes when the settlement is made.
    """

    _name = "aftersales.relief"
    _description = "Relief"
    _inherit = [
        "aftersales.relief.grant.mixin",
        "aftersales.approval.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "partner_id", "order_id"]

    _form_sequence = ("aftersales.relief", "JM")
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {"name", "state", "approval_state", "submitted_by_id", "granted_amount"}
    )
    _approval_content = frozenset(
        {
            "request_id",
            "order_id",
            "kind",
            "method",
            "amount",
            "percent",
            "line_ids",
            "reason",
            "requested_by_id",
        }
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("approved", "Approved"),
            ("granted", "On the Settlement"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        index=True,
        check_company=True,
        compute="_compute_request_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id", store=True, precompute=True, index=True
    )
    order_id = fields.Many2one(
        "sale.order",
        "Settlement",
        index="btree_not_null",
        check_company=True,
        copy=False,
        domain="[('aftersales_request_id', '!=', False),"
        " ('state', 'in', ('draft', 'sent', 'sale'))]",
        help="Empty when the customer asks before the repair: the next settlement of"
        " the request takes it.",
    )
    kind = fields.Selection(
        [("relief", "Relief"), ("goodwill", "Goodwill")],
        required=True,
        default="relief",
        help="Relief lowers the price; goodwill is a gift of the company.",
    )
    occasion = fields.Selection(
        [
            ("before", "Demanded before the Repair"),
            ("charge", "Objection to the Charge"),
            ("complaint", "Complaint"),
            ("other", "Other"),
        ],
        required=True,
        default="charge",
    )
    method = fields.Selection(
        [("amount", "Amount"), ("percent", "Percentage")],
        "Given As",
        required=True,
        default="amount",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    amount = fields.Monetary(help="As the unit prices of the settlement.")
    percent = fields.Float("Percentage", digits=(5, 2))
    line_ids = fields.Many2many(
        "sale.order.line",
        "aftersales_relief_line_rel",
        "relief_id",
        "line_id",
        string="Lines",
        domain="[('order_id', '=', order_id), ('display_type', '=', False),"
        " ('aftersales_relief_id', '=', False)]",
        copy=False,
        help="Empty: the whole settlement.",
    )
    lines_text = fields.Text("Lines Let Off", compute="_compute_amounts")
    base_amount = fields.Monetary("Charged", compute="_compute_amounts")
    asked_amount = fields.Monetary("Relief", compute="_compute_amounts")
    granted_amount = fields.Monetary(
        "Granted", readonly=True, copy=False, help="What the settlement was reduced by."
    )
    reason = fields.Text(required=True)
    requested_by_id = fields.Many2one(
        "hr.employee",
        "Asked By",
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    sale_line_ids = fields.One2many(
        "sale.order.line", "aftersales_relief_id", "Settlement Lines", readonly=True
    )

    _percent_check = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)",
        "A percentage lies between 0 and 100.",
    )
    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "A relief must not be negative: enter what is let off."
    )

    @api.model
    def _form_fill_company(self, vals_list):
        """Where only the settlement is given, its request is the file."""
        orders = self.env["sale.order"].sudo()
        for vals in vals_list:
            if vals.get("order_id") and not vals.get("request_id"):
                order = orders.browse(vals["order_id"])
                vals["request_id"] = order.aftersales_request_id.id
        return super()._form_fill_company(vals_list)

    # -------------------------------------------------------------- computes

    @api.depends("order_id")
    def _compute_request_id(self):
        for relief in self:
            request = relief.order_id.sudo().aftersales_request_id
            relief.request_id = request or relief.request_id

    @api.depends("order_id", "company_id")
    def _compute_currency_id(self):
        for relief in self:
            order = relief.order_id.sudo()
            relief.currency_id = order.currency_id or relief.company_id.currency_id

    @api.depends(
        "order_id.order_line.price_unit", "line_ids", "method", "amount", "percent"
    )
    def _compute_amounts(self):
        for relief in self:
            lines = relief._get_lines()
            base = sum(line._aftersales_get_charge() for line in lines)
            relief.base_amount = base
            # A signer reads what it is about, without the right to read orders.
            relief.lines_text = "\n".join(
                f"{line.product_id.display_name}: "
                f"{relief.currency_id.format(line._aftersales_get_charge())}"
                for line in lines
            )
            relief.asked_amount = relief._get_amount(base)

    def _get_lines(self):
        """The charged lines that the relief is measured by, with sudo."""
        self.ensure_one()
        order = self.order_id.sudo()
        return (self.sudo().line_ids & order.order_line or order.order_line).filtered(
            lambda line: not line.display_type
            and not line.is_downpayment
            and not line.aftersales_relief_id
        )

    def _get_amount(self, base):
        if self.method == "percent":
            return self.currency_id.round(base * self.percent / 100)
        return self.amount

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        """In company currency. Before there is a settlement, a percentage is
        measured by what was agreed with the customer."""
        self.ensure_one()
        amount = self.asked_amount
        currency = self.currency_id
        if self.method == "percent" and not self.order_id:
            agreed = self.request_id.agreement_ids.filtered(
                lambda agreement: agreement.state == "agreed"
            )
            amount = sum(agreed.mapped("amount")) * self.percent / 100
            currency = agreed[:1].currency_id or currency
        company = self.company_id
        return currency._convert(
            amount, company.currency_id, company, fields.Date.context_today(self)
        )

    def _approval_author_users(self):
        return super()._approval_author_users() | self.requested_by_id.user_id

    def _approval_done(self):
        self.write({"state": "approved"})
        for relief in self.filtered("order_id"):
            relief._grant()

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    def _approval_content_changed(self):
        for relief in self:
            if relief.state == "granted":
                raise UserError(
                    self.env._(
                        "%(relief)s is on the settlement already and stays as it was"
                        " approved.",
                        relief=relief.name,
                    )
                )
        return super()._approval_content_changed()

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Ask for the relief.

        :raises UserError: without an amount, above the price, on an order that is
            invoiced or cancelled, or when another one is asked for the same lines
        """
        reliefs = self._form_begin("draft", "refused")
        for relief in reliefs:
            relief._check_may_grant()
        reliefs.write({"state": "signing"})
        reliefs._approval_submit()

    def action_withdraw(self):
        """Take the question back; what is on a settlement stays there."""
        reliefs = self._form_begin("draft", "signing", "approved", "refused")
        reliefs.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        reliefs.write({"state": "withdrawn"})

    def _check_may_grant(self):
        """:raises UserError: with what speaks against this relief"""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Enter the reason of the relief."))
        if not (self.percent if self.method == "percent" else self.amount):
            raise UserError(self.env._("Enter how much is let off."))
        order = self.order_id.sudo()
        if not order:
            return
        if order.aftersales_request_id != self.request_id:
            raise UserError(
                self.env._(
                    "%(order)s is no settlement of this request.", order=order.name
                )
            )
        order._aftersales_check_open()
        self._check_once()
        self._check_not_above_price()

    def _check_once(self):
        """:raises UserError: when another relief covers the same lines"""
        others = self.sudo().search(
            [
                ("order_id", "=", self.order_id.id),
                ("id", "!=", self.id),
                ("state", "in", ("signing", "approved", "granted")),
            ]
        )
        lines = self._get_lines()
        for other in others:
            if other._get_lines() & lines:
                raise UserError(
                    self.env._(
                        "%(other)s is a relief for the same lines already. Withdraw it,"
                        " or choose other lines.",
                        other=other.name,
                    )
                )

    def _check_not_above_price(self):
        """:raises UserError: when more is let off than is charged"""
        charged = self.base_amount
        if self.currency_id.compare_amounts(self.asked_amount, charged) > 0:
            raise UserError(
                self.env._(
                    "%(relief)s is more than is charged (%(charged)s).",
                    relief=self.currency_id.format(self.asked_amount),
                    charged=self.currency_id.format(charged),
                )
            )

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        return [
            self.env._("%(relief)s is not decided yet", relief=relief.name)
            for relief in self
            if relief.state == "signing"
        ]

    def _story_entries(self):
        return [
            {
                "date": max(relief.signature_ids.mapped("signed_at")),
                "title": f"{relief.name}: {self.env._('Relief approved')}",
                "text": relief.reason,
                "amount": relief.granted_amount,
                "currency": relief.currency_id,
            }
            for relief in self
            if relief.state == "granted" and relief.signature_ids.mapped("signed_at")
        ]
