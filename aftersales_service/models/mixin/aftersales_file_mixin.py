from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesFileMixin(models.AbstractModel):
    """A record that is the file (档案) of a case: other documents hang on it.

    The model that inherits this, beside ``aftersales.form.mixin``, declares its
    one2many fields, for each ``<x>_ids`` a ``<x>_count`` with
    ``compute="_compute_counts"``, and names them in :meth:`_get_file_fields`.
    A document on the file tells its own part through two methods:

    - ``_story_entries()``: its entries in the story, see the form mixin;
    - ``_get_debts()``: sentences about what it still owes the file.
    """

    _name = "aftersales.file.mixin"
    _description = "Case File"
    _inherit = ["aftersales.story.mixin"]

    debt_text = fields.Text("Still Owed", compute="_compute_debt_text")

    def _compute_counts(self):
        for fname in self._get_file_fields():
            counter = f"{fname.removesuffix('_ids')}_count"
            if counter not in self._fields:
                continue
            field = self._fields[fname]
            comodel = self.env[field.comodel_name]
            counts = {}
            if comodel.has_access("read"):
                counts = dict(
                    comodel._read_group(
                        [(field.inverse_name, "in", self.ids)],
                        [field.inverse_name],
                        ["__count"],
                    )
                )
            for record in self:
                record[counter] = counts.get(record._origin, 0)

    @api.depends_context("lang")
    def _compute_debt_text(self):
        for record in self:
            record.debt_text = "\n".join(record.sudo()._get_debts())

    def _get_debts(self):
        """What keeps the file from being archived, one sentence each.

        The documents on the file answer for themselves through ``_get_debts``.
        """
        self.ensure_one()
        debts = []
        for fname in self._get_file_fields():
            documents = self[fname]
            if hasattr(documents, "_get_debts"):
                debts += documents._get_debts()
        return debts

    def action_view_documents(self):
        """Open the documents named by the context key ``documents``."""
        fname = self.env.context.get("documents")
        if fname not in self._get_file_fields():
            raise UserError(self.env._("There is nothing to open."))
        return self._form_action_view(fname)
