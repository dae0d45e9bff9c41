from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

FIRST_DAY = date(1970, 1, 1)


class AftersalesDateMixin(models.AbstractModel):
    """Refuses days on which nothing can have happened."""

    _name = "aftersales.date.mixin"
    _description = "Days That Can Be"

    @api.model
    def _date_last_day(self):
        """The day it is where on earth the day begins first.

        What is today for the person who enters it is never in the future, in
        whatever time zone the check runs.
        """
        return (fields.Datetime.now() + timedelta(hours=14)).date()

    def _date_check(self, *fnames):
        """:raises ValidationError: naming the field and the day, when one of the
        fields lies in the future or before 1970
        """
        last_day = self._date_last_day()
        for record in self:
            for fname in fnames:
                day = record[fname]
                if not day or FIRST_DAY <= day <= last_day:
                    continue
                values = {
                    "field": self._fields[fname]._description_string(self.env),
                    "day": format_date(self.env, day, date_format="yyyy-MM-dd"),
                }
                if day > last_day:
                    raise ValidationError(
                        self.env._("%(field)s %(day)s lies in the future.", **values)
                    )
                raise ValidationError(
                    self.env._("%(field)s %(day)s lies before 1970.", **values)
                )

    def _date_check_order(self, *pairs):
        """Refuse what happened before it could.

        :param pairs: ``(earlier, later)`` field names
        :raises ValidationError: naming both fields and days
        """
        for record in self:
            for earlier, later in pairs:
                first, then = record[earlier], record[later]
                if first and then and then < first:
                    raise ValidationError(
                        self.env._(
                            "%(later)s %(then)s lies before %(earlier)s %(first)s.",
                            later=self._fields[later]._description_string(self.env),
                            then=format_date(self.env, then, date_format="yyyy-MM-dd"),
                            earlier=self._fields[earlier]._description_string(self.env),
                            first=format_date(
                                self.env, first, date_format="yyyy-MM-dd"
                            ),
                        )
                    )
