from odoo import api, fields, models


class AftersalesRepairCostMixin(models.AbstractModel):
    """What the hours of a factory repair cost us; for ``aftersales.repair.labour``.

    As with the visits nobody books it: the hours that were really worked at the cost
    of an hour of the technician when the repair ended.
    """

    _name = "aftersales.repair.cost.mixin"
    _description = "Labour Cost of a Factory Repair"

    # Declared by the work itself; a mixin with amounts needs to know it.
    company_currency_id = fields.Many2one("res.currency")
    labour_cost = fields.Monetary(
        compute="_compute_labour_cost",
        store=True,
        currency_field="company_currency_id",
        groups="aftersales_service.group_aftersales_finance",
        help="Hours of the technician at the cost of an hour when the repair ended."
        " Computed, not posted.",
    )

    @api.depends("state", "used_quantity", "technician_id")
    def _compute_labour_cost(self):
        """Not by the rate, nor by the unit: what an ended repair cost stays."""
        for line in self:
            hours = line._get_hours_worked()
            technician = line.technician_id.sudo()
            line.labour_cost = (
                hours * technician._aftersales_get_hour_cost() if hours else 0.0
            )

    def _get_hours_worked(self):
        """Hours of the technician, once the work is done; a piece is no hour."""
        self.ensure_one()
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        unit = self.product_uom_id
        if (
            self.state != "done"
            or not self.technician_id
            or not hour
            or not unit._has_common_reference(hour)
        ):
            return 0.0
        return unit._compute_quantity(self.used_quantity, hour, round=False)
