from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models

# Meal times (001 Art.23): hour from, hour to, kind of the line.
MEALS = ((11, 14, "lunch"), (17, 20, "dinner"))


class AftersalesReceptionMixin(models.AbstractModel):
    """Looking after the customer while he is here (001 Art.23): meals, lodging.

    The model that inherits this has a one2many ``reception_ids``, and tells in
    :meth:`_reception_is_here` whether the customer is in the house.
    """

    _name = "aftersales.reception.mixin"
    _description = "Reception Plan"

    person_count = fields.Integer("Persons", default=1)
    customer_waits = fields.Boolean(
        "Customer Stays Here", help="He waits in the house until the machine is ready."
    )
    reception_due = fields.Char(compute="_compute_reception_due")

    def _reception_is_here(self):
        """Whether the customer is in the house now."""
        return False

    @api.depends("reception_ids.done", "reception_ids.date", "customer_waits")
    @api.depends_context("lang")
    def _compute_reception_due(self):
        for record in self:
            record.reception_due = "; ".join(record._get_reception_due())

    def _get_reception_due(self):
        """What has to be arranged now, one sentence each.

        :return: list of str
        """
        self.ensure_one()
        if not self._reception_is_here():
            return []
        lines = self.sudo().reception_ids
        labels = dict(lines._fields["kind"]._description_selection(self.env))
        due = [
            self.env._(
                "%(kind)s for %(persons)s is not arranged",
                kind=labels[line.kind],
                persons=line.persons,
            )
            for line in lines.filtered("is_due")
        ]
        meal = self._get_meal()
        if self.customer_waits and meal and not lines._has_today(meal):
            due.append(
                self.env._(
                    "Nobody has thought of %(kind)s for the customer",
                    kind=labels[meal],
                )
            )
        return due

    def _get_meal(self):
        """The meal of this hour where the company works, if any."""
        now = utc.localize(fields.Datetime.now()).astimezone(self._get_zone())
        for start, stop, kind in MEALS:
            if start <= now.hour < stop:
                return kind
        return None

    def _get_zone(self):
        calendar = self.company_id.sudo().resource_calendar_id
        return timezone(calendar.tz or "UTC")

    def _get_today(self):
        """Beginning and end of today where the company works, in naive UTC."""
        zone = self._get_zone()
        day = utc.localize(fields.Datetime.now()).astimezone(zone).date()
        return [
            zone.localize(datetime.combine(day, moment))
            .astimezone(utc)
            .replace(tzinfo=None)
            for moment in (time.min, time.max)
        ]
