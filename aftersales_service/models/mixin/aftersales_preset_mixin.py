from itertools import zip_longest

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesPresetMixin(models.AbstractModel):
    """A policy that ships in preset bundles (handbook 17.1).

    A record without company is a template of its bundle and rules nobody; a
    company gets a copy of its own, known by bundle and code, which it may change.
    Lines that die with the record (one2many whose inverse cascades) are copied
    with it.
    """

    _name = "aftersales.preset.mixin"
    _description = "Preset"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    bundle_id = fields.Many2one(
        "aftersales.preset.bundle",
        "Preset",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )

    _preset_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), COALESCE(bundle_id, 0), code)",
        "The code must be unique in a company.",
    )

    def copy_data(self, default=None):
        """A copy by hand is the user's own: another code, no preset."""
        vals_list = super().copy_data(default)
        for record, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = record._preset_get_free_code()
        return vals_list

    def _preset_get_free_code(self):
        """A code that no record of the same company has, for a copy by hand."""
        self.ensure_one()
        code = self.env._("%(code)s (copy)", code=self.code)
        taken = self.with_context(active_test=False).search(
            [("code", "=like", f"{code}%")]
        )
        taken, free, number = set(taken.mapped("code")), code, 1
        while free in taken:
            number += 1
            free = f"{code} {number}"
        return free

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for record in self:
            if record._preset_is_used():
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use. Archive it instead of deleting it.",
                        name=record.display_name,
                    )
                )

    # ------------------------------------------------------- for the models

    def _preset_is_used(self):
        """Whether other records rest on this one, so that it must not vanish."""
        self.ensure_one()
        return False

    def _preset_summary(self):
        """What a new record will hold, in a few words."""
        self.ensure_one()
        return ", ".join(
            line.display_name
            for fname in self._preset_line_fields()
            for line in self[fname]
            if line.display_name
        )

    # -------------------------------------------------------------- applying

    @api.model
    def _preset_plan(self, bundle, company, reset=False):
        """What applying ``bundle`` to ``company`` does to the records of this model.

        :param bundle: one ``aftersales.preset.bundle``
        :param company: one ``res.company``
        :param bool reset: take back what the company changed on its copies
        :return: list of dicts: ``action`` (create, reset, restore, keep, archive),
            ``template`` and ``record`` (records of this model, either may be
            empty) and ``changes`` (what changes, in words)
        """
        templates = self.search(
            [("company_id", "=", False), ("bundle_id", "=", bundle.id)]
        )
        copies = self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("bundle_id", "!=", False)]
        )
        mine = {c.code: c for c in copies if c.bundle_id == bundle}
        taken_over = company.aftersales_bundle_id != bundle
        rows = []
        for template in templates:
            copy = mine.get(template.code, self.browse())
            rows.append(template._preset_plan_row(copy, reset, taken_over))
        for copy in copies:
            if copy.bundle_id != bundle and copy.active:
                words = self.env._("Part of “%(bundle)s”", bundle=copy.bundle_id.name)
                if copy._preset_is_used():
                    words = self.env._("%(words)s; in use", words=words)
                rows.append(
                    {
                        "action": "archive",
                        "template": self.browse(),
                        "record": copy,
                        "changes": words,
                    }
                )
        return rows

    def _preset_plan_row(self, copy, reset, taken_over):
        """The row of this template, whose copy in the company is ``copy``."""
        self.ensure_one()
        differences = copy and self._preset_differences(copy)
        if not copy:
            action, changes = "create", self._preset_summary()
        elif reset and (differences or not copy.active):
            action, changes = "reset", "\n".join(differences)
        elif not copy.active and taken_over:
            action, changes = "restore", self._preset_summary()
        else:
            action = "keep"
            changes = differences and self.env._("Differs from the preset")
        return {
            "action": action,
            "template": self,
            "record": copy,
            "changes": changes or "",
        }

    @api.model
    def _preset_apply(self, bundle, company, reset=False):
        """Do what :meth:`_preset_plan` says; run twice, nothing is doubled.

        What the company made itself is left alone, its changes are kept unless
        ``reset``, and nothing is ever deleted.

        :return: the plan that was carried out
        """
        self = self.with_context(lang="en_US")  # other languages follow below
        rows = self._preset_plan(bundle.with_env(self.env), company, reset)
        by_action = {}
        for row in rows:
            by_action.setdefault(row["action"], []).append(row)
        created = by_action.get("create", [])
        copies = self.create(
            [row["template"]._preset_prepare_copy(company) for row in created]
        )
        for row, copy in zip(created, copies, strict=True):
            row["record"] = copy
        self._preset_translate((row["template"], row["record"]) for row in created)
        for row in by_action.get("reset", []):
            row["template"]._preset_reset(row["record"])
        for action, active in (("restore", True), ("archive", False)):
            records = self.browse(r["record"].id for r in by_action.get(action, []))
            records.write({"active": active})
        return rows

    def _preset_prepare_copy(self, company):
        """Values of a copy of this template, with its lines, for ``company``."""
        self.ensure_one()
        vals = self._preset_values()
        for fname in self._preset_line_fields():
            vals[fname] = [
                fields.Command.create(self._preset_values(line)) for line in self[fname]
            ]
        return {
            **vals,
            "code": self.code,
            "bundle_id": self.bundle_id.id,
            "company_id": company.id,
        }

    def _preset_reset(self, copy):
        """Write the template's content on ``copy``; lines keep their identity."""
        self.ensure_one()
        vals = {**self._preset_values(), "active": True}
        for fname in self._preset_line_fields():
            commands = []
            for line, copied in zip_longest(self[fname], copy[fname]):
                if not line:
                    commands.append(fields.Command.delete(copied.id))
                elif not copied:
                    commands.append(fields.Command.create(self._preset_values(line)))
                else:
                    commands.append(
                        fields.Command.update(copied.id, self._preset_values(line))
                    )
            vals[fname] = commands
        copy.write(vals)
        self._preset_translate([(self, copy)], overwrite=True)

    # --------------------------------------------------------------- content

    @api.model
    def _preset_line_fields(self):
        """Names of the one2many fields whose lines are part of the record."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "one2many"
            and field.inverse_name
            and getattr(
                self.env[field.comodel_name]._fields[field.inverse_name],
                "ondelete",
                None,
            )
            == "cascade"
        ]

    @api.model
    def _preset_content_fields(self, model):
        """Names of the fields of ``model`` (this one or its lines) that a copy takes
        over: what is stored and entered, without identity and links to the parent."""
        skipped = {"active", "code", "company_id"}
        if model._name != self._name:
            lines = self._preset_line_fields()
            skipped = {"company_id", *(self._fields[n].inverse_name for n in lines)}
        return [
            name
            for name, field in model._fields.items()
            if field.store
            and field.copy
            and name not in models.MAGIC_COLUMNS
            and field.type != "one2many"
            and not (field.compute and field.readonly)
            and name not in skipped
        ]

    def _preset_values(self, record=None):
        """Content of this record, or of one of its lines, ready for create or write."""
        record = self if record is None else record
        return {
            name: record._fields[name].convert_to_write(record[name], record)
            for name in self._preset_content_fields(record)
        }

    def _preset_differences(self, copy):
        """How ``copy`` differs from this template.

        :return: list of sentences “field: value of the copy → value of the template”
        """
        self.ensure_one()
        sentences = self._preset_compare(self, copy)
        for fname in self._preset_line_fields():
            for line, copied in zip_longest(self[fname], copy[fname]):
                if line and copied:
                    title = copied.display_name
                    sentences += [
                        self.env._("%(line)s, %(change)s", line=title, change=change)
                        for change in self._preset_compare(line, copied)
                    ]
                elif line:
                    title = line.display_name
                    sentences.append(self.env._("%(line)s is added", line=title))
                else:
                    title = copied.display_name
                    sentences.append(self.env._("%(line)s is removed", line=title))
        return sentences

    @api.model
    def _preset_compare(self, template, copy):
        return [
            self.env._(
                "%(field)s: %(old)s → %(new)s",
                field=template._fields[name]._description_string(self.env),
                old=self._preset_word(copy, name),
                new=self._preset_word(template, name),
            )
            for name in self._preset_content_fields(template)
            if template[name] != copy[name]
        ]

    @api.model
    def _preset_word(self, record, fname):
        field = record._fields[fname]
        value = record[fname]
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if not value and field.type not in ("integer", "float"):
            return "–"
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        return str(field.convert_to_export(value, record))

    # ---------------------------------------------------------- translations

    @api.model
    def _preset_translate(self, pairs, overwrite=False):
        """Give copies their templates' words in the languages they have none for.

        :param pairs: list of pairs of a template and its copy
        :param bool overwrite: in the languages they have words for, too
        """
        if len(self.env["res.lang"].get_installed()) < 2:
            return
        pairs = list(pairs)
        by_model = {self._name: pairs}
        for fname in self._preset_line_fields():
            by_model[self._fields[fname].comodel_name] = [
                lines
                for template, copy in pairs
                for lines in zip(template[fname], copy[fname], strict=False)
            ]
        for model_name, couples in by_model.items():
            model = self.env[model_name]
            for name, field in model._fields.items():
                if not (couples and field.translate is True and field.store):
                    continue
                words = self._preset_words(couples, name)
                for template, copied in couples:
                    source, known = words[template.id] or {}, words[copied.id] or {}
                    if not overwrite and source.get("en_US") != known.get("en_US"):
                        continue  # the company has words of its own
                    missing = {
                        lang: word
                        for lang, word in source.items()
                        if word != known.get(lang) and (overwrite or lang not in known)
                    }
                    if missing:
                        copied.update_field_translations(name, missing)

    @api.model
    def _preset_words(self, pairs, fname):
        """All languages of ``fname`` of the records in ``pairs``.

        :return: dict ``{id: {language: word} or None}``
        """
        records = pairs[0][0].union(*(record for pair in pairs for record in pair))
        records.flush_recordset([fname])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, %(words)s FROM %(table)s WHERE id IN %(ids)s",
                    words=SQL.identifier(fname),
                    table=SQL.identifier(records._table),
                    ids=tuple(records.ids),
                )
            )
        )
