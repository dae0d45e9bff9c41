from odoo import fields, models
from odoo.tools import SQL


class AftersalesKeyPartReport(models.Model):
    """How many key parts arrive within their limit (000 §1.3): a view of the lines.

    The rate counts what has arrived and what is overdue; what may still be in time
    counts for nothing yet, and what was given up in time for nothing at all.
    """

    _name = "aftersales.key.part.report"
    _description = "Key Part Arrivals"
    _auto = False
    _order = "requested_at DESC, id DESC"
    _rec_name = "product_id"

    requisition_id = fields.Many2one("aftersales.parts.requisition", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    drawer_id = fields.Many2one("hr.employee", "Drawn By", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.parts.requisition"]._fields["purpose"].selection
        ),
        readonly=True,
    )
    requested_at = fields.Datetime(readonly=True)
    due_at = fields.Datetime("Arrival Due", readonly=True)
    arrived_at = fields.Datetime(readonly=True)
    arrival_hours = fields.Float("Hours to Arrival", readonly=True, aggregator="avg")
    in_time_rate = fields.Float(
        "Within the Limit (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("overdue", "Overdue"),
            ("in_time", "Arrived in Time"),
            ("late", "Arrived Late"),
            ("no_limit", "Arrived, No Limit Set"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id AS id,
                line.requisition_id AS requisition_id,
                line.company_id AS company_id,
                requisition.warehouse_id AS warehouse_id,
                line.product_id AS product_id,
                requisition.drawer_id AS drawer_id,
                requisition.partner_id AS partner_id,
                requisition.purpose AS purpose,
                line.requested_at AS requested_at,
                line.due_at AS due_at,
                line.arrived_at AS arrived_at,
                CASE WHEN line.arrived_at IS NOT NULL THEN line.arrival_hours END
                    AS arrival_hours,
                CASE
                    WHEN line.due_at IS NULL THEN NULL
                    WHEN line.arrived_at <= line.due_at THEN 100.0
                    WHEN line.arrived_at IS NOT NULL OR line.due_at < %(now)s THEN 0.0
                END AS in_time_rate,
                CASE
                    WHEN line.arrived_at IS NULL AND line.due_at < %(now)s
                        THEN 'overdue'
                    WHEN line.arrived_at IS NULL THEN 'waiting'
                    WHEN line.due_at IS NULL THEN 'no_limit'
                    WHEN line.arrived_at <= line.due_at THEN 'in_time'
                    ELSE 'late'
                END AS state
            FROM aftersales_parts_requisition_line AS line
            JOIN aftersales_parts_requisition AS requisition
                ON requisition.id = line.requisition_id
            WHERE line.is_key_part AND line.requested_at IS NOT NULL
                AND requisition.state NOT IN ('refused', 'withdrawn', 'draft')
                AND (line.arrived_at IS NOT NULL OR requisition.ended_at IS NULL
                     OR line.due_at < requisition.ended_at)
            """,
            now=fields.Datetime.now(),
        )
