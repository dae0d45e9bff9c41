from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ...engine.three_way import find_differences

# What a person writes about a case; the rest is computed when the check is prepared.
WRITTEN = frozenset({"result", "remark"})


class AftersalesCashAuditLine(models.Model):
    """One case of the monthly check: receipt, card, customer, books."""

    _name = "aftersales.cash.audit.line"
    _description = "Checked Case"
    _order = "audit_id, has_difference desc, id"
    _rec_name = "request_id"
    _check_company_auto = True

    audit_id = fields.Many2one(
        "aftersales.cash.audit",
        "Monthly Check",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="audit_id.company_id", store=True, precompute=True, index=True
    )
    month = fields.Date(related="audit_id.month", store=True)
    state = fields.Selection(related="audit_id.state")
    currency_id = fields.Many2one(related="company_id.currency_id")
    request_id = fields.Many2one(
        "aftersales.service.request",
        "Service Request",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id", store=True, string="Customer"
    )
    engineer_id = fields.Many2one("hr.employee", "Collected By", readonly=True)
    receipts = fields.Char("Receipt Numbers", readonly=True)
    receipt_amount = fields.Monetary("On Receipts", readonly=True)
    transfer_amount = fields.Monetary("By Transfer", readonly=True)
    has_card = fields.Boolean(readonly=True)
    card_amount = fields.Monetary("On the Service Card", readonly=True)
    has_told = fields.Boolean("Customer Was Asked", readonly=True)
    told_amount = fields.Monetary("Named by the Customer", readonly=True)
    paid_in_amount = fields.Monetary("Handed In (Books)", readonly=True)
    cancelled_ids = fields.Many2many(
        "aftersales.collection",
        string="Cancelled Receipts",
        readonly=True,
        help="Receipts that were cancelled in the month of the check.",
    )
    cancelled_amount = fields.Monetary("On Cancelled Receipts", readonly=True)
    cancelled_text = fields.Text(
        "Who Cancelled Receipts, When and Why", compute="_compute_cancelled_text"
    )
    difference_kinds = fields.Char(readonly=True)
    has_difference = fields.Boolean(
        "Difference", compute="_compute_has_difference", store=True, precompute=True
    )
    difference_text = fields.Char("What Differs", compute="_compute_difference_text")
    is_sample = fields.Boolean("Drawn", readonly=True)
    result = fields.Selection(
        [
            ("open", "To Check"),
            ("agrees", "Agrees"),
            ("explained", "Explained"),
            ("wrong", "Wrong"),
        ],
        required=True,
        default="open",
    )
    remark = fields.Text("Remarks")
    checked_by_id = fields.Many2one("res.users", readonly=True)
    checked_at = fields.Datetime(readonly=True)

    _request_uniq = models.UniqueIndex(
        "(audit_id, request_id)", "A case is listed once in a check."
    )

    # -------------------------------------------------------------- computes

    @api.depends("difference_kinds")
    def _compute_has_difference(self):
        for line in self:
            line.has_difference = bool(line.difference_kinds)

    @api.depends("difference_kinds")
    @api.depends_context("lang")
    def _compute_difference_text(self):
        labels = {
            "card": self.env._("service card"),
            "told": self.env._("customer"),
            "paid_in": self.env._("not handed in"),
            "cancelled": self.env._("receipt cancelled"),
        }
        for line in self:
            kinds = (line.difference_kinds or "").split()
            line.difference_text = ", ".join(labels[kind] for kind in kinds)

    @api.depends("cancelled_ids")
    @api.depends_context("lang", "tz")
    def _compute_cancelled_text(self):
        for line in self:
            line.cancelled_text = "\n".join(
                self.env._(
                    "%(receipt)s, %(amount)s, of %(engineer)s: cancelled by %(user)s,"
                    " %(time)s, because: %(reason)s",
                    receipt=receipt.receipt_no,
                    amount=receipt.currency_id.format(receipt.amount),
                    engineer=receipt.collector_id.name,
                    user=receipt.cancelled_by_id.name,
                    time=format_datetime(
                        self.env, receipt.cancelled_at, dt_format="yyyy-MM-dd HH:mm"
                    ),
                    reason=receipt.cancel_reason,
                )
                for receipt in line.sudo().cancelled_ids.sorted("cancelled_at")
            )

    # ------------------------------------------------------------- preparing

    @api.model
    def _prepare_vals(self, audit, request):
        """What the papers of ``request`` say by the end of the month of ``audit``;
        called with sudo.
        """
        company = audit.company_id
        currency = company.currency_id
        receipts = request.collection_ids.filtered(lambda c: c.state != "cancelled")
        first, last = audit._get_moments()
        cancelled = (request.collection_ids - receipts).filtered(
            lambda c: c.cancelled_at and first <= c.cancelled_at < last
        )
        cards = request.card_ids.filtered(lambda card: card.state != "cancelled")
        calls = request.followup_ids.filtered(
            lambda f: f.state == "done" and f.is_reached and f.charge_told
        )
        call = calls.sorted(lambda f: (f.called_at, f.id))[-1:]
        amount = sum(self._to_company(r, r.amount, r.collected_on) for r in receipts)
        handed = receipts.filtered(lambda r: r.state != "collected")
        paid_in = sum(self._to_company(r, r.amount, r.collected_on) for r in handed)
        transferred = sum(
            self._to_company(
                order, self._get_transferred(order), order.date_order.date()
            )
            for order in request.sale_order_ids
        )
        charged = sum(cards.mapped("charge_amount"))
        kinds = find_differences(
            amount + transferred,
            charged if cards else None,
            call.charge_told if call else None,
            paid_in + transferred,
            currency.decimal_places,
        )
        if cancelled:
            kinds.add("cancelled")
        return {
            "engineer_id": (cancelled | receipts).collector_id[:1].id,
            "receipts": ", ".join(receipts.mapped("receipt_no")),
            "receipt_amount": amount,
            "transfer_amount": transferred,
            "has_card": bool(cards),
            "card_amount": charged,
            "has_told": bool(call),
            "told_amount": call.charge_told,
            "paid_in_amount": paid_in,
            "cancelled_ids": [fields.Command.set(cancelled.ids)],
            "cancelled_amount": sum(
                self._to_company(r, r.amount, r.collected_on) for r in cancelled
            ),
            "difference_kinds": " ".join(sorted(kinds)),
        }

    @api.model
    def _get_transferred(self, order):
        return self.env["aftersales.transfer.request"]._get_received(order)

    @api.model
    def _to_company(self, record, amount, day):
        company = record.company_id
        return record.currency_id._convert(amount, company.currency_id, company, day)

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - WRITTEN:
                raise AccessError(
                    self.env._("The amounts of a check are computed, not entered.")
                )
            for line in self:
                if line.audit_id.state != "checking":
                    raise UserError(
                        self.env._("%(audit)s is closed.", audit=line.audit_id.name)
                    )
            if "result" in vals:
                self.sudo().write(
                    {
                        "checked_by_id": self.env.uid,
                        "checked_at": fields.Datetime.now(),
                    }
                )
        return super().write(vals)

    @api.constrains("result", "remark")
    def _check_remark(self):
        for line in self:
            explained = line.result in ("explained", "wrong") or (
                line.result == "agrees" and line.has_difference
            )
            if explained and not line.remark:
                raise UserError(
                    self.env._(
                        "Write down what was found about %(case)s.",
                        case=line.request_id.name,
                    )
                )

    def action_view_case(self):
        """Open the file of the case."""
        return self.request_id._get_records_action()
