from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesServiceRequestMerge(models.TransientModel):
    """Which request goes on, and which are merged into it."""

    _name = "aftersales.service.request.merge"
    _description = "Merge Requests"

    request_ids = fields.Many2many("aftersales.service.request", string="Requests")
    target_id = fields.Many2one(
        "aftersales.service.request",
        "Goes On",
        required=True,
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', request_ids)]",
    )

    @api.depends("request_ids")
    def _compute_target_id(self):
        """The one on which the work has come furthest, else the oldest."""
        for wizard in self:
            requests = wizard.request_ids
            begun = requests.filtered("dispatch_ids")
            wizard.target_id = (begun or requests).sorted("id")[:1]

    def action_merge(self):
        """Merge, and open the request that goes on."""
        self.ensure_one()
        if self.target_id not in self.request_ids:
            raise UserError(
                self.env._("The request that goes on must be one of the list.")
            )
        self.target_id._merge(self.request_ids - self.target_id)
        return self.target_id._get_records_action()
