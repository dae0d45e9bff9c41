from odoo import fields, models


class HrEmployeePublic(models.Model):
    """What colleagues without HR rights may know of an engineer."""

    _inherit = "hr.employee.public"

    aftersales_engineer = fields.Boolean("Service Engineer", readonly=True)
    aftersales_region_id = fields.Many2one(
        "aftersales.region", "After-Sales Region", readonly=True
    )
    aftersales_location_id = fields.Many2one(
        "stock.location", "Parts Location", readonly=True
    )
