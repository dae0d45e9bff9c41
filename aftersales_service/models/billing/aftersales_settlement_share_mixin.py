from odoo import api, models
from odoo.tools import SQL

# What the shares are read from, past the ORM.
SOURCES = {
    "account.move": ["amount_residual", "amount_total", "currency_id", "state"],
    "account.move.line": ["display_type", "price_total", "sale_line_ids"],
    "account.partial.reconcile": ["debit_amount_currency"],
    "account.payment": ["move_id"],
    "aftersales.collection": ["payment_id", "sale_order_id"],
    "sale.order.line": ["invoice_lines", "order_id"],
}


class AftersalesSettlementShareMixin(models.AbstractModel):
    """What of an invoice belongs to each settlement that it bills.

    The total is divided by the lines of each; cents that are nobody's (a tax that is
    rounded on the whole invoice) go to the largest part. What is still open: cash
    that an engineer took for one settlement, and credit notes of its lines, count for
    that one; every other payment counts for all by what they have left. The parts add
    up to the invoice exactly. For ``sale.order``; the screen of service money joins
    the same SQL.
    """

    _name = "aftersales.settlement.share.mixin"
    _description = "Share of a Settlement in Its Invoices"

    def _aftersales_get_shares(self):
        """The posted invoices of these orders, divided.

        :return: ``{order id: [row]}``; a row is a dict with ``move_id``, ``sign`` (-1
            for a credit note), ``share`` of the total, ``residual`` of it that is open
            and ``known``: what of it was paid by own cash or credit notes
        """
        found = {order_id: [] for order_id in self._origin.ids}
        if not found:
            return found
        for model, fnames in SOURCES.items():
            self.env[model].flush_model(fnames)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT o.id, share.*
                  FROM unnest(%(ids)s) AS o(id)
                 CROSS JOIN LATERAL (%(share)s) share
                 ORDER BY o.id, share.move_id
                """,
                ids=list(found),
                share=self._aftersales_query_shares(),
            )
        )
        for row in rows:
            found[row.pop("id")].append(
                {
                    name: value if name in ("move_id", "sign") else float(value)
                    for name, value in row.items()
                }
            )
        return found

    def _aftersales_get_owed(self):
        """``{order id: (invoiced, still open)}`` of posted invoices, without credit
        notes."""
        result = {}
        for order_id, rows in self._aftersales_get_shares().items():
            mine = [row for row in rows if row["sign"] > 0]
            result[order_id] = (
                sum(row["share"] for row in mine),
                sum(row["residual"] for row in mine),
            )
        return result

    # -------------------------------------------------------------------- SQL

    @api.model
    def _aftersales_query_shares(self):
        """The shares of the order ``o.id`` of the query around it, a row an invoice."""
        return SQL(
            """
            WITH bill AS (
                SELECT DISTINCT move.id, move.move_type, move.amount_total AS total,
                       move.amount_residual AS residual, currency.rounding AS unit,
                       CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END AS sign
                  FROM sale_order_line sale_line
                  JOIN sale_order_line_invoice_rel link
                       ON link.order_line_id = sale_line.id
                  JOIN account_move_line line ON line.id = link.invoice_line_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_currency currency ON currency.id = move.currency_id
                 WHERE sale_line.order_id = o.id AND move.state = 'posted'
                       AND move.move_type IN ('out_invoice', 'out_refund')
            ), matched AS (
                SELECT bill.id AS move_id, credit.move_id AS by_move_id, bill.unit,
                       SUM(partial.debit_amount_currency) AS amount
                  FROM bill
                  JOIN account_move_line debit ON debit.move_id = bill.id
                  JOIN account_partial_reconcile partial
                       ON partial.debit_move_id = debit.id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                 WHERE bill.move_type = 'out_invoice'
                 GROUP BY bill.id, credit.move_id, bill.unit
            ), known AS (
                SELECT item.move_id, item.order_id, SUM(item.amount) AS amount
                  FROM (
                    SELECT matched.move_id, receipt.sale_order_id AS order_id,
                           matched.amount
                      FROM matched
                      JOIN account_payment payment
                           ON payment.move_id = matched.by_move_id
                      JOIN aftersales_collection receipt
                           ON receipt.payment_id = payment.id
                     UNION ALL
                    SELECT matched.move_id, part.order_id,
                           TRUNC(matched.amount * part.base / refund.amount_total
                                 / matched.unit) * matched.unit
                      FROM matched
                      JOIN account_move refund ON refund.id = matched.by_move_id
                           AND refund.move_type = 'out_refund'
                           AND refund.amount_total > 0
                      JOIN LATERAL (%(refund)s) part ON TRUE
                  ) item
                 GROUP BY item.move_id, item.order_id
            ), part AS (
                SELECT bill.id AS move_id, line.order_id, line.base, bill.total,
                       bill.residual, bill.unit, bill.sign,
                       COALESCE(known.amount, 0) AS known
                  FROM bill
                  JOIN LATERAL (%(lines)s) line ON TRUE
                  LEFT JOIN known ON known.move_id = bill.id
                       AND known.order_id = line.order_id
            )
            SELECT shared.move_id, shared.sign, shared.share, shared.residual,
                   shared.known
              FROM (%(shared)s) shared
             WHERE shared.order_id = o.id
            """,
            lines=self._aftersales_query_lines(SQL("bill.id")),
            refund=self._aftersales_query_lines(SQL("refund.id")),
            shared=self._aftersales_query_division(SQL("part")),
        )

    @api.model
    def _aftersales_query_lines(self, move):
        """The lines of one invoice by order; 0 is what no order asked for.

        :param SQL move: its id in the query around
        """
        return SQL(
            """
            SELECT COALESCE(owner.order_id, 0) AS order_id,
                   SUM(item.price_total) AS base
              FROM account_move_line item
              LEFT JOIN LATERAL (
                SELECT MIN(sold.order_id) AS order_id
                  FROM sale_order_line_invoice_rel tie
                  JOIN sale_order_line sold ON sold.id = tie.order_line_id
                 WHERE tie.invoice_line_id = item.id
              ) owner ON TRUE
             WHERE item.move_id = %s AND item.display_type = 'product'
             GROUP BY 1
            """,
            move,
        )

    @api.model
    def _aftersales_query_division(self, part):
        """Divide total and residual of each invoice, to the last cent.

        What is open is divided by running sums: each part is the rounded sum up to
        it less the one before, so that nothing is lost whatever the numbers.

        :param SQL part: relation with ``move_id``, ``order_id``, ``sign``, ``base``
            (by its lines), ``known`` (paid for this part), ``total``, ``residual`` and
            ``unit`` (smallest coin)
        :return: the same with ``share`` and the part's own ``residual`` and ``known``
        """
        return SQL(
            """
            SELECT move_id, order_id, sign, share, known,
                   CASE WHEN whole = 0 THEN CASE place WHEN 1 THEN residual ELSE 0 END
                        ELSE ROUND(residual * upto / whole / unit) * unit
                           - ROUND(residual * (upto - due) / whole / unit) * unit
                        END AS residual
              FROM (
                SELECT opened.*, share - known AS due,
                       SUM(share - known) OVER (PARTITION BY move_id ORDER BY order_id)
                           AS upto,
                       SUM(share - known) OVER (PARTITION BY move_id) AS whole
                  FROM (
                    SELECT move_id, order_id, sign, place, residual, unit, share,
                           GREATEST(LEAST(known, share), 0) AS known
                      FROM (
                        SELECT ranked.*, base + CASE place WHEN 1 THEN total
                                   - SUM(base) OVER (PARTITION BY move_id)
                                   ELSE 0 END AS share
                          FROM (
                            SELECT part.*, ROW_NUMBER() OVER (
                                       PARTITION BY move_id ORDER BY base DESC, order_id
                                   ) AS place
                              FROM %(part)s AS part
                          ) ranked
                      ) based
                  ) opened
              ) summed
            """,
            part=part,
        )
