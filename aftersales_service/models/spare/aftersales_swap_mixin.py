from odoo import api, models
from odoo.exceptions import ValidationError


class AftersalesSwapMixin(models.AbstractModel):
    """A serial part that is used becomes a component of the machine it went into."""

    _name = "aftersales.swap.mixin"
    _description = "Part Swap"

    def _get_machine(self):
        """The machine the part goes into, empty where that is not known."""
        self.ensure_one()
        machines = self.dispatch_id.equipment_ids
        return self.request_id.equipment_id or (
            machines if len(machines) == 1 else machines.browse()
        )

    @api.constrains("lot_id", "old_serial", "dispatch_id")
    def _check_serials(self):
        """A part is not the machine, and not the part it takes the place of."""
        for use in self:
            machine = use.sudo()._get_machine().serial
            old = (use.old_serial or "").strip()
            new = use.lot_id.name if use.tracking == "serial" else False
            if machine and machine in (old, new):
                raise ValidationError(
                    self.env._(
                        "%(serial)s is the serial number of the machine. Enter that of"
                        " the part.",
                        serial=machine,
                    )
                )
            if new and new == old:
                raise ValidationError(
                    self.env._(
                        "%(serial)s cannot be the new and the old part at once.",
                        serial=new,
                    )
                )

    def _record_swaps(self):
        """Record the booked parts in their machines; called with sudo."""
        rows = []
        for use in self.filtered(lambda u: u.tracking == "serial" and u.lot_id):
            dispatch = use.dispatch_id
            machine = use._get_machine()
            if not machine:
                continue
            rows.append(
                {
                    "equipment": machine,
                    "product": use.product_id,
                    "lot": use.lot_id,
                    "day": dispatch._form_day(dispatch.finished_at),
                    "swap": use.old_part != "none",
                    "old_serial": use.old_serial,
                }
            )
        self.env["aftersales.equipment.component"]._install(rows)
