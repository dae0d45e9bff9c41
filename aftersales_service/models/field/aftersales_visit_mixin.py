from odoo import api, fields, models
from odoo.exceptions import AccessError

# The visit in its order (handbook 5.1): state -> (time field, what it needs).
EVENTS = {
    "contacted": ("contacted_at", "issued"),
    "departed": ("departed_at", "contacted"),
    "arrived": ("arrived_at", "departed"),
    "finished": ("finished_at", "arrived"),
    "returned": ("returned_at", "finished"),
}
# What a step is called where it differs on the clocks of the request.
SLA_EVENTS = {"finished": "repaired"}
EVENT_FIELDS = ("issued_at", *(fname for fname, _before in EVENTS.values()))


class AftersalesVisitMixin(models.AbstractModel):
    """The steps of a visit with the time of each (handbook 5.1, Art.18, 26, 27).

    An event has a time of its own, which may lie before its entry, never in the
    future and never before the step that comes first. The model that inherits
    this has ``engineer_id``, ``assistant_ids`` and the states of :data:`EVENTS`,
    and overrides ``_visit_before`` and ``_visit_after`` for what a step needs and
    brings about.
    """

    _name = "aftersales.visit.mixin"
    _description = "Visit Steps"

    issued_at = fields.Datetime(readonly=True, copy=False)
    contacted_at = fields.Datetime("Customer Contacted At", readonly=True, copy=False)
    departed_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    returned_at = fields.Datetime(readonly=True, copy=False)
    visit_hours = fields.Float(compute="_compute_visit_hours", store=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    @api.depends("engineer_id", "assistant_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for dispatch in self:
            dispatch.is_mine = self.env.user in dispatch._get_engineer_users()

    @api.depends("arrived_at", "finished_at")
    def _compute_visit_hours(self):
        for dispatch in self:
            start, stop = dispatch.arrived_at, dispatch.finished_at
            seconds = (stop - start).total_seconds() if start and stop else 0
            dispatch.visit_hours = seconds / 3600

    def _get_engineer_users(self):
        """Users of the engineers on this order."""
        return (self.sudo().engineer_id | self.sudo().assistant_ids).user_id

    # ----------------------------------------------------------- to override

    def _visit_before(self, event):
        """Called before ``event`` is recorded; raises when it is too early."""

    def _visit_after(self, event):
        """Called with sudo after ``event`` was recorded."""

    # ---------------------------------------------------------------- clocks

    def write(self, vals):
        result = super().write(vals)
        visits = self.sudo()
        if vals.get("issued_at"):
            visits._report_event("dispatched", "issued_at")
        elif "issued_at" in vals or vals.get("state") == "cancelled":
            # No promise that began with this order runs any more.
            for visit in visits:
                visit.request_id._sla_void(visit)
        return result

    def _report_event(self, event, fname):
        """Tell the requests of these visits what happened; called with sudo.

        :param str event: what the clocks call it
        :param str fname: field with the time when it happened
        """
        self.request_id._sla_record(
            [(visit.request_id, event, visit[fname], visit) for visit in self]
        )

    # --------------------------------------------------------------- buttons

    def action_contacted(self, event_time=False):
        """The engineer has called the customer.

        :param event_time: when it happened, UTC; empty means now
        """
        self._record_event("contacted", event_time)

    def action_departed(self, event_time=False):
        """The engineer leaves, see :meth:`action_contacted` for the time."""
        self._record_event("departed", event_time)

    def action_arrived(self, event_time=False):
        """The engineer is at the customer's."""
        self._record_event("arrived", event_time)

    def action_finished(self, event_time=False):
        """The work is done."""
        self._record_event("finished", event_time)

    def action_returned(self, event_time=False):
        """The engineer is back."""
        self._record_event("returned", event_time)

    def action_other_time(self):
        """Dialog to record the next step with the time when it happened."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the Time"),
            "res_model": "aftersales.dispatch.event",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispatch_id": self.id},
        }

    def _record_event(self, event, event_time):
        """Write one step of the visit with the time when it happened.

        :param str event: key of :data:`EVENTS`
        :param event_time: naive UTC datetime or string; empty means now
        :raises UserError: before issue, out of order, in the future
        """
        fname, before = EVENTS[event]
        visits = self._form_begin(before)
        visits._visit_before(event)
        before_fname = EVENTS[before][0] if before in EVENTS else "issued_at"
        before_field = self._fields[before_fname]
        for visit in visits:
            visit._check_event_user()
            when = self._form_check_event_time(
                event_time,
                visit[before_field.name],
                before_field._description_string(self.env),
            )
            visit.write({"state": event, fname: when})
        visits._visit_after(event)
        visits._report_event(SLA_EVENTS.get(event, event), fname)

    def _check_event_user(self):
        """Only the engineers of the order or a dispatcher record its steps.

        :raises AccessError: for anybody else
        """
        if self.env.user in self._get_engineer_users() or self.env.user.has_group(
            "aftersales_service.group_aftersales_dispatcher"
        ):
            return
        raise AccessError(
            self.env._(
                "Only the engineers of %(name)s report its steps.", name=self.name
            )
        )

    def _story_entries(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "date": visit[fname],
                "title": f"{visit.name}: {labels[fname.removesuffix('_at')]}",
                "text": visit.engineer_id.name,
            }
            for visit in self
            for fname in EVENT_FIELDS
            if visit[fname]
        ]
