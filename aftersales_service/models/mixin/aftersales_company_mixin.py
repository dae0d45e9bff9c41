from odoo import models


class AftersalesCompanyMixin(models.AbstractModel):
    """What a domain needs in every company: settings of its own, and their making.

    A domain that has settings puts them into an abstract model of its own, which
    inherits this one and which ``res.company`` inherits.
    """

    _name = "aftersales.company.mixin"
    _description = "After-Sales Settings of a Company"

    def _aftersales_setup_extra(self):
        """Make what is missing for the domain in this one company.

        Called with sudo, in the company, at the end of its setup, which may be run
        again at any time. To extend: call super, then make what is not there.
        """
        self.ensure_one()

    def _aftersales_get_own_locations(self):
        """Locations that after-sales made for itself: no other module's default."""
        return self.env["stock.location"]
