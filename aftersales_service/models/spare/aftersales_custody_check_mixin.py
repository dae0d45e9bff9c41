from odoo import api, models
from odoo.tools import SQL


class AftersalesCustodyCheckMixin(models.AbstractModel):
    """The question of the nightly check: does everything tie?

    It is asked of stock moves and quants anew and compared with the custody
    entries, in one query; nothing that was computed before is believed.
    """

    _name = "aftersales.custody.check.mixin"
    _description = "Check of Part Custody"

    @api.model
    def _custody_find(self, company):
        """What does not tie in ``company``.

        :return: list of dicts with ``kind``, ``engineer_id``, ``product_id``,
            ``lot_id``, ``requisition_line_id``, ``move_line_id`` (ids or None) and
            the quantities ``moved``, ``on_hand``, ``entered`` and ``difference``
        """
        self.env.flush_all()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        self.env.cr.execute(
            SQL(
                """
                WITH %(places)s, %(moved)s, %(entered)s
                %(stock)s UNION ALL %(moves)s UNION ALL %(lines)s
                """,
                places=self._custody_sql_places(company),
                moved=self._custody_sql_moved(),
                entered=self._custody_sql_entered(company),
                stock=self._custody_sql_stock(digits),
                moves=self._custody_sql_moves(digits),
                lines=self._custody_sql_lines(company, digits),
            )
        )
        return self.env.cr.dictfetchall()

    def _custody_sql_places(self, company):
        """``place``: every location and whose it is; of several the innermost."""
        return SQL(
            """
            place AS (
                SELECT DISTINCT ON (location.id)
                       location.id, engineer.id AS engineer_id
                  FROM hr_employee engineer
                  JOIN stock_location root
                    ON root.id = engineer.aftersales_location_id
                  JOIN stock_location location
                    ON location.parent_path LIKE root.parent_path || '%%'
                 WHERE engineer.company_id = %s
              ORDER BY location.id, length(root.parent_path) DESC, engineer.id
            )
            """,
            company.id,
        )

    def _custody_sql_moved(self):
        """``moved``: what each done move line did to an engineer's quantity."""
        return SQL(
            """
            moved AS (
                SELECT ml.id, ml.move_id, side.engineer_id, ml.product_id,
                       COALESCE(ml.lot_id, 0) AS lot_id, side.inward,
                       side.sign * ml.quantity_product_uom AS change
                  FROM stock_move_line ml
             LEFT JOIN place source ON source.id = ml.location_id
             LEFT JOIN place target ON target.id = ml.location_dest_id
            CROSS JOIN LATERAL (VALUES (source.engineer_id, -1, FALSE),
                                       (target.engineer_id, 1, TRUE)
                       ) AS side(engineer_id, sign, inward)
                 WHERE ml.state = 'done'
                   AND (source.id IS NOT NULL OR target.id IS NOT NULL)
                   AND side.engineer_id IS NOT NULL
                   AND source.engineer_id IS DISTINCT FROM target.engineer_id
            )
            """
        )

    def _custody_sql_entered(self, company):
        """``entered``: the custody entries of the company."""
        return SQL(
            """
            entered AS (
                SELECT move_line_id, engineer_id, product_id,
                       COALESCE(lot_id, 0) AS lot_id, requisition_line_id,
                       kind, quantity, change
                  FROM aftersales_part_allocation
                 WHERE company_id = %s
            )
            """,
            company.id,
        )

    def _custody_sql_stock(self, digits):
        """Engineer and part: stock on hand = done moves = custody entries."""
        return SQL(
            """
            SELECT 'stock' AS kind, engineer_id, product_id,
                   NULLIF(lot_id, 0) AS lot_id,
                   NULL::integer AS requisition_line_id,
                   NULL::integer AS move_line_id,
                   SUM(moved) AS moved, SUM(on_hand) AS on_hand,
                   SUM(entered) AS entered,
                   CASE WHEN ROUND(SUM(moved - entered)::numeric, %(digits)s) != 0
                        THEN SUM(entered - moved)
                        ELSE SUM(on_hand - moved) END AS difference
              FROM (
                SELECT engineer_id, product_id, lot_id, change AS moved,
                       0 AS on_hand, 0 AS entered
                  FROM moved
             UNION ALL
                SELECT place.engineer_id, quant.product_id,
                       COALESCE(quant.lot_id, 0), 0, quant.quantity, 0
                  FROM stock_quant quant
                  JOIN place ON place.id = quant.location_id
             UNION ALL
                SELECT engineer_id, product_id, lot_id, 0, 0, change FROM entered
              ) figure
              JOIN product_product product ON product.id = figure.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
          GROUP BY engineer_id, figure.product_id, lot_id, template.is_storable
            HAVING ROUND(SUM(moved - entered)::numeric, %(digits)s) != 0
                OR template.is_storable
                   AND ROUND(SUM(moved - on_hand)::numeric, %(digits)s) != 0
            """,
            digits=digits,
        )

    def _custody_sql_moves(self, digits):
        """Move line: every quantity is entered, and no other."""
        return SQL(
            """
            SELECT 'move', engineer_id, MIN(product_id), NULLIF(MIN(lot_id), 0),
                   MIN(requisition_line_id), move_line_id,
                   SUM(moved), 0, SUM(entered), SUM(entered - moved)
              FROM (
                SELECT id AS move_line_id, engineer_id, product_id, lot_id,
                       NULL::integer AS requisition_line_id,
                       change AS moved, 0 AS entered
                  FROM moved
             UNION ALL
                SELECT move_line_id, engineer_id, product_id, lot_id,
                       requisition_line_id, 0, change
                  FROM entered
              ) figure
          GROUP BY engineer_id, move_line_id
            HAVING ROUND(SUM(moved - entered)::numeric, %(digits)s) != 0
            """,
            digits=digits,
        )

    def _custody_sql_lines(self, company, digits):
        """Requisition line: what left the warehouse for it is entered as issued to
        its drawer, nothing used that was not there, and what the screen shows is what
        the entries say. What was taken elsewhere counts until it is returned."""
        return SQL(
            """
            SELECT 'line', line.custody_engineer_id, line.product_id, NULL,
                   line.id, NULL, COALESCE(issue.quantity, 0),
                   COALESCE(line.held_quantity, 0), COALESCE(entry.explained, 0),
                   CASE WHEN ROUND((COALESCE(entry.explained, 0)
                                    - COALESCE(issue.quantity, 0))::numeric,
                                   %(digits)s) != 0
                        THEN COALESCE(entry.explained, 0)
                             - COALESCE(issue.quantity, 0)
                        ELSE COALESCE(line.held_quantity, 0)
                             - COALESCE(entry.held, 0) END
              FROM aftersales_parts_requisition_line line
         LEFT JOIN (
                SELECT asked.id AS line_id,
                       SUM(CASE WHEN move.origin_returned_move_id IS NULL
                                THEN ml.quantity_product_uom
                                ELSE -ml.quantity_product_uom END) AS quantity
                  FROM aftersales_parts_requisition_line asked
                  JOIN stock_move move
                    ON move.aftersales_requisition_line_id = asked.id
                  JOIN stock_move_line ml ON ml.move_id = move.id
             LEFT JOIN place source ON source.id = ml.location_id
             LEFT JOIN place target ON target.id = ml.location_dest_id
                 WHERE asked.company_id = %(company)s AND ml.state = 'done'
                   AND (move.origin_returned_move_id IS NULL
                        OR asked.custody_engineer_id
                           IS DISTINCT FROM source.engineer_id
                           AND asked.custody_engineer_id
                               IS DISTINCT FROM target.engineer_id)
              GROUP BY asked.id
              ) issue ON issue.line_id = line.id
         LEFT JOIN (
                SELECT asked.id AS line_id, SUM(change) AS held,
                       COALESCE(SUM(entered.quantity) FILTER (
                           WHERE kind = 'issued'
                             AND engineer_id = asked.custody_engineer_id), 0)
                       - LEAST(SUM(change), 0) AS explained
                  FROM entered
                  JOIN aftersales_parts_requisition_line asked
                    ON asked.id = entered.requisition_line_id
              GROUP BY asked.id
              ) entry ON entry.line_id = line.id
             WHERE line.company_id = %(company)s
               AND (ROUND((COALESCE(issue.quantity, 0)
                           - COALESCE(entry.explained, 0))::numeric,
                          %(digits)s) != 0
                    OR ROUND((COALESCE(line.held_quantity, 0)
                              - COALESCE(entry.held, 0))::numeric, %(digits)s) != 0)
            """,
            company=company.id,
            digits=digits,
        )
