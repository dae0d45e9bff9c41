from odoo import fields, models
from odoo.tools import SQL

BUCKETS = [
    ("0", "Today"),
    ("1", "1 Day"),
    ("3", "2-3 Days"),
    ("7", "4-7 Days"),
    ("8", "More than 7 Days"),
]


class AftersalesCashOpen(models.Model):
    """Cash that engineers hold, by age: a row per receipt not handed over, and per
    shortage that stayed on an engineer's account.

    The age is counted in days where the company works, at the moment of looking.
    """

    _name = "aftersales.cash.open"
    _description = "Cash with Engineers"
    _auto = False
    _order = "day, id"
    _rec_name = "label"

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

    label = fields.Char("Receipt or Sheet", readonly=True)
    collection_id = fields.Many2one("aftersales.collection", readonly=True)
    handover_id = fields.Many2one(
        "aftersales.cash.handover", "Handover Sheet", readonly=True
    )
    engineer_id = fields.Many2one("hr.employee", readonly=True)
    region_id = fields.Many2one("aftersales.region", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Settlement", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    company_amount = fields.Monetary(
        "Amount in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
    )
    kind = fields.Selection(
        [("receipt", "Receipt"), ("shortage", "Shortage")], readonly=True
    )
    day = fields.Date("Since", readonly=True)
    hand_in_due = fields.Date("To Hand In By", readonly=True)
    age = fields.Integer("Days", readonly=True, aggregator="max")
    bucket = fields.Selection(BUCKETS, "Age", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.*, company.currency_id AS company_currency_id,
                   employee.aftersales_region_id AS region_id,
                   today.day - item.day AS age,
                   CASE WHEN today.day - item.day <= 0 THEN '0'
                        WHEN today.day - item.day = 1 THEN '1'
                        WHEN today.day - item.day <= 3 THEN '3'
                        WHEN today.day - item.day <= 7 THEN '7'
                        ELSE '8' END AS bucket,
                   COALESCE(item.hand_in_due < today.day, FALSE) AS is_late
              FROM (%(receipts)s UNION ALL %(shortages)s) item
              JOIN res_company company ON company.id = item.company_id
              JOIN hr_employee employee ON employee.id = item.engineer_id
              LEFT JOIN resource_calendar calendar
                   ON calendar.id = company.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT (now() AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS day
                   ) today
            """,
            receipts=self._query_receipts(),
            shortages=self._query_shortages(),
        )

    def _query_receipts(self):
        return SQL(
            """
            SELECT receipt.id * 2 AS id, receipt.receipt_no AS label,
                   receipt.id AS collection_id, NULL::int AS handover_id,
                   receipt.collector_id AS engineer_id, receipt.partner_id,
                   receipt.sale_order_id, receipt.company_id, receipt.currency_id,
                   receipt.amount,
                   COALESCE(payment.amount_company_currency_signed, receipt.amount)
                       AS company_amount,
                   'receipt' AS kind, receipt.collected_on AS day, receipt.hand_in_due
              FROM aftersales_collection receipt
              LEFT JOIN account_payment payment ON payment.id = receipt.payment_id
             WHERE receipt.state = 'collected'
            """
        )

    def _query_shortages(self):
        return SQL(
            """
            SELECT line.id * 2 + 1 AS id, sheet.name AS label,
                   NULL::int AS collection_id, sheet.id AS handover_id,
                   sheet.engineer_id, NULL::int AS partner_id,
                   NULL::int AS sale_order_id, sheet.company_id, sheet.currency_id,
                   line.amount_residual_currency AS amount,
                   line.amount_residual AS company_amount,
                   'shortage' AS kind, sheet.date AS day, sheet.date AS hand_in_due
              FROM aftersales_cash_handover sheet
              JOIN res_company company ON company.id = sheet.company_id
              JOIN account_move_line line ON line.move_id = sheet.move_id
                   AND line.account_id = company.aftersales_custody_account_id
                   AND line.amount_residual_currency <> 0
             WHERE sheet.state = 'done' AND sheet.difference <> 0
                   AND sheet.difference_way = 'engineer'
            """
        )

    def action_view_item(self):
        """Open the receipt, or the sheet with the shortage."""
        self.ensure_one()
        return (self.collection_id or self.handover_id)._get_records_action()
