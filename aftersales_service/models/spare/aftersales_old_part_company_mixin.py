from odoo import fields, models


class AftersalesOldPartCompanyMixin(models.AbstractModel):
    """When a company holds an engineer because of old parts, for ``res.company``."""

    _name = "aftersales.old.part.company.mixin"
    _description = "Old Parts: Settings of a Company"
    _inherit = ["aftersales.company.mixin"]

    currency_id = fields.Many2one("res.currency")  # the company's own
    aftersales_hold_requisition = fields.Boolean(
        "Hold Requisitions",
        help="An engineer with overdue old parts gets no new requisition signed.",
    )
    aftersales_hold_settlement = fields.Boolean(
        "Hold Settlements",
        help="A case whose engineer has overdue old parts is not settled.",
    )
    aftersales_hold_expense = fields.Boolean(
        "Hold Expenses",
        help="An engineer with overdue old parts gets no expenses approved.",
    )
    aftersales_hold_days = fields.Integer(
        "Days Overdue", help="Held when old parts are overdue by more days than this."
    )
    aftersales_hold_value = fields.Monetary(
        "Value Overdue",
        help="Held when the old parts overdue for so long are worth more than this.",
    )

    _aftersales_hold_check = models.Constraint(
        "CHECK (aftersales_hold_days >= 0 AND aftersales_hold_value >= 0)",
        "Days and value of a hold must not be negative.",
    )
