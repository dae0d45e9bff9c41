from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_expense_item_mixin import COST_ITEMS

KINDS = [
    ("parts", "Parts Free of Charge"),
    ("cogs", "Cost of Charged Parts"),
    ("labour", "Labour Cost"),
    ("travel", "Travel Expenses"),
    ("freight", "Freight and Towing"),
    ("outside", "Outside Work"),
    ("compensation", "Compensation"),
    ("other", "Other Costs"),
    ("income", "Income"),
    ("recovery", "Supplier Recovery"),
    ("charge", "Borne by the Person Responsible"),
]
ITEM_KINDS = {
    "transport_long": "travel",
    "transport_local": "travel",
    "lodging": "travel",
    "meals": "travel",
    "allowance": "travel",
    "hours_out": "travel",
    "freight": "freight",
    "towing": "freight",
    "outside": "outside",
    "compensation": "compensation",
}
SOURCES = [
    ("ledger", "Journal Item"),
    ("analytic", "Analytic Line without Entry"),
    ("labour", "Computed Labour"),
    ("outside", "Entered, Not Billed Yet"),
    ("charge", "Decided, Not Booked"),
]


class AftersalesCostReport(models.Model):
    """What each case cost and earned, line by line (pain 7, handbook 10.4).

    The posted figures are the analytic lines of the case's account themselves, so
    they cannot differ from the ledger. Labour of visits and factory repairs, which
    nobody books, outside work of a factory repair whose bill has not come, and charges
    that were decided but are not in the books stand apart: ``is_posted`` is off.
    """

    _name = "aftersales.cost.report"
    _description = "Case Costs"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "request_id"

    request_id = fields.Many2one("aftersales.service.request", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    item = fields.Selection(COST_ITEMS, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    is_posted = fields.Boolean("In the Ledger", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", "Machine Model", readonly=True)
    region_id = fields.Many2one("aftersales.region", readonly=True)
    engineer_id = fields.Many2one("hr.employee", readonly=True)
    warranty_state = fields.Selection(
        lambda self: self.env["aftersales.service.request"]
        ._fields["warranty_state"]
        .selection,
        readonly=True,
    )
    name = fields.Char("Description", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    move_line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    dispatch_id = fields.Many2one("aftersales.dispatch", readonly=True)
    charge_id = fields.Many2one("aftersales.cost.charge", "Cost Charge", readonly=True)
    factory_repair_id = fields.Many2one(
        "aftersales.factory.repair", "Register Sheet", readonly=True
    )
    income = fields.Monetary(readonly=True)
    cost = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        for name in (
            "account.analytic.line",
            "account.analytic.account",
            "account.move.line",
            "account.move",
            "aftersales.service.request",
            "aftersales.dispatch",
            "aftersales.cost.charge",
            "aftersales.repair.labour",
            "aftersales.factory.repair",
            "product.template",
            "hr.expense",
        ):
            self.env[name].flush_model()
        return SQL(
            """
SELECT fact.*, company.currency_id,
       CASE WHEN fact.kind = 'income' THEN fact.margin ELSE 0 END AS income,
       CASE WHEN fact.kind = 'income' THEN 0 ELSE -fact.margin END AS cost
  FROM (%s UNION ALL %s UNION ALL %s UNION ALL %s UNION ALL %s) fact
  JOIN res_company company ON company.id = fact.company_id
            """,
            self._get_posted_sql(),
            self._get_labour_sql(),
            self._get_factory_labour_sql(),
            self._get_charge_sql(),
            self._get_outside_sql(),
        )

    @api.model
    def _get_column(self, plan):
        """Column of the analytic lines for one of our plans.

        :return: ``SQL``; of nothing when the plan was deleted
        """
        plan = self.env.ref(
            f"aftersales_service.analytic_plan_{plan}", raise_if_not_found=False
        )
        if not plan:
            return SQL("NULL::int")
        return SQL("line.%s", SQL.identifier(plan.sudo()._column_name()))

    @api.model
    def _get_kind_sql(self):
        """What an analytic line is, by where its journal item comes from.

        A product with a cost item says it itself, save on an income account; a
        credit note for compensation is a cost, not less income. A vendor's credit
        note without such an item is what a supplier bears.
        """
        items = SQL(" ").join(
            SQL("WHEN %s THEN %s", item, ITEM_KINDS.get(item, "other"))
            for item, _label in COST_ITEMS
        )
        return SQL(
            """
CASE
    WHEN charge.id IS NOT NULL THEN 'charge'
    WHEN template.aftersales_cost_item = 'compensation' THEN 'compensation'
    WHEN account.account_type LIKE 'income%%' THEN 'income'
    WHEN item.display_type = 'cogs' THEN 'cogs'
    WHEN template.aftersales_cost_item IS NOT NULL
        THEN CASE template.aftersales_cost_item %s END
    WHEN move.move_type = 'in_refund' THEN 'recovery'
    WHEN template.is_storable THEN 'parts'
    WHEN expense.id IS NOT NULL THEN 'other'
    WHEN move.move_type IN ('in_invoice', 'in_receipt') THEN 'outside'
    ELSE 'other'
END
            """,
            items,
        )

    @api.model
    def _get_posted_sql(self):
        """Rows of the analytic lines on the accounts of the cases."""
        return SQL(
            """
SELECT line.id * 5 AS id, request.id AS request_id, request.company_id, line.date,
       %(kind)s AS kind,
       CASE WHEN charge.id IS NOT NULL THEN charged.aftersales_cost_item
            ELSE template.aftersales_cost_item END AS item,
       CASE WHEN item.id IS NULL THEN 'analytic' ELSE 'ledger' END AS source,
       item.id IS NOT NULL AS is_posted,
       request.partner_id, request.product_id, request.warranty_state,
       CASE WHEN region.aftersales_key LIKE 'aftersales.region,%%'
            THEN split_part(region.aftersales_key, ',', 2)::int END AS region_id,
       CASE WHEN engineer.aftersales_key LIKE 'hr.employee,%%'
            THEN split_part(engineer.aftersales_key, ',', 2)::int END AS engineer_id,
       line.name, line.general_account_id AS account_id,
       item.id AS move_line_id, expense.aftersales_dispatch_id AS dispatch_id,
       charge.id AS charge_id, NULL::int AS factory_repair_id,
       line.amount AS margin
  FROM account_analytic_line line
  JOIN aftersales_service_request request ON request.analytic_account_id = %(case)s
  LEFT JOIN account_analytic_account region ON region.id = %(region)s
  LEFT JOIN account_analytic_account engineer ON engineer.id = %(engineer)s
  LEFT JOIN account_move_line item ON item.id = line.move_line_id
  LEFT JOIN account_move move ON move.id = item.move_id
  LEFT JOIN account_account account ON account.id = line.general_account_id
  LEFT JOIN product_product product
         ON product.id = COALESCE(line.product_id, item.product_id)
  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
  LEFT JOIN hr_expense expense ON expense.id = item.expense_id
  LEFT JOIN aftersales_cost_charge charge
         ON charge.move_id = COALESCE(move.reversed_entry_id, move.id)
  LEFT JOIN hr_expense charged ON charged.id = charge.expense_id
 WHERE request.analytic_account_id IS NOT NULL
            """,
            kind=self._get_kind_sql(),
            case=self._get_column("case"),
            region=self._get_column("region"),
            engineer=self._get_column("engineer"),
        )

    @api.model
    def _get_labour_sql(self):
        """Rows of the hours of finished visits at their cost rate."""
        return SQL(
            """
SELECT visit.id * 5 + 1, request.id, visit.company_id, visit.finished_at::date,
       'labour', 'hours_out', 'labour', FALSE, request.partner_id,
       request.product_id, request.warranty_state, visit.region_id,
       visit.engineer_id, visit.name, NULL::int, NULL::int, visit.id, NULL::int,
       NULL::int, -visit.labour_cost
  FROM aftersales_dispatch visit
  JOIN aftersales_service_request request ON request.id = visit.request_id
 WHERE visit.labour_cost != 0 AND visit.state IN ('finished', 'returned')
            """
        )

    @api.model
    def _get_factory_labour_sql(self):
        """Rows of the hours of ended factory repairs at their cost rate."""
        return SQL(
            """
SELECT work.id * 5 + 4, request.id, work.company_id,
       COALESCE(work.date, sheet.finished_at::date, work.write_date::date),
       'labour', NULL, 'labour', FALSE, request.partner_id,
       request.product_id, request.warranty_state, NULL::int, work.technician_id,
       work.name, NULL::int, NULL::int, NULL::int, NULL::int, sheet.id,
       -work.labour_cost
  FROM aftersales_repair_labour work
  JOIN aftersales_factory_repair sheet ON sheet.id = work.factory_repair_id
  JOIN aftersales_service_request request ON request.id = sheet.request_id
 WHERE work.labour_cost != 0 AND work.state = 'done'
            """
        )

    @api.model
    def _get_charge_sql(self):
        """Rows of decided charges that no posted entry carries."""
        return SQL(
            """
SELECT charge.id * 5 + 2, request.id, charge.company_id, charge.date, 'charge',
       charged.aftersales_cost_item, 'charge', FALSE, request.partner_id,
       request.product_id,
       request.warranty_state, visit.region_id, charge.employee_id, charge.name,
       NULL::int, NULL::int, charge.dispatch_id, charge.id, NULL::int,
       charge.amount
  FROM aftersales_cost_charge charge
  JOIN aftersales_service_request request ON request.id = charge.request_id
  LEFT JOIN aftersales_dispatch visit ON visit.id = charge.dispatch_id
  LEFT JOIN account_move move ON move.id = charge.move_id
  LEFT JOIN hr_expense charged ON charged.id = charge.expense_id
 WHERE charge.state = 'decided' AND COALESCE(move.state, 'draft') != 'posted'
            """
        )

    @api.model
    def _get_outside_sql(self):
        """Rows of outside work of a factory repair, until a bill of who did it is on
        the case: then the ledger has it."""
        return SQL(
            """
SELECT work.id * 5 + 3, request.id, work.company_id,
       COALESCE(work.date, sheet.finished_at::date, work.write_date::date),
       'outside', 'outside', 'outside', FALSE, request.partner_id,
       request.product_id, request.warranty_state, NULL::int, sheet.technician_id,
       work.name, NULL::int, NULL::int, NULL::int, NULL::int, sheet.id,
       -work.cost
  FROM aftersales_repair_labour work
  JOIN aftersales_factory_repair sheet ON sheet.id = work.factory_repair_id
  JOIN aftersales_service_request request ON request.id = sheet.request_id
  LEFT JOIN res_partner vendor ON vendor.id = work.vendor_id
 WHERE work.cost != 0 AND work.state = 'done' AND NOT EXISTS (
       SELECT 1
         FROM account_analytic_line line
         JOIN account_move_line item ON item.id = line.move_line_id
         JOIN account_move move ON move.id = item.move_id
        WHERE request.analytic_account_id = %s
          AND move.commercial_partner_id = vendor.commercial_partner_id
          AND move.move_type IN ('in_invoice', 'in_receipt'))
            """,
            self._get_column("case"),
        )

    # --------------------------------------------------------------- buttons

    def action_open_source(self):
        """Open what the line comes from: entry, visit, charge or register sheet."""
        self.ensure_one()
        if self.move_line_id:
            return self.move_line_id.move_id._get_records_action()
        if self.charge_id:
            return self.charge_id._get_records_action()
        source = self.dispatch_id or self.factory_repair_id or self.request_id
        return source._get_records_action()
