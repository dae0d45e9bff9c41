from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.clock import ALWAYS, budget, counts_always, deadline, used
from .aftersales_sla_timer import EXTRA_HOURS_MAX

# States of a clock that has not come to its end.
OPEN_STATES = ("running", "warning", "breached", "paused")


class AftersalesSlaRunMixin(models.AbstractModel):
    """The arithmetic of a clock: its budget, its deadline, its end.

    Everything is computed anew from the frozen promise and the ledger of pauses
    by ``engine/clock.py``; nothing is added to what was stored before. All methods
    are called with sudo.
    """

    _name = "aftersales.sla.run.mixin"
    _description = "SLA Clock Arithmetic"

    # ----------------------------------------------------------- working time

    @api.model
    def _get_frame(self, company, rule):
        """Where the time of a promise counts, see the timer: its own calendar, the
        policy's, the company's, else around the clock.

        :return: ``(WorkingTime, id of the calendar or False, is_fallback)``
        """
        unit = rule["unit"]
        if unit != "working_day" and (counts_always(unit) or rule["basis"] == "always"):
            return ALWAYS, False, False
        calendars = self.env["resource.calendar"]
        calendar = calendars.browse(rule["calendar_id"]) or company.resource_calendar_id
        working_time = calendar and calendar._aftersales_working_time(company)
        if not working_time:
            return ALWAYS, False, True
        return working_time, calendar.id, False

    def _get_working_time(self):
        """The working time of one clock, as its calendar stands."""
        if not self.calendar_id:
            return ALWAYS
        return self.calendar_id._aftersales_working_time(self.company_id) or ALWAYS

    def _get_pauses(self):
        """``{clock: [(start, stop or None)]}``: the spans that hold each clock."""
        rows = defaultdict(list)
        pauses = self.env["aftersales.sla.pause"].search_fetch(
            [
                ("res_model", "in", list(set(self.mapped("res_model")))),
                ("res_id", "in", list(set(self.mapped("res_id")))),
            ],
            ["res_model", "res_id", "reason", "started_at", "ended_at"],
        )
        for pause in pauses:
            rows[pause.res_model, pause.res_id].append(
                (pause.reason, pause.started_at, pause.ended_at or None)
            )
        return {
            clock: [
                (start, stop)
                for reason, start, stop in rows[clock.res_model, clock.res_id]
                if clock[f"pauses_{reason}"]
            ]
            for clock in self
        }

    @api.model
    def _insert(self, model, rows):
        """Create plain records in one query: the ORM takes one per hundred, and ten
        times as long for as many columns as a clock has.

        :param model: model without anything to compute or to check at creation
        :param rows: list of dicts of column values, all of the same keys
        :return: the records, in order
        """
        if not rows:
            return model
        missing = [
            name
            for name, field in model._fields.items()
            if field.store and field.column_type and name not in rows[0]
        ]
        defaults = {
            name: model._fields[name].convert_to_column_insert(value, model)
            for name, value in model.default_get(missing).items()
        }
        now = self.env.cr.now()
        defaults.update(create_uid=self.env.uid, create_date=now)
        defaults.update(write_uid=self.env.uid, write_date=now)
        for name in defaults.keys() & rows[0].keys():
            del defaults[name]
        fixed = tuple(defaults.values())
        kept = {name for name in rows[0] if model._fields[name].type == "boolean"}
        values = [
            fixed
            + tuple(
                None if value is False and name not in kept else value
                for name, value in row.items()
            )
            for row in rows
        ]
        result = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(map(SQL.identifier, (*defaults, *rows[0]))),
                SQL(", ").join(SQL("%s", row) for row in values),
            )
        )
        return model.browse(record_id for (record_id,) in result)

    # ------------------------------------------------------------------ plans

    @api.model
    def _prepare_start(self, company, rule, start, pauses):
        """What is fixed when a clock starts, and its first plan.

        :param dict rule: the promise, see the timer's ``_prepare_rule``
        :param start: naive UTC datetime of the start event
        :param pauses: spans that hold the clock
        """
        working_time, calendar_id, is_fallback = self._get_frame(company, rule)
        zone = company.resource_calendar_id.tz or "UTC"
        seconds = budget(working_time, zone, start, rule["limit"], rule["unit"])
        if seconds is None or working_time.add(start, seconds) is None:
            # A holiday without end; better a strict promise than none.
            working_time, calendar_id, is_fallback = ALWAYS, False, True
            seconds = budget(working_time, zone, start, rule["limit"], rule["unit"])
        return {
            "started_at": start,
            "budget_seconds": seconds,
            "calendar_id": calendar_id,
            "is_fallback": is_fallback,
            **self._prepare_plan(
                working_time, start, seconds, rule["warn_percent"], pauses
            ),
        }

    @api.model
    def _prepare_plan(self, working_time, start, seconds, percent, pauses):
        """Deadline, warning and state that follow from the ledger."""
        is_paused = any(stop is None for _start, stop in pauses)
        due = deadline(working_time, start, seconds, pauses)
        if due is None and is_paused:
            return {"state": "paused", "deadline": False, "warn_at": False}
        if due is None:
            due = deadline(ALWAYS, start, seconds, pauses)
        warn_at = percent and deadline(
            working_time, start, seconds * percent // 100, pauses
        )
        return {"state": "running", "deadline": due, "warn_at": warn_at or False}

    def _replan(self):
        """Compute open clocks anew after their ledger or allowance has changed."""
        clocks = self.filtered(lambda clock: clock.state in OPEN_STATES)
        if not clocks:
            return
        now = fields.Datetime.now()
        withdrawn, calmed = self.browse(), self.browse()
        for clock, pauses in clocks._get_pauses().items():
            vals = clock._prepare_plan(
                clock._get_working_time(),
                clock.started_at,
                clock.budget_seconds + clock.extra_seconds,
                clock.warn_percent,
                pauses,
            )
            due, warn_at = vals["deadline"], vals["warn_at"]
            if due and warn_at and clock.warned_at and warn_at <= now:
                vals["state"] = "warning"
            elif due and clock.warned_at:
                vals["warned_at"] = False
                calmed |= clock
            if clock.breached_at and due and due < now:
                vals["state"] = "breached"
            elif clock.breached_at:
                vals["breached_at"] = False
                withdrawn |= clock
            clock.write(vals)
        (calmed - withdrawn)._drop_activities()
        withdrawn._withdraw()

    # -------------------------------------------------------------------- end

    def _finish(self, times):
        """Stop these clocks: met or missed, frozen for ever.

        :param dict times: clock -> naive UTC time of its stop event
        """
        if not self:
            return
        now = fields.Datetime.now()
        withdrawn = self.browse()
        for clock, spans in self._get_pauses().items():
            when = times[clock]
            # What was paused when it happened was paused until then.
            pauses = [
                (start, min(stop or when, when))
                for start, stop in spans
                if start < when
            ]
            working_time = clock._get_working_time()
            vals = {}
            # The deadline people saw decides, whatever became of the calendar: a
            # pause that lasts beyond the stop moves it, but not past the stop.
            if not clock.deadline:
                vals = clock._prepare_plan(
                    working_time,
                    clock.started_at,
                    clock.budget_seconds + clock.extra_seconds,
                    clock.warn_percent,
                    pauses,
                )
            met = when <= (clock.deadline or vals["deadline"])
            if met and clock.breached_at:
                vals["breached_at"] = False
                withdrawn |= clock
            clock.write(
                {
                    **vals,
                    "state": "met" if met else "missed",
                    "stopped_at": when,
                    "stop_entered_at": now,
                    "used_seconds": used(working_time, clock.started_at, when, pauses),
                }
            )
        (self - withdrawn)._close_activities()
        withdrawn._withdraw()

    def _cancel(self):
        """These clocks can no longer be met, and nobody is to blame."""
        self._close_activities()
        self.write({"state": "cancelled", "deadline": False, "warn_at": False})

    def _set_not_applicable(self, reason):
        """The conditions of the promise do not hold any more."""
        self._close_activities()
        self.write(
            {
                "state": "not_applicable",
                "na_reason": reason,
                "deadline": False,
                "warn_at": False,
                "warned_at": False,
                "breached_at": False,
            }
        )

    def _restart(self, start):
        """The start event happened at another time than was thought."""
        self.ensure_one()
        rule = {name: self[name] for name in ("limit", "unit", "basis", "warn_percent")}
        rule["calendar_id"] = self.calendar_id.id
        vals = self._prepare_start(self.company_id, rule, start, [])
        names = ("started_at", "budget_seconds", "calendar_id", "is_fallback")
        self.write({name: vals[name] for name in names})
        self._replan()

    # ------------------------------------------------------------ extra hours

    def _extend(self, hours, reason):
        """Grant more working hours because of bad traffic (Art.18(2)).

        :param float hours: more than 0, at most :data:`EXTRA_HOURS_MAX`
        :param str reason: why; goes into the file
        :raises UserError: not a dispatcher, not open any more, absurd hours, or no
            reason
        """
        self.ensure_one()
        reason = (reason or "").strip()
        if not 0 < hours <= EXTRA_HOURS_MAX:
            raise UserError(
                self.env._(
                    "Extra hours lie between 0 and %(most)s.", most=EXTRA_HOURS_MAX
                )
            )
        if not reason:
            raise UserError(self.env._("Extra hours need a reason."))
        clock = self.sudo()
        document = self.env[clock.res_model].browse(clock.res_id)
        document = document._sla_begin_extension()
        clock.invalidate_recordset()
        if clock.state not in OPEN_STATES or not clock.start_event:
            raise UserError(
                self.env._("%(clock)s is not running.", clock=clock.display_name)
            )
        clock.write(
            {
                "extra_seconds": clock.extra_seconds + round(hours * 3600),
                "extra_reason": "\n".join(filter(None, [clock.extra_reason, reason])),
            }
        )
        clock._replan()
        document._sla_refresh()
        document.message_post(
            body=self.env._(
                "%(promise)s: %(hours)g extra hours. %(reason)s",
                promise=clock.name,
                hours=hours,
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
        )
