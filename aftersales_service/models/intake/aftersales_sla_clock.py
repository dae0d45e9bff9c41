from odoo import api, fields, models

from .aftersales_sla_event import EVENTS
from .aftersales_sla_timer import BASES, KINDS, UNITS


class AftersalesSlaClock(models.Model):
    """One running promise on one document (SlaClock, handbook 4.5).

    What was promised is frozen here when the clock starts: a change of the policy
    or its timer alters no clock. Nobody writes a clock by hand; events, pauses and
    the extra hours of a dispatcher move it.
    """

    _name = "aftersales.sla.clock"
    _description = "SLA Clock"
    _inherit = ["aftersales.sla.run.mixin", "aftersales.sla.raise.mixin"]
    _order = "id desc"
    _rec_name = "document_name"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    document_name = fields.Char("Document Number", readonly=True)
    name = fields.Char("Promise", compute="_compute_name")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("warning", "Warning"),
            ("breached", "Breached"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("not_applicable", "Not Applicable"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    na_reason = fields.Text("Why Not Applicable", readonly=True)
    policy_id = fields.Many2one(
        "aftersales.sla.policy", readonly=True, ondelete="set null"
    )
    timer_id = fields.Many2one(
        "aftersales.sla.timer", readonly=True, ondelete="set null"
    )
    event_id = fields.Many2one(
        "aftersales.sla.event", "Start Entry", readonly=True, ondelete="set null"
    )
    source = fields.Char("Caused By", readonly=True, help="Model and id, or empty.")
    # --- for whom, by whom: what the analysis groups by
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    region_id = fields.Many2one("aftersales.region", readonly=True, ondelete="set null")
    # --- the frozen promise
    start_event = fields.Selection(EVENTS, "Started By", readonly=True)
    stop_event = fields.Selection(EVENTS, "Stops When", required=True, readonly=True)
    limit = fields.Float(readonly=True, aggregator=None)
    unit = fields.Selection(UNITS, readonly=True)
    basis = fields.Selection(BASES, "Counts", readonly=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Time",
        readonly=True,
        ondelete="restrict",
        help="Empty: around the clock.",
    )
    is_fallback = fields.Boolean(
        "Calendar Missing",
        readonly=True,
        help="The calendar has no working hours: this clock counts around the clock.",
    )
    warn_percent = fields.Integer("Warn at (%)", readonly=True, aggregator=None)
    escalate_role_id = fields.Many2one("aftersales.role", "Escalate To", readonly=True)
    escalate_line = fields.Integer("Escalate to Line", readonly=True, aggregator=None)
    pauses_customer = fields.Boolean("Pauses for Customer", readonly=True)
    pauses_parts = fields.Boolean("Pauses for Parts", readonly=True)
    pauses_traffic = fields.Boolean("Pauses for Traffic", readonly=True)
    # --- how it went
    started_at = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(readonly=True)
    warn_at = fields.Datetime(readonly=True)
    warned_at = fields.Datetime(readonly=True)
    breached_at = fields.Datetime(readonly=True)
    stopped_at = fields.Datetime(readonly=True)
    stop_entered_at = fields.Datetime(readonly=True)
    budget_seconds = fields.Integer("Allowed (s)", readonly=True)
    used_seconds = fields.Integer("Used (s)", readonly=True)
    extra_seconds = fields.Integer("Extra (s)", readonly=True)
    extra_reason = fields.Text("Reason for Extra Hours", readonly=True)

    # A promise runs once per document and cause; also finds the open clocks.
    _open_uniq = models.UniqueIndex(
        "(res_id, res_model, timer_id, COALESCE(source, ''))"
        " WHERE state IN ('running', 'warning', 'breached', 'paused')",
        "This promise is already running on this document.",
    )
    # What the run looks at: nothing of what is finished.
    _warn_idx = models.Index("(warn_at) WHERE state = 'running'")
    _due_idx = models.Index("(deadline) WHERE state IN ('running', 'warning')")

    @api.depends("kind", "timer_id.name")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for clock in self:
            clock.name = clock.sudo().timer_id.name or labels.get(clock.kind, "")

    @api.depends("document_name", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for clock in self:
            parts = (clock.document_name, clock.name)
            clock.display_name = ": ".join(part for part in parts if part)

    # --------------------------------------------------------------- actions

    def action_open_document(self):
        """Open the document the clock runs on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_extend(self):
        """Dialog: extra hours because of bad traffic, with a reason (Art.18(2))."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extra Hours"),
            "res_model": "aftersales.sla.clock.extend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_clock_id": self.id},
        }
