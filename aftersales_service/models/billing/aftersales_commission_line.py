from odoo import fields, models


class AftersalesCommissionLine(models.Model):
    """One paid invoice of a follow-on sale, or a refund of one, on a statement."""

    _name = "aftersales.commission.line"
    _description = "Commission Line"
    _order = "statement_id, paid_on, id"
    _rec_name = "move_id"
    _check_company_auto = True

    statement_id = fields.Many2one(
        "aftersales.commission.statement",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="statement_id.currency_id")
    employee_id = fields.Many2one(
        related="statement_id.employee_id", store=True, precompute=True, index=True
    )
    state = fields.Selection(related="statement_id.state", store=True, precompute=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    order_id = fields.Many2one("sale.order", "Contract", readonly=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, precompute=True, string="Customer"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, index=True
    )
    origin_line_id = fields.Many2one(
        "aftersales.commission.line",
        "Commission Taken Back",
        readonly=True,
        index="btree_not_null",
    )
    products = fields.Char(readonly=True)
    recommended_on = fields.Date(readonly=True)
    sold_on = fields.Date(readonly=True)
    paid_on = fields.Date("Paid or Refunded On", readonly=True)
    deal_amount = fields.Monetary("Deal", readonly=True)
    price_ratio = fields.Float(
        "Price / List Price (%)", readonly=True, digits=(16, 2), aggregator="avg"
    )
    scale_id = fields.Many2one("aftersales.commission.scale", readonly=True)
    rate = fields.Float("Rate (%)", readonly=True, digits=(16, 3), aggregator="avg")
    amount = fields.Monetary("Amount Paid", readonly=True)
    commission = fields.Monetary(readonly=True)

    _once_idx = models.UniqueIndex(
        "(move_id, order_id) WHERE state != 'cancelled'",
        "This invoice is on a commission statement already.",
    )
