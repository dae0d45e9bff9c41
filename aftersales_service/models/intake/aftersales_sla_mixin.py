from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...engine.clock import used
from .aftersales_sla_choice_mixin import Start
from .aftersales_sla_event import EVENTS
from .aftersales_sla_run_mixin import OPEN_STATES
from .aftersales_sla_timer import KIND_EVENTS, KINDS, RULE_FIELDS

# Set by the clocks, never by hand.
SLA_FIELDS = ("sla_deadline", "sla_state", "sla_kind")
PROMISE_DAYS_MAX = 366


class AftersalesSlaMixin(models.AbstractModel):
    """A document on which promises run: its events, its pauses, its clocks.

    The model that inherits this inherits the form mixin too, has ``partner_id`` and
    ``user_id``, and names :data:`SLA_FIELDS` in ``_form_protected``. It tells what
    happens through :meth:`_sla_event`.
    """

    _name = "aftersales.sla.mixin"
    _description = "SLA Document"
    _inherit = ["aftersales.sla.choice.mixin", "aftersales.sla.wait.mixin"]

    clock_ids = fields.One2many(
        "aftersales.sla.clock",
        "res_id",
        "Clocks",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
        groups="aftersales_service.group_aftersales_user",
    )
    sla_deadline = fields.Datetime(
        "Next Deadline", readonly=True, copy=False, help="Of the most urgent promise."
    )
    sla_state = fields.Selection(
        [
            ("running", "Running"),
            ("warning", "Warning"),
            ("breached", "Breached"),
            ("paused", "Paused"),
        ],
        "Promise Status",
        readonly=True,
        copy=False,
    )
    sla_kind = fields.Selection(KINDS, "Next Promise", readonly=True, copy=False)
    sla_info = fields.Json("Time Left", compute="_compute_sla_info")

    _sla_deadline_idx = models.Index("(sla_deadline) WHERE sla_deadline IS NOT NULL")

    # --------------------------------------------------------------- computes

    @api.depends("sla_deadline", "sla_state")
    @api.depends_context("lang")
    def _compute_sla_info(self):
        """What the widget shows of the most urgent clock; two queries for a list."""
        now = fields.Datetime.now()
        labels = dict(self._fields["sla_kind"]._description_selection(self.env))
        first = {}
        for clock in self.sudo()._sla_get_clocks():
            first.setdefault(clock.res_id, clock)
        clocks = self.env["aftersales.sla.clock"].sudo()
        clocks = clocks.browse(clock.id for clock in first.values())
        pauses = clocks._get_pauses() if clocks else {}
        for document in self:
            clock = first.get(document._origin.id)
            document.sla_info = clock and self._sla_prepare_info(
                clock, pauses[clock], now, labels
            )

    @api.model
    def _sla_prepare_info(self, clock, pauses, now, labels):
        working_time = clock._get_working_time()
        total = clock.budget_seconds + clock.extra_seconds
        ticks = clock.state != "paused" and working_time.current(now)
        return {
            "kind": labels[clock.kind],
            "state": clock.state,
            "deadline": fields.Datetime.to_string(clock.deadline),
            "remaining": total - used(working_time, clock.started_at, now, pauses),
            "ticking": bool(ticks),
            "ticks_until": fields.Datetime.to_string(ticks[1]) if ticks else False,
            "budget": total,
        }

    # ------------------------------------------------------------------ events

    def _sla_event(self, event, when=None, source=None):
        """Record what happened: clocks that wait for it stop, others start.

        :param str event: key of :data:`EVENTS`
        :param when: naive UTC datetime when it happened, which may lie before now;
            empty means now
        :param source: the record that caused it, e.g. a dispatch: its clocks are
            stopped by it alone
        :raises UserError: for a time in the future
        """
        if event not in dict(EVENTS):
            raise ValueError(f"unknown event {event!r}")
        if self:
            self._sla_record([(document, event, when, source) for document in self])

    @api.model
    def _sla_record(self, rows):
        """Several events of several documents at once.

        :param rows: list of ``(document, event, when, source)``, see
            :meth:`_sla_event`
        """
        self = self.sudo()
        documents = self.browse({row[0].id for row in rows})
        events = self.env["aftersales.sla.event"].create(
            [
                {
                    "res_model": self._name,
                    "res_id": document.id,
                    "company_id": document.sudo().company_id.id,
                    "event": event,
                    "event_time": self._sla_check_time(when),
                    "source": self._sla_get_source(source),
                }
                for document, event, when, source in rows
            ]
        )
        open_clocks = documents._sla_get_clocks()
        self._sla_stop(open_clocks, events)
        self._sla_start(
            [
                Start(
                    self.browse(event.res_id),
                    event.event,
                    event.event_time,
                    event.source or "",
                    event.id,
                )
                for event in events
            ]
        )
        documents._sla_refresh()

    @api.model
    def _sla_get_source(self, source):
        return f"{source._name},{source.id}" if source else False

    def _sla_check_time(self, when):
        """``when`` or now, without a fraction; never in the future."""
        return self._form_check_event_time(when)

    def _sla_void(self, source):
        """The record ``source`` was cancelled: what it began is no promise any
        more, and what it reported counts for nothing new."""
        if not self:
            return
        documents = self.sudo()
        name = self._sla_get_source(source)
        documents._sla_get_events().filtered(lambda e: e.source == name).write(
            {"is_void": True}
        )
        clocks = documents._sla_get_clocks().filtered(lambda c: c.source == name)
        clocks._cancel()
        documents._sla_refresh()

    def _sla_correct(self, event, before, when):
        """An event was entered with a wrong time: the ledger tells both.

        The wrong row is voided and a right one written, which stops what still
        waits for it; open clocks that began with the wrong one begin anew from the
        right time. Finished clocks never change.

        :param str event: key of :data:`EVENTS`
        :param before: the wrong time, naive UTC
        :param when: the right time, naive UTC, never in the future
        """
        self.ensure_one()
        document = self.sudo()
        wrong = document._sla_get_events().filtered(
            lambda row: (
                row.event == event and row.event_time == before and not row.source
            )
        )[:1]
        if not wrong or before == when:
            return
        wrong.is_void = True
        begun = document._sla_get_clocks().filtered(lambda c: c.event_id == wrong)
        begun.write({"started_at": self._sla_check_time(when)})
        begun._replan()
        document._sla_record([(document, event, when, None)])

    def _sla_promise(self, kind, deadline, started_at=None):
        """Promise something by a fixed time, whatever the policies say.

        A second promise of the same kind moves the first one.

        :param str kind: key of ``KIND_EVENTS``; tells which event keeps the promise
        :param deadline: naive UTC datetime
        :param started_at: when it was promised; empty means now
        :raises ValidationError: for a time more than :data:`PROMISE_DAYS_MAX` days
            after its start
        """
        start = self._sla_check_time(started_at)
        due = fields.Datetime.to_datetime(deadline).replace(microsecond=0)
        if due - start > timedelta(days=PROMISE_DAYS_MAX):
            raise ValidationError(
                self.env._(
                    "%(time)s cannot be promised: it is more than %(days)s days away.",
                    time=fields.Datetime.to_string(due),
                    days=PROMISE_DAYS_MAX,
                )
            )
        seconds = max(0, int((due - start).total_seconds()))
        documents = self.sudo()
        known = documents._sla_get_clocks().filtered(
            lambda clock: clock.kind == kind and not clock.start_event
        )
        known.write({"started_at": start, "budget_seconds": seconds})
        known._replan()
        rule = {
            **dict.fromkeys(RULE_FIELDS, False),
            "kind": kind,
            "start_event": False,
            "stop_event": KIND_EVENTS[kind][1],
            "limit": seconds / 3600,
            "unit": "hour",
            "basis": "always",
            "warn_percent": 80,
            "escalate_line": 0,
        }
        had = set(known.mapped("res_id"))
        new = documents.filtered(lambda document: document.id not in had)
        clocks = self.env["aftersales.sla.clock"].sudo()
        clocks._insert(
            clocks,
            [
                document._sla_prepare_clock(
                    rule, Start(document, False, start, "", None), {}
                )
                for document in new
            ],
        )
        new.invalidate_recordset(["clock_ids"])
        documents._sla_refresh()

    # ------------------------------------------------------------------ clocks

    def _sla_domain(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _sla_get_clocks(self):
        """The open clocks of these documents, the most urgent first; with sudo."""
        return self.env["aftersales.sla.clock"].search(
            [*self._sla_domain(), ("state", "in", OPEN_STATES)], order="deadline, id"
        )

    def _sla_refresh(self):
        """Store the most urgent open clock on each document, in one query.

        :return: those of the documents that exist
        """
        if not self.ids:
            return self
        self.env["aftersales.sla.clock"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s AS document
                SET sla_deadline = first.deadline, sla_state = first.state,
                    sla_kind = first.kind
                FROM unnest(%(ids)s) AS given(id)
                LEFT JOIN LATERAL (
                    SELECT deadline, state, kind FROM aftersales_sla_clock
                    WHERE res_id = given.id AND res_model = %(model)s
                        AND state IN ('running', 'warning', 'breached', 'paused')
                    ORDER BY deadline, id LIMIT 1
                ) AS first ON TRUE
                WHERE document.id = given.id
                RETURNING document.id
                """,
                table=SQL.identifier(self._table),
                ids=self.ids,
                model=self._name,
            )
        )
        self.invalidate_recordset([*SLA_FIELDS, "sla_info"], flush=False)
        return self.browse(document_id for (document_id,) in rows)

    def _sla_escalate(self, line, clocks):
        """Give these documents to ``line`` because ``clocks`` were broken.

        Nothing here; a document with lines of support overrides it. In batch, with
        sudo.
        """

    # -------------------------------------------------------------------- CRUD

    def unlink(self):
        domain = self._sla_domain()
        result = super().unlink()
        for model_name in ("clock", "event", "pause"):
            self.env[f"aftersales.sla.{model_name}"].sudo().search(domain).unlink()
        return result

    def _sla_begin_extension(self):
        """Check and lock a document whose promise gets extra hours.

        :raises UserError: for anybody but a dispatcher
        """
        if not self.env.user.has_group(
            "aftersales_service.group_aftersales_dispatcher"
        ):
            raise UserError(self.env._("Only a dispatcher grants extra hours."))
        return self._sla_begin()
