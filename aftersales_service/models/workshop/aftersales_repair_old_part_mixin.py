from odoo import Command, models


class AftersalesRepairOldPartMixin(models.AbstractModel):
    """What follows the booking of parts: swaps in the machine, old parts to inspect."""

    _name = "aftersales.repair.old.part.mixin"
    _description = "Old Parts of a Factory Repair"

    def _after_booking(self):
        """Called with sudo once the repair order has used the parts."""
        used = self.filtered(lambda p: p.move_id.state == "done")
        used._record_swaps()
        kept = used.filtered(lambda p: p.old_part == "kept")
        for sheet, parts in kept.grouped("factory_repair_id").items():
            parts._create_parts_return(sheet)

    def _record_swaps(self):
        """A serial part that was used becomes a component of the machine."""
        rows = []
        for part in self.filtered(lambda p: p.tracking == "serial" and p.lot_id):
            sheet = part.factory_repair_id
            if sheet.equipment_id:
                rows.append(
                    {
                        "equipment": sheet.equipment_id,
                        "product": part.product_id,
                        "lot": part.lot_id,
                        "day": sheet._form_day(sheet.finished_at),
                        "swap": part.old_part != "none",
                        "old_serial": part.old_serial,
                    }
                )
        self.env["aftersales.equipment.component"]._install(rows)

    def _create_parts_return(self, sheet):
        """The form of App.7 for the old parts that stay with us."""
        return self.env["aftersales.parts.return"].create(
            {
                "company_id": sheet.company_id.id,
                "request_id": sheet.request_id.id,
                "engineer_id": sheet.technician_id.id,
                "note": self.env._("Factory repair %(sheet)s", sheet=sheet.name),
                "line_ids": [
                    Command.create(
                        {
                            "product_id": part.product_id.id,
                            "quantity": part.used_quantity,
                            "serial": part.old_serial,
                            "reason": sheet.diagnosis,
                            # What the customer has paid the company does not bear.
                            "value": part.move_id.value if part._is_free() else 0.0,
                        }
                    )
                    for part in self
                ],
            }
        )
