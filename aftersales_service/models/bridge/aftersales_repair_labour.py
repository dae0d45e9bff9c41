from odoo import models


class AftersalesRepairLabour(models.Model):
    """What domains below the workshop add to its work."""

    _name = "aftersales.repair.labour"
    _inherit = [
        "aftersales.repair.cost.mixin",
        "aftersales.repair.labour",
    ]
