from odoo import api, fields, models

from ...engine.meter import hours_per_day, run_hours


class AftersalesMeterMixin(models.AbstractModel):
    """The hour meter of a machine, from its readings."""

    _name = "aftersales.meter.mixin"
    _description = "Hour Meter"
    _inherit = ["aftersales.life.mixin"]

    reading_ids = fields.One2many(
        "aftersales.meter.reading", "equipment_id", "Meter Readings"
    )
    meter_hours = fields.Float(
        "Meter (Hours)",
        compute="_compute_meter",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="What the meter showed last.",
    )
    meter_read_on = fields.Date(compute="_compute_meter", store=True)
    run_hours = fields.Float(
        compute="_compute_meter",
        store=True,
        digits=(16, 1),
        help="Hours on all meters the machine has had.",
    )
    hours_per_day = fields.Float(
        "Hours a Day",
        compute="_compute_meter",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="Average between the first and the last reading.",
    )

    @api.depends("reading_ids.date", "reading_ids.value", "reading_ids.replaced")
    def _compute_meter(self):
        for machine in self:
            readings = machine.reading_ids._get_series()
            machine.meter_hours = readings[-1][1] if readings else 0.0
            machine.meter_read_on = readings[-1][0] if readings else False
            machine.run_hours = run_hours(readings)
            machine.hours_per_day = hours_per_day(readings)

    def _meter_changed(self):
        """Where the warranty ends by the hours, what rests on it follows."""
        limited = self.sudo().filtered(
            lambda m: any(row["hours_limit"] for row in m.warranty_terms or [])
        )
        limited._warranty_changed()

    @api.model
    def _get_file_fields(self):
        """See the story mixin."""
        return [*super()._get_file_fields(), "reading_ids"]

    def action_enter_reading(self):
        """Ask for what the meter shows now."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_meter_reading_action_new"
        )
        action["context"] = {"default_equipment_id": self.id}
        return action
