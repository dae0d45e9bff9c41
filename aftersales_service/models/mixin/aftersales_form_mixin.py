from collections import defaultdict

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, format_date, format_datetime


class AftersalesFormMixin(models.AbstractModel):
    """A numbered form of the handbook: number, company, chatter, print title.

    A model that inherits this defines:

    - ``_form_sequence``: ``(code, prefix)`` of its number sequence per company;
    - ``_form_appendix``: the appendix number of the paper form, if it has one;
    - ``_form_company_field``: the many2one from which a new record takes its
      company when none is given;
    - ``_form_files``: many2many fields of attachments;
    - ``_form_protected``: fields that only the buttons may change (see the
      protected mixin).
    """

    _name = "aftersales.form.mixin"
    _description = "After-Sales Form"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.text.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    _form_sequence = ()
    _form_appendix = ""
    _form_company_field = None
    _form_protected = frozenset({"name"})
    _form_files = frozenset()

    name = fields.Char(
        "Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default="/",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name != '/'",
        "The number of a form must be unique per company.",
    )

    @api.depends("name")
    def _compute_display_name(self):
        """No number yet: the client then shows “New”."""
        for record in self:
            record.display_name = record.name if record.name != "/" else False

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self = self._form_without_defaults()
        vals_list = [dict(vals) for vals in vals_list]
        self._form_check_protected(vals_list, creating=True)
        self._form_fill_company(vals_list)
        by_company = defaultdict(list)
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                by_company[vals["company_id"]].append(vals)
        for company_id, rows in by_company.items():
            company = self.env["res.company"].browse(company_id)
            numbers = self._form_next_numbers(company, len(rows))
            for vals, number in zip(rows, numbers, strict=True):
                vals["name"] = number
        # The record's own fields tell who created it and when; followers are
        # the people who choose to follow.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        records = super(AftersalesFormMixin, quiet).create(vals_list)
        records = records.with_env(self.env)
        for record, vals in zip(records, vals_list, strict=True):
            record._form_own_files(vals)
        return records

    def write(self, vals):
        self._form_check_protected([vals])
        result = super().write(vals)
        self._form_own_files(vals)
        return result

    def _form_own_files(self, vals):
        """Files uploaded before the first save belong to the record from now on:
        without it only the person who uploaded them could open them."""
        for fname in self._form_files & vals.keys():
            for record in self:
                orphans = record[fname].filtered(
                    lambda file: not file.res_id and file.create_uid == self.env.user
                )
                orphans.write({"res_model": self._name, "res_id": record.id})

    @api.model
    def _form_fill_company(self, vals_list):
        """Put ``company_id`` into every dict: given, or of the parent, or current."""
        fname = self._form_company_field
        default = self.default_get(["company_id"]).get("company_id")
        parents = {}
        if fname:
            ids = {v.get(fname) for v in vals_list if not v.get("company_id")} - {None}
            comodel = self.env[self._fields[fname].comodel_name]
            parents = {r.id: r.company_id.id for r in comodel.browse(filter(None, ids))}
        for vals in vals_list:
            if not vals.get("company_id"):
                vals["company_id"] = parents.get(vals.get(fname)) or default

    def _check_company(self, fnames=None):
        """Ask Odoo only about what is not plainly right.

        Its own check reads the whole company, and of a product the template too.
        """
        if fnames is None or {"company_id", "company_ids"} & set(fnames):
            fnames = self._fields
        doubtful = [
            name
            for name in fnames
            if self._fields[name].relational
            and self._fields[name].check_company
            and not self.sudo()._form_same_company(name)
        ]
        return super()._check_company(doubtful) if doubtful else None

    def _form_same_company(self, fname):
        """Whether the many2one ``fname`` certainly stays within the company."""
        field = self._fields[fname]
        company = self.env[field.comodel_name]._fields.get("company_id")
        if field.type != "many2one" or field.company_dependent:
            return False
        if company is None or not company.store:
            return False
        return all(
            record[fname].company_id == record.company_id
            for record in self
            if record[fname]
        )

    # --------------------------------------------------------------- numbers

    @api.model
    def _form_next_numbers(self, company, count):
        """Take ``count`` numbers for ``company`` in two queries.

        :return: list of ``count`` strings, in order
        """
        sequence = self._form_get_sequence(company)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _i in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"ir_sequence_{sequence.id:03d}", count],
        )
        numbers = [number for (number,) in self.env.cr.fetchall()]
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for number in numbers]

    @api.model
    def _form_get_sequence(self, company):
        """Number sequence of this form in ``company``, made if it is missing."""
        code, prefix = self._form_sequence
        sequences = self.env["ir.sequence"].sudo()
        return sequences.search_fetch(
            [("code", "=", code), ("company_id", "=", company.id)],
            ["implementation", "use_date_range", "prefix", "suffix", "padding"],
            limit=1,
        ) or sequences.create(
            {
                "name": f"{self._description} ({company.name})",
                "code": code,
                "prefix": f"{prefix}%(year)s-",
                "padding": 5,
                "company_id": company.id,
            }
        )

    # ------------------------------------------------------------ for buttons

    def _form_lock(self):
        """Lock the rows and read them afresh, so that a button pressed twice, or
        by two people, acts once.

        The rows are also written: somebody whose transaction began before this
        one ended is then sent back by the database and starts anew, instead of
        acting on what he saw before.

        :raises UserError: when somebody else is changing one of them right now
        """
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "%(document)s is being changed by somebody else right now."
                    " Try again in a moment.",
                    document=self[:1].display_name,
                )
            ) from error
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET write_date = write_date WHERE id IN %(ids)s",
                    table=SQL.identifier(self._table),
                    ids=tuple(self.ids),
                )
            )
        self.invalidate_recordset()

    def _form_check_state(self, *states):
        """:raises UserError: unless all records are in one of ``states``"""
        field = self._fields["state"]
        labels = dict(field._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(document)s is in state “%(state)s”; this step needs"
                        " “%(needed)s”.",
                        document=record.display_name,
                        state=labels[record.state],
                        needed=" / ".join(labels[state] for state in states),
                    )
                )

    def _form_begin(self, *states):
        """The opening of every button: may write, alone on the row, right state.

        :return: the records with sudo, ready to be written
        """
        # What the rules ask for; the rest is read under the lock.
        self.sudo().fetch(["company_id"])
        self.check_access("write")
        self._form_lock()
        self._form_check_state(*states)
        return self.sudo()

    def _form_check_event_time(self, event_time, after=None, after_label=""):
        """Check when something happened: not in the future, not before ``after``.

        :param event_time: naive UTC datetime or its string; empty means now
        :return: naive UTC datetime without microseconds
        :raises UserError: on a time in the future, before 1970 or out of order
        """
        now = fields.Datetime.now()
        try:
            when = fields.Datetime.to_datetime(event_time) if event_time else now
        except ValueError as error:
            raise UserError(
                self.env._("“%(value)s” is not a date and time.", value=event_time)
            ) from error
        if when > now:
            raise UserError(
                self.env._(
                    "%(time)s lies in the future. Enter when it happened.",
                    time=format_datetime(self.env, when),
                )
            )
        if when.year < 1970:
            raise UserError(
                self.env._(
                    "%(time)s lies before 1970. Enter when it happened.",
                    time=fields.Datetime.to_string(when),
                )
            )
        if after and when < after.replace(microsecond=0):
            raise UserError(
                self.env._(
                    "%(time)s is before “%(label)s” (%(after)s).",
                    time=format_datetime(self.env, when),
                    label=after_label,
                    after=format_datetime(self.env, after),
                )
            )
        return when.replace(microsecond=0)

    def _form_day(self, value):
        """Date of ``value`` (UTC) where the company works, whoever is looking."""
        company = self.company_id.sudo()
        # One column of each: a company has about two hundred.
        company.fetch(["resource_calendar_id"])
        company.resource_calendar_id.fetch(["tz"])
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        return utc.localize(value or fields.Datetime.now()).astimezone(zone).date()

    def _form_action_view(self, fname):
        """Open the records of a one2many: the form if there is one, else a list."""
        self.ensure_one()
        records = self[fname]
        field = self._fields[fname]
        action = {
            "type": "ir.actions.act_window",
            "name": field._description_string(self.env),
            "res_model": field.comodel_name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }
        if len(records) == 1:
            action.update(view_mode="form", res_id=records.id, views=[(False, "form")])
        return action

    def action_view_parent(self):
        """Open the record of the many2one named by the context key ``parent``."""
        self.ensure_one()
        field = self._fields.get(self.env.context.get("parent"))
        if field is None or field.type != "many2one" or not self[field.name]:
            raise UserError(self.env._("There is nothing to open."))
        return self[field.name]._get_records_action()

    # -------------------------------------------------------------- for print

    def _form_url(self):
        """Address of the record for the QR code on its print."""
        self.ensure_one()
        return f"{self.get_base_url()}/odoo/{self._name}/{self.id}"

    def _form_date(self, value, with_time=False):
        """Date or time in the reader's language and time zone, empty if none."""
        if not value:
            return ""
        if with_time:
            return format_datetime(self.env, value, dt_format="yyyy-MM-dd HH:mm")
        return format_date(self.env, value, date_format="yyyy-MM-dd")

    # ----------------------------------------------------- story of the case

    def _story_entries(self):
        """What this document adds to the story of its case.

        :return: list of dicts ``{"date": datetime, "title": str, "text": str,
            "amount": float or None, "currency": record or None}``
        """
        return []
