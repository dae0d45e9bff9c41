from odoo import api, fields, models
from odoo.exceptions import AccessError


class AftersalesTriageAnswer(models.Model):
    """The answer to a triage question on one request.

    Made by the request's button; a person changes the answer and its note only.
    """

    _name = "aftersales.triage.answer"
    _description = "Triage Answer"
    _inherit = ["aftersales.text.mixin"]
    _order = "request_id, sequence, id"
    _rec_name = "question_id"

    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    question_id = fields.Many2one(
        "aftersales.triage.question",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    hint = fields.Text(related="question_id.hint")
    sequence = fields.Integer(readonly=True)
    answer = fields.Selection([("yes", "Yes"), ("no", "No"), ("unclear", "Unclear")])
    note = fields.Char()
    answered_by_id = fields.Many2one("res.users", "Cleared By", readonly=True)
    answered_at = fields.Datetime(readonly=True)
    is_answered = fields.Boolean("Answered", compute="_compute_is_answered")
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )

    _request_question_uniq = models.Constraint(
        "UNIQUE (request_id, question_id)", "Each question is asked once."
    )

    @api.depends("answer", "note")
    def _compute_is_answered(self):
        for row in self:
            row.is_answered = bool(row.answer or (row.note or "").strip())

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"answer", "note"}:
                raise AccessError(
                    self.env._("Only the answer and its note can be changed.")
                )
            self.check_access("write")
            self.request_id._check_not_frozen()
            self = self.sudo()
            vals = {
                **vals,
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        return super().write(vals)
