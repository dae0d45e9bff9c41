from odoo import fields, models


class AftersalesRequisitionEndMixin(models.AbstractModel):
    """The end of a requisition that is not issued in full. Part of the requisition.

    The warehouse cancels in its own screens what it will not issue, or validates a
    transfer without backorder; the requester may say that he needs no more. What was
    really issued by then decides the state, and nothing waits for the rest.
    """

    _name = "aftersales.requisition.end.mixin"
    _description = "End of a Requisition"

    ended_by_id = fields.Many2one(
        "res.users", "Rest Cancelled By", readonly=True, copy=False
    )
    ended_at = fields.Datetime(
        "Rest Cancelled At",
        readonly=True,
        copy=False,
        help="What was not issued by then does not come any more.",
    )

    def _follow_transfers(self):
        """The state by what was issued and what a transfer still brings.

        Called with sudo, whenever a transfer of the warehouse is done or cancelled.
        """
        for requisition in self:
            if requisition.state not in ("approved", "partial", "issued"):
                continue
            lines = requisition.line_ids
            short = lines.filtered(lambda line: not line._is_issued())
            if not short:
                requisition._set_issued("issued")
            elif not short._get_open_moves():
                requisition._end(short)
            elif any(lines.mapped("issued_quantity")):
                requisition._set_issued("partial")

    def _set_issued(self, state):
        """As it stands now; that it had ended before is over."""
        if self.state != state or self.ended_at:
            self.write({"state": state, "ended_by_id": False, "ended_at": False})

    def _end(self, short):
        """Nothing more comes; called with sudo.

        :param short: the lines that were not issued, or not in full
        """
        self.ensure_one()
        if self.ended_at:
            return
        issued = any(self.line_ids.mapped("issued_quantity"))
        self.write(
            {
                "state": "issued" if issued else "withdrawn",
                "ended_by_id": self.env.uid,
                "ended_at": fields.Datetime.now(),
            }
        )
        self._end_promise()
        self._tell_end(short)

    def _end_promise(self):
        """The promise of arrival: kept by what came of it, void if nothing did."""
        awaited = self.line_ids.filtered("is_key_part") or self.line_ids
        if all(awaited.mapped("arrived_at")):
            return
        if any(awaited.mapped("issued_quantity")):
            self.request_id._sla_event("parts_arrived", self.issued_at, self)
        else:
            self._void_events()

    def _tell_end(self, short):
        """The requester learns what will not come, unless it was he who ended it."""
        rest = ", ".join(
            f"{line.product_uom_id.round(line.quantity - line.issued_quantity):g}"
            f" × {line.product_id.display_name}"
            for line in short
        )
        self.message_post(
            author_id=self.env.user.partner_id.id,
            body=self.env._("Will not be issued: %(parts)s", parts=rest),
        )
        requester = self.drawer_id.user_id or self.submitted_by_id
        for user in requester - self.env.user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Parts will not come"),
                note=self.env._(
                    "The warehouse does not issue %(parts)s. Draw them anew if they"
                    " are still needed.",
                    parts=rest,
                ),
            )

    def action_end(self):
        """The rest is not needed any more: release it, and wait for nothing."""
        for requisition in self._form_begin("partial"):
            lines = requisition.line_ids
            short = lines.filtered(lambda line: not line._is_issued())
            moves = short._get_open_moves().filtered(lambda m: m.state != "done")
            moves._action_cancel()
            # What was taken elsewhere is no reason to wait.
            requisition._end(short)
