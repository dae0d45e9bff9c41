from odoo import fields, models


class AftersalesFollowOnMixin(models.AbstractModel):
    """A lead that an engineer brought home from a visit (001 Art.37); for crm.lead."""

    _name = "aftersales.follow.on.mixin"
    _description = "Follow-On Sale"

    aftersales_dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        "Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    aftersales_engineer_id = fields.Many2one(
        "hr.employee",
        "Recommended By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The engineer who earns the commission when the sale is paid.",
    )
    aftersales_equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine on Site",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    def action_aftersales_dispatch(self):
        """Open the visit this lead came from."""
        self.ensure_one()
        return self.aftersales_dispatch_id._get_records_action()
