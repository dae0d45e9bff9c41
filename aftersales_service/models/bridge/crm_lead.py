from odoo import fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = [
        "crm.lead",
        "aftersales.follow.on.mixin",
    ]

    aftersales_call_id = fields.Many2one(
        "aftersales.call.record",
        "Call Record",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    def action_aftersales_call(self):
        """Open the call this lead came from."""
        self.ensure_one()
        return self.aftersales_call_id._get_records_action()
