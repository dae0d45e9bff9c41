from odoo import models


class AftersalesDispatch(models.Model):
    """What domains below the visit add to it."""

    _name = "aftersales.dispatch"
    _inherit = [
        "aftersales.visit.cost.mixin",
        "aftersales.dispatch",
    ]
