from odoo import fields, models
from odoo.tools import SQL


class AftersalesServiceMoney(models.Model):
    """Service money: per settlement what is invoiced, paid, with whom and late.

    Invoiced and paid come from posted entries. An invoice of several settlements
    counts for each by its share. The difference compares the receipts that the
    register shows with engineers with their open lines in the books.
    """

    _name = "aftersales.service.money"
    _description = "Service Money"
    _auto = False
    _order = "date_order desc, id desc"
    _rec_name = "sale_order_id"

    _depends = {
        "account.move": ["amount_residual", "amount_total", "currency_id", "state"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "parent_state",
            "partner_id",
            "price_total",
            "sale_line_ids",
        ],
        "account.partial.reconcile": ["debit_amount_currency"],
        "account.payment": ["move_id", "outstanding_account_id", "state"],
        "aftersales.cash.handover": [
            "state",
            "difference",
            "difference_way",
            "move_id",
        ],
        "aftersales.collection": ["state", "amount", "payment_id", "hand_in_due"],
        "aftersales.transfer.request": ["state", "amount", "received_amount"],
        "sale.order": [
            "state",
            "amount_total",
            "aftersales_request_id",
            "currency_rate",
        ],
        "sale.order.line": ["invoice_lines", "order_id"],
    }

    sale_order_id = fields.Many2one("sale.order", "Settlement", readonly=True)
    request_id = fields.Many2one("aftersales.service.request", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_order = fields.Datetime("Settled On", readonly=True)
    amount_total = fields.Monetary("Settlement Total", readonly=True)
    invoiced = fields.Monetary(readonly=True)
    to_invoice = fields.Monetary(readonly=True)
    paid = fields.Monetary(
        readonly=True, help="Of the invoices, whoever holds the money."
    )
    open_amount = fields.Monetary(
        "Owed by the Customer",
        readonly=True,
        help="Of the invoices, less cash and advances that are not matched yet.",
    )
    engineer_id = fields.Many2one("hr.employee", "Cash with", readonly=True)
    with_engineer = fields.Monetary("Cash with Engineer", readonly=True)
    late_amount = fields.Monetary("Of Which Late", readonly=True)
    handed_over = fields.Monetary(readonly=True)
    unmatched = fields.Monetary(
        "Cash Not Matched",
        readonly=True,
        help="Collected, and no invoice is there that it pays.",
    )
    transfer_expected = fields.Monetary(readonly=True)
    difference = fields.Monetary(
        readonly=True,
        help="Books less register of the cash with engineers; it should be zero.",
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    company_total = fields.Monetary(
        "Total in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the day of the settlement.",
    )
    company_open = fields.Monetary(
        "Owed in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the day of the settlement.",
    )
    company_cash = fields.Monetary(
        "Cash with Engineer in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="As it is in the books.",
    )
    money_state = fields.Selection(
        [
            ("difference", "Does Not Tie"),
            ("late", "Cash Late"),
            ("cash", "Cash with Engineer"),
            ("transfer", "Transfer Expected"),
            ("to_invoice", "To Invoice"),
            ("open", "Owed"),
            ("settled", "Settled"),
        ],
        "State",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT money.*,
                   CASE WHEN ROUND(money.difference, 6) <> 0 THEN 'difference'
                        WHEN money.late_amount > 0 THEN 'late'
                        WHEN money.with_engineer > 0 THEN 'cash'
                        WHEN money.transfer_expected > 0 THEN 'transfer'
                        WHEN ROUND(money.to_invoice, 6) > 0 THEN 'to_invoice'
                        WHEN ROUND(money.open_amount, 6) > 0 THEN 'open'
                        ELSE 'settled' END AS money_state
              FROM (
                SELECT o.id, o.id AS sale_order_id,
                       o.aftersales_request_id AS request_id, o.partner_id,
                       o.company_id, o.currency_id, o.date_order,
                       o.amount_total,
                       COALESCE(bill.invoiced, 0) AS invoiced,
                       GREATEST(o.amount_total - COALESCE(bill.invoiced, 0), 0)
                           AS to_invoice,
                       COALESCE(bill.invoiced - bill.residual, 0) AS paid,
                       GREATEST(COALESCE(bill.residual, 0)
                           - COALESCE(cash.unmatched, 0), 0) AS open_amount,
                       cash.engineer_id,
                       COALESCE(cash.with_engineer, 0) AS with_engineer,
                       COALESCE(cash.late_amount, 0) AS late_amount,
                       COALESCE(cash.handed_over, 0) AS handed_over,
                       COALESCE(cash.unmatched, 0) AS unmatched,
                       COALESCE(cash.ledger - cash.with_engineer, 0) AS difference,
                       COALESCE(transfer.amount, 0) AS transfer_expected,
                       company.currency_id AS company_currency_id,
                       o.amount_total / rate.rate AS company_total,
                       GREATEST(COALESCE(bill.residual, 0)
                           - COALESCE(cash.unmatched, 0), 0) / rate.rate
                           AS company_open,
                       COALESCE(cash.company_cash, 0) AS company_cash
                  FROM sale_order o
                  JOIN res_company company ON company.id = o.company_id
                 CROSS JOIN LATERAL (
                       SELECT COALESCE(NULLIF(o.currency_rate, 0), 1)::numeric AS rate
                       ) rate
                  LEFT JOIN LATERAL (%(bill)s) bill ON TRUE
                  LEFT JOIN LATERAL (%(cash)s) cash ON TRUE
                  LEFT JOIN LATERAL (%(transfer)s) transfer ON TRUE
                 WHERE o.aftersales_request_id IS NOT NULL AND o.state = 'sale'
              ) money
            """,
            bill=self._query_bill(),
            cash=self._query_cash(),
            transfer=self._query_transfer(),
        )

    def _query_bill(self):
        """Posted invoices of one order, in its currency, by its share of each."""
        return SQL(
            """
            SELECT SUM(share.sign * share.share) AS invoiced,
                   SUM(share.sign * share.residual) AS residual
              FROM (%s) share
            """,
            self.env["sale.order"]._aftersales_query_shares(),
        )

    def _query_cash(self):
        """Receipts of one order, and what the books say of the same cash."""
        return SQL(
            """
            SELECT MIN(receipt.collector_id) FILTER (WHERE receipt.state = 'collected')
                       AS engineer_id,
                   SUM(receipt.amount) FILTER (WHERE receipt.state = 'collected')
                       AS with_engineer,
                   SUM(receipt.amount) FILTER (WHERE receipt.state = 'collected'
                       AND receipt.hand_in_due < today.day) AS late_amount,
                   SUM(COALESCE(payment.amount_company_currency_signed,
                           receipt.amount / rate.rate))
                       FILTER (WHERE receipt.state = 'collected') AS company_cash,
                   SUM(receipt.amount) FILTER (
                       WHERE receipt.state IN ('handed_over', 'reconciled'))
                       AS handed_over,
                   SUM(book.custody) AS ledger,
                   SUM(book.unmatched) FILTER (WHERE receipt.state <> 'cancelled')
                       AS unmatched
              FROM aftersales_collection receipt
              LEFT JOIN account_payment payment ON payment.id = receipt.payment_id
              LEFT JOIN resource_calendar calendar
                   ON calendar.id = company.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT (now() AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS day
                   ) today
              LEFT JOIN LATERAL (
                SELECT COALESCE(SUM(line.amount_residual_currency) FILTER (
                           WHERE line.account_id = payment.outstanding_account_id
                           AND payment.aftersales_custodian_id IS NOT NULL), 0)
                           AS custody,
                       -SUM(line.amount_residual_currency) FILTER (
                           WHERE account.account_type = 'asset_receivable') AS unmatched
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.move_id = payment.move_id AND line.parent_state = 'posted'
              ) book ON TRUE
             WHERE receipt.sale_order_id = o.id
            """
        )

    def _query_transfer(self):
        return SQL(
            """
            SELECT SUM(asked.amount - COALESCE(asked.received_amount, 0)) AS amount
              FROM aftersales_transfer_request asked
             WHERE asked.sale_order_id = o.id AND asked.state = 'expected'
            """
        )

    # --------------------------------------------------------------- buttons

    def action_view_order(self):
        """Open the settlement."""
        return self.sale_order_id._get_records_action()

    def action_view_invoices(self):
        """Open the invoices; Odoo matches payments on their form."""
        self.ensure_one()
        self.check_access("read")
        invoices = self.sale_order_id.sudo().invoice_ids
        return (
            self.env["account.move"]
            .browse(invoices.ids)
            ._get_records_action(name=self.env._("Invoices"))
        )

    def action_view_payments(self):
        """Open the payments that were matched, and cash that waits for an invoice."""
        self.ensure_one()
        self.check_access("read")
        order = self.sale_order_id.sudo()
        payments = (
            order.invoice_ids.matched_payment_ids
            | order.aftersales_collection_ids.payment_id
        )
        return (
            self.env["account.payment"]
            .browse(payments.ids)
            ._get_records_action(name=self.env._("Payments"))
        )

    def action_view_receipts(self):
        """Open the receipts of the engineers."""
        self.ensure_one()
        self.check_access("read")
        receipts = self.sale_order_id.sudo().aftersales_collection_ids
        return (
            self.env["aftersales.collection"]
            .browse(receipts.ids)
            ._get_records_action(name=self.env._("Collections"))
        )

    def action_reconcile(self):
        """Open the customer's open journal items, to be matched in Odoo."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account.action_account_moves_all"
            ),
            "domain": [
                ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"search_default_unreconciled": 1},
        }
