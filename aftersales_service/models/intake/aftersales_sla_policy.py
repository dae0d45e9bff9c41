from odoo import api, fields, models, tools

SCOPE = (
    "category_id",
    "region_id",
    "tier",
    "warranty_state",
    "fault_level",
    "request_class",
    "request_type",
)


def _selection_of(model_name, fname):
    """The choices of another model's field, whatever they are then."""

    def selection(self):
        field = self.env[model_name]._fields[fname]
        return field._description_selection(self.env)

    return selection


class AftersalesSlaPolicy(models.Model):
    """SLA policy (服务时限策略): for whom which promises hold (handbook 4.5).

    Of all policies that fit a request the most specific one decides, for each
    kind of promise by itself: a narrow policy with an arrival time leaves the
    other promises to the wider ones.
    """

    _name = "aftersales.sla.policy"
    _description = "SLA Policy"
    _inherit = ["aftersales.text.mixin", "aftersales.preset.mixin"]

    category_id = fields.Many2one(
        "product.category", "Product Category", ondelete="restrict"
    )
    region_id = fields.Many2one("aftersales.region", ondelete="restrict")
    tier = fields.Selection(
        _selection_of("res.partner", "aftersales_tier"), "Customer Tier"
    )
    warranty_state = fields.Selection(
        _selection_of("aftersales.service.request", "warranty_state"), "Under Warranty"
    )
    fault_level = fields.Selection(
        _selection_of("aftersales.service.request", "fault_level")
    )
    request_class = fields.Selection(
        _selection_of("aftersales.service.request", "request_class"), "Class"
    )
    request_type = fields.Selection(
        _selection_of("aftersales.service.request", "request_type")
    )
    valid_from = fields.Date()
    valid_to = fields.Date("Valid Until")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Time",
        ondelete="restrict",
        help="Empty: the calendar of the company.",
    )
    timer_ids = fields.One2many(
        "aftersales.sla.timer", "policy_id", "Promises", copy=True
    )
    description = fields.Text("Source and Note", translate=True)
    summary = fields.Char("Promises in Words", compute="_compute_summary")
    calendar_warning = fields.Text(compute="_compute_calendar_warning")

    _dates_check = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to)",
        "The policy ends before it begins.",
    )

    @api.depends(
        "company_id.resource_calendar_id",
        "calendar_id",
        "timer_ids.calendar_id",
        "timer_ids.basis",
        "timer_ids.unit",
    )
    @api.depends_context("lang")
    def _compute_calendar_warning(self):
        for policy in self:
            company = policy.company_id.sudo()
            calendars = self.env["resource.calendar"].sudo()
            is_missing = False
            for timer in policy.timer_ids:
                if timer.unit != "working_day" and timer.basis != "working":
                    continue
                calendar = (timer.calendar_id or policy.calendar_id).sudo()
                calendar = calendar or company.resource_calendar_id
                calendars |= calendar
                # A template gets the calendar of the company that takes it.
                is_missing = is_missing or bool(company and not calendar)
            without = calendars.filtered(
                lambda calendar, company=company: (
                    not calendar._aftersales_working_time(company)
                )
            )
            warnings = []
            if without:
                warnings.append(
                    self.env._(
                        "%(calendar)s has no fixed working hours: the promises that"
                        " follow it count around the clock.",
                        calendar=", ".join(without.mapped("name")),
                    )
                )
            if is_missing:
                warnings.append(
                    self.env._(
                        "Neither the promise, the policy nor the company has a working"
                        " time: promises in working time count around the clock."
                    )
                )
            policy.calendar_warning = "\n".join(warnings) or False

    @api.depends("timer_ids.kind", "timer_ids.limit", "timer_ids.unit")
    @api.depends_context("lang")
    def _compute_summary(self):
        for policy in self:
            policy.summary = policy._preset_summary()

    # ------------------------------------------------------------ as a preset

    def _preset_is_used(self):
        """See the preset mixin: clocks rest on it."""
        self.ensure_one()
        clocks = self.env["aftersales.sla.clock"].sudo()
        return bool(clocks.search_count([("policy_id", "=", self.id)], limit=1))

    def _preset_summary(self):
        """See the preset mixin."""
        self.ensure_one()
        return ", ".join(timer._get_words() for timer in self.timer_ids)

    # ---------------------------------------------------------------- for use

    @api.model
    @tools.ormcache("company_id")
    def _get_rules(self, company_id):
        """The policies of a company as plain data, the most specific first.

        :return: tuple of dicts with ``scope``, ``valid_from``, ``valid_to`` and
            ``timers``: dict of kind -> list of rules of its timers
        """
        policies = self.sudo().search([("company_id", "=", company_id)])
        return tuple(
            policy._prepare_rules() for policy in policies.sorted(lambda p: p._rank())
        )

    def _rank(self):
        """Sort key: more dimensions, a deeper category, the sequence, the age."""
        depth = (self.category_id.parent_path or "").count("/")
        return (
            -sum(bool(self[name]) for name in SCOPE),
            -depth,
            self.sequence,
            self.id,
        )

    def _prepare_rules(self):
        timers = {}
        for timer in self.timer_ids:
            timers.setdefault(timer.kind, []).append(timer._prepare_rule())
        return {
            "scope": {
                name: getattr(self[name], "id", self[name])
                for name in SCOPE
                if self[name]
            },
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "timers": timers,
        }

    @api.model
    def _has_rules(self, company_id, event):
        """Whether any promise of the company starts with ``event``."""
        return any(
            rule["start_event"] == event
            for policy in self._get_rules(company_id)
            for rules in policy["timers"].values()
            for rule in rules
        )

    @api.model
    def _choose(self, company_id, facts, day):
        """The promises that hold for a document.

        :param dict facts: value per name of :data:`SCOPE`, the category as the ids
            of the category and its parents; ``province`` is ``in`` or ``cross``
        :param day: date on which the policies must be valid
        :return: list of rules, see :meth:`AftersalesSlaTimer._prepare_rule`
        """
        chosen = {}
        for policy in self._get_rules(company_id):
            if policy["valid_from"] and day < policy["valid_from"]:
                continue
            if policy["valid_to"] and day > policy["valid_to"]:
                continue
            if not self._fits(policy["scope"], facts):
                continue
            for kind, rules in policy["timers"].items():
                if kind in chosen:
                    continue
                fitting = [
                    rule
                    for rule in rules
                    if rule["province"] in ("any", facts.get("province", "in"))
                ]
                exact = [rule for rule in fitting if rule["province"] != "any"]
                if fitting:
                    chosen[kind] = exact or fitting
        return [rule for rules in chosen.values() for rule in rules]

    @api.model
    def _fits(self, scope, facts):
        for name, value in scope.items():
            if name == "category_id":
                if value not in (facts.get(name) or ()):
                    return False
            elif facts.get(name) != value:
                return False
        return True

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
