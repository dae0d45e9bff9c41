from odoo import api, fields, models


class AftersalesCashCompanyMixin(models.AbstractModel):
    """Where the cash of engineers is booked, and how much of it is allowed.

    The journal "Service Cash" takes the customer's payment the moment the engineer
    takes the money. Its account holds the cash of all engineers, a man's share is
    what is open there under his name; it is reconcilable, so that each handover
    closes the receipts it brings in.
    """

    _name = "aftersales.cash.company.mixin"
    _description = "Cash Settings of a Company"
    _inherit = ["aftersales.company.mixin"]

    aftersales_custody_account_id = fields.Many2one(
        "account.account",
        "Cash with Engineers",
        check_company=True,
        domain="[('reconcile', '=', True),"
        " ('account_type', 'in', ('asset_current', 'asset_cash'))]",
        help="What engineers have collected and not handed over yet.",
    )
    aftersales_custody_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Service Cash",
        check_company=True,
        domain="[('type', '=', 'cash')]",
        help="Books what a customer pays to an engineer, when the engineer takes it.",
    )
    aftersales_receipt_book_required = fields.Boolean(
        "Receipts from Numbered Books",
        help="The number of a receipt must be the next one of a book that was issued"
        " to the engineer. Receipts written before stay as they are.",
    )
    aftersales_cash_limit_amount = fields.Float(
        "Cash Limit",
        digits="Product Price",
        help="An engineer who holds more than this, in the currency of the company,"
        " must hand cash over first. Zero: no limit.",
    )
    aftersales_cash_limit_days = fields.Integer(
        "Cash Limit in Days",
        help="An engineer who has held cash for more days than this must hand it over"
        " or pay it in at a bank first. Zero: no limit.",
    )
    aftersales_audit_sample = fields.Integer(
        "Receipts Drawn a Month",
        default=10,
        help="How many cases without a difference the monthly three-way check draws.",
    )

    @api.constrains("aftersales_custody_account_id", "aftersales_custody_journal_id")
    def _check_aftersales_custody(self):
        self._check_company(
            ["aftersales_custody_account_id", "aftersales_custody_journal_id"]
        )

    def _aftersales_setup_extra(self):
        """Account and journal of the cash with engineers.

        Nothing happens before the company has a chart of accounts; it is tried
        again at the first use.
        """
        result = super()._aftersales_setup_extra()
        if self.chart_template:
            self._aftersales_setup_custody_account()
            self._aftersales_setup_custody_journal()
        return result

    def _aftersales_get_named_fields(self):
        """See the company mixin: account and journal of the cash with engineers."""
        return super()._aftersales_get_named_fields() + (
            "aftersales_custody_account_id",
            "aftersales_custody_journal_id",
        )

    def _aftersales_setup_custody_account(self):
        self.ensure_one()
        accounts = self.env["account.account"]
        model = (
            self.transfer_account_id
            or self.aftersales_cash_journal_id.default_account_id
        )
        if self.aftersales_custody_account_id or not model:
            return
        self.aftersales_custody_account_id = accounts.create(
            {
                "name": self.env._("Cash with Engineers"),
                "code": accounts._search_new_account_code(model.code),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [fields.Command.link(self.id)],
            }
        )

    def _aftersales_setup_custody_journal(self):
        self.ensure_one()
        account = self.aftersales_custody_account_id
        if self.aftersales_custody_journal_id or not account:
            return
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = journals.search_count(
            [("code", "=", "ASE"), ("company_id", "=", self.id)], limit=1
        )
        values = {
            "name": self.env._("Service Cash"),
            "type": "cash",
            # Last: other modules take the first cash journal as default.
            "sequence": 100,
            "company_id": self.id,
            "default_account_id": account.id,
        }
        if not taken:  # Odoo finds a code of its own where this one is used
            values["code"] = "ASE"
        journal = journals.create(values)
        journal.inbound_payment_method_line_ids.payment_account_id = account
        self.aftersales_custody_journal_id = journal
