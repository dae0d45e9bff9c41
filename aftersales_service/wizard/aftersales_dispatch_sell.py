from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesDispatchSell(models.TransientModel):
    """What the customer of a visit would like to buy: makes a lead (001 Art.37)."""

    _name = "aftersales.dispatch.sell"
    _description = "Customer Wants to Buy"

    dispatch_id = fields.Many2one("aftersales.dispatch", required=True)
    partner_id = fields.Many2one(related="dispatch_id.partner_id")
    currency_id = fields.Many2one(related="dispatch_id.company_id.currency_id")
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine on Site",
        compute="_compute_equipment_id",
        store=True,
        readonly=False,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    subject = fields.Char(
        "Wanted", required=True, help="Product and quantity in the customer's words."
    )
    expected_revenue = fields.Monetary("Expected Amount")
    description = fields.Text("Remarks")

    @api.depends("dispatch_id")
    def _compute_equipment_id(self):
        for wizard in self:
            wizard.equipment_id = wizard.dispatch_id.equipment_ids[:1]

    def action_create_lead(self):
        """Make the lead with engineer, customer and machine as its source."""
        self.ensure_one()
        dispatch = self.dispatch_id
        dispatch._check_may_sell()
        if self.expected_revenue < 0:
            raise UserError(self.env._("The expected amount must not be negative."))
        if self.equipment_id:
            self.equipment_id._check_owner(dispatch.partner_id)
        mine = self.env.user.employee_id
        engineers = dispatch.engineer_id | dispatch.assistant_ids
        lead = (
            self.env["crm.lead"]
            .sudo()
            .create(
                {
                    "name": self.subject,
                    "type": "opportunity",
                    "partner_id": dispatch.partner_id.id,
                    "company_id": dispatch.company_id.id,
                    "contact_name": dispatch.contact_name,
                    "phone": dispatch.phone,
                    "expected_revenue": self.expected_revenue,
                    "description": self.description,
                    "user_id": False,
                    "aftersales_dispatch_id": dispatch.id,
                    "aftersales_engineer_id": (
                        mine if mine in engineers else dispatch.engineer_id
                    ).id,
                    "aftersales_equipment_id": self.equipment_id.id,
                }
            )
        )
        dispatch.sudo().message_post(
            body=self.env._(
                "Passed on to sales: %(subject)s (%(engineer)s)",
                subject=self.subject,
                engineer=lead.aftersales_engineer_id.name,
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "“%(subject)s” was passed on to sales.", subject=self.subject
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
