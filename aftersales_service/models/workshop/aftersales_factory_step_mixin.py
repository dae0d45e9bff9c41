from odoo import api, fields, models
from odoo.exceptions import AccessError

from .aftersales_workshop_mixin import ADVISOR

# The stay of a machine (handbook 8.1); the order is the order of the work.
STATES = [
    ("announced", "Announced"),
    ("entered", "Entered"),
    ("received", "Machine Received"),
    ("diagnosis", "In Diagnosis"),
    ("quoted", "Quoted"),
    ("agreed", "Customer Agrees"),
    ("declined", "Customer Declines"),
    ("repair", "In Repair"),
    ("supplement", "Supplement to Sign"),
    ("testing", "In Test"),
    ("acceptance", "Acceptance Due"),
    ("settlement", "Settlement Due"),
    ("settled", "Settled"),
    ("evaluated", "Evaluated"),
    ("left", "Left"),
    ("archived", "Archived"),
    ("cancelled", "Cancelled"),
]
GONE_STATES = ("left", "archived", "cancelled")
NOT_HERE_STATES = ("announced", *GONE_STATES)
# While the work is not done, what was agreed may still be changed, and signed anew.
OPEN_STATES = (
    "received",
    "diagnosis",
    "quoted",
    "agreed",
    "repair",
    "supplement",
)
EVENT_FIELDS = (
    "announced_at",
    "brought_at",
    "received_at",
    "diagnosis_at",
    "quoted_at",
    "decided_at",
    "started_at",
    "finished_at",
    "tested_at",
    "accepted_at",
    "settled_at",
    "evaluated_at",
    "left_at",
    "archived_at",
)


class AftersalesFactoryStepMixin(models.AbstractModel):
    """State and event times of a machine's stay in the factory.

    Each step has a time of its own, which may lie before its entry, never in the
    future and never before anything that happened before. Where the work goes back
    (test failed, machine rejected) the times of what is done again are written anew.
    """

    _name = "aftersales.factory.step.mixin"
    _description = "Steps of a Factory Repair"
    _inherit = ["aftersales.workshop.mixin"]

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="announced",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    announced_at = fields.Datetime(readonly=True, copy=False)
    brought_at = fields.Datetime("Brought", readonly=True, copy=False, index=True)
    received_at = fields.Datetime("Machine Received", readonly=True, copy=False)
    diagnosis_at = fields.Datetime("Diagnosis Begun", readonly=True, copy=False)
    quoted_at = fields.Datetime("Quoted", readonly=True, copy=False)
    decided_at = fields.Datetime("Customer Decided", readonly=True, copy=False)
    started_at = fields.Datetime("Work Started", readonly=True, copy=False)
    finished_at = fields.Datetime("Work Finished", readonly=True, copy=False)
    tested_at = fields.Datetime("Tested", readonly=True, copy=False)
    accepted_at = fields.Datetime("Customer Accepted", readonly=True, copy=False)
    settled_at = fields.Datetime("Settled", readonly=True, copy=False)
    evaluated_at = fields.Datetime("Evaluated", readonly=True, copy=False)
    left_at = fields.Datetime("Left the Factory", readonly=True, copy=False)
    archived_at = fields.Datetime("Archived", readonly=True, copy=False)
    stay_hours = fields.Float(
        "Hours in the House",
        compute="_compute_stay_hours",
        store=True,
        aggregator="avg",
        help="From the gate to the gate, once the machine has left.",
    )

    @api.model
    def _group_expand_state(self, states, domain):
        """Columns of the board: those with machines, in the order of the work."""
        return [key for key, _label in STATES if key in states]

    @api.depends("brought_at", "left_at")
    def _compute_stay_hours(self):
        for sheet in self:
            stay = (
                sheet.left_at - sheet.brought_at
                if sheet.left_at and sheet.brought_at
                else None
            )
            sheet.stay_hours = stay.total_seconds() / 3600 if stay else 0.0

    # ------------------------------------------------------------------ rights

    def _check_technician(self):
        """:raises AccessError: unless the user is the technician, or an advisor"""
        if self.env.su or self.env.user.has_group(ADVISOR):
            return
        for sheet in self.sudo():
            if sheet.technician_id.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "This step is the technician's of %(sheet)s, or the workshop"
                        " advisor's.",
                        sheet=sheet.name,
                    )
                )

    # ------------------------------------------------------------------- steps

    def _step(self, state, fname, event_time=False, **vals):
        """Write one step with the time when it happened; called with sudo.

        :param str state: the state after it
        :param str fname: the field of its time
        :param event_time: naive UTC datetime or string; empty means now
        :raises UserError: when the time is not after all that happened before
        """
        for sheet in self:
            before = sheet._get_last_event(fname)
            when = sheet._form_check_event_time(
                event_time,
                sheet[before] if before else None,
                self._fields[before]._description_string(self.env) if before else "",
            )
            sheet.write({"state": state, fname: when, **vals})

    def _get_last_event(self, fname):
        """Name of the time field of what happened last before ``fname``."""
        self.ensure_one()
        known = EVENT_FIELDS[: EVENT_FIELDS.index(fname)]
        times = [(self[name], known.index(name)) for name in known if self[name]]
        return known[max(times)[1]] if times else None
