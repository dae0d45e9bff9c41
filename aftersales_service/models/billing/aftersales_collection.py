from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesCollection(models.Model):
    """Cash an engineer collected (收款记录), 001 Art.22(6).

    Cash goes to the cashier on the day of return. The handover posts one customer
    payment into the cash journal and reconciles it with the invoices of the
    settlement; what cannot be reconciled yet stays an open credit of the customer
    and is matched when the invoice is posted.
    """

    _name = "aftersales.collection"
    _description = "Collection"
    _inherit = ["aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id", "receipt_no"]

    _form_sequence = ("aftersales.collection", "SK")
    _form_company_field = "sale_order_id"
    _form_protected = frozenset(
        {"name", "state", "handed_over_at", "received_by_id", "payment_id"}
    )

    state = fields.Selection(
        [
            ("collected", "Collected, Not Handed Over"),
            ("handed_over", "Handed Over"),
            ("reconciled", "Reconciled"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="collected",
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
    receipt_no = fields.Char(
        "Receipt Number", required=True, help="Number of the paper receipt (收据)."
    )
    currency_id = fields.Many2one(
        related="sale_order_id.currency_id", store=True, precompute=True
    )
    due_amount = fields.Monetary("Due", compute="_compute_due_amount")
    amount = fields.Monetary("Received", required=True)
    collector_id = fields.Many2one(
        "hr.employee",
        "Collected By",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    collected_at = fields.Datetime(required=True, default=fields.Datetime.now)
    handed_over_at = fields.Datetime(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Cashier", readonly=True, copy=False)
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )
    note = fields.Text("Remarks")

    _amount_check = models.Constraint(
        "CHECK (amount > 0)", "The amount received must be greater than zero."
    )
    _receipt_uniq = models.UniqueIndex(
        "(company_id, receipt_no) WHERE state != 'cancelled'",
        "This receipt number was used already.",
    )

    # -------------------------------------------------------------- computes

    @api.depends(
        "sale_order_id.amount_total", "sale_order_id.invoice_ids.amount_residual"
    )
    def _compute_due_amount(self):
        for collection in self:
            collection.due_amount = collection._get_due_amount()

    def _get_due_amount(self):
        """What the customer still owes on the settlement beside this collection."""
        self.ensure_one()
        order = self.sale_order_id.sudo()
        invoices = order.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        )
        others = self.sudo().search(
            [
                ("sale_order_id", "=", order.id),
                ("state", "in", ("collected", "handed_over")),
                ("id", "!=", self._origin.id),
            ]
        )
        open_cash = sum(other._get_open_amount() for other in others)
        billed = sum(invoices.mapped("amount_residual"))
        to_bill = order.amount_total - sum(invoices.mapped("amount_total"))
        return max(billed + max(to_bill, 0.0) - open_cash, 0.0)

    def _get_open_amount(self):
        """What of this cash has not paid an invoice yet."""
        self.ensure_one()
        if not self.payment_id:
            return self.amount
        return -sum(self._get_receivable_lines().mapped("amount_residual_currency"))

    def _compute_is_late(self):
        """Late: not handed over by the end of the day it was collected."""
        today = fields.Date.context_today(self)
        for collection in self:
            day = fields.Date.context_today(collection, collection.collected_at)
            collection.is_late = collection.state == "collected" and day < today

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "collected"), ("collected_at", "<", "today")]

    # ----------------------------------------------------------- constraints

    @api.constrains("amount", "sale_order_id")
    def _check_amount(self):
        # Two receipts for the same debt, written in the same moment: one waits.
        self.request_id.sudo()._form_lock()
        for collection in self:
            due = collection._get_due_amount()
            if collection.currency_id.compare_amounts(collection.amount, due) > 0:
                raise ValidationError(
                    self.env._(
                        "%(amount)s is more than the customer owes (%(due)s).",
                        amount=collection.currency_id.format(collection.amount),
                        due=collection.currency_id.format(due),
                    )
                )

    @api.constrains("collected_at")
    def _check_collected_at(self):
        for collection in self:
            collection._form_check_event_time(collection.collected_at)

    @api.constrains("sale_order_id")
    def _check_order(self):
        for collection in self:
            order = collection.sale_order_id.sudo()
            if not order.aftersales_request_id or order.state != "sale":
                raise ValidationError(
                    self.env._("Cash is collected on a confirmed settlement only.")
                )

    def write(self, vals):
        content = {
            "amount",
            "sale_order_id",
            "receipt_no",
            "collector_id",
            "collected_at",
        }
        if not self.env.su and content & vals.keys():
            self._form_check_state("collected")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A receipt is cancelled, never deleted: its number is used.")
        )

    # --------------------------------------------------------------- buttons

    def action_hand_over(self):
        """The cashier takes the cash: payment, entry and reconciliation at once.

        :raises UserError: when the user is no cashier, or it was handed over
        """
        if not self.env.user.has_group("aftersales_service.group_aftersales_finance"):
            raise UserError(self.env._("Only the cashier takes cash over."))
        collections = self._form_begin("collected")
        for collection in collections:
            payment = (
                self.env["account.payment"]
                .sudo()
                .create(collection._prepare_payment_vals())
            )
            payment.action_post()
            collection.write(
                {
                    "state": "handed_over",
                    "handed_over_at": fields.Datetime.now(),
                    "received_by_id": self.env.uid,
                    "payment_id": payment.id,
                }
            )
        collections._reconcile()

    def action_cancel(self):
        """Void a receipt that was written by mistake, before the handover."""
        self._form_begin("collected").write({"state": "cancelled"})
        self.flush_recordset(["state"])  # frees the number for the next receipt

    def action_view_payment(self):
        """Open the payment posted at the handover."""
        return self.payment_id._get_records_action()

    # --------------------------------------------------------------- booking

    def _prepare_payment_vals(self):
        self.ensure_one()
        company = self.company_id
        journal = company._aftersales_get("cash_journal")
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "journal_id": journal.id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "memo": f"{self.sale_order_id.name} {self.name} {self.receipt_no}",
        }

    def _reconcile(self):
        """Match handed-over cash with the posted invoices of its settlement."""
        for collection in self.filtered(lambda c: c.state == "handed_over"):
            invoices = collection.sale_order_id.invoice_ids.filtered(
                lambda m: m.state == "posted" and m.move_type == "out_invoice"
            )
            lines = (collection.payment_id.move_id | invoices).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.parent_state == "posted"
            )
            if len(lines.move_id) > 1:
                lines.reconcile()
                collection.payment_id.invoice_ids |= invoices
            if collection._is_reconciled():
                collection.state = "reconciled"

    def _is_reconciled(self):
        lines = self._get_receivable_lines()
        return bool(lines) and all(lines.mapped("reconciled"))

    def _get_receivable_lines(self):
        self.ensure_one()
        return self.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        return [
            self.env._(
                "%(collector)s has not handed over %(amount)s (receipt %(receipt)s)",
                collector=collection.collector_id.name,
                amount=collection.currency_id.format(collection.amount),
                receipt=collection.receipt_no,
            )
            for collection in self
            if collection.state == "collected"
        ]

    def _story_entries(self):
        titles = {
            "collected_at": self.env._("Cash collected"),
            "handed_over_at": self.env._("Cash handed over"),
        }
        return [
            {
                "date": collection[fname],
                "title": f"{collection.name}: {title}",
                "text": f"{collection.collector_id.name}, {collection.receipt_no}",
                "amount": collection.amount,
                "currency": collection.currency_id,
            }
            for collection in self
            for fname, title in titles.items()
            if collection[fname] and collection.state != "cancelled"
        ]
