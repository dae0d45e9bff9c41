from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .aftersales_expense_item_mixin import COST_ITEMS

BORNE_BY = [
    ("company", "Company"),
    ("engineer", "Engineer"),
    ("customer", "Customer"),
    ("department", "Other Department"),
]


class AftersalesExpenseMixin(models.AbstractModel):
    """An expense of a visit (售后费用), 001 Art.26, 34, 35; for ``hr.expense``.

    Approval, entry and payment are Odoo's own: the department approves, finance
    posts, the leader pays. Before either the service card of the visit must be
    handed in, and nothing may be open that holds the engineer.
    """

    _name = "aftersales.expense.mixin"
    _description = "Expense of a Case"

    aftersales_dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        "Dispatch Order",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    aftersales_request_id = fields.Many2one(
        "aftersales.service.request",
        "Service Request",
        compute="_compute_aftersales_request_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    aftersales_partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        related="aftersales_request_id.partner_id",
        store=True,
        precompute=True,
    )
    aftersales_region_id = fields.Many2one(
        "aftersales.region",
        "After-Sales Region",
        compute="_compute_aftersales_region_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    aftersales_cost_item = fields.Selection(
        COST_ITEMS, "Cost Item", compute="_compute_aftersales_cost_item", store=True
    )
    aftersales_borne_by = fields.Selection(
        BORNE_BY, "Borne By", required=True, default="company"
    )
    aftersales_department_id = fields.Many2one(
        "hr.department", "Department That Bears It", check_company=True
    )
    aftersales_voucher_at = fields.Datetime(
        "Voucher Time", help="Time printed on the ticket or invoice (票面时间)."
    )
    aftersales_voucher_note = fields.Char(
        "Voucher Check", compute="_compute_aftersales_voucher_note"
    )
    aftersales_is_card_in = fields.Boolean(
        "Service Card Handed In", compute="_compute_aftersales_is_card_in"
    )
    aftersales_charge_ids = fields.One2many(
        "aftersales.cost.charge", "expense_id", "Cost Charges"
    )

    # -------------------------------------------------------------- computes

    @api.depends("aftersales_dispatch_id")
    def _compute_aftersales_request_id(self):
        for expense in self:
            dispatch = expense.aftersales_dispatch_id.sudo()
            if dispatch or not expense.aftersales_request_id:
                expense.aftersales_request_id = dispatch.request_id

    @api.depends("product_id.aftersales_cost_item")
    def _compute_aftersales_cost_item(self):
        for expense in self:
            expense.aftersales_cost_item = expense.product_id.aftersales_cost_item

    @api.depends("aftersales_request_id", "employee_id")
    def _compute_aftersales_region_id(self):
        for expense in self:
            request = expense.aftersales_request_id.sudo()
            region = expense.aftersales_region_id.browse()
            if request:
                region = request._aftersales_get_keys()[1]
                region = region or expense.employee_id.sudo().aftersales_region_id
            expense.aftersales_region_id = region

    @api.depends("aftersales_dispatch_id.card_ids.state")
    def _compute_aftersales_is_card_in(self):
        for expense in self:
            dispatch = expense.aftersales_dispatch_id.sudo()
            expense.aftersales_is_card_in = not dispatch._get_cards_not_handed_in()

    @api.depends("aftersales_voucher_at", "aftersales_dispatch_id")
    @api.depends_context("lang", "tz")
    def _compute_aftersales_voucher_note(self):
        """A ticket from outside the journey is for the checker to look at."""
        margin = timedelta(days=1)
        for expense in self:
            dispatch = expense.aftersales_dispatch_id.sudo()
            when = expense.aftersales_voucher_at
            start, stop = dispatch.departed_at, dispatch.returned_at
            note = False
            if when and start and when < start - margin:
                note = self.env._("The voucher is older than the journey.")
            elif when and stop and when > stop + margin:
                note = self.env._("The voucher is later than the return.")
            expense.aftersales_voucher_note = note

    @api.depends("aftersales_request_id")
    def _compute_analytic_distribution(self):
        """An expense of a case carries the accounts of the case (see 10.4)."""
        result = super()._compute_analytic_distribution()
        for expense in self.filtered("aftersales_request_id"):
            request = expense.aftersales_request_id.sudo()
            expense.analytic_distribution = request._aftersales_get_distribution(
                engineer=expense.employee_id
            )
        return result

    # ----------------------------------------------------------- constraints

    @api.constrains("aftersales_dispatch_id", "aftersales_request_id")
    def _check_aftersales_case(self):
        for expense in self.sudo():
            dispatch = expense.aftersales_dispatch_id
            if dispatch and dispatch.request_id != expense.aftersales_request_id:
                raise ValidationError(
                    self.env._(
                        "Dispatch %(dispatch)s belongs to another service request.",
                        dispatch=dispatch.name,
                    )
                )

    @api.constrains("aftersales_voucher_at")
    def _check_aftersales_voucher_at(self):
        now = fields.Datetime.now()
        for expense in self:
            when = expense.aftersales_voucher_at
            if when and when > now:
                raise ValidationError(
                    self.env._("The time on the voucher lies in the future.")
                )

    @api.constrains("aftersales_borne_by", "aftersales_request_id")
    def _check_aftersales_borne_by(self):
        for expense in self:
            if (
                expense.aftersales_borne_by == "customer"
                and not expense.aftersales_request_id
            ):
                raise ValidationError(
                    self.env._(
                        "Name the service request whose customer bears the expense."
                    )
                )

    # ------------------------------------------------------------------ checks

    def _aftersales_check_reimbursable(self):
        """Nothing is reimbursed before the card is in (Art.26, [L23]).

        :raises UserError: a card is missing, or something holds the engineer
        """
        expenses = self.sudo().filtered("aftersales_request_id")
        for expense in expenses:
            dispatch = expense.aftersales_dispatch_id
            missing = dispatch._get_cards_not_handed_in()
            if missing and expense.company_id.aftersales_expense_needs_card:
                raise UserError(
                    self.env._(
                        "%(expense)s: hand in the service card of %(dispatch)s first"
                        " (%(cards)s).",
                        expense=expense.name,
                        dispatch=dispatch.name,
                        cards=", ".join(missing),
                    )
                )
        expenses.employee_id._aftersales_check_holds("expense")

    def _check_can_approve(self):
        # Odoo's check of the rights first: ours reads as the system user, and what is
        # read then would be in the cache for everybody.
        result = super()._check_can_approve()
        self._aftersales_check_reimbursable()
        return result

    def _do_approve(self, check=True):
        """Odoo approves without asking where there is nobody to approve."""
        self._aftersales_check_reimbursable()
        return super()._do_approve(check=check)

    def _prepare_receipts_vals(self):
        # The posting dialog asks nothing by itself: whoever calls it, we do.
        self.filtered("aftersales_request_id")._check_can_create_move()
        self._aftersales_check_reimbursable()
        self._aftersales_choose_order()
        return super()._prepare_receipts_vals()

    def _prepare_payments_vals(self):
        self._aftersales_check_reimbursable()
        self._aftersales_choose_order()
        return super()._prepare_payments_vals()

    def action_aftersales_charge(self):
        """Open a charge of this expense for the person responsible (Art.25(1))."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charge the Person"),
            "res_model": "aftersales.cost.charge",
            "views": [(False, "form")],
            "context": {"default_expense_id": self.id},
        }

    # ------------------------------------------------------------ re-invoicing

    def _aftersales_choose_order(self):
        """The settlement on which Odoo re-invoices what the customer bears.

        Without a confirmed one the expense waits for the next settlement.
        """
        for expense in self.sudo()._aftersales_get_unbilled():
            orders = expense.aftersales_request_id.sale_order_ids.filtered(
                lambda order: order.state == "sale" and not order.locked
            )
            if orders and expense.can_be_reinvoiced:
                expense.sale_order_id = orders[:1]

    def _aftersales_get_unbilled(self):
        """Expenses that the customer bears and no living order bills."""
        return self.filtered(
            lambda expense: expense.aftersales_borne_by == "customer"
            and (
                not expense.sale_order_line_id
                or expense.sale_order_line_id.order_id.state == "cancel"
            )
        )

    def _aftersales_get_to_bill(self):
        """What the next settlement takes: posted, and not billed yet."""
        posted = self.filtered(lambda e: e.state in ("posted", "in_payment", "paid"))
        return posted._aftersales_get_unbilled()

    def _aftersales_bill(self, order):
        """Put these expenses on a draft settlement at their cost, without tax.

        :param order: ``sale.order``, with sudo
        """
        for expense in self.sudo():
            price = expense.company_currency_id._convert(
                expense.untaxed_amount,
                order.currency_id,
                order.company_id,
                expense.date,
            )
            line = (
                self.env["sale.order.line"]
                .sudo()
                .create(
                    {
                        "order_id": order.id,
                        "product_id": expense.product_id.id,
                        "name": expense.name,
                        "product_uom_qty": 1.0,
                        "price_unit": price,
                    }
                )
            )
            expense.write({"sale_order_id": order.id, "sale_order_line_id": line.id})
