from collections import defaultdict, namedtuple

from odoo import api, models

from .aftersales_sla_run_mixin import OPEN_STATES

# One occurrence of an event from which clocks start; ``event_id`` is None for the
# receipt of the document itself.
Start = namedtuple("Start", "document event when source event_id")
FROZEN = (
    "kind",
    "start_event",
    "stop_event",
    "limit",
    "unit",
    "basis",
    "warn_percent",
    "escalate_role_id",
    "escalate_line",
    "pauses_customer",
    "pauses_parts",
    "pauses_traffic",
)


# What is computed when a clock begins to run.
PLANNED = ("deadline", "warn_at", "calendar_id", "is_fallback")


class AftersalesSlaChoiceMixin(models.AbstractModel):
    """Which promises hold for a document, and their clocks.

    Part of ``aftersales.sla.mixin``. All methods are called with sudo and in batch.
    A document under policies sets ``_sla_uses_policies`` and overrides
    ``_sla_get_facts``.
    """

    _name = "aftersales.sla.choice.mixin"
    _description = "SLA Choice of Promises"

    _sla_uses_policies = False

    # ----------------------------------------------------------- to override

    def _sla_get_facts(self):
        """What the policies ask about.

        :return: dict id -> dict with the names of the scope of a policy, and
            ``urgency``, ``charge_agreed``, ``province``; ``category_id`` is the
            tuple of the ids of the category and its parents
        """
        return {document.id: {} for document in self}

    def _sla_get_received_at(self):
        """When the document came in."""
        self.ensure_one()
        return self.create_date

    def _sla_can_come(self, event):
        """Whether ``event`` can still happen on this document."""
        return True

    # -------------------------------------------------------------- choosing

    def _sla_choose(self, starts):
        """``({start: rules}, {id: facts})``: the promises that begin with each."""
        policies = self.env["aftersales.sla.policy"]
        known = {}
        starts = [
            start
            for start in starts
            if start.document._sla_uses_policies
            and policies._has_rules(start.document.company_id.id, start.event)
        ]
        facts, days = {}, {}
        if starts:
            documents = self.browse({start.document.id for start in starts})
            facts = documents._sla_get_facts()
        chosen = {}
        for start in starts:
            document = start.document
            own = facts[document.id]
            moment = (document.company_id.id, start.when)
            if moment not in days:
                days[moment] = document._form_day(start.when)
            day = days[moment]
            key = (document.company_id.id, day, tuple(own.items()))
            if key not in known:
                known[key] = policies._choose(document.company_id.id, own, day)
            chosen[start] = [
                rule for rule in known[key] if rule["start_event"] == start.event
            ]
        return chosen, facts

    def _sla_prepare_clock(self, rule, start, facts, pauses=(), plans=None):
        """Values of a clock of ``rule`` that begins with ``start``.

        :param dict plans: what was computed already for others of this batch
        """
        self.ensure_one()
        if rule["needs_key_part"]:
            facts = {**facts, **self._sla_get_source_facts(start.source)}
        reason = self.env["aftersales.sla.timer"]._get_na_reason(rule, facts)
        vals = {
            "res_model": self._name,
            "res_id": self.id,
            "document_name": self.display_name,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "region_id": facts.get("region_id", False),
            "policy_id": rule["policy_id"],
            "timer_id": rule["id"],
            "event_id": start.event_id,
            "source": start.source,
            **{name: rule[name] for name in FROZEN},
            "state": "not_applicable",
            "na_reason": reason or False,
            "started_at": start.when,
            **dict.fromkeys(PLANNED, False),
            "budget_seconds": 0,
        }
        if reason:
            return vals
        spans = tuple(
            (begin, end) for name, begin, end in pauses if rule[f"pauses_{name}"]
        )
        plans = {} if plans is None else plans
        key = (self.company_id.id, rule["id"], start.when, spans)
        if key not in plans:
            plans[key] = self.env["aftersales.sla.clock"]._prepare_start(
                self.company_id, rule, start.when, spans
            )
        vals.update(plans[key])
        return vals

    @api.model
    def _sla_get_source_facts(self, source):
        """What a condition asks about the document that caused an event.

        :param str source: model and id, or empty
        :return: dict, from ``_sla_source_facts()`` of that document
        """
        model_name, _comma, document_id = (source or "").partition(",")
        if model_name not in self.env or not document_id.isdecimal():
            return {}
        document = self.env[model_name].sudo().browse(int(document_id)).exists()
        facts = getattr(document, "_sla_source_facts", None)
        return facts() if document and facts else {}

    # -------------------------------------------------------------- starting

    def _sla_start(self, starts, fresh=False):
        """Begin the clocks of these occurrences, one per promise and cause.

        :param bool fresh: the documents are new: no pause, no clock, no event
        """
        clocks = self.env["aftersales.sla.clock"]
        chosen, facts = self._sla_choose(starts)
        if not any(chosen.values()):
            return
        documents = self.browse({start.document.id for start in chosen})
        running, pauses = set(), defaultdict(list)
        if not fresh:
            running = {
                (clock.res_id, clock.timer_id.id, clock.source or "")
                for clock in documents._sla_get_clocks()
            }
            pauses = documents._sla_get_spans()
        vals_list, plans = [], {}
        for start, rules in chosen.items():
            document = start.document
            for rule in rules:
                key = (document.id, rule["id"], start.source or "")
                if key in running or not document._sla_can_come(rule["stop_event"]):
                    continue
                running.add(key)
                vals_list.append(
                    document._sla_prepare_clock(
                        rule, start, facts[document.id], pauses[document.id], plans
                    )
                )
        created = clocks._insert(clocks, vals_list)
        documents.invalidate_recordset(["clock_ids"], flush=False)
        if created and not fresh:
            documents._sla_stop_recorded(created)

    def _sla_get_spans(self):
        """``{id: [(reason, start, stop or None)]}`` of the documents' pauses."""
        spans = defaultdict(list)
        for pause in self.env["aftersales.sla.pause"].search(self._sla_domain()):
            spans[pause.res_id].append(
                (pause.reason, pause.started_at, pause.ended_at or None)
            )
        return spans

    # -------------------------------------------------------------- stopping

    def _sla_stop(self, clocks, events):
        """Finish those of the open ``clocks`` whose stop event is in ``events``."""
        by_key = defaultdict(list)
        for event in events.sorted("event_time"):
            by_key[event.res_id, event.event].append(event)
        times = {}
        for clock in clocks:
            # Of two entries for the same second the first one came before.
            start = (clock.started_at, clock.event_id.id or 0)
            for event in by_key[clock.res_id, clock.stop_event]:
                if (event.event_time, event.id) > start and (
                    not clock.source or not event.source or clock.source == event.source
                ):
                    times[clock] = event.event_time
                    break
        clocks.browse(clock.id for clock in times)._finish(times)

    def _sla_stop_recorded(self, clocks):
        """Finish clocks whose stop event was recorded before they began."""
        clocks = clocks.filtered(lambda clock: clock.state in OPEN_STATES)
        if clocks:
            self._sla_stop(clocks, self._sla_get_events())

    def _sla_get_events(self):
        """What was recorded on these documents and still counts."""
        return self.env["aftersales.sla.event"].search(
            [*self._sla_domain(), ("is_void", "=", False)]
        )

    # -------------------------------------------------------------- re-choosing

    def _sla_rescope(self):
        """The facts have changed: choose the open clocks anew.

        Each recorded start event since the last reopening is looked at again.
        Finished clocks never change; a clock of another promise takes the place of
        the one that no longer holds, from the same start.
        """
        documents = self.sudo().filtered(
            lambda document: (
                document._sla_uses_policies and document._sla_can_come("repaired")
            )
        )
        if not documents:
            return
        clocks = self.env["aftersales.sla.clock"].search(
            [
                *documents._sla_domain(),
                ("start_event", "!=", False),
                ("state", "!=", "cancelled"),
            ]
        )
        starts = documents._sla_get_starts()
        chosen, facts = documents._sla_choose(starts)
        pauses = documents._sla_get_spans()
        by_start = defaultdict(clocks.browse)
        for clock in clocks:
            by_start[clock.res_id, clock.event_id.id or None, clock.source or ""] |= (
                clock
            )
        vals_list = []
        for start in starts:
            mine = by_start[start.document.id, start.event_id, start.source or ""]
            mine = mine.filtered(lambda c, event=start.event: c.start_event == event)
            vals_list += start.document._sla_rechoose(
                start,
                chosen.get(start, []),
                mine,
                facts.get(start.document.id, {}),
                pauses[start.document.id],
            )
        clocks.flush_model()  # what was cancelled makes room for its successor
        clocks |= clocks._insert(clocks.browse(), vals_list)
        documents.invalidate_recordset(["clock_ids"], flush=False)
        documents._sla_stop_recorded(clocks)
        documents._sla_refresh()

    def _sla_get_starts(self):
        """The occurrences since the documents came in, or were last reopened."""
        starts = {
            document.id: [
                Start(document, "received", document._sla_get_received_at(), "", None)
            ]
            for document in self
        }
        for event in self._sla_get_events():
            if event.event == "received":
                starts[event.res_id] = []
            starts[event.res_id].append(
                Start(
                    self.browse(event.res_id),
                    event.event,
                    event.event_time,
                    event.source or "",
                    event.id,
                )
            )
        return [start for rows in starts.values() for start in rows]

    def _sla_rechoose(self, start, rules, clocks, facts, pauses):
        """See :meth:`_sla_rescope`; for one occurrence.

        :param clocks: all clocks that began with it, but the cancelled ones
        :return: values of the clocks to create
        """
        finished = clocks.filtered(lambda c: c.state in ("met", "missed"))
        left = clocks - finished
        vals_list = []
        for rule in rules:
            if rule["kind"] in finished.mapped("kind"):
                continue
            current = left.filtered(lambda c, rule=rule: c.timer_id.id == rule["id"])
            left -= current
            vals = self._sla_prepare_clock(rule, start, facts, pauses)
            if current:
                self._sla_reconsider(current[:1], vals)
            elif self._sla_can_come(rule["stop_event"]):
                vals_list.append(vals)
        left._cancel()
        return vals_list

    def _sla_reconsider(self, clock, vals):
        """The same promise still holds: do its conditions, and its start?"""
        if vals["state"] == "not_applicable":
            if clock.state == "not_applicable":
                clock.write(
                    {"na_reason": vals["na_reason"], "started_at": vals["started_at"]}
                )
            else:
                clock._set_not_applicable(vals["na_reason"])
        elif clock.state == "not_applicable":
            clock.write(vals)
        elif clock.started_at != vals["started_at"]:
            clock._restart(vals["started_at"])
