from datetime import timedelta

from odoo import fields, models


class AftersalesAttemptMixin(models.AbstractModel):
    """The log of remote support: every attempt, the one that solved it included.

    Stands before the remote mixin in ``_inherit``.
    """

    _name = "aftersales.attempt.mixin"
    _description = "Remote Support Log"

    attempt_ids = fields.One2many(
        "aftersales.remote.attempt", "request_id", "Remote Attempts"
    )

    def _story_entries(self):
        attempts = self.sudo().attempt_ids
        # The attempt that solved it is told as such, once.
        if self.remote_at:
            attempts = attempts.filtered(lambda attempt: attempt.result != "solved")
        return super()._story_entries() + attempts._story_entries()

    def _attempts_made(self, attempts):
        """The first attempt is the first contact with the customer (001 Art.18)."""
        first = {}
        for attempt in attempts.sorted("started_at", reverse=True):
            first[attempt.request_id] = attempt.started_at
        self.sudo()._sla_record(
            [(request, "contacted", when, None) for request, when in first.items()]
        )

    def _attempt_moved(self, before, when):
        """The time of an attempt was corrected: so is the contact it was."""
        self._sla_correct("contacted", before, when)

    def _solve_remote(self, user, when, solution, way="phone", minutes=0):
        """Record the attempt that solved it, see the remote mixin."""
        request = self._form_begin("new", "accepted", "remote")
        when = request._form_check_event_time(
            when,
            request.received_at,
            self._fields["received_at"]._description_string(self.env),
        )
        if (solution or "").strip():
            # Before the case closes: the contact comes before the solution.
            started = when - timedelta(minutes=minutes or 0)
            self.env["aftersales.remote.attempt"].sudo().create(
                {
                    "request_id": request.id,
                    "started_at": max(started, request.received_at),
                    "minutes": minutes,
                    "user_id": user.id,
                    "way": way,
                    "tried": solution.strip(),
                    "result": "solved",
                }
            )
        return super()._solve_remote(user, when, solution, way, minutes)
