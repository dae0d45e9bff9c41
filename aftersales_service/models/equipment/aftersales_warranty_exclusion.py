from odoo import fields, models
from odoo.exceptions import AccessError


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

    def _check_access(self, operation):
        """Exclusions rule every company: their managers read them only."""
        result = super()._check_access(operation)
        manager = "aftersales_service.group_aftersales_manager"
        if operation == "read" or not result or not self.env.user.has_group(manager):
            return result
        message = self.env._(
            "The exclusions hold for all companies: only an administrator of the system"
            " changes them. Choose on your warranty policies which of them hold."
        )
        return result[0], lambda: AccessError(message)

    _code_uniq = models.UniqueIndex("(code)", "The code must be unique.")
