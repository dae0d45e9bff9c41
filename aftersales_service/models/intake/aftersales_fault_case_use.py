from odoo import api, fields, models


class AftersalesFaultCaseUse(models.Model):
    """A case tried on a request, and whether it helped: once per request."""

    _name = "aftersales.fault.case.use"
    _description = "Use of a Fault Case"
    _order = "used_at DESC, id DESC"
    _rec_name = "request_id"

    case_id = fields.Many2one(
        "aftersales.fault.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    verdict = fields.Selection(
        [("solved", "Solved It"), ("no_help", "Did Not Help")],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Judged By", required=True, readonly=True)
    used_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )

    _case_request_uniq = models.Constraint(
        "UNIQUE (case_id, request_id)", "A case counts once per request."
    )
    _solved_uniq = models.UniqueIndex(
        "(request_id) WHERE verdict = 'solved'", "One case solved a request."
    )

    @api.model
    def _judge(self, case, request, verdict):
        """Note whether ``case`` helped on ``request``; called with sudo.

        Pressing again changes nothing; another verdict replaces the first, and the
        case that solved a request before is then taken as tried.
        """
        uses = self.search([("request_id", "=", request.id)])
        if verdict == "solved":
            uses.filtered(
                lambda use: use.verdict == "solved" and use.case_id != case
            ).write({"verdict": "no_help"})
            uses.flush_recordset()
        own = uses.filtered(lambda use: use.case_id == case)
        if not own:
            return self.create(
                {
                    "case_id": case.id,
                    "request_id": request.id,
                    "verdict": verdict,
                    "user_id": self.env.uid,
                }
            )
        if own.verdict != verdict:
            own.write({"verdict": verdict, "user_id": self.env.uid})
        return own
