from odoo import fields, models


class AftersalesPresetApplyLine(models.TransientModel):
    """What applying a preset does to one record."""

    _name = "aftersales.preset.apply.line"
    _description = "Change by a Preset"

    wizard_id = fields.Many2one(
        "aftersales.preset.apply", required=True, ondelete="cascade", index=True
    )
    action = fields.Selection(
        [
            ("create", "Create"),
            ("reset", "Reset"),
            ("restore", "Take Back into Use"),
            ("keep", "Keep"),
            ("archive", "Archive"),
        ],
        required=True,
    )
    kind = fields.Char("Document Type")
    name = fields.Char()
    changes = fields.Text("Details")
