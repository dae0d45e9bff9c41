from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class AftersalesCostCharge(models.Model):
    """Cost that the person responsible bears (001 Art.25(1)), decided and signed.

    The superior decides by the approval route; the person's own statement stands
    beside the reason. What follows for the books is the company's choice: nothing,
    or a draft entry that moves the cost to a receivable from the employee. Whether
    wages may be reduced is a question of law that is not asked here.
    """

    _name = "aftersales.cost.charge"
    _description = "Cost Charge"
    _inherit = ["aftersales.approval.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "employee_id", "request_id"]

    _form_sequence = ("aftersales.cost.charge", "ZR")
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {"name", "state", "approval_state", "submitted_by_id", "move_id", "decided_at"}
    )
    _approval_content = frozenset(
        {"request_id", "dispatch_id", "expense_id", "employee_id", "amount", "reason"}
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("decided", "Decided"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        compute="_compute_from_source",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        compute="_compute_dispatch_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    expense_id = fields.Many2one(
        "hr.expense",
        index="btree_not_null",
        check_company=True,
        domain="[('aftersales_request_id', '!=', False)]",
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "Person Responsible",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    cause = fields.Selection(
        [
            ("preparation", "Conditions Not Checked before the Trip"),
            ("delay", "Stay Extended"),
            ("repeat", "Repeated Trip"),
            ("damage", "Damage or Loss"),
            ("other", "Other"),
        ],
        required=True,
        default="preparation",
    )
    reason = fields.Text(required=True)
    statement = fields.Text(
        "Statement of the Person", help="What the person responsible says about it."
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True)
    effect = fields.Selection(
        [
            ("record", "Record Only"),
            ("entry", "Draft Entry for the Accountant"),
        ],
        required=True,
        compute="_compute_effect",
        store=True,
        readonly=False,
        precompute=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    move_state = fields.Selection(related="move_id.state", string="Entry Status")
    decided_at = fields.Datetime("Decision Made At", readonly=True, copy=False)

    _amount_check = models.Constraint(
        "CHECK (amount > 0)", "The amount charged must be greater than zero."
    )

    # -------------------------------------------------------------- computes

    @api.depends("expense_id")
    def _compute_dispatch_id(self):
        for charge in self:
            if charge.expense_id:
                charge.dispatch_id = charge.expense_id.sudo().aftersales_dispatch_id

    @api.depends("expense_id", "dispatch_id")
    def _compute_from_source(self):
        for charge in self:
            source = charge.expense_id.sudo().aftersales_request_id
            source = source or charge.dispatch_id.sudo().request_id
            if source:
                charge.request_id = source

    @api.depends("company_id")
    def _compute_effect(self):
        for charge in self:
            company = charge.company_id.sudo()
            charge.effect = company.aftersales_charge_effect or "record"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        expense = self.env["hr.expense"].browse(values.get("expense_id"))
        dispatch = self.env["aftersales.dispatch"].browse(values.get("dispatch_id"))
        if expense:
            values.setdefault("amount", expense.total_amount)
            values.setdefault("employee_id", expense.employee_id.id)
        elif dispatch:
            values.setdefault("employee_id", dispatch.engineer_id.id)
        return values

    # ----------------------------------------------------------- constraints

    @api.constrains("expense_id", "dispatch_id", "request_id")
    def _check_source(self):
        for charge in self.sudo():
            expense, dispatch = charge.expense_id, charge.dispatch_id
            wrong = expense and expense.aftersales_request_id != charge.request_id
            wrong = wrong or (dispatch and dispatch.request_id != charge.request_id)
            if wrong:
                raise ValidationError(
                    self.env._("Expense, dispatch and request are of different cases.")
                )

    @api.constrains("amount", "expense_id", "state")
    def _check_amount(self):
        """No more than the expense cost, over all that are charged for it."""
        for charge in self.sudo().filtered("expense_id"):
            expense = charge.expense_id
            charged = sum(
                expense.aftersales_charge_ids.filtered(
                    lambda c: c.state not in ("refused", "cancelled")
                ).mapped("amount")
            )
            if charge.currency_id.compare_amounts(charged, expense.total_amount) > 0:
                raise ValidationError(
                    self.env._(
                        "%(amount)s are charged for “%(expense)s”, which cost only"
                        " %(cost)s.",
                        amount=charge.currency_id.format(charged),
                        expense=expense.name,
                        cost=charge.currency_id.format(expense.total_amount),
                    )
                )

    def write(self, vals):
        if not self.env.su:
            self._check_writer(vals)
        return super().write(vals)

    def _check_writer(self, vals):
        """The person charged writes his statement, nothing else; nobody changes
        what was decided.

        :raises AccessError: for him on any other field
        """
        content = self._approval_content | {"effect", "cause", "date", "statement"}
        if content & vals.keys():
            self._form_check_state("draft", "signing", "refused")
        groups = ("dispatcher", "finance")
        if not vals.keys() <= {"statement"} and not any(
            self.env.user.has_group(f"aftersales_service.group_aftersales_{group}")
            for group in groups
        ):
            raise AccessError(
                self.env._("The person charged writes the statement, nothing else.")
            )

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return self.amount

    def _approval_author_users(self):
        """Nobody decides on what he himself has to pay."""
        return super()._approval_author_users() | self.employee_id.sudo().user_id

    def _approval_done(self):
        self.write({"state": "decided", "decided_at": fields.Datetime.now()})
        self.filtered(lambda charge: charge.effect == "entry")._create_move()

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put the charge before the superior."""
        charges = self._form_begin("draft", "refused")
        for charge in charges.filtered(lambda c: c.effect == "entry"):
            charge.company_id._aftersales_get_account("charge")
        charges.write({"state": "signing"})
        charges._approval_submit()

    def action_cancel(self):
        """Drop a charge; a posted entry must be reversed by the accountant first."""
        charges = self._form_begin("draft", "signing", "refused", "decided")
        for charge in charges:
            if charge._is_booked():
                raise UserError(
                    self.env._(
                        "%(charge)s is booked with %(entry)s. Reverse the entry, or"
                        " set it back to draft, before the charge is cancelled.",
                        charge=charge.name,
                        entry=charge.move_id.name,
                    )
                )
        charges.move_id.filtered(lambda move: move.state != "posted").unlink()
        charges.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        charges.write({"state": "cancelled"})

    def _is_booked(self):
        """Whether the books carry the charge: its entry is posted, not reversed."""
        self.ensure_one()
        entry = self.move_id.sudo()
        reversals = entry.reversal_move_ids
        return entry.state == "posted" and "posted" not in reversals.mapped("state")

    def action_create_entry(self):
        """Propose the entry for a charge that was decided as a record only."""
        charges = self._form_begin("decided")
        self.env["account.move"].check_access("create")
        charges.filtered(lambda charge: not charge.move_id)._create_move()
        return self.action_view_move()

    def action_view_move(self):
        """Open the proposed entry."""
        return self.move_id._get_records_action()

    # --------------------------------------------------------------- booking

    def _create_move(self):
        """The cost leaves the case and becomes a claim on the employee: a draft."""
        for charge in self:
            charge.move_id = (
                self.env["account.move"].sudo().create(charge._prepare_move_vals())
            )

    def _prepare_move_vals(self):
        self.ensure_one()
        company = self.company_id
        partner = self.employee_id.sudo().work_contact_id
        if not partner:
            raise UserError(
                self.env._(
                    "%(person)s has no work contact to book the claim on.",
                    person=self.employee_id.name,
                )
            )
        receivable = company._aftersales_get_account("charge")
        label = f"{self.name} {self.request_id.name}"
        line = {"name": label, "partner_id": partner.id}
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company._aftersales_get("cost_journal").id,
            "date": fields.Date.context_today(self),
            "ref": label,
            "line_ids": [
                Command.create(
                    {**line, "account_id": receivable.id, "debit": self.amount}
                ),
                Command.create(
                    {
                        **line,
                        "account_id": self._get_cost_account().id,
                        "credit": self.amount,
                        "analytic_distribution": (
                            self.request_id._aftersales_get_distribution(
                                engineer=self.employee_id
                            )
                        ),
                    }
                ),
            ],
        }

    def _get_cost_account(self):
        """The account that carries the cost: of the expense, else of after-sales.

        :raises UserError: when the company has no after-sales expense account
        """
        self.ensure_one()
        if self.expense_id:
            return self.expense_id.sudo()._get_base_account()
        location = self.company_id._aftersales_get("consumption_location")
        if not location.valuation_account_id:
            self.company_id.sudo()._aftersales_setup_account()
        if not location.valuation_account_id:
            raise UserError(
                self.env._("Choose the after-sales expense account in the settings.")
            )
        return location.valuation_account_id
