from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...engine.meter import find_fault

HIGHEST = 1_000_000


class AftersalesMeterReading(models.Model):
    """What the hour meter of a machine showed on a day.

    A meter runs forward, and not more than 24 hours a day; where it was replaced
    the reading says so, with the reason, and counting goes on from there.
    """

    _name = "aftersales.meter.reading"
    _description = "Meter Reading"
    _inherit = [
        "aftersales.machine.line.mixin",
        "aftersales.text.mixin",
        "aftersales.date.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    product_id = fields.Many2one(
        related="equipment_id.product_id", store=True, precompute=True
    )
    date = fields.Date(required=True, default=lambda s: fields.Date.context_today(s))
    value = fields.Float(
        "Meter (Hours)", required=True, digits=(16, 1), aggregator="max", default=None
    )
    source = fields.Selection(
        [
            ("visit", "Visit"),
            ("factory", "Factory Repair"),
            ("call", "Call"),
            ("manual", "By Hand"),
            ("import", "Import"),
        ],
        required=True,
        default=lambda self: self._default_source(),
    )
    user_id = fields.Many2one(
        "res.users",
        "Read By",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    origin = fields.Char("Document", help="The visit or call it was read on.")
    replaced = fields.Boolean(
        "Meter Replaced", help="A new meter was put in, which showed these hours."
    )
    reason = fields.Char("Why It Was Replaced")

    _value_check = models.Constraint(
        f"CHECK (value BETWEEN 0 AND {HIGHEST})",
        "A meter shows between 0 and 1,000,000 hours.",
    )

    @api.model
    def _default_source(self):
        return "import" if self.env.context.get("import_file") else "manual"

    @api.depends("date", "value")
    def _compute_display_name(self):
        for reading in self:
            day = format_date(self.env, reading.date, date_format="yyyy-MM-dd")
            reading.display_name = f"{day}: {reading.value:.1f}"

    def _get_sorted(self):
        """In time order; of one day in the order of entry, unsaved ones last."""
        dated = self.filtered("date")
        return dated.sorted(lambda r: (r.date, not r._origin, r._origin.id or 0))

    def _get_series(self):
        """The readings for ``engine.meter``: ``[(date, hours, replaced)]``."""
        return [(r.date, r.value, r.replaced) for r in self._get_sorted()]

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings.equipment_id._meter_changed()
        return readings

    def write(self, vals):
        machines = self.equipment_id
        result = super().write(vals)
        (machines | self.equipment_id)._meter_changed()
        return result

    def unlink(self):
        machines = self.equipment_id
        result = super().unlink()
        machines._meter_changed()
        return result

    @api.constrains("date")
    def _check_date(self):
        self._date_check("date")

    @api.constrains("replaced", "reason")
    def _check_reason(self):
        for reading in self:
            if reading.replaced and not (reading.reason or "").strip():
                raise ValidationError(self.env._("Say why the meter was replaced."))

    @api.constrains("equipment_id", "date", "value", "replaced")
    def _check_order(self):
        for machine in self.equipment_id:
            machine.reading_ids._check_series()

    @api.ondelete(at_uninstall=False)
    def _unlink_keeping_order(self):
        """Without the reading that says “replaced” the meter would run back."""
        for machine in self.equipment_id:
            (machine.reading_ids - self)._check_series()

    def _check_series(self):
        """:raises ValidationError: naming the two readings that disagree"""
        readings = self._get_sorted()
        fault = find_fault(readings._get_series())
        if not fault:
            return
        index, kind = fault
        values = {
            "machine": readings[index].equipment_id.display_name,
            "now": readings[index].display_name,
            "before": readings[index - 1].display_name,
        }
        if kind == "backwards":
            raise ValidationError(
                self.env._(
                    "The meter of %(machine)s would run backwards: %(before)s h,"
                    " then %(now)s h. If a new meter was put in, tick “Meter"
                    " Replaced” and say why.",
                    **values,
                )
            )
        raise ValidationError(
            self.env._(
                "The meter of %(machine)s would run more than 24 hours a day:"
                " %(before)s h, then %(now)s h.",
                **values,
            )
        )

    def _story_entries(self):
        return [
            {
                "day": reading.date,
                "title": self.env._("Meter replaced")
                if reading.replaced
                else self.env._("Meter read"),
                "text": self.env._("%(hours)s h", hours=f"{reading.value:.1f}"),
            }
            for reading in self
        ]
