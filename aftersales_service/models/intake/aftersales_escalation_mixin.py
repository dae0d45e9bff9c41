from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_escalation import SUPPORT_LINES


class AftersalesEscalationMixin(models.AbstractModel):
    """Which line of support a request is with, and the way up (002 4(2)3, 000 2).

    Up by hand with a reason, or by a clock that ran out; never down.
    """

    _name = "aftersales.escalation.mixin"
    _description = "Escalation of a Request"

    support_line = fields.Selection(
        SUPPORT_LINES, required=True, readonly=True, copy=False, default="1"
    )
    is_escalated = fields.Boolean(
        "Escalated", compute="_compute_is_escalated", store=True, precompute=True
    )
    escalation_ids = fields.One2many(
        "aftersales.escalation", "request_id", "Escalations", copy=False
    )

    @api.depends("support_line")
    def _compute_is_escalated(self):
        for request in self:
            request.is_escalated = request.support_line != "1"

    @api.model
    def _form_is_protected(self, fname):
        return fname == "support_line" or super()._form_is_protected(fname)

    def _message_subscribe(self, *args, **kwargs):
        """Nobody follows a file because a clock has run out."""
        if self.env.context.get("aftersales_quiet"):
            return True
        return super()._message_subscribe(*args, **kwargs)

    def _story_entries(self):
        return super()._story_entries() + self.sudo().escalation_ids._story_entries()

    @api.model
    def _get_line_holders(self, line, company):
        """Who answers for a line of support in ``company``.

        :return: ``(roles, users)``
        """
        roles = self.env["aftersales.role"].sudo().search([("support_line", "=", line)])
        users = self.env["res.users"].sudo()
        for role in roles:
            users |= role._get_users(company)
        return roles, users

    def action_escalate(self):
        """Dialog: to which line, why, and who is told."""
        self.ensure_one()
        self._check_open_for_work()
        if self.support_line == "3":
            raise UserError(
                self.env._(
                    "%(request)s is with the experts already; there is no line above.",
                    request=self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Escalate"),
            "res_model": "aftersales.service.request.escalate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _escalate(self, line, reason, users):
        """Hand the request up by hand; called with the rights of the person.

        :param str line: ``2`` or ``3``
        :param users: ``res.users`` who are told
        :raises UserError: without a reason or people, or not to a line above
        """
        self.ensure_one()
        self.check_access("read")
        self._form_lock()
        self._check_open_for_work()
        request = self.sudo()
        if not (reason or "").strip():
            raise UserError(self.env._("Write down why the request is escalated."))
        if line <= request.support_line:
            lines = dict(self._fields["support_line"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(request)s is with “%(line)s” already; it can only go to a line"
                    " above.",
                    request=request.name,
                    line=lines[request.support_line],
                )
            )
        if not users:
            raise UserError(
                self.env._(
                    "Choose whom to tell: nobody holds a role slot of this line in"
                    " %(company)s.",
                    company=request.company_id.name,
                )
            )
        return request.escalation_ids._log(
            [
                {
                    "request": request,
                    "to_line": line,
                    "source": "hand",
                    "user": self.env.user,
                    "reason": reason.strip(),
                    "roles": self._get_line_holders(line, request.company_id)[0],
                    "users": users,
                }
            ]
        )

    def _sla_escalate(self, line, clocks):
        """A clock has run out: hand up those that are not there yet.

        Called in batch by the run of the clocks, with sudo.

        Told are the holders of the line, else the responsible, else who holds the
        role to which the clocks escalate.

        :param int line: 2 or 3
        :param clocks: ``aftersales.sla.clock`` of these requests that ran out
        """
        line = str(line)
        names = {}
        for clock in clocks:
            names.setdefault(clock.res_id, []).append(clock.name or "")
        holders, rows = {}, []
        for request in self.sudo():
            if request.support_line >= line:
                continue
            company = request.company_id
            if company not in holders:
                holders[company] = self._get_line_holders(line, company)
            roles, users = holders[company]
            rows.append(
                {
                    "request": request,
                    "to_line": line,
                    "source": "clock",
                    "reason": self.env._(
                        "Out of time: %(clocks)s.",
                        clocks=", ".join(names.get(request.id, [])),
                    ),
                    "roles": roles,
                    "users": users or request.user_id,
                }
            )
        lonely = [row for row in rows if not row["users"]]
        if lonely:
            found = clocks._get_holders()
            told = clocks.grouped("res_id")
            for row in lonely:
                for clock in told.get(row["request"].id, ()):
                    held = found[clock.escalate_role_id.id, clock.company_id.id]
                    row["users"] |= held.filtered("active")
        return self.env["aftersales.escalation"].sudo()._log(rows)
