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
        if not hasattr(self, "_sla_event"):
            return
        for request in self:
            own = attempts.filtered(lambda a, r=request: a.request_id == r)
            first = min(own.mapped("started_at"))
            request.sudo()._sla_event("contacted", first)

    def _solve_remote(self, user, when, solution, way="phone", minutes=0):
        """Record the attempt that solved it, see the remote mixin.

        :param str way: how, one of the ways of an attempt
        :param int minutes: how long it took, up to ``when``
        """
        result = super()._solve_remote(user, when, solution)
        request = self.sudo()
        started = request.remote_at - timedelta(minutes=minutes or 0)
        self.env["aftersales.remote.attempt"].sudo().create(
            {
                "request_id": request.id,
                "started_at": max(started, request.received_at),
                "minutes": minutes,
                "user_id": user.id,
                "way": way,
                "tried": request.remote_solution,
                "result": "solved",
            }
        )
        return result
