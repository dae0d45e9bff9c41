from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # The clock that asks: when it stops, nobody is asked any more.
    aftersales_clock_id = fields.Many2one(
        "aftersales.sla.clock", "SLA Clock", index="btree_not_null", ondelete="cascade"
    )
