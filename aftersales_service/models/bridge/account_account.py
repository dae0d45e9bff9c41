from odoo import models


class AccountAccount(models.Model):
    """An account may belong to a class of the after-sales budget."""

    _name = "account.account"
    _inherit = [
        "account.account",
        "aftersales.budget.account.mixin",
    ]
