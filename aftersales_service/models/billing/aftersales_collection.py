from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What the receipt says; it is corrected until the cash is handed over.
CONTENT = frozenset(
    {"amount", "sale_order_id", "receipt_no", "collector_id", "collected_at"}
)


class AftersalesCollection(models.Model):
    """Cash an engineer collected (收款记录), 001 Art.22(6).

    The customer's payment is posted when the engineer takes the money (see the
    cash entry mixin): the customer has paid, the engineer owes. Cash goes to the
    cashier or to the bank on the day of return, by a handover sheet. What no invoice
    is there for yet stays an open credit and is matched when the invoice is posted.
    """

    _name = "aftersales.collection"
    _description = "Collection"
    _inherit = [
        "aftersales.cash.entry.mixin",
        "aftersales.receipt.mixin",
        "aftersales.hand.in.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "partner_id", "receipt_no"]

    _form_sequence = ("aftersales.collection", "SK")
    _form_company_field = "sale_order_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "handed_over_at",
            "received_by_id",
            "payment_id",
            "handover_id",
            "receipt_number_id",
            "cancel_reason",
            "cancelled_at",
            "cancelled_by_id",
            "warned_at",
        }
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
    handover_id = fields.Many2one(
        "aftersales.cash.handover",
        "Handover Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    handed_over_at = fields.Datetime(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Cashier", readonly=True, copy=False)
    cancel_reason = fields.Char("Reason for Cancelling", readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
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
        others = self.sudo().search(
            [
                ("sale_order_id", "=", order.id),
                ("state", "!=", "cancelled"),
                ("id", "!=", self._origin.id),
            ]
        )
        open_cash = sum(other._get_open_amount() for other in others)
        invoiced, billed = order._aftersales_get_owed().get(order._origin.id, (0, 0))
        to_bill = order.amount_total - invoiced
        own = self._origin.sudo()
        matched = own.payment_id and own.payment_id.amount - own._get_open_amount()
        return max(billed + max(to_bill, 0.0) + (matched or 0.0) - open_cash, 0.0)

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

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._check_collectors(vals_list)
        collections = super().create(vals_list)
        collections.sudo()._receipt_take()
        collections.sudo()._book()
        return collections

    @api.model
    def _check_collectors(self, vals_list):
        """:raises UserError: when a collector must first hand over what he holds"""
        people = self.env["hr.employee"].browse(
            {vals["collector_id"] for vals in vals_list if vals.get("collector_id")}
        )
        if any("collector_id" not in vals for vals in vals_list):
            people |= self.env.user.employee_id
        people._aftersales_check_holds("collection")

    def write(self, vals):
        content = CONTENT & vals.keys()
        if not content:
            return super().write(vals)
        if not self.env.su:
            self._form_check_state("collected")
            self._check_own(vals)
        before = {collection.id: collection._get_entry_key() for collection in self}
        result = super().write(vals)
        if "receipt_no" in content or "collector_id" in content:
            self.filtered(lambda c: c.state == "collected").sudo()._receipt_take()
        wrong = self.filtered(
            lambda c: c.state == "collected" and c._get_entry_key() != before[c.id]
        ).sudo()
        if wrong:
            # A difference that a superior signed for was that of the old amount.
            wrong.env["aftersales.cash.handover"].search(
                [
                    ("collection_ids", "in", wrong.ids),
                    ("state", "in", ("signing", "signed")),
                ]
            )._approval_content_changed()
            wrong._unbook(self.env._("the receipt was entered wrongly"))
            wrong.payment_id = False
            wrong._book()
        return result

    def _check_own(self, vals):
        """:raises UserError: when an engineer puts his cash on somebody else's name"""
        if "collector_id" not in vals or self._is_cashier():
            return
        collector = self.env["hr.employee"].browse(vals["collector_id"])
        if self.filtered(lambda c: c.collector_id != collector):
            raise UserError(
                self.env._("Who holds the cash of a receipt is changed by the cashier.")
            )

    def _get_entry_key(self):
        """What the entry of this receipt says; another key, another entry."""
        return (
            self.amount,
            self.sale_order_id,
            self.collector_id,
            self.collected_on,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A receipt is cancelled, never deleted: its number is used.")
        )

    # --------------------------------------------------------------- buttons

    def action_hand_over(self):
        """The cashier takes exactly this cash: sheet, entry and matching at once.

        One sheet for each engineer and currency. To count, to explain a difference
        or to book a deposit at a bank, write the sheet first.

        :raises UserError: when the user is no cashier, or it was handed over
        """
        self._check_cashier()
        collections = self._form_begin("collected")
        for (engineer, currency), mine in collections.grouped(
            lambda c: (c.collector_id, c.currency_id)
        ).items():
            sheet = (
                self.env["aftersales.cash.handover"]
                .sudo()
                .create(
                    {
                        "company_id": mine.company_id.id,
                        "engineer_id": engineer.id,
                        "currency_id": currency.id,
                        "collection_ids": [fields.Command.set(mine.ids)],
                        "counted_amount": sum(mine.mapped("amount")),
                    }
                )
            )
            sheet.action_confirm()

    @api.model
    def _check_cashier(self):
        """:raises UserError: when the user is no cashier"""
        if not self._is_cashier():
            raise UserError(self.env._("Only the cashier takes cash over."))

    @api.model
    def _is_cashier(self):
        return self.env.user.has_group("aftersales_service.group_aftersales_finance")

    def action_cancel(self):
        """Open the dialog that cancels these receipts with a reason."""
        self.check_access("write")
        self._form_check_state("collected")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Receipts"),
            "res_model": "aftersales.receipt.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_collection_ids": self.ids},
        }

    def _cancel(self, reason):
        """Void a receipt that was written by mistake, before the handover: its entry
        is reversed and its page in the receipt book void.

        :param str reason: why, shown to the auditor
        """
        collections = self._form_begin("collected")
        collections._unbook(reason)
        collections._receipt_void(reason)
        collections.write(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "cancelled_at": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
            }
        )
        self.flush_recordset(["state"])  # frees a number that no book keeps

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
