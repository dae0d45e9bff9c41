from odoo import api, fields, models

ATTEMPT_WAYS = [
    ("phone", "Phone"),
    ("tool", "Remote Tool"),
    ("video", "Video"),
    ("email", "E-mail"),
    ("wechat", "WeChat"),
]


class AftersalesRemoteAttempt(models.Model):
    """One attempt to help from afar (远程支持, 000 1.3, 002 4(2)1)."""

    _name = "aftersales.remote.attempt"
    _description = "Remote Support Attempt"
    _inherit = ["aftersales.text.mixin"]
    _order = "started_at DESC, id DESC"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.service.request", required=True, index=True, ondelete="cascade"
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    minutes = fields.Integer("Duration (Minutes)", aggregator="sum")
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    way = fields.Selection(ATTEMPT_WAYS, required=True, default="phone")
    tried = fields.Text("What Was Tried", required=True)
    result = fields.Selection(
        [
            ("solved", "Solved"),
            ("continue", "To Be Continued"),
            ("not_solved", "Not Solved"),
        ],
        required=True,
        default="continue",
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )

    _minutes_check = models.Constraint(
        "CHECK (minutes >= 0 AND minutes <= 1440)",
        "An attempt lasts between no time and one day.",
    )

    @api.constrains("started_at", "request_id")
    def _check_started_at(self):
        for attempt in self:
            request = attempt.request_id
            request._form_check_event_time(
                attempt.started_at,
                request.received_at,
                request._fields["received_at"]._description_string(self.env),
            )

    @api.model_create_multi
    def create(self, vals_list):
        attempts = super().create(vals_list)
        if not self.env.su:
            attempts.request_id._check_open_for_work()
        attempts.request_id._attempts_made(attempts)
        return attempts

    def write(self, vals):
        if not self.env.su:
            self.request_id._check_open_for_work()
        before = {}
        if "started_at" in vals:
            before = {attempt: attempt.started_at for attempt in self}
        result = super().write(vals)
        for attempt, time in before.items():
            attempt.request_id._attempt_moved(time, attempt.started_at)
        if not self.env.su and "request_id" in vals:
            self.request_id._check_open_for_work()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.request_id._check_open_for_work()

    def _story_entries(self):
        """See the file mixin."""
        ways = dict(self._fields["way"]._description_selection(self.env))
        results = dict(self._fields["result"]._description_selection(self.env))
        return [
            {
                "date": attempt.started_at,
                "title": self.env._("Remote support: %(way)s", way=ways[attempt.way]),
                "text": f"{attempt.user_id.name}: {attempt.tried}"
                f" ({results[attempt.result]})",
            }
            for attempt in self
        ]
