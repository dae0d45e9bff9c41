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
