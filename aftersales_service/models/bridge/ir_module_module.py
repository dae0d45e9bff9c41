from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """The companies' copies of a preset have no term of their own in the
        translation files: they follow their templates. Nor have the operation types
        and journals that were made for each company."""
        result = super()._load_module_terms(modules, langs, overwrite)
        if "aftersales_service" in modules:
            self.env["aftersales.preset.bundle"]._translate_copies()
            companies = self.env["res.company"].sudo().search([])
            companies._aftersales_translate_names()
        return result
