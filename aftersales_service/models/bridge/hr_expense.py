from odoo import models


class HrExpense(models.Model):
    """An expense of a visit; see the mixin of billing."""

    _name = "hr.expense"
    _inherit = [
        # before Odoo's own model: it takes over methods of it
        "aftersales.expense.mixin",
        "hr.expense",
    ]
