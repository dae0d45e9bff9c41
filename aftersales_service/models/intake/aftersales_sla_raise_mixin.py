from collections import defaultdict

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime
from odoo.tools.mail import generate_tracking_message_id

BATCH = 1000


class AftersalesSlaRaiseMixin(models.AbstractModel):
    """Warnings and breaches: found by the database, told in batches, each once.

    The run looks at the partial indexes of the open clocks only; what it costs
    follows from the clocks that changed state and from nothing else.
    """

    _name = "aftersales.sla.raise.mixin"
    _description = "SLA Warnings and Breaches"

    @api.model
    def _cron_raise(self, limit=BATCH):
        """Raise what is due, breaches first; called every few minutes."""
        cron = self.env["ir.cron"]
        for state in ("breached", "warning"):
            while clocks := self._raise_due(state, limit):
                remaining = limit if len(clocks) == limit else 0
                if not cron._commit_progress(len(clocks), remaining=remaining):
                    return

    @api.model
    def _raise_due(self, state, limit=BATCH):
        """Move the clocks that are due to ``state`` and tell the people.

        Two runs at once never raise the same clock: a row that the other one has
        locked is left to it.

        :param str state: ``warning`` or ``breached``
        :return: at most ``limit`` clocks that changed state
        """
        self = self.sudo()
        self.flush_model()
        now = fields.Datetime.now()
        if state == "breached":
            condition = SQL(
                "state IN ('running', 'warning') AND deadline < %s ORDER BY deadline",
                now,
            )
            stamp = SQL.identifier("breached_at")
        else:
            condition = SQL(
                "state = 'running' AND warn_at <= %s AND deadline >= %s"
                " ORDER BY warn_at",
                now,
                now,
            )
            stamp = SQL.identifier("warned_at")
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS (
                    SELECT id FROM %(table)s WHERE %(condition)s
                    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                )
                UPDATE %(table)s AS clock
                SET state = %(state)s, %(stamp)s = %(now)s
                FROM due WHERE clock.id = due.id
                RETURNING clock.id
                """,
                table=SQL.identifier(self._table),
                condition=condition,
                limit=limit,
                state=state,
                stamp=stamp,
                now=now,
            )
        )
        clocks = self.browse(sorted(clock_id for (clock_id,) in rows))
        if clocks:
            clocks.invalidate_recordset(["state", "breached_at", "warned_at"], False)
            clocks._announce(state)
        return clocks

    # ----------------------------------------------------------------- telling

    def _announce(self, state):
        """Activities, one message per file, escalation; for the clocks of a run."""
        if state == "breached":
            self.filtered("warned_at")._close_activities()
        holders = self._get_holders()
        for res_model, clocks in self.grouped("res_model").items():
            documents = self.env[res_model].browse(set(clocks.mapped("res_id")))
            documents = documents._sla_refresh()  # those that exist
            clocks = clocks.filtered(
                lambda clock, kept=set(documents.ids): clock.res_id in kept
            )
            clocks._log_on(documents, state)
            clocks._create_activities(documents, state, holders)
            if state != "breached":
                continue
            for line, group in clocks.grouped("escalate_line").items():
                if line:
                    documents.browse(set(group.mapped("res_id")))._sla_escalate(
                        line, group
                    )

    def _get_holders(self):
        """``{(role id, company id): users}``: who holds the escalation roles."""
        found = defaultdict(self.env["res.users"].browse)
        roles = self.escalate_role_id
        if roles:
            assignments = self.env["aftersales.role.assignment"]
            days = self.company_id.grouped(
                lambda company: self._get_today(company.resource_calendar_id.tz)
            )
            for assignment in assignments.search(
                Domain("role_id", "in", roles.ids)
                & Domain.OR(
                    assignments._get_valid_domain(day)
                    & Domain("company_id", "in", companies.ids)
                    for day, companies in days.items()
                )
            ):
                key = (assignment.role_id.id, assignment.company_id.id)
                found[key] |= assignment.user_id
        return found

    @api.model
    def _get_today(self, zone):
        """The date it is in the time zone ``zone``, UTC where that is empty."""
        return fields.Date.context_today(self.with_context(tz=zone or "UTC"))

    def _create_activities(self, documents, state, holders):
        """Ask the responsible and the holders of the escalation role to act.

        No e-mail, and nobody follows a file because its clock ran out.
        """
        activity_type = self.env["ir.model.data"]._xmlid_to_res_id(
            "aftersales_service.mail_activity_type_sla", raise_if_not_found=False
        )
        model_id = self.env["ir.model"]._get_id(documents._name)
        # One query each, and not one per person and document.
        people = self.user_id.union(*holders.values())
        people.fetch(["active", "partner_id"])
        people.partner_id.fetch(["lang", "tz"])
        names = {document.id: document.display_name for document in documents}
        rows, counts = [], defaultdict(int)
        for clock in self:
            held = holders[clock.escalate_role_id.id, clock.company_id.id]
            zone = clock.company_id.resource_calendar_id.tz
            for user in (clock.user_id | held).filtered("active"):
                counts[user] += 1
                rows.append(
                    {
                        "activity_type_id": activity_type,
                        "summary": clock._get_raise_text(state, user.lang, user.tz),
                        "automated": True,
                        "date_deadline": self._get_today(user.tz or zone),
                        "res_model_id": model_id,
                        "res_model": documents._name,
                        "res_id": clock.res_id,
                        "res_name": names[clock.res_id],
                        "user_id": user.id,
                        "user_tz": user.tz,
                        "aftersales_clock_id": clock.id,
                    }
                )
        self._insert(self.env["mail.activity"], rows)
        documents.invalidate_recordset(["activity_ids"])
        for user, count in counts.items():
            user._bus_send(
                "mail.activity/updated", {"activity_created": True, "count_diff": count}
            )

    def _log_on(self, documents, state):
        """One message in each file, in the language of its company."""
        texts = defaultdict(list)
        for clock in self:
            partner = clock.company_id.partner_id
            zone = clock.company_id.resource_calendar_id.tz
            texts[clock.res_id].append(
                escape(clock._get_raise_text(state, partner.lang, zone))
            )
        author = self.env.user.partner_id
        common = {
            "author_id": author.id,
            "email_from": author.email_formatted,
            "model": documents._name,
            "message_type": "notification",
            "is_internal": True,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "email_add_signature": False,
            "date": fields.Datetime.now(),
        }
        self._insert(
            self.env["mail.message"],
            [
                {
                    **common,
                    "res_id": res_id,
                    "body": str(Markup("<br/>").join(lines)),
                    "message_id": generate_tracking_message_id("message-notify"),
                }
                for res_id, lines in texts.items()
            ],
        )
        documents.invalidate_recordset(["message_ids"])

    def _get_raise_text(self, state, lang, zone):
        """“Arrival on Site: broken, was due ...” for a reader."""
        self.ensure_one()
        clock = self.with_context(lang=lang or self.env.lang)
        due = format_datetime(
            clock.env, clock.deadline, tz=zone or "UTC", dt_format="yyyy-MM-dd HH:mm"
        )
        if state == "breached":
            return clock.env._(
                "%(promise)s: broken, was due %(time)s", promise=clock.name, time=due
            )
        return clock.env._(
            "%(promise)s: due soon, %(time)s", promise=clock.name, time=due
        )

    # -------------------------------------------------------------- withdrawal

    def _close_activities(self):
        """Nobody has to act on these clocks any more."""
        raised = self.filtered(lambda clock: clock.warned_at or clock.breached_at)
        raised._drop_activities()

    def _drop_activities(self):
        if self:
            self._get_activities().unlink()

    def _get_activities(self):
        """What people are asked to do about these clocks; with sudo."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search([("aftersales_clock_id", "in", self.ids)])
        )

    def _hand_over(self, vals):
        """The document got another customer or another responsible.

        What the former responsible was asked to do is asked of the new one, and of
        nobody twice.

        :param dict vals: ``partner_id`` and/or ``user_id``, what was written
        """
        former = {clock: clock.user_id for clock in self}
        self.write(vals)
        given = self.filtered(lambda clock: clock.user_id != former[clock])
        if not given:
            return
        activities = given._get_activities()
        mine = activities.filtered(
            lambda activity: activity.user_id == former[activity.aftersales_clock_id]
        )
        asked = (activities - mine).filtered(
            lambda activity: activity.user_id == activity.aftersales_clock_id.user_id
        )
        clocks = mine.aftersales_clock_id - asked.aftersales_clock_id
        mine.unlink()
        nobody = defaultdict(self.env["res.users"].browse)
        for (res_model, state), group in clocks.grouped(
            lambda clock: (
                clock.res_model,
                "breached" if clock.state == "breached" else "warning",
            )
        ).items():
            documents = self.env[res_model].browse(set(group.mapped("res_id")))
            group._create_activities(documents, state, nobody)

    def _withdraw(self):
        """A breach that was raised turned out to be none: say so, once per file."""
        if not self:
            return
        self._drop_activities()
        for res_model, clocks in self.grouped("res_model").items():
            bodies = defaultdict(list)
            for clock in clocks:
                bodies[clock.res_id].append(
                    escape(
                        self.env._(
                            "%(promise)s: the breach is withdrawn after a correction.",
                            promise=clock.name,
                        )
                    )
                )
            self.env[res_model].sudo().browse(bodies)._message_log_batch(
                {res_id: Markup("<br/>").join(rows) for res_id, rows in bodies.items()}
            )
