from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

# What a clock is measured by when it came to its end, in SQL; nothing is stored.
MEASURES = {
    "met_rate": "CASE %(state)s WHEN 'met' THEN 100.0 WHEN 'missed' THEN 0.0 END",
    "used_hours": (
        "CASE WHEN %(state)s IN ('met', 'missed') THEN %(used_seconds)s / 3600.0 END"
    ),
}


class AftersalesSlaLedgerMixin(models.AbstractModel):
    """What a clock shows: the ledger of its document, its time in hours, its rate.

    Part of ``aftersales.sla.clock``.
    """

    _name = "aftersales.sla.ledger.mixin"
    _description = "SLA Clock on Screen"

    event_ids = fields.Many2many(
        "aftersales.sla.event", string="Events", compute="_compute_ledger"
    )
    pause_ids = fields.Many2many(
        "aftersales.sla.pause", string="Pauses", compute="_compute_ledger"
    )
    time_left = fields.Json(compute="_compute_time_left")
    allowed_hours = fields.Float("Allowed", compute="_compute_hours", aggregator=None)
    extra_hours = fields.Float(compute="_compute_hours", aggregator=None)
    used_hours = fields.Float("Used (h)", compute="_compute_hours", aggregator="avg")
    met_rate = fields.Float("Met (%)", compute="_compute_met_rate", aggregator="avg")

    def _compute_ledger(self):
        """Two queries, however many clocks there are."""
        domain = [
            ("res_model", "in", list(set(self.mapped("res_model")))),
            ("res_id", "in", list(set(self.mapped("res_id")))),
        ]
        for fname in ("event_ids", "pause_ids"):
            found = defaultdict(self.env[self._fields[fname].comodel_name].browse)
            for entry in found.default_factory().search(domain):
                found[entry.res_model, entry.res_id] |= entry
            for clock in self:
                clock[fname] = found[clock.res_model, clock.res_id]

    @api.depends("state", "deadline", "extra_seconds")
    @api.depends_context("lang")
    def _compute_time_left(self):
        """See ``sla_info`` of the SLA mixin; empty for what is finished."""
        now = fields.Datetime.now()
        documents = self.env["aftersales.sla.mixin"]
        labels = dict(self._fields["kind"]._description_selection(self.env))
        open_clocks = self.filtered(
            lambda c: c.state in ("running", "warning", "breached", "paused")
        ).sudo()
        pauses = open_clocks._get_pauses() if open_clocks else {}
        for clock in self:
            known = clock.sudo()
            clock.time_left = known in pauses and documents._sla_prepare_info(
                known, pauses[known], now, labels
            )

    @api.depends("budget_seconds", "extra_seconds", "used_seconds")
    def _compute_hours(self):
        for clock in self:
            clock.allowed_hours = (clock.budget_seconds + clock.extra_seconds) / 3600
            clock.extra_hours = clock.extra_seconds / 3600
            clock.used_hours = clock.used_seconds / 3600

    @api.depends("state")
    def _compute_met_rate(self):
        for clock in self:
            clock.met_rate = 100.0 if clock.state == "met" else 0.0

    def _field_to_sql(self, alias, field_expr, query=None):
        """The measures of the analysis: only clocks that came to their end count."""
        if field_expr not in MEASURES:
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            MEASURES[field_expr],
            state=super()._field_to_sql(alias, "state", query),
            used_seconds=super()._field_to_sql(alias, "used_seconds", query),
        )
