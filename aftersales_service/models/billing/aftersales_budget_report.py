from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_budget_line import MONTHS
from .aftersales_expense_item_mixin import BUDGET_CLASSES, ITEM_CLASSES

# What the lines of a case count as where no cost item says it.
KIND_CLASSES = {
    "parts": "material",
    "cogs": "material",
    "recovery": "material",
    "travel": "transport",
    "freight": "transport",
}


class AftersalesBudgetReport(models.Model):
    """Execution of the budgets: planned, adjusted, used, left, month by month.

    Used is what was posted: the costs of the cases, less what suppliers and the
    persons responsible bear, and the items of accounts with a budget class that
    belong to no case.
    """

    _name = "aftersales.budget.report"
    _description = "Budget Execution"
    _auto = False
    _order = "month, budget_id, budget_class"
    _rec_name = "budget_id"

    budget_id = fields.Many2one("aftersales.budget", readonly=True)
    state = fields.Selection(
        related="budget_id.state", string="Budget State", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    region_id = fields.Many2one("aftersales.region", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    year = fields.Integer(readonly=True, aggregator=False)
    month = fields.Date(readonly=True)
    budget_class = fields.Selection(BUDGET_CLASSES, readonly=True)
    planned = fields.Monetary(readonly=True)
    adjusted = fields.Monetary("Adjustment", readonly=True)
    amount = fields.Monetary("Budget Amount", readonly=True)
    used = fields.Monetary(readonly=True)
    balance = fields.Monetary(readonly=True)
    execution = fields.Float("Execution (%)", readonly=True, aggregator="avg")
    is_warning = fields.Boolean("To Watch", readonly=True)

    @property
    def _table_query(self):
        for name in (
            "aftersales.budget",
            "aftersales.budget.line",
            "aftersales.budget.adjustment",
            "account.account",
            "hr.employee",
            "hr.version",
        ):
            self.env[name].flush_model()
        months = SQL(", ").join(
            SQL("(%s, line.%s)", number, SQL.identifier(fname))
            for number, fname in enumerate(MONTHS, 1)
        )
        return SQL(
            """
WITH spent AS (%(spent)s)
SELECT row.*, row.amount - row.used AS balance,
       CASE WHEN row.amount = 0 THEN CASE WHEN row.used > 0 THEN 100.0 ELSE 0.0 END
            ELSE 100.0 * row.used / row.amount END AS execution,
       row.used > 0 AND row.used >= row.amount * (%(limit)s) / 100.0 AS is_warning
  FROM (
    SELECT line.id * 12 + m.number - 1 AS id, budget.id AS budget_id,
           budget.company_id, company.currency_id, budget.region_id,
           budget.department_id, budget.year,
           make_date(budget.year, m.number, 1) AS month, line.budget_class,
           COALESCE(m.planned, 0) AS planned,
           COALESCE(change.amount, 0) AS adjusted,
           COALESCE(m.planned, 0) + COALESCE(change.amount, 0) AS amount,
           COALESCE(used.amount, 0) AS used
      FROM aftersales_budget budget
      JOIN res_company company ON company.id = budget.company_id
      JOIN aftersales_budget_line line ON line.budget_id = budget.id
      CROSS JOIN LATERAL (VALUES %(months)s) AS m(number, planned)
      LEFT JOIN LATERAL (
          SELECT SUM(a.amount) AS amount FROM aftersales_budget_adjustment a
           WHERE a.budget_id = budget.id AND a.month = m.number
             AND a.budget_class = line.budget_class
      ) change ON TRUE
      LEFT JOIN LATERAL (
          SELECT SUM(s.amount) AS amount FROM spent s
           WHERE s.company_id = budget.company_id
             AND s.month = make_date(budget.year, m.number, 1)
             AND s.budget_class = line.budget_class
             AND (budget.region_id IS NULL OR s.region_id = budget.region_id)
             AND (budget.department_id IS NULL
                  OR s.department_id = budget.department_id)
      ) used ON TRUE
     WHERE budget.state IN ('draft', 'signing', 'approved', 'closed')
  ) row
            """,
            spent=self._get_spent_sql(),
            months=months,
            limit=self._get_limit_sql(),
        )

    @api.model
    def _get_limit_sql(self):
        """Percent from which a month is warned about, for each company."""
        limits = [
            SQL("WHEN %s THEN %s", company.id, limit)
            for company in self.env.companies
            if (limit := company._aftersales_parameter("budget_warning_percent"))
        ]
        if not limits:
            return SQL("NULL::float")
        return SQL("CASE row.company_id %s END", SQL(" ").join(limits))

    @api.model
    def _get_class_sql(self):
        """Budget class of a line of the cost sheet: of its item, else its kind."""
        items = SQL(" ").join(
            SQL("WHEN %s THEN %s", item, key) for item, key in ITEM_CLASSES.items()
        )
        kinds = SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, key) for kind, key in KIND_CLASSES.items()
        )
        return SQL(
            "COALESCE(CASE fact.item %s END, CASE fact.kind %s END, 'outside')",
            items,
            kinds,
        )

    @api.model
    def _get_spent_sql(self):
        """Posted costs by company, region, department, class and month."""
        costs = self.env["aftersales.cost.report"]
        return SQL(
            """
SELECT company_id, region_id, department_id, budget_class, month,
       SUM(amount) AS amount
  FROM (
    SELECT fact.company_id, fact.region_id, version.department_id,
           %(class)s AS budget_class, date_trunc('month', fact.date)::date AS month,
           -fact.margin AS amount
      FROM (%(costs)s) fact
      LEFT JOIN hr_employee person ON person.id = fact.engineer_id
      LEFT JOIN hr_version version ON version.id = person.current_version_id
     WHERE fact.kind != 'income' AND fact.is_posted
    UNION ALL
    SELECT item.company_id, NULL::int, NULL::int, account.aftersales_budget_class,
           date_trunc('month', item.date)::date, item.balance
      FROM account_move_line item
      JOIN account_account account ON account.id = item.account_id
     WHERE account.aftersales_budget_class IS NOT NULL
       AND item.parent_state = 'posted'
       AND NOT EXISTS (
           SELECT 1 FROM account_analytic_line line
            WHERE line.move_line_id = item.id AND %(case)s IS NOT NULL
       )
  ) posted
 GROUP BY 1, 2, 3, 4, 5
            """,
            costs=costs._table_query,
            case=costs._get_column("case"),
            **{"class": self._get_class_sql()},
        )
