from odoo import fields, models


class AftersalesWarrantyExclusion(models.Model):
    """A case that a warranty does not cover (收费修理, handbook 9.1)."""

    _name = "aftersales.warranty.exclusion"
    _description = "Warranty Exclusion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    effect = fields.Selection(
        [("charge", "Charged"), ("discretion", "At Discretion")],
        required=True,
        default="charge",
        help="At discretion: somebody decides case by case.",
    )
    description = fields.Text(translate=True)

    _code_uniq = models.UniqueIndex("(code)", "The code must be unique.")
