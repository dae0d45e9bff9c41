from odoo import models


class AftersalesServiceRequest(models.Model):
    """What domains below the case add to it."""

    _name = "aftersales.service.request"
    _inherit = [
        "aftersales.case.cost.mixin",
        "aftersales.service.request",
    ]
