from odoo import api, fields, models


class AftersalesServiceRequest(models.Model):
    """What domains below the case add to it."""

    _name = "aftersales.service.request"
    _inherit = [
        "aftersales.case.cost.mixin",
        "aftersales.service.request",
    ]

    transfer_ids = fields.One2many(
        "aftersales.transfer.request", "request_id", "Payments by Transfer"
    )
    transfer_count = fields.Integer(compute="_compute_counts")

    @api.model
    def _get_file_fields(self):
        """See the file mixin."""
        return [*super()._get_file_fields(), "transfer_ids"]
