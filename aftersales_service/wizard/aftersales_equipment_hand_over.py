from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesEquipmentHandOver(models.TransientModel):
    """A machine goes to a new owner: who, where, when and why."""

    _name = "aftersales.equipment.hand.over"
    _description = "Transfer to a New Owner"
    _check_company_auto = True

    equipment_ids = fields.Many2many(
        "aftersales.equipment",
        string="Machines",
        required=True,
        default=lambda self: self._default_equipment_ids(),
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    partner_id = fields.Many2one(
        "res.partner", "New Owner", required=True, check_company=True
    )
    site_partner_id = fields.Many2one(
        "res.partner",
        "New Site",
        check_company=True,
        compute="_compute_site_partner_id",
        store=True,
        readonly=False,
    )
    date = fields.Date(required=True, default=lambda s: fields.Date.context_today(s))
    reason = fields.Char(required=True)
    open_request_ids = fields.Many2many(
        "aftersales.service.request",
        string="Open Requests",
        compute="_compute_open_request_ids",
    )
    leave_requests = fields.Boolean(
        "Leave Them with the Former Owner",
        help="The open requests stay with the customer who reported them.",
    )

    @api.model
    def _default_equipment_ids(self):
        if self.env.context.get("active_model") != "aftersales.equipment":
            return self.env["aftersales.equipment"]
        return self.env["aftersales.equipment"].browse(
            self.env.context.get("active_ids")
        )

    @api.depends("partner_id")
    def _compute_site_partner_id(self):
        for wizard in self:
            wizard.site_partner_id = wizard.partner_id

    @api.depends("equipment_ids")
    def _compute_open_request_ids(self):
        requests = self.env["aftersales.service.request"]
        for wizard in self:
            wizard.open_request_ids = requests.search(
                [
                    ("equipment_id", "in", wizard.equipment_ids.ids),
                    ("state", "not in", ("archived", "cancelled")),
                ]
            )

    def action_transfer(self):
        """Transfer the machines and log it.

        :raises UserError: requests are open and nobody said what becomes of them
        """
        self.ensure_one()
        self.equipment_ids.check_access("write")
        if self.open_request_ids and not self.leave_requests:
            raise UserError(
                self.env._(
                    "Requests are still open on these machines: %(requests)s. Close"
                    " them first, or leave them with the former owner.",
                    requests=", ".join(self.open_request_ids.mapped("name")),
                )
            )
        self.equipment_ids._transfer(
            self.partner_id, self.site_partner_id, self.date, self.reason
        )
        return {"type": "ir.actions.act_window_close"}
