from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime


class AftersalesStoryMixin(models.AbstractModel):
    """A record with a story: what happened, in time order, for the widget.

    Its own entries come from ``_story_entries()`` (see the form mixin), those of
    the documents from the same method of the records in :meth:`_get_file_fields`.
    An entry has a ``date`` (time), or a ``day`` where only the day is known.
    """

    _name = "aftersales.story.mixin"
    _description = "Story"

    story = fields.Json("Story of the Case", compute="_compute_story")

    @api.model
    def _get_file_fields(self):
        """Names of the one2many fields whose documents belong to the file."""
        return []

    @api.depends_context("lang", "tz")
    def _compute_story(self):
        for record in self:
            entries = record._story_entries()
            for fname in self._get_file_fields():
                documents = record.sudo()[fname]
                if hasattr(documents, "_story_entries"):
                    entries += documents._story_entries()
            entries.sort(
                key=lambda entry: (
                    entry.get("date") or datetime.combine(entry["day"], time.min)
                )
            )
            record.story = [record._format_story_entry(entry) for entry in entries]

    def _format_story_entry(self, entry):
        """JSON-ready form of a story entry in the reader's language and zone."""
        if entry.get("date"):
            when = format_datetime(
                self.env, entry["date"], dt_format="yyyy-MM-dd HH:mm"
            )
        else:
            when = format_date(self.env, entry["day"], date_format="yyyy-MM-dd")
        amount = ""
        if entry.get("amount"):
            currency = entry.get("currency") or self.company_id.currency_id
            amount = currency.format(entry["amount"])
        return {
            "date": when,
            "title": entry["title"],
            "text": entry.get("text") or "",
            "amount": amount,
        }
