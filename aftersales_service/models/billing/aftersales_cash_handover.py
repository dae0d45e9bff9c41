from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesCashHandover(models.Model):
    """Handover sheet (缴款单): an engineer brings in what he collected, 001
    Art.22(6)3.

    In person the cashier counts; a deposit at a bank is shown by its slip. A
    difference is explained; it stays on the engineer's account, or a superior signs
    that it is booked to the account of cash differences. Confirming posts one entry.
    """

    _name = "aftersales.cash.handover"
    _description = "Cash Handover Sheet"
    _inherit = [
        "aftersales.handover.step.mixin",
        "aftersales.handover.entry.mixin",
        "aftersales.approval.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "engineer_id", "deposit_slip"]

    _form_sequence = ("aftersales.cash.handover", "JX")
    _form_files = frozenset({"file_ids"})
    _form_protected = frozenset(
        {
            "name",
            "state",
            "approval_state",
            "submitted_by_id",
            "move_id",
            "confirmed_at",
            "cashier_id",
        }
    )
    _approval_content = frozenset(
        {
            "engineer_id",
            "currency_id",
            "collection_ids",
            "debt_amount",
            "counted_amount",
            "difference_way",
            "difference_reason",
        }
    )

    state = fields.Selection(
        [
            ("draft", "To Count"),
            ("signing", "Signing"),
            ("signed", "Difference Signed"),
            ("done", "Taken Over"),
            ("refused", "Difference Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    engineer_id = fields.Many2one(
        "hr.employee",
        "Handed Over By",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    way = fields.Selection(
        [("person", "To the Cashier"), ("bank", "Deposit at a Bank")],
        "How Paid In",
        required=True,
        default="person",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Paid Into",
        required=True,
        check_company=True,
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    collection_ids = fields.Many2many(
        "aftersales.collection",
        string="Receipts",
        check_company=True,
        compute="_compute_collection_ids",
        store=True,
        readonly=False,
        copy=False,
        domain="[('state', '=', 'collected'), ('collector_id', '=', engineer_id),"
        " ('currency_id', '=', currency_id)]",
    )
    receipt_amount = fields.Monetary(
        "Amount of the Receipts", compute="_compute_amounts", store=True
    )
    owed_amount = fields.Monetary(
        "Earlier Shortages",
        compute="_compute_owed_amount",
        help="What is still open of earlier handover sheets of the engineer.",
    )
    surplus_amount = fields.Monetary(
        "Earlier Surplus",
        compute="_compute_owed_amount",
        help="What the engineer brought too much on earlier sheets. A shortage that"
        " stays on his account is made up for by it.",
    )
    debt_amount = fields.Monetary("Of Which Paid Now", copy=False)
    expected_amount = fields.Monetary(
        "To Be Handed Over", compute="_compute_amounts", store=True
    )
    count_ids = fields.One2many("aftersales.cash.count", "handover_id", "Notes")
    counted_amount = fields.Monetary(
        "Amount Counted",
        compute="_compute_counted_amount",
        store=True,
        readonly=False,
        copy=False,
    )
    difference = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        help="Counted less what was to be handed over.",
    )
    difference_way = fields.Selection(
        [
            ("engineer", "Stays on the Engineer's Account"),
            ("account", "Booked to Cash Differences"),
        ],
        "Treatment of the Difference",
        default="engineer",
        required=True,
        help="Booking it to the account of cash differences needs a superior's"
        " signature.",
    )
    difference_reason = fields.Text("Explanation of the Difference", copy=False)
    deposit_slip = fields.Char("Deposit Slip Number", copy=False)
    file_ids = fields.Many2many(
        "ir.attachment", string="Deposit Slip", copy=False, bypass_search_access=True
    )
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, copy=False, index="btree_not_null"
    )
    is_banked = fields.Boolean(
        "On the Bank Statement",
        compute="_compute_is_banked",
        help="The deposit was found on a bank statement.",
    )
    cashier_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Taken Over At", readonly=True, copy=False)
    note = fields.Text("Remarks")

    _amounts_check = models.Constraint(
        "CHECK (COALESCE(counted_amount, 0) >= 0 AND COALESCE(debt_amount, 0) >= 0)",
        "The amounts of a handover sheet must not be negative.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("way", "company_id")
    def _compute_journal_id(self):
        for sheet in self:
            company = sheet.company_id.sudo()
            if sheet.way == "person":
                sheet.journal_id = company._aftersales_get("cash_journal")
            elif sheet.journal_id.type != "bank":
                sheet.journal_id = (
                    self.env["account.journal"]
                    .sudo()
                    .search(
                        [("type", "=", "bank"), ("company_id", "=", company.id)],
                        limit=1,
                    )
                )

    @api.depends("engineer_id", "currency_id")
    def _compute_collection_ids(self):
        """All that the engineer holds, until somebody chooses."""
        for sheet in self:
            if sheet.state and sheet.state != "draft":
                continue
            sheet.collection_ids = self.env["aftersales.collection"].search(
                [
                    ("state", "=", "collected"),
                    ("collector_id", "=", sheet.engineer_id._origin.id),
                    ("currency_id", "=", sheet.currency_id._origin.id),
                    ("company_id", "=", sheet.company_id._origin.id),
                ]
            )

    @api.depends("engineer_id", "currency_id", "state")
    def _compute_owed_amount(self):
        for sheet in self:
            owed = surplus = 0.0
            if sheet.engineer_id and sheet.currency_id:
                lines = sheet.sudo()._get_debt_lines()
                owed = sum(lines.mapped("amount_residual_currency"))
                lines = sheet.sudo()._get_surplus_lines()
                surplus = -sum(lines.mapped("amount_residual_currency"))
            sheet.owed_amount = owed
            sheet.surplus_amount = surplus

    @api.depends("count_ids.amount")
    def _compute_counted_amount(self):
        for sheet in self:
            if sheet.count_ids:
                sheet.counted_amount = sum(sheet.count_ids.mapped("amount"))

    @api.depends("collection_ids.amount", "debt_amount", "counted_amount")
    def _compute_amounts(self):
        for sheet in self:
            receipts = sum(sheet.sudo().collection_ids.mapped("amount"))
            sheet.receipt_amount = receipts
            sheet.expected_amount = receipts + sheet.debt_amount
            sheet.difference = sheet.counted_amount - sheet.expected_amount

    def _compute_is_banked(self):
        for sheet in self:
            lines = sheet.sudo().move_id.line_ids.filtered(
                lambda line, sheet=sheet: line.account_id.reconcile
                and line.debit
                and line.account_id
                != sheet.company_id.sudo().aftersales_custody_account_id
            )
            sheet.is_banked = (
                sheet.way == "bank" and bool(lines) and all(lines.mapped("reconciled"))
            )

    # ----------------------------------------------------------- constraints

    @api.constrains("way", "journal_id", "currency_id")
    def _check_journal(self):
        kinds = {"person": "cash", "bank": "bank"}
        for sheet in self:
            journal = sheet.journal_id.sudo()
            currency = journal.currency_id or sheet.currency_id
            if (
                journal.type != kinds[sheet.way]
                or journal == sheet.company_id.sudo().aftersales_custody_journal_id
                or currency != sheet.currency_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(journal)s does not fit: in person money goes into a cash"
                        " journal, a deposit into a bank journal, of its own currency.",
                        journal=journal.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        for sheet in self:
            if sheet.date > sheet._form_day(False):
                raise ValidationError(
                    self.env._("Cash cannot be handed over in the future.")
                )

    @api.constrains("collection_ids", "engineer_id", "currency_id")
    def _check_collections(self):
        for sheet in self:
            for collection in sheet.sudo().collection_ids:
                if (
                    collection.collector_id != sheet.engineer_id
                    or collection.currency_id != sheet.currency_id
                ):
                    raise ValidationError(
                        self.env._(
                            "Receipt %(receipt)s is not one of %(engineer)s in"
                            " %(currency)s.",
                            receipt=collection.receipt_no,
                            engineer=sheet.engineer_id.name,
                            currency=sheet.currency_id.name,
                        )
                    )

    def write(self, vals):
        content = self._approval_content | {"date", "way", "journal_id", "count_ids"}
        if not self.env.su and content & vals.keys():
            self._form_check_state("draft", "signing", "signed", "refused")
        return super().write(vals)
