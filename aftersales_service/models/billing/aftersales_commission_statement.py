from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine import commission


class AftersalesCommissionStatement(models.Model):
    """Commission statement of an engineer (提成结算单), 001 Art.37.

    One per engineer and month. It takes every paid invoice of the orders that came
    from his leads, each once; a refund takes back what its invoice earned, on the
    next statement. Marketing confirms, finance signs, then it is paid by a bill or
    with the wages.
    """

    _name = "aftersales.commission.statement"
    _description = "Commission Statement"
    _inherit = [
        "aftersales.commission.source.mixin",
        "aftersales.approval.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "employee_id"]

    _form_sequence = ("aftersales.commission.statement", "TC")
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "line_ids",
            "carried",
            "carried_to_id",
            "bill_id",
            "paid_on",
        }
    )
    _approval_content = frozenset({"employee_id", "period", "line_ids"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("approved", "Confirmed"),
            ("billed", "Billed"),
            ("payroll", "On the Payroll List"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "Engineer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    period = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month; it is kept as the first one.",
    )
    period_end = fields.Date(compute="_compute_period_end")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "aftersales.commission.line", "statement_id", "Invoices", readonly=True
    )
    sales_total = fields.Monetary("Sales", compute="_compute_totals", store=True)
    carried = fields.Monetary(
        "Carried Over",
        readonly=True,
        copy=False,
        help="What earlier statements took back and nothing has paid yet.",
    )
    carried_to_id = fields.Many2one(
        "aftersales.commission.statement",
        "Carried By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The later statement that makes up for what this one is below zero.",
    )
    commission_total = fields.Monetary(
        "Commission", compute="_compute_totals", store=True
    )
    bill_id = fields.Many2one(
        "account.move",
        "Vendor Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    pay_by = fields.Selection(related="company_id.aftersales_commission_pay")
    note = fields.Text("Remarks")

    _period_uniq = models.UniqueIndex(
        "(company_id, employee_id, period) WHERE state != 'cancelled'",
        "This engineer has a commission statement for this month already.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("period")
    def _compute_period_end(self):
        for statement in self:
            statement.period_end = statement.period and fields.Date.end_of(
                statement.period, "month"
            )

    @api.depends("line_ids.commission", "line_ids.amount", "carried")
    def _compute_totals(self):
        for statement in self:
            lines = statement.line_ids
            statement.sales_total = sum(lines.mapped("amount"))
            statement.commission_total = statement.carried + sum(
                lines.mapped("commission")
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._first_of_month(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._first_of_month(vals)
        if not self.env.su and {"employee_id", "period"} & vals.keys():
            self._form_check_state("draft", "refused")
            if any(statement.line_ids for statement in self):
                raise UserError(
                    self.env._(
                        "The statement has its invoices already: cancel it and make"
                        " another one."
                    )
                )
        return super().write(vals)

    @api.model
    def _first_of_month(self, vals):
        if vals.get("period"):
            day = fields.Date.to_date(vals["period"]).replace(day=1)
            return dict(vals, period=day)
        return vals

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return abs(self.commission_total)

    def _approval_author_users(self):
        return super()._approval_author_users() | self.employee_id.sudo().user_id

    def _approval_done(self):
        self.write({"state": "approved"})

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    # --------------------------------------------------------------- buttons

    def action_collect(self):
        """Take the paid invoices up to the end of the month; twice adds nothing.

        :raises UserError: when no scale was in force on the day of a deal, or a later
            statement carries what this one was below zero
        """
        statements = self._form_begin("draft", "refused")
        statements._check_not_carried()
        for statement in statements:
            rows = statement._prepare_lines()
            statement.write(
                {
                    "line_ids": [Command.clear(), *map(Command.create, rows)],
                    "carried": statement._take_carried(),
                }
            )
        return True

    def action_submit(self):
        """Put the statement before marketing and finance."""
        statements = self._form_begin("draft", "refused")
        for statement in statements:
            if not statement.line_ids:
                raise UserError(
                    self.env._(
                        "%(statement)s is empty: no follow-on sale of %(engineer)s was"
                        " paid up to the end of the month.",
                        statement=statement.name,
                        engineer=statement.employee_id.name,
                    )
                )
        statements.write({"state": "signing"})
        statements._approval_submit()

    def action_cancel(self):
        """Drop a statement that is not paid; its invoices are free again."""
        statements = self._form_begin("draft", "signing", "refused", "approved")
        later = self.sudo().search_count(
            [("line_ids.origin_line_id", "in", statements.line_ids.ids)], limit=1
        )
        if later:
            raise UserError(
                self.env._("A later statement takes back commission of this one.")
            )
        statements._check_not_carried()
        statements._release_carried()
        statements.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        statements.write({"state": "cancelled"})
        # Month and invoices are free for the next one at once.
        statements.flush_recordset(["state"])
        statements.line_ids.flush_recordset(["state"])

    def action_create_bill(self):
        """A draft vendor bill of the engineer for a confirmed statement."""
        statements = self._form_begin("approved")
        self.env["account.move"].check_access("create")
        for statement in statements:
            statement._check_positive()
            bill = self.env["account.move"].sudo()
            statement.write(
                {
                    "bill_id": bill.create(statement._prepare_bill_vals()).id,
                    "state": "billed",
                }
            )
        return self.action_view_bill()

    def action_payroll(self):
        """Put a confirmed statement on the list for the wages."""
        statements = self._form_begin("approved")
        if not self.env.user.has_group("aftersales_service.group_aftersales_finance"):
            raise UserError(self.env._("Finance puts commission on the payroll list."))
        for statement in statements:
            statement._check_positive()
        statements.write({"state": "payroll"})

    def action_view_bill(self):
        """Open the draft bill."""
        return self.bill_id._get_records_action()

    def _check_positive(self):
        """:raises UserError: when there is nothing to pay; it is carried over"""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.commission_total, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(statement)s has nothing to pay out: what was taken back is"
                    " carried to the next statement.",
                    statement=self.name,
                )
            )

    # --------------------------------------------------------------- booking

    def _prepare_bill_vals(self):
        self.ensure_one()
        company = self.company_id
        partner = self.employee_id.sudo().work_contact_id
        if not partner:
            raise UserError(
                self.env._(
                    "%(person)s has no work contact to pay.",
                    person=self.employee_id.name,
                )
            )
        account = company._aftersales_get_account("commission")
        return {
            "move_type": "in_invoice",
            "company_id": company.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": self.display_name,
                        "quantity": 1,
                        "price_unit": self.commission_total,
                        "account_id": account.id,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _get_commission(self, amount, rate):
        """Rounded as the currency is, half away from zero."""
        return commission.commission_for(amount, rate, self.currency_id.decimal_places)
