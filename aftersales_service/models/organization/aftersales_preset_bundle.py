from odoo import fields, models


class AftersalesPresetBundle(models.Model):
    """Preset bundle: the numbers of one handbook, ready to be applied (17.1)."""

    _name = "aftersales.preset.bundle"
    _description = "Preset Bundle"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "The code must be unique.")
