from odoo import api, fields, models


class AftersalesInstallMixin(models.AbstractModel):
    """Components put into a machine and taken out, with the old ones remembered.

    For ``aftersales.equipment.component``, which has the fields.
    """

    _name = "aftersales.install.mixin"
    _description = "Put In and Taken Out"
    _inherit = ["aftersales.date.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        """A component that replaces another takes the place of the old one."""
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            old = self.browse(vals.get("replaces_id") or [])
            if not old:
                continue
            old.check_access("write")
            if not vals.get("installed_on"):
                vals["installed_on"] = fields.Date.context_today(self)
            vals.setdefault("parent_id", old.parent_id.id)
            old._remove(vals["installed_on"], self.env._("Replaced"))
        return super().create(vals_list)

    def _remove(self, day, reason):
        """Take the components out, with all they consist of.

        :param day: date of removal
        """
        live = self.filtered(lambda component: not component.removed_on)
        tree = self.search([("id", "child_of", live.ids), ("removed_on", "=", False)])
        tree.write({"removed_on": day, "removal_reason": reason})
        tree.flush_recordset(["removed_on"])  # before its serial number goes in again

    @api.model
    def _install(self, rows):
        """Put serial parts into machines; called with sudo by other documents.

        The old part is found by its serial, else by being the only one of the
        same product. An old serial that nobody had recorded is recorded now. A
        serial that is still recorded elsewhere was evidently taken out there.

        :param rows: list of dicts ``equipment``, ``product``, ``lot``, ``day`` and,
            for a swap, ``old_serial`` (text or empty) and ``swap`` (bool)
        :return: the components put in
        """
        installed = self.browse()
        for row in rows:
            live = row["equipment"].component_ids.filtered(lambda c: not c.removed_on)
            if row["lot"] in live.lot_id:
                continue
            self.search(
                [("lot_id", "=", row["lot"].id), ("removed_on", "=", False)]
            )._remove(row["day"], self.env._("Went into another machine"))
            old = self._find_old(live, row)
            installed |= self.create(
                {
                    "equipment_id": row["equipment"].id,
                    "name": old.name or row["product"].name,
                    "product_id": row["product"].id,
                    "lot_id": row["lot"].id,
                    "installed_on": row["day"],
                    "replaces_id": old.id,
                    "sequence": old.sequence or 10,
                }
            )
        return installed

    @api.model
    def _find_old(self, live, row):
        """The component that made way for the one in ``row``; may be empty."""
        if not row.get("swap"):
            return self.browse()
        serial = (row.get("old_serial") or "").strip()
        if not serial:
            same = live.filtered(lambda c: c.product_id == row["product"])
            return same if len(same) == 1 else self.browse()
        found = live.filtered(lambda c: c.serial == serial)
        same = found.filtered(lambda c: c.product_id == row["product"])
        if found:
            return (same or found)[:1]
        return self.create(
            {
                "equipment_id": row["equipment"].id,
                "product_id": row["product"].id,
                "serial": serial,
                "removed_on": row["day"],
                "removal_reason": self.env._("Replaced"),
                "from_swap": True,
            }
        )

    def _story_entries(self):
        entries = []
        for component in self:
            if component.installed_on:
                old = component.replaces_id
                entries.append(
                    {
                        "day": component.installed_on,
                        "title": self.env._(
                            "Put in: %(component)s", component=component.display_name
                        ),
                        "text": self.env._(
                            "Replaces %(component)s", component=old.display_name
                        )
                        if old
                        else "",
                    }
                )
            if component.removed_on and not component.replacement_ids:
                entries.append(
                    {
                        "day": component.removed_on,
                        "title": self.env._(
                            "Taken out: %(component)s", component=component.display_name
                        ),
                        "text": component.removal_reason or "",
                    }
                )
        return entries
