from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesEquipmentTransfer(models.Model):
    """A machine changed its owner. Written by the transfer itself, never typed."""

    _name = "aftersales.equipment.transfer"
    _description = "Machine Transfer"
    _inherit = ["aftersales.text.mixin", "aftersales.date.mixin"]
    _order = "date desc, id desc"
    _rec_name = "equipment_id"

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    date = fields.Date(
        required=True, readonly=True, default=lambda s: fields.Date.context_today(s)
    )
    from_partner_id = fields.Many2one(
        "res.partner", "Former Owner", required=True, readonly=True, index=True
    )
    from_site_id = fields.Many2one("res.partner", "Former Site", readonly=True)
    to_partner_id = fields.Many2one(
        "res.partner", "New Owner", required=True, readonly=True, index=True
    )
    to_site_id = fields.Many2one("res.partner", "New Site", readonly=True)
    reason = fields.Char(readonly=True)
    source = fields.Selection(
        [
            ("manual", "By Hand"),
            ("delivery", "Delivery"),
            ("other", "Correction by the System"),
        ],
        required=True,
        readonly=True,
        default="manual",
    )
    user_id = fields.Many2one(
        "res.users",
        "Entered By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    @api.constrains("date")
    def _check_date(self):
        self._date_check("date")
        for transfer in self:
            delivered = transfer.equipment_id.delivery_date
            if transfer.source == "manual" and delivered and transfer.date < delivered:
                raise ValidationError(
                    self.env._("A machine is not transferred before its delivery.")
                )
            if transfer.source == "manual" and any(
                before.date > transfer.date and before.id < transfer.id
                for before in transfer.equipment_id.transfer_ids
            ):
                raise ValidationError(
                    self.env._("The machine went to its owner of today after this day.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        transfers = super().create(vals_list)
        bodies = {
            transfer.equipment_id.id: self.env._(
                "Transferred from %(former)s to %(owner)s. %(reason)s",
                former=transfer.from_partner_id.name,
                owner=transfer.to_partner_id.name,
                reason=transfer.reason or "",
            ).strip()
            for transfer in transfers
        }
        transfers.equipment_id.sudo()._message_log_batch(bodies)
        return transfers

    def _story_entries(self):
        return [
            {
                "day": transfer.date,
                "title": self.env._("Transfer to a new owner"),
                "text": f"{transfer.from_partner_id.name} → "
                f"{transfer.to_partner_id.name}. {transfer.reason or ''}".strip(),
            }
            for transfer in self
        ]
