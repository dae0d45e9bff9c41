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
        pickings.return_id._aftersales_check_no_machine()
        if not self.env.su and pickings.sudo().aftersales_factory_repair_id:
            self._aftersales_raise_sheet()
        return pickings

    def write(self, vals):
        if "aftersales_factory_repair_id" in vals and not self.env.su:
            self._aftersales_raise_sheet()
        if vals.get("return_id"):
            self.browse(vals["return_id"])._aftersales_check_no_machine()
        return super().write(vals)

    def _can_return(self):
        """Asked when Odoo's dialog opens: told there, not after it is filled in."""
        self._aftersales_check_no_machine()
        return super()._can_return()

    def _aftersales_check_no_machine(self):
        """:raises UserError: on the return of a transfer that moved a machine of ours

        A machine that comes back enters by the gate, with a case of its own; one that
        goes leaves with what it owes settled. Neither is a transfer alone.
        """
        for picking in self.sudo():
            sheet = picking.aftersales_factory_repair_id
            if sheet:
                raise UserError(
                    self.env._(
                        "%(transfer)s moved the machine of register sheet %(sheet)s and"
                        " is not returned. The machine leaves on its register sheet;"
                        " when it comes back, it gets a new one at the gate.",
                        transfer=picking.name,
                        sheet=sheet.name,
                    )
                )

    def _aftersales_raise_sheet(self):
        """What stands in the workshop is counted from the transfers of the sheet."""
        raise UserError(
            self.env._("The transfers of a machine come from its register sheet.")
        )
