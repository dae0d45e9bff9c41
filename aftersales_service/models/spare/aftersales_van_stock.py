from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesVanStock(models.Model):
    """What engineers hold, part by part (随身库): a view of Odoo's quants.

    An engineer has no stock rights; this shows him his own, and the department all.
    """

    _name = "aftersales.van.stock"
    _description = "Van Stock"
    _auto = False
    _order = "engineer_id, product_id, id"
    _rec_name = "product_id"

    engineer_id = fields.Many2one("hr.employee", readonly=True)
    user_id = fields.Many2one("res.users", "Engineer's User", readonly=True)
    region_id = fields.Many2one("aftersales.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one("stock.lot", "Serial or Lot", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    reserved_quantity = fields.Float(
        "On Its Way Back", readonly=True, digits="Product Unit"
    )
    min_quantity = fields.Float(
        "Min", readonly=True, digits="Product Unit", aggregator=None
    )
    max_quantity = fields.Float(
        "Max", readonly=True, digits="Product Unit", aggregator=None
    )
    in_date = fields.Datetime("Held Since", readonly=True)
    value = fields.Monetary(
        readonly=True,
        groups="aftersales_service.group_aftersales_keeper,"
        "aftersales_service.group_aftersales_finance",
        help="At the cost of the product.",
    )

    @property
    def _table_query(self):
        """Quants in the locations of engineers, and in the kits below them."""
        return SQL(
            """
            SELECT quant.id AS id,
                engineer.id AS engineer_id,
                engineer.user_id AS user_id,
                engineer.aftersales_region_id AS region_id,
                engineer.company_id AS company_id,
                quant.location_id AS location_id,
                quant.product_id AS product_id,
                template.categ_id AS categ_id,
                quant.lot_id AS lot_id,
                quant.quantity AS quantity,
                quant.reserved_quantity AS reserved_quantity,
                rule.product_min_qty AS min_quantity,
                rule.product_max_qty AS max_quantity,
                quant.in_date AS in_date,
                quant.quantity * COALESCE(
                    (product.standard_price ->> engineer.company_id::text)::numeric, 0
                ) AS value
            FROM hr_employee AS engineer
            JOIN stock_location AS home ON home.id = engineer.aftersales_location_id
            JOIN stock_location AS place
                ON place.parent_path LIKE home.parent_path || '%%'
            JOIN stock_quant AS quant ON quant.location_id = place.id
            JOIN product_product AS product ON product.id = quant.product_id
            JOIN product_template AS template ON template.id = product.product_tmpl_id
            LEFT JOIN stock_warehouse_orderpoint AS rule
                ON rule.location_id = home.id
                AND rule.product_id = quant.product_id
                AND rule.company_id = engineer.company_id AND rule.active
            WHERE quant.quantity != 0
            """
        )

    @api.model
    def _get_use_by_region(self, company, months):
        """Parts used on machine models, and where such machines stand.

        One query, whatever the size; used is what done moves took from an engineer.

        :param int months: how far back the use is counted
        :return: rows for :func:`engine.van_advice.advise`, without an order
        """
        regions = self.env["aftersales.region"]._get_ids_by_state(company)
        if not regions:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                WITH region_of (state_id, region_id) AS (
                    SELECT * FROM unnest(%(states)s, %(regions)s)
                ), used AS (
                    SELECT request.product_id AS model_id, part.product_id,
                        SUM(part.quantity) AS quantity
                    FROM aftersales_part_use AS part
                    JOIN aftersales_service_request AS request
                        ON request.id = part.request_id
                    JOIN stock_move AS move ON move.id = part.move_id
                    JOIN product_product AS product ON product.id = part.product_id
                    JOIN product_template AS template
                        ON template.id = product.product_tmpl_id
                    WHERE part.company_id = %(company)s AND move.state = 'done'
                        AND move.date >= %(since)s AND request.product_id IS NOT NULL
                        AND product.active AND template.is_storable
                    GROUP BY request.product_id, part.product_id
                ), machines AS (
                    SELECT machine.product_id AS model_id, region_of.region_id,
                        COUNT(*) AS number
                    FROM aftersales_equipment AS machine
                    LEFT JOIN res_partner AS site
                        ON site.id = COALESCE(
                            machine.site_partner_id, machine.partner_id
                        )
                    LEFT JOIN region_of ON region_of.state_id = site.state_id
                    WHERE machine.company_id = %(company)s AND machine.active
                    GROUP BY machine.product_id, region_of.region_id
                ), total AS (
                    SELECT model_id, SUM(number) AS number
                    FROM machines GROUP BY model_id
                )
                SELECT nearby.region_id, used.product_id, used.quantity::float,
                    total.number::int, nearby.number::int
                FROM used
                JOIN total ON total.model_id = used.model_id
                JOIN machines AS nearby
                    ON nearby.model_id = used.model_id
                    AND nearby.region_id IS NOT NULL
                """,
                states=list(regions),
                regions=list(regions.values()),
                company=company.id,
                since=fields.Datetime.now() - relativedelta(months=months),
            )
        )
