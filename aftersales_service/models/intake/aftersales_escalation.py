from odoo import api, fields, models

SUPPORT_LINES = [
    ("1", "Line 1: Customer Service"),
    ("2", "Line 2: Technical Support"),
    ("3", "Line 3: Experts"),
]


class AftersalesEscalation(models.Model):
    """One step up the lines of support (一线客服, 二线技术, 三线专家).

    000 2 names the lines, 002 4(2)3 the way up.

    A log: written by :meth:`_log` only, never changed.
    """

    _name = "aftersales.escalation"
    _description = "Escalation"
    _order = "escalated_at DESC, id DESC"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    from_line = fields.Selection(SUPPORT_LINES, required=True, readonly=True)
    to_line = fields.Selection(SUPPORT_LINES, required=True, readonly=True)
    escalated_at = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    source = fields.Selection(
        [("hand", "By a Person"), ("clock", "By the Clock")],
        "Way",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Escalated By", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    role_ids = fields.Many2many("aftersales.role", string="Role Slots", readonly=True)
    told_user_ids = fields.Many2many("res.users", string="Told", readonly=True)
    partner_id = fields.Many2one(related="request_id.partner_id")
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )

    @api.model
    def _log(self, rows):
        """Write the rows, move their requests and tell the people; with sudo.

        One creation of everything however many requests there are.

        :param rows: list of dicts with ``request``, ``to_line``, ``source``,
            ``reason``, ``roles``, ``users``, and ``user`` when a person did it
        :return: the log rows
        """
        logs = self.create(
            [
                {
                    "request_id": row["request"].id,
                    "from_line": row["request"].support_line,
                    "to_line": row["to_line"],
                    "source": row["source"],
                    "user_id": row["user"].id if row.get("user") else False,
                    "reason": row["reason"],
                    "role_ids": [fields.Command.set(row["roles"].ids)],
                    "told_user_ids": [fields.Command.set(row["users"].ids)],
                }
                for row in rows
            ]
        )
        for line, same in logs.grouped("to_line").items():
            same.request_id.write({"support_line": line})
        logs._tell()
        return logs

    def _tell(self):
        """An activity for everybody told, and a note on the request."""
        lines = dict(self._fields["to_line"]._description_selection(self.env))
        requests = self.request_id
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "aftersales_service.mail_activity_type_escalation"
        )
        model_id = self.env["ir.model"]._get_id(requests._name)
        # No e-mail for it; who is told follows the request, unless a clock did it.
        by_clock = all(log.source == "clock" for log in self)
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, aftersales_quiet=by_clock
        ).create(
            [
                {
                    "activity_type_id": type_id,
                    "res_model_id": model_id,
                    "res_id": log.request_id.id,
                    "user_id": user.id,
                    "summary": self.env._(
                        "Escalated to %(line)s", line=lines[log.to_line]
                    ),
                    "note": log.reason,
                    "date_deadline": fields.Date.context_today(self),
                    "automated": True,
                }
                for log in self
                for user in log.told_user_ids
            ]
        )
        requests._message_log_batch(
            {
                log.request_id.id: self.env._(
                    "Escalated to %(line)s: %(reason)s Told: %(people)s.",
                    line=lines[log.to_line],
                    reason=log.reason,
                    people=", ".join(log.told_user_ids.mapped("name")) or "-",
                )
                for log in self
            }
        )

    def _story_entries(self):
        """See the file mixin."""
        lines = dict(self._fields["to_line"]._description_selection(self.env))
        return [
            {
                "date": log.escalated_at,
                "title": self.env._("Escalated to %(line)s", line=lines[log.to_line]),
                "text": log.reason,
            }
            for log in self
        ]
