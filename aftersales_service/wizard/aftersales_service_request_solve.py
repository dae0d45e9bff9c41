from odoo import fields, models

from ..models.intake.aftersales_remote_attempt import ATTEMPT_WAYS


class AftersalesServiceRequestSolve(models.TransientModel):
    """Who solved a request by phone, when and how."""

    _name = "aftersales.service.request.solve"
    _description = "Solved by Phone"

    request_id = fields.Many2one("aftersales.service.request", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Solved By",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    solved_at = fields.Datetime(required=True, default=fields.Datetime.now)
    way = fields.Selection(ATTEMPT_WAYS, required=True, default="phone")
    minutes = fields.Integer("Duration (Minutes)")
    solution = fields.Text("How It Was Solved", required=True)

    def action_solve(self):
        """Record it and close the case."""
        self.ensure_one()
        self.request_id._solve_remote(
            self.user_id, self.solved_at, self.solution, self.way, self.minutes
        )
        return {"type": "ir.actions.act_window_close"}
