from odoo import api, fields, models

from .aftersales_sla_event import EVENTS

# Between which events a promise usually runs (handbook 17.2, 17.3).
KIND_EVENTS = {
    "contact": ("dispatched", "contacted"),
    "response": ("received", "accepted"),
    "plan": ("received", "plan_agreed"),
    "arrival": ("received", "arrived"),
    "repair": ("received", "repaired"),
    "part_arrival": ("parts_requested", "parts_arrived"),
    "callback_phone": ("advised", "called_back"),
    "callback_untested": ("repaired", "called_back"),
    "callback_uncertain": ("repaired", "called_back"),
    "callback_card": ("handed_in", "called_back"),
    "callback_service": ("repaired", "called_back"),
    "callback_first_use": ("received", "called_back"),
    "callback_periodic": ("received", "called_back"),
    "card_hand_in": ("returned", "handed_in"),
    "loaner": ("received", "repaired"),
    "answer": ("received", "answered"),
    "other": ("received", "repaired"),
}
KINDS = [
    ("contact", "First Contact"),
    ("response", "First Response"),
    ("plan", "Plan Agreed"),
    ("arrival", "Arrival on Site"),
    ("repair", "Repair"),
    ("part_arrival", "Key Part Arrival"),
    ("callback_phone", "Call-back after Phone Advice"),
    ("callback_untested", "Call-back: Not Tested"),
    ("callback_uncertain", "Call-back: Uncertain Repair"),
    ("callback_card", "Call-back after Card"),
    ("callback_service", "Call-back after Service"),
    ("callback_first_use", "Call-back: First Use"),
    ("callback_periodic", "Regular Call-back"),
    ("card_hand_in", "Card Hand-in"),
    ("loaner", "Loaner"),
    ("answer", "Answer"),
    ("other", "Other"),
]
UNITS = [
    ("minute", "Minutes"),
    ("hour", "Hour(s)"),
    ("day", "Days"),
    ("working_day", "Working Days"),
    ("same_day", "Same Day"),
]
BASES = [("always", "Around the Clock"), ("working", "Working Time")]
# What a promise is made of, as plain data for the cache of the rules.
PLAIN_FIELDS = (
    "kind",
    "start_event",
    "stop_event",
    "limit",
    "unit",
    "basis",
    "province",
    "warn_percent",
    "escalate_line",
    "pauses_customer",
    "pauses_parts",
    "pauses_traffic",
    "max_level",
    "needs_urgent",
    "needs_charge",
    "needs_key_part",
)
RULE_FIELDS = ("id", "policy_id", "calendar_id", "escalate_role_id", *PLAIN_FIELDS)
LIMIT_MAX = 10_000
EXTRA_HOURS_MAX = 240


class AftersalesSlaTimer(models.Model):
    """One promise of an SLA policy (计时项): from which event to which, how long.

    Its conditions follow 001 Art.18(2): level of the fault, urgency of the
    customer's job, charge settled. Where they do not hold, the clock says so and
    does not run.
    """

    _name = "aftersales.sla.timer"
    _description = "SLA Timer"
    _inherit = ["aftersales.text.mixin"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "aftersales.sla.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "Promise", required=True)
    name = fields.Char(
        "Label", translate=True, help="Only where the kind of promise says too little."
    )
    start_event = fields.Selection(
        EVENTS,
        "Starts When",
        required=True,
        compute="_compute_events",
        store=True,
        readonly=False,
        precompute=True,
    )
    stop_event = fields.Selection(
        EVENTS,
        "Stops When",
        required=True,
        compute="_compute_events",
        store=True,
        readonly=False,
        precompute=True,
    )
    limit = fields.Float(required=True, default=1.0)
    unit = fields.Selection(UNITS, required=True, default="hour")
    basis = fields.Selection(
        BASES,
        "Counts",
        required=True,
        default="always",
        help="Days and “same day” count around the clock, working days follow the"
        " calendar, whatever is chosen here.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Time",
        ondelete="restrict",
        help="Empty: the calendar of the policy, else of the company.",
    )
    province = fields.Selection(
        [
            ("any", "Anywhere"),
            ("in", "Within the Province"),
            ("cross", "Another Province"),
        ],
        required=True,
        default="any",
        help="Compares the site with the company's address; a site whose province is"
        " not known counts as within it, the stricter promise.",
    )
    warn_percent = fields.Integer(
        "Warn at (%)", default=80, help="Share of the time used; 0: no warning."
    )
    escalate_role_id = fields.Many2one(
        "aftersales.role", "Escalate To", ondelete="restrict"
    )
    escalate_line = fields.Integer(
        "Escalate to Line",
        help="Line of support that takes the request over when the promise is broken:"
        " 2 or 3; 0: none.",
    )
    pauses_customer = fields.Boolean("Pauses for Customer", default=True)
    pauses_parts = fields.Boolean("Pauses for Parts")
    pauses_traffic = fields.Boolean("Pauses for Traffic")
    max_level = fields.Integer(
        "Up to Fault Level",
        help="Holds for fault levels 1 to this one (Art.18(2)); 0: for all.",
    )
    needs_urgent = fields.Boolean(
        "Only if Urgent", help="Holds when the customer's job is urgent (Art.18(2))."
    )
    needs_charge = fields.Boolean(
        "Only if Charge Settled",
        help="Holds when the after-sales charge is settled (Art.18(2)). In warranty"
        " there is nothing to settle.",
    )
    needs_key_part = fields.Boolean(
        "Only for Key Parts",
        help="Holds for requisitions with a part that is marked as a key part"
        " (000 §1.3).",
    )
    traffic_extra_hours = fields.Float(
        "Extra Hours for Bad Traffic",
        help="Proposed to the dispatcher who extends the promise (Art.18(2)).",
    )

    _limit_check = models.Constraint(
        f'CHECK ("limit" >= 0 AND "limit" <= {LIMIT_MAX}'
        " AND (\"limit\" > 0 OR unit = 'same_day'))",
        "The limit must be more than zero and at most 10,000.",
    )
    _warn_percent_check = models.Constraint(
        "CHECK (warn_percent >= 0 AND warn_percent < 100)",
        "The warning lies between 0 and 99 percent of the time.",
    )
    _max_level_check = models.Constraint(
        "CHECK (max_level >= 0 AND max_level <= 4)",
        "The fault level lies between 1 and 4, or is 0 for all.",
    )
    _escalate_line_check = models.Constraint(
        "CHECK (escalate_line IS NULL OR escalate_line IN (0, 2, 3))",
        "Escalate to line 2 or 3, or 0 for none.",
    )
    _traffic_check = models.Constraint(
        "CHECK (traffic_extra_hours >= 0"
        f" AND traffic_extra_hours <= {EXTRA_HOURS_MAX})",
        "Extra hours for bad traffic lie between 0 and 240.",
    )
    _events_check = models.Constraint(
        "CHECK (start_event != stop_event)",
        "A promise must not start and stop with the same event.",
    )

    @api.depends("kind")
    def _compute_events(self):
        for timer in self:
            start, stop = KIND_EVENTS.get(timer.kind, (False, False))
            timer.start_event = start
            timer.stop_event = stop

    @api.depends("kind", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for timer in self:
            timer.display_name = timer.name or labels.get(timer.kind, "")

    def _get_words(self):
        """The promise in a few words, such as “Arrival on Site 36 Hours”."""
        self.ensure_one()
        unit = dict(self._fields["unit"]._description_selection(self.env))[self.unit]
        words = [self.display_name, f"{self.limit:g}", unit]
        if self.unit == "same_day":
            words.remove(f"{self.limit:g}")
        if self.province != "any":
            field = self._fields["province"]
            place = dict(field._description_selection(self.env))[self.province]
            words.append(f"({place})")
        return " ".join(words)

    # ---------------------------------------------------------------- for use

    def _prepare_rule(self):
        """Plain data for the cache of the rules, see the policy."""
        self.ensure_one()
        return {
            "id": self.id,
            "policy_id": self.policy_id.id,
            "calendar_id": (self.calendar_id or self.policy_id.calendar_id).id,
            "escalate_role_id": self.escalate_role_id.id,
            **{name: self[name] for name in PLAIN_FIELDS},
        }

    @api.model
    def _get_na_reason(self, rule, facts):
        """Why the promise ``rule`` does not hold, in words; empty if it does."""
        reasons = []
        level = int(facts.get("fault_level") or 0)
        if rule["max_level"] and not 0 < level <= rule["max_level"]:
            reasons.append(
                self.env._(
                    "It holds for fault levels 1 to %(level)s only.",
                    level=rule["max_level"],
                )
            )
        if rule["needs_urgent"] and facts.get("urgency") != "high":
            reasons.append(self.env._("The customer's job is not urgent."))
        if (
            rule["needs_charge"]
            and not facts.get("charge_agreed")
            and facts.get("warranty_state") != "in"
        ):
            reasons.append(
                self.env._("The charge is not settled with the customer yet.")
            )
        if rule["needs_key_part"] and not facts.get("has_key_part"):
            reasons.append(self.env._("No key part was requested."))
        return " ".join(reasons)

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
