from odoo import api, fields, models


class AftersalesServiceRequestEscalate(models.TransientModel):
    """To which line of support, why, and who is told."""

    _name = "aftersales.service.request.escalate"
    _description = "Escalate a Request"

    request_id = fields.Many2one("aftersales.service.request", required=True)
    line = fields.Selection(
        [("2", "Line 2: Technical Support"), ("3", "Line 3: Experts")],
        "To Line",
        required=True,
        compute="_compute_line",
        store=True,
        readonly=False,
    )
    reason = fields.Text(required=True)
    user_ids = fields.Many2many(
        "res.users",
        string="Tell",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        domain=[("share", "=", False)],
    )

    @api.depends("request_id")
    def _compute_line(self):
        for wizard in self:
            wizard.line = "3" if wizard.request_id.support_line == "2" else "2"

    @api.depends("line", "request_id")
    def _compute_user_ids(self):
        for wizard in self:
            request = wizard.request_id
            wizard.user_ids = (
                request._get_line_holders(wizard.line, request.company_id)[1]
                if request and wizard.line
                else False
            )

    def action_escalate(self):
        """Hand the request up and tell the people."""
        self.ensure_one()
        self.request_id._escalate(self.line, self.reason, self.user_ids)
        return {"type": "ir.actions.act_window_close"}
