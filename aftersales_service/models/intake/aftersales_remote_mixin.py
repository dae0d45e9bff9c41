from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesRemoteMixin(models.AbstractModel):
    """Support by phone before anybody travels (001 Art.18(1), 002 4(2)1).

    The model that inherits this has the states ``new``, ``accepted``, ``remote``
    and ``done``, ``received_at``, ``accepted_at``, ``done_at`` and ``handling``.
    """

    _name = "aftersales.remote.mixin"
    _description = "Remote Support"

    remote_user_id = fields.Many2one(
        "res.users", "Solved by Phone By", readonly=True, copy=False
    )
    remote_at = fields.Datetime("Solved by Phone At", readonly=True, copy=False)
    remote_solution = fields.Text("How It Was Solved", readonly=True, copy=False)

    def _story_entries(self):
        entries = super()._story_entries()
        if self.remote_at:
            entries.append(
                {
                    "date": self.remote_at,
                    "title": self.env._("Solved by phone"),
                    "text": f"{self.remote_user_id.name}: {self.remote_solution}",
                }
            )
        return entries

    def action_start_remote(self):
        """Try by phone first (001 Art.18(1), 002 4(2)1)."""
        requests = self._form_begin("new", "accepted")
        requests.filtered(lambda r: not r.accepted_at).write(
            {"accepted_at": fields.Datetime.now()}
        )
        requests.write({"state": "remote", "handling": "remote"})

    def action_solve_remote(self):
        """Dialog: who solved it by phone, when and how."""
        self.ensure_one()
        self._form_check_state("new", "accepted", "remote")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solved by Phone"),
            "res_model": "aftersales.service.request.solve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _solve_remote(self, user, when, solution, way="phone", minutes=0):
        """Record the solution by phone and close the case.

        :param str way: how, one of the ways of an attempt
        :param int minutes: how long it took, up to ``when``
        :raises UserError: without a solution text, or a time in the future
        """
        request = self._form_begin("new", "accepted", "remote")
        if not (solution or "").strip():
            raise UserError(self.env._("Write down how the problem was solved."))
        when = self._form_check_event_time(
            when, request.received_at, self.env._("Received At")
        )
        request.write(
            {
                "state": "done",
                "handling": "remote",
                "accepted_at": request.accepted_at or when,
                "remote_user_id": user.id,
                "remote_at": when,
                "remote_solution": solution.strip(),
                "done_at": when,
            }
        )
