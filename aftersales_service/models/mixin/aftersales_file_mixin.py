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

    story = fields.Json("Story of the Case", compute="_compute_story")
    debt_text = fields.Text("Still Owed", compute="_compute_debt_text")

    @api.model
    def _get_file_fields(self):
        """Names of the one2many fields whose documents belong to the file."""
        return []

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

    @api.depends_context("lang", "tz")
    def _compute_story(self):
        for record in self:
            entries = record._story_entries()
            for fname in self._get_file_fields():
                documents = record.sudo()[fname]
                if hasattr(documents, "_story_entries"):
                    entries += documents._story_entries()
            entries.sort(key=lambda entry: entry["date"])
            record.story = [record._format_story_entry(entry) for entry in entries]

    def _format_story_entry(self, entry):
        """JSON-ready form of a story entry in the reader's language and zone."""
        amount = ""
        if entry.get("amount"):
            currency = entry.get("currency") or self.company_id.currency_id
            amount = currency.format(entry["amount"])
        return {
            "date": self._form_date(entry["date"], with_time=True),
            "title": entry["title"],
            "text": entry.get("text") or "",
            "amount": amount,
        }

    def action_view_documents(self):
        """Open the documents named by the context key ``documents``."""
        fname = self.env.context.get("documents")
        if fname not in self._get_file_fields():
            raise UserError(self.env._("There is nothing to open."))
        return self._form_action_view(fname)
