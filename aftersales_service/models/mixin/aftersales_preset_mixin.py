from odoo import fields, models


class AftersalesPresetMixin(models.AbstractModel):
    """A policy that ships in preset bundles (handbook 17.1).

    A record without company is a template of its bundle and rules nobody; a
    company gets a copy of its own, known by bundle and code, which it may change.
    """

    _name = "aftersales.preset.mixin"
    _description = "Preset"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    bundle_id = fields.Many2one(
        "aftersales.preset.bundle", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )

    _preset_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), COALESCE(bundle_id, 0), code)",
        "The code must be unique in a company.",
    )
