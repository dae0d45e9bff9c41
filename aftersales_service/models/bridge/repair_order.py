from odoo import models


class RepairOrder(models.Model):
    """Odoo's repair order; only those of a register sheet behave differently."""

    _name = "repair.order"
    _inherit = ["aftersales.repair.order.mixin", "repair.order"]
