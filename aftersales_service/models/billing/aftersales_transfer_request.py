from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesTransferRequest(models.Model):
    """The customer cannot pay cash (001 Art.22(6)2): the engineer reports at once, a
    superior agrees, the customer transfers the money.

    What has come is read from Odoo's own matching on the invoices of the
    settlement; nobody types that it was paid.
    """

    _name = "aftersales.transfer.request"
    _description = "Payment by Transfer"
    _inherit = ["aftersales.approval.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id", "payment_reference"]

    _form_sequence = ("aftersales.transfer.request", "ZZ")
    _form_company_field = "sale_order_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "received_amount",
            "paid_on",
        }
    )
    _approval_content = frozenset({"sale_order_id", "amount", "reason", "engineer_id"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("expected", "Transfer Expected"),
            ("paid", "Paid"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "Settlement",
        required=True,
        index=True,
        check_company=True,
        domain="[('aftersales_request_id', '!=', False), ('state', '=', 'sale')]",
        ondelete="restrict",
    )
    request_id = fields.Many2one(
        related="sale_order_id.aftersales_request_id",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="sale_order_id.partner_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(
        related="sale_order_id.currency_id", store=True, precompute=True
    )
    engineer_id = fields.Many2one(
        "hr.employee",
        "Reported By",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    reported_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reason = fields.Text("Why Not in Cash", required=True)
    amount = fields.Monetary(
        "Expected Amount",
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
    )
    expected_on = fields.Date(
        "Payment Expected On", help="When the customer will transfer."
    )
    payment_reference = fields.Char(
        compute="_compute_payment_reference",
        help="What the customer writes on the transfer, so that it is found again.",
    )
    received_amount = fields.Monetary("Received", readonly=True, copy=False)
    paid_on = fields.Date("Received On", readonly=True, copy=False)
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )
    note = fields.Text("Remarks")

    _amount_check = models.Constraint(
        "CHECK (amount > 0)", "The amount to transfer must be greater than zero."
    )
    _expected_idx = models.Index("(company_id, expected_on) WHERE state = 'expected'")

    # -------------------------------------------------------------- computes

    @api.depends("sale_order_id")
    def _compute_amount(self):
        for transfer in self:
            transfer.amount = transfer._get_due_amount()

    def _get_due_amount(self):
        """What is neither paid nor in an engineer's hand nor asked for already."""
        self.ensure_one()
        order = self.sale_order_id
        if not order:
            return 0.0
        due = self.env["aftersales.collection"].sudo().new({"sale_order_id": order.id})
        others = self.sudo().search(
            [
                ("sale_order_id", "=", order._origin.id),
                ("state", "in", ("signing", "expected")),
                ("id", "!=", self._origin.id),
            ]
        )
        asked = sum(other.amount - other.received_amount for other in others)
        return max(due._get_due_amount() - asked, 0.0)

    @api.depends("name", "sale_order_id.name")
    def _compute_payment_reference(self):
        for transfer in self:
            names = (transfer.sale_order_id.name, transfer.display_name)
            transfer.payment_reference = " ".join(filter(None, names))

    @api.depends("state", "expected_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for transfer in self:
            due = transfer.expected_on
            transfer.is_late = bool(
                transfer.state == "expected" and due and due < today
            )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "expected"), ("expected_on", "<", today)]

    # ----------------------------------------------------------- constraints

    @api.constrains("amount", "sale_order_id")
    def _check_amount(self):
        self.request_id.sudo()._form_lock()
        for transfer in self.filtered(lambda t: t.state == "draft"):
            order = transfer.sale_order_id.sudo()
            if not order.aftersales_request_id or order.state != "sale":
                raise ValidationError(
                    self.env._("A transfer needs a confirmed settlement.")
                )
            due = transfer._get_due_amount()
            if transfer.currency_id.compare_amounts(transfer.amount, due) > 0:
                raise ValidationError(
                    self.env._(
                        "%(amount)s is more than the customer owes (%(due)s).",
                        amount=transfer.currency_id.format(transfer.amount),
                        due=transfer.currency_id.format(due),
                    )
                )

    @api.constrains("reported_at")
    def _check_reported_at(self):
        for transfer in self:
            transfer._form_check_event_time(transfer.reported_at)

    def write(self, vals):
        if not self.env.su and self._approval_content & vals.keys():
            self._form_check_state("draft", "signing", "refused")
        return super().write(vals)

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        company = self.company_id
        return self.currency_id._convert(
            self.amount, company.currency_id, company, self.reported_at.date()
        )

    def _approval_author_users(self):
        return super()._approval_author_users() | self.engineer_id.user_id

    def _approval_done(self):
        self.write({"state": "expected"})
        self._follow_matching()

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Ask the superior whether the customer may pay by transfer."""
        transfers = self._form_begin("draft", "refused")
        transfers.write({"state": "signing"})
        transfers._approval_submit()

    def action_cancel(self):
        """The customer pays in cash after all, or owes nothing any more."""
        transfers = self._form_begin("draft", "signing", "expected", "refused")
        for transfer in transfers:
            if transfer.received_amount:
                raise UserError(
                    self.env._(
                        "%(amount)s of %(transfer)s have come already.",
                        amount=transfer.currency_id.format(transfer.received_amount),
                        transfer=transfer.name,
                    )
                )
        transfers.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        transfers.write({"state": "cancelled"})

    def action_view_invoices(self):
        """Open the invoices of the settlement, where Odoo matches the payment."""
        return self.sale_order_id.action_view_invoice()

    # --------------------------------------------------------------- matching

    def _follow_matching(self):
        """Count what was matched on the invoices and was no engineer's cash; called
        with sudo when Odoo matches or unmatches something there."""
        for order, transfers in self.grouped("sale_order_id").items():
            rest = self._get_received(order)
            for transfer in transfers.search(
                [
                    ("sale_order_id", "=", order.id),
                    ("state", "in", ("expected", "paid")),
                ],
                order="id",
            ):
                received = min(rest, transfer.amount)
                rest -= received
                transfer._set_received(received)

    def _set_received(self, received):
        self.ensure_one()
        complete = self.currency_id.compare_amounts(received, self.amount) >= 0
        vals = {"received_amount": received, "state": "expected", "paid_on": False}
        if complete:
            vals.update(state="paid", paid_on=self.paid_on or self._form_day(False))
        if any(self[fname] != value for fname, value in vals.items()):
            self.write(vals)

    @api.model
    def _get_received(self, order):
        """Payments matched with what of its invoices is for ``order``, without the
        cash that engineers collected and without credit notes."""
        shares = order.sudo()._aftersales_get_shares()[order.id]
        return order.currency_id.round(
            sum(
                row["share"] - row["residual"] - row["known"]
                for row in shares
                if row["sign"] > 0
            )
        )

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        return [
            self.env._(
                "A transfer of %(amount)s is expected (%(transfer)s)",
                amount=transfer.currency_id.format(
                    transfer.amount - transfer.received_amount
                ),
                transfer=transfer.name,
            )
            for transfer in self
            if transfer.state in ("signing", "expected")
        ]

    def _story_entries(self):
        return [
            {
                "date": transfer.reported_at,
                "title": f"{transfer.name}: {self.env._('Payment by transfer asked')}",
                "text": transfer.reason,
                "amount": transfer.amount,
                "currency": transfer.currency_id,
            }
            for transfer in self
            if transfer.state != "cancelled"
        ]
