from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class AftersalesPresetBundle(models.Model):
    """Preset bundle: the numbers of one handbook, ready to be applied (17.1).

    Its content is the templates (records without company) of all models that
    inherit ``aftersales.preset.mixin``.
    """

    _name = "aftersales.preset.bundle"
    _description = "Preset Bundle"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)
    content = fields.Text(compute="_compute_content")

    _code_uniq = models.Constraint("UNIQUE (code)", "The code must be unique.")

    @api.depends_context("lang")
    def _compute_content(self):
        """What the bundle holds, one template in a line."""
        found = {bundle.id: [] for bundle in self}
        for model in self._get_preset_models():
            for template in model.sudo().search(
                [("company_id", "=", False), ("bundle_id", "in", self.ids)]
            ):
                summary = template._preset_summary()
                found[template.bundle_id.id].append(
                    f"{template.name}: {summary}" if summary else template.name
                )
        for bundle in self:
            bundle.content = "\n".join(found.get(bundle.id, ()))

    @api.model
    def _get_preset_models(self):
        """All models whose records ship in bundles."""
        names = self.env.registry.descendants(["aftersales.preset.mixin"], "_inherit")
        models_ = [self.env[name] for name in sorted(names)]
        return [model for model in models_ if not model._abstract]

    def _plan(self, company, reset=False):
        """What applying this bundle would do to ``company``.

        :return: rows of :meth:`aftersales.preset.mixin._preset_plan` of all models
        """
        self.ensure_one()
        return [
            row
            for model in self._get_preset_models()
            for row in model._preset_plan(self, company, reset)
        ]

    def _apply(self, company, reset=False):
        """Give ``company`` its copies of this bundle; called with sudo.

        :return: the rows that were carried out
        :raises UserError: when somebody else is applying a bundle to it right now
        """
        self.ensure_one()
        try:
            company.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "%(document)s is being changed by somebody else right now."
                    " Try again in a moment.",
                    document=company.display_name,
                )
            ) from error
        rows = [
            row
            for model in self._get_preset_models()
            for row in model.with_company(company)._preset_apply(self, company, reset)
        ]
        company.aftersales_bundle_id = self
        self.env.registry.clear_cache()  # numbers are found by the bundle, too
        return rows

    @api.model
    def _translate_copies(self):
        """Give the companies' copies the words of a language that was just loaded."""
        for model in self._get_preset_models():
            everything = model.sudo().with_context(active_test=False)
            templates = {
                (template.bundle_id, template.code): template
                for template in everything.search(
                    [("company_id", "=", False), ("bundle_id", "!=", False)]
                )
            }
            copies = everything.search(
                [("company_id", "!=", False), ("bundle_id", "!=", False)]
            )
            model._preset_translate(
                (templates[copy.bundle_id, copy.code], copy)
                for copy in copies
                if (copy.bundle_id, copy.code) in templates
            )
