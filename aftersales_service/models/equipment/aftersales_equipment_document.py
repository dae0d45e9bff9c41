from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesEquipmentDocument(models.Model):
    """A paper of one machine; the papers of its model hang on the product."""

    _name = "aftersales.equipment.document"
    _description = "Machine Document"
    _inherit = [
        "aftersales.machine.line.mixin",
        "aftersales.text.mixin",
        "aftersales.date.mixin",
    ]
    _order = "equipment_id, kind, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(
        [
            ("manual", "Manual"),
            ("certificate", "Certificate"),
            ("drawing", "Drawing"),
            ("acceptance", "Acceptance Record"),
            ("photo", "Photo"),
            ("other", "Other"),
        ],
        required=True,
        default="manual",
    )
    name = fields.Char(required=True)
    file = fields.Binary("Attached File", required=True, attachment=True)
    date = fields.Date(default=lambda s: fields.Date.context_today(s))

    @api.constrains("file")
    def _check_file(self):
        # A file is kept apart: the database does not require it.
        for document in self:
            if not document.file:
                raise ValidationError(
                    self.env._("“%(name)s” needs its file.", name=document.name)
                )

    @api.constrains("date")
    def _check_date(self):
        self._date_check("date")
