from odoo import models
from odoo.tools.translate import code_translations


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

    def _aftersales_get_named_fields(self):
        """Fields of the company whose records got a translatable name from its setup.

        To extend: call super and add names of fields.

        :rtype: tuple
        """
        return ()

    def _aftersales_translate_names(self):
        """Say what the setup made in every language that is installed.

        A record made while one person works has its name in his language only. What
        somebody called otherwise meanwhile stays as he called it.
        """
        languages = {
            code: code_translations.get_python_translations("aftersales_service", code)
            for code, _name in self.env["res.lang"].get_installed()
        }
        for record in (
            company[fname]
            for company in self
            for fname in company._aftersales_get_named_fields()
            if company[fname]
        ):
            source = record.with_context(lang="en_US").name
            names = {
                code: terms[source]
                for code, terms in languages.items()
                if source in terms and record.with_context(lang=code).name == source
            }
            if names:
                record.update_field_translations("name", names)

    def _aftersales_get_own_locations(self):
        """Locations that after-sales made for itself: no other module's default."""
        return self.env["stock.location"]

    # ------------------------------------------------------------ for the making

    def _aftersales_get_virtual_parent(self):
        """Where the company's inventory loss stands: our own places of that usage
        stand beside it, and are sorted after it, because other modules take the first
        location of the usage as the default one.
        """
        self.ensure_one()
        locations = self.env["stock.location"]
        return locations.search(
            [("usage", "=", "inventory"), ("company_id", "=", self.id)], limit=1
        ).location_id

    def _aftersales_make_locations(self, wanted):
        """Make the locations that are missing; called with sudo, in the company.

        :param wanted: ``{field of the company: (name, usage, parent location)}``, the
            parent empty for a place outside of every warehouse
        """
        self.ensure_one()
        for fname, (name, usage, parent) in wanted.items():
            if not self[fname]:
                self[fname] = self.env["stock.location"].create(
                    {
                        "name": name,
                        "usage": usage,
                        "location_id": parent.id if parent else False,
                        "company_id": self.id,
                    }
                )

    def _aftersales_make_picking_types(self, wanted):
        """Make the operation types that are missing, after all others: the first type
        of a kind is the default of other modules. Called with sudo, in the company.

        :param wanted: ``{field of the company: values of the type}``
        """
        self.ensure_one()
        types = self.env["stock.picking.type"].with_context(active_test=False)
        last = types.search(
            [("sequence", "!=", False)], order="sequence desc", limit=1
        ).sequence
        for number, (fname, vals) in enumerate(wanted.items(), 1):
            if not self[fname]:
                self[fname] = types.create(
                    {
                        **vals,
                        "sequence": last + number,
                        "warehouse_id": self._aftersales_get_warehouse().id,
                        "company_id": self.id,
                        "use_existing_lots": True,
                        "use_create_lots": False,
                    }
                )
