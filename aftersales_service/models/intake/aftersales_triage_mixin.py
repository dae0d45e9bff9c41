from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from ...engine import fault_level
from .aftersales_sla_pause import PAUSE_REASONS

LEVELS = [
    ("1", "Level 1: Stopped"),
    ("2", "Level 2: At Risk"),
    ("3", "Level 3: Partly Degraded"),
    ("4", "Level 4: Intermittent"),
]
REPAIRED_STATES = ("done", "called_back", "archived")


class AftersalesTriageMixin(models.AbstractModel):
    """How grave, how urgent, which way: the judgement on a request (handbook 4.3).

    A fault level is proposed from the facts and its reasons are told in words; the
    level itself is what the person chose. The model that inherits this has the data
    of the intake mixin, the codes of the fault code mixin, and ``done_at``.
    """

    _name = "aftersales.triage.mixin"
    _description = "Triage"

    request_type = fields.Selection(
        [
            ("consultation", "Consultation"),
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("installation", "Installation"),
            ("training", "Training"),
            ("complaint", "Complaint"),
            ("exchange", "Exchange or Refund"),
            ("parts", "Parts"),
        ],
        required=True,
        default="repair",
    )
    request_class = fields.Selection(
        [
            ("consultation", "General Consultation"),
            ("simple", "Simple Fault"),
            ("complex", "Complex Fault"),
            ("major", "Major Incident"),
        ],
        "Class",
    )
    machine_stopped = fields.Selection(
        [("no", "Runs"), ("partly", "Runs in Part"), ("yes", "Stopped")]
    )
    is_safety_risk = fields.Boolean(
        "Danger to People", help="Somebody may be hurt while the machine is used."
    )
    is_repeat = fields.Boolean(
        "Repeat Repair",
        compute="_compute_repeat",
        search="_search_is_repeat",
        help="The same machine was repaired within the days that the company has set,"
        " and not for another fault.",
    )
    repeat_request_id = fields.Many2one(
        "aftersales.service.request", "Repaired Before", compute="_compute_repeat"
    )
    fault_level_proposed = fields.Selection(
        LEVELS, "Proposed Level", compute="_compute_fault_level_proposed"
    )
    fault_level_reason = fields.Char(
        "Reason of the Proposal", compute="_compute_fault_level_proposed"
    )
    fault_level = fields.Selection(
        LEVELS,
        help="1: the machine does not run or cannot do its basic work.\n"
        "2: a latent danger that it breaks down or loses basic functions.\n"
        "3: a function or its performance is partly degraded.\n"
        "4: an intermittent or indirect effect on the work.",
    )
    urgency = fields.Selection(
        [("low", "Can Wait"), ("normal", "Normal"), ("high", "Urgent")],
        "Urgency of the Customer's Job",
        required=True,
        default="normal",
    )
    charge_agreed = fields.Boolean(help="The after-sales charge is settled (Art.18).")
    is_verified = fields.Boolean("Genuine and in Scope")
    handling = fields.Selection(
        [("remote", "Phone or Remote"), ("visit", "Visit"), ("factory", "Factory")],
        copy=False,
    )
    wait_reason = fields.Selection(
        PAUSE_REASONS,
        "Waiting",
        readonly=True,
        copy=False,
    )

    # -------------------------------------------------------------- computes

    @api.model
    def _get_repeat_days(self, company):
        """Days in which a second repair counts as a repeat; 0: not looked at."""
        return company._aftersales_parameter("repeat_repair_window_days") or 0

    @api.depends(
        "equipment_id", "fault_code_id", "received_at", "request_type", "company_id"
    )
    def _compute_repeat(self):
        self.is_repeat = self.repeat_request_id = False
        windows = {c: self._get_repeat_days(c) for c in self.company_id}
        candidates = self.filtered(
            lambda r: r.equipment_id
            and r.received_at
            and r.request_type == "repair"
            and windows.get(r.company_id)
        )
        if not candidates:
            return
        longest = max(windows.values())
        # With sudo: whose visit the earlier repair was makes no difference.
        earlier = self.sudo().search_fetch(
            [
                ("equipment_id", "in", candidates.equipment_id.ids),
                ("request_type", "=", "repair"),
                ("state", "in", REPAIRED_STATES),
                (
                    "done_at",
                    ">=",
                    min(candidates.mapped("received_at")) - timedelta(days=longest),
                ),
            ],
            ["equipment_id", "fault_code_id", "done_at"],
            order="done_at DESC",
        )
        by_machine = earlier.grouped("equipment_id")
        for request in candidates:
            before = request._get_repaired_before(
                by_machine.get(request.equipment_id, earlier.browse()),
                windows[request.company_id],
            )
            request.repeat_request_id = before
            request.is_repeat = bool(before)

    def _get_repaired_before(self, earlier, days):
        """The last of the repairs ``earlier`` of which this one is a repeat."""
        self.ensure_one()
        since = self.received_at - timedelta(days=days)
        for other in earlier:
            codes = {other.fault_code_id.id, self.fault_code_id.id} - {False}
            if (
                other != self._origin
                and since <= other.done_at <= self.received_at
                and len(codes) < 2  # not known to be another fault
            ):
                return other
        return earlier.browse()

    @api.model
    def _search_is_repeat(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("id", "in", self._get_repeat_query(company, days))
            for company in self.env.companies
            if (days := self._get_repeat_days(company))
        )
        return found if True in value else ~found

    @api.model
    def _get_repeat_query(self, company, days):
        """Ids of the repeats in ``company``, the rule of :meth:`_compute_repeat`."""
        self.flush_model(
            ["equipment_id", "fault_code_id", "received_at", "done_at", "state"]
            + ["request_type", "company_id"]
        )
        return SQL(
            """
            SELECT later.id
              FROM %(table)s later
              JOIN %(table)s earlier ON earlier.equipment_id = later.equipment_id
             WHERE later.company_id = %(company)s
               AND later.request_type = 'repair'
               AND earlier.request_type = 'repair'
               AND earlier.id != later.id
               AND earlier.state IN %(states)s
               AND earlier.done_at <= later.received_at
               AND earlier.done_at >= later.received_at
                   - %(days)s * interval '1 day'
               AND (earlier.fault_code_id IS NULL OR later.fault_code_id IS NULL
                    OR earlier.fault_code_id = later.fault_code_id)
            """,
            table=SQL.identifier(self._table),
            company=company.id,
            states=REPAIRED_STATES,
            days=days,
        )

    @api.depends("request_class", "machine_stopped", "is_safety_risk", "is_repeat")
    @api.depends_context("lang")
    def _compute_fault_level_proposed(self):
        for request in self:
            level, reasons = fault_level.propose(
                request.request_class,
                request.machine_stopped,
                request.is_safety_risk,
                request.is_repeat,
            )
            request.fault_level_proposed = str(level) if level else False
            request.fault_level_reason = request._tell_level_reasons(reasons)

    def _tell_level_reasons(self, reasons):
        """The reasons of :func:`~engine.fault_level.propose` in words."""
        self.ensure_one()
        classes = dict(self._fields["request_class"]._description_selection(self.env))
        words = {
            "class": classes.get(self.request_class),
            "runs": self.env._("the machine still runs"),
            "stopped": self.env._("the machine stands still"),
            "partly": self.env._("the machine runs in part"),
            "danger": self.env._("people are in danger"),
            "repeat": self.env._(
                "repaired before: %(request)s", request=self.repeat_request_id.name
            ),
        }
        return format_list(self.env, [words[reason] for reason in reasons])

    # --------------------------------------------------------------- buttons

    def action_take_level(self):
        """Take the proposed fault level over.

        :raises UserError: when the facts propose none
        """
        requests = self._form_begin(
            "new",
            "accepted",
            "remote",
            "to_dispatch",
            "to_factory",
            "dispatched",
            "in_work",
            "confirm",
        )
        for request in requests:
            if not request.fault_level_proposed:
                raise UserError(
                    self.env._(
                        "Nothing speaks for a fault level yet: enter the class or"
                        " whether the machine stands still."
                    )
                )
            if request.fault_level != request.fault_level_proposed:
                request.fault_level = request.fault_level_proposed
