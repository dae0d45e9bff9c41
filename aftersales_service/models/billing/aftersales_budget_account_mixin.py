from odoo import fields, models

from .aftersales_expense_item_mixin import BUDGET_CLASSES


class AftersalesBudgetAccountMixin(models.AbstractModel):
    """Which budget class an account belongs to; for ``account.account``."""

    _name = "aftersales.budget.account.mixin"
    _description = "Account of the After-Sales Budget"

    aftersales_budget_class = fields.Selection(
        BUDGET_CLASSES,
        "After-Sales Budget Class",
        help="Posted items of this account count in the after-sales budget also when"
        " they belong to no case, such as wages and depreciation.",
    )
