from odoo import fields, models
from odoo.tools import SQL


class AftersalesCashBalance(models.Model):
    """Cash with engineers in the books against the registers, a row per person and
    currency.

    The books: posted lines of the custody account under his name. The registers:
    receipts, less handovers, and shortages that stayed on his account. A row that
    does not tie shows the difference; so does a name that is no engineer's.
    """

    _name = "aftersales.cash.balance"
    _description = "Cash with Engineers in the Books"
    _auto = False
    _order = "company_id, partner_id"
    _rec_name = "partner_id"

    _depends = {
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "parent_state",
            "partner_id",
        ],
        "account.payment": ["move_id", "outstanding_account_id", "state"],
        "aftersales.cash.handover": [
            "state",
            "difference",
            "difference_way",
            "move_id",
        ],
        "aftersales.collection": ["state", "amount", "payment_id", "hand_in_due"],
    }

    partner_id = fields.Many2one("res.partner", "Name in the Books", readonly=True)
    engineer_id = fields.Many2one("hr.employee", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    collected = fields.Monetary(readonly=True)
    handed_over = fields.Monetary(readonly=True)
    register_amount = fields.Monetary(
        "Open in the Registers",
        readonly=True,
        help="Receipts not handed over, and shortages on the engineer's account.",
    )
    ledger_amount = fields.Monetary("Balance in the Books", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    balance = fields.Monetary(
        "Balance in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
    )
    difference = fields.Monetary(
        readonly=True, help="Books less registers; it should be zero."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(part.id) AS id, part.company_id, part.partner_id,
                   part.currency_id, company.currency_id AS company_currency_id,
                   (SELECT MIN(employee.id) FROM hr_employee employee
                     WHERE employee.work_contact_id = part.partner_id
                       AND employee.company_id = part.company_id) AS engineer_id,
                   SUM(part.collected) AS collected,
                   SUM(part.handed_over) AS handed_over,
                   SUM(part.register) AS register_amount,
                   SUM(part.ledger) AS ledger_amount,
                   SUM(part.balance) AS balance,
                   SUM(part.ledger) - SUM(part.register) AS difference
              FROM (%(ledger)s UNION ALL %(receipts)s UNION ALL %(sheets)s) part
              JOIN res_company company ON company.id = part.company_id
             GROUP BY part.company_id, part.partner_id, part.currency_id,
                   company.currency_id
            """,
            ledger=self._query_ledger(),
            receipts=self._query_receipts(),
            sheets=self._query_sheets(),
        )

    def _query_ledger(self):
        """What the books say: all posted lines of the account."""
        return SQL(
            """
            SELECT line.id * 4 AS id, line.company_id, line.partner_id,
                   line.currency_id,
                   CASE WHEN payment.id IS NOT NULL
                        THEN line.amount_currency ELSE 0 END AS collected,
                   CASE WHEN move.aftersales_handover_id IS NOT NULL
                        THEN -line.amount_currency ELSE 0 END AS handed_over,
                   0 AS register, line.amount_currency AS ledger, line.balance
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
                   AND payment.aftersales_custodian_id IS NOT NULL
                   AND payment.state <> 'canceled'
              JOIN res_company company ON company.id = line.company_id
                   AND company.aftersales_custody_account_id = line.account_id
             WHERE line.parent_state = 'posted'
            """
        )

    def _query_receipts(self):
        """Receipts that the registers show with the engineer."""
        return SQL(
            """
            SELECT receipt.id * 4 + 1, receipt.company_id, employee.work_contact_id,
                   receipt.currency_id, 0, 0, receipt.amount, 0, 0
              FROM aftersales_collection receipt
              JOIN hr_employee employee ON employee.id = receipt.collector_id
             WHERE receipt.state = 'collected'
            """
        )

    def _query_sheets(self):
        """Shortages that sheets left on the engineer's account, less what sheets
        brought in of them."""
        return SQL(
            """
            SELECT sheet.id * 4 + 2, sheet.company_id, employee.work_contact_id,
                   sheet.currency_id, 0, 0,
                   CASE WHEN sheet.difference_way = 'engineer'
                        THEN -sheet.difference ELSE 0 END
                   - COALESCE(sheet.debt_amount, 0), 0, 0
              FROM aftersales_cash_handover sheet
              JOIN hr_employee employee ON employee.id = sheet.engineer_id
             WHERE sheet.state = 'done'
            """
        )

    def action_view_lines(self):
        """Open the journal items, to be matched by Odoo's own means."""
        self.ensure_one()
        self.check_access("read")
        company = self.company_id.sudo()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account.action_account_moves_all"
            ),
            "domain": [
                ("account_id", "=", company.aftersales_custody_account_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", company.id),
            ],
            "context": {"search_default_posted": 1},
        }

    def action_view_receipts(self):
        """Open what the registers show with this engineer."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_cash_open_action"
            ),
            "domain": [("engineer_id", "=", self.engineer_id.id)],
            "context": {},
        }
