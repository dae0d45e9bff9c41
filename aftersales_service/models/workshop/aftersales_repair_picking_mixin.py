from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRepairPickingMixin(models.AbstractModel):
    """A transfer that brings a customer's machine into the workshop, or out of it."""

    _name = "aftersales.repair.picking.mixin"
    _description = "Transfer of a Customer's Machine"

    aftersales_factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        if not self.env.su and pickings.sudo().aftersales_factory_repair_id:
            self._aftersales_raise_sheet()
        return pickings

    def write(self, vals):
        if "aftersales_factory_repair_id" in vals and not self.env.su:
            self._aftersales_raise_sheet()
        return super().write(vals)

    def _aftersales_raise_sheet(self):
        """What stands in the workshop is counted from the transfers of the sheet."""
        raise UserError(
            self.env._("The transfers of a machine come from its register sheet.")
        )
