from odoo import models


class AftersalesSwapMixin(models.AbstractModel):
    """A serial part that is used becomes a component of the machine it went into."""

    _name = "aftersales.swap.mixin"
    _description = "Part Swap"

    def _record_swaps(self):
        """Record the booked parts in their machines; called with sudo."""
        rows = []
        for use in self.filtered(lambda u: u.tracking == "serial" and u.lot_id):
            dispatch = use.dispatch_id
            machine = use.request_id.equipment_id
            if not machine and len(dispatch.equipment_ids) == 1:
                machine = dispatch.equipment_ids
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
