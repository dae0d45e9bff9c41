from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesFaultCoverage(models.Model):
    """Which faults have a case: the goal is a share of the quarter's (000 2.2.1).

    One row per repair request; the average of ``coverage`` over any group of them is
    the share, so that every grouping is right. A fault has a case when a published
    one solved it, was written from it, or says the same fault code of the same
    product category.
    """

    _name = "aftersales.fault.coverage"
    _description = "Share of Faults That Have a Case"
    _auto = False
    _order = "received_at DESC, id DESC"
    _rec_name = "request_id"

    request_id = fields.Many2one("aftersales.service.request", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    received_at = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", "Model", readonly=True)
    category_id = fields.Many2one("product.category", readonly=True)
    fault_code_id = fields.Many2one("aftersales.fault.code", readonly=True)
    has_case = fields.Boolean(readonly=True)
    coverage = fields.Float("Has a Case (%)", readonly=True, aggregator="avg")
    goal = fields.Float("Goal (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env["aftersales.service.request"].flush_model()
        self.env["aftersales.fault.case"].flush_model()
        self.env["aftersales.fault.case.use"].flush_model()
        return SQL(
            """
SELECT fault.*,
       CASE WHEN fault.has_case THEN 100.0 ELSE 0.0 END AS coverage,
       %(goal)s AS goal
  FROM (
    SELECT r.id, r.id AS request_id, r.company_id, r.received_at, r.product_id,
           t.categ_id AS category_id, r.fault_code_id,
           EXISTS (
               SELECT 1 FROM aftersales_fault_case c
                WHERE c.request_id = r.id AND c.state = 'published'
           ) OR EXISTS (
               SELECT 1 FROM aftersales_fault_case_use u
                WHERE u.request_id = r.id AND u.verdict = 'solved'
           ) OR EXISTS (
               SELECT 1 FROM aftersales_fault_case c
                WHERE c.fault_code_id = r.fault_code_id AND c.state = 'published'
                  AND c.company_id = r.company_id
                  AND (c.category_id IS NULL OR c.category_id = t.categ_id)
           ) AS has_case
      FROM aftersales_service_request r
      LEFT JOIN product_product p ON p.id = r.product_id
      LEFT JOIN product_template t ON t.id = p.product_tmpl_id
     WHERE r.request_type = 'repair' AND r.state != 'cancelled'
  ) fault
            """,
            goal=self._get_goal_sql(),
        )

    @api.model
    def _get_goal_sql(self):
        """The goal of each company; none where it has set none."""
        goals = [
            SQL("WHEN %s THEN %s", company.id, goal)
            for company in self.env.companies
            if (goal := company._aftersales_parameter("knowledge_coverage_quarter"))
        ]
        if not goals:
            return SQL("NULL::float")
        return SQL("CASE fault.company_id %s END", SQL(" ").join(goals))
