from odoo import fields, models


class AftersalesRepairPickingMixin(models.AbstractModel):
    """A transfer that brings a customer's machine into the workshop, or out of it."""

    _name = "aftersales.repair.picking.mixin"
    _description = "Transfer of a Customer's Machine"

    aftersales_factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
