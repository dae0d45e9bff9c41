from odoo import fields, models


class AftersalesFaultCaseStep(models.Model):
    """A step of the diagnosis: what to look at, and what it tells."""

    _name = "aftersales.fault.case.step"
    _description = "Diagnosis Step"
    _inherit = ["aftersales.fault.case.line.mixin"]

    name = fields.Char("What to Check", required=True)
    finding = fields.Char("What It Tells")
