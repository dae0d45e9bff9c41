from odoo import fields, models


class AftersalesLabourMixin(models.AbstractModel):
    """What an hour of an engineer costs; for ``hr.employee``."""

    _name = "aftersales.labour.mixin"
    _description = "Cost of an Engineer's Hour"

    aftersales_hour_cost = fields.Float(
        "After-Sales Cost per Hour",
        digits="Product Price",
        # No more groups: who may read it, but no employees, could read none of them.
        groups="hr.group_hr_user",
        help="What an hour on site costs the company. Empty: the rate of the company.",
    )

    def _aftersales_get_hour_cost(self):
        """Cost of an hour in company currency; called with sudo.

        Own rate, else the one of Odoo's timesheets where they are installed, else
        the rate of the company.
        """
        self.ensure_one()
        if self.aftersales_hour_cost:
            return self.aftersales_hour_cost
        if "hourly_cost" in self._fields and self.hourly_cost:
            return self.hourly_cost
        return self.company_id.aftersales_hour_cost
