from odoo import fields, models


class AftersalesWorkshopCompanyMixin(models.AbstractModel):
    """Settings of the factory repair (001 Art.23)."""

    _name = "aftersales.workshop.company.mixin"
    _description = "Workshop Settings of a Company"
    _inherit = ["aftersales.company.mixin"]

    aftersales_waiting_place = fields.Char(
        "Place Where Machines Wait",
        translate=True,
        default=lambda self: self.env._("Outside the second gate, south side"),
        help="Where a machine stands from the gate until the advisor has seen it.",
    )
