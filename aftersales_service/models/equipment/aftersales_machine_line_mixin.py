from odoo import models


class AftersalesMachineLineMixin(models.AbstractModel):
    """What belongs to one machine stays with the machines of its reader.

    The company of such a record follows its machine, and a record rule is not asked
    again after a write: without this, a paper could be slipped onto a machine of
    another company.
    """

    _name = "aftersales.machine.line.mixin"
    _description = "Record of a Machine"

    def write(self, vals):
        result = super().write(vals)
        if "equipment_id" in vals:
            self.equipment_id.check_access("read")
        return result
