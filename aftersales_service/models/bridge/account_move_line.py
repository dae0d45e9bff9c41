from odoo import models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["aftersales.settlement.invoice.line.mixin", "account.move.line"]
