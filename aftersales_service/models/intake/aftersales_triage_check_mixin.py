from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTriageCheckMixin(models.AbstractModel):
    """The questions before a visit (001 App.8 #2), as a short checklist.

    The rows are made when somebody starts the triage, so that taking down a request
    costs nothing more. What is open is shown; it stops the planning of a visit only
    where the company wants that.
    """

    _name = "aftersales.triage.check.mixin"
    _description = "Triage Checklist"

    triage_answer_ids = fields.One2many(
        "aftersales.triage.answer", "request_id", "Triage Answers"
    )
    triage_missing = fields.Char("Still to Clear", compute="_compute_triage_missing")

    @api.depends("triage_answer_ids.is_answered")
    @api.depends_context("lang")
    def _compute_triage_missing(self):
        for request in self:
            request.triage_missing = " / ".join(
                request.triage_answer_ids.filtered(
                    lambda row: not row.is_answered
                ).mapped("question_id.name")
            )

    def _get_triage_questions(self):
        """Questions that belong to this request: its company's, its products'."""
        self.ensure_one()
        questions = self.env["aftersales.triage.question"].search_fetch(
            [("company_id", "in", (False, self.company_id.id))],
            ["name", "sequence", "category_ids"],
        )
        path = self.product_id.sudo().categ_id.parent_path or ""
        own = {int(part) for part in path.split("/") if part}
        return questions.filtered(
            lambda q: not q.category_ids or own & set(q.category_ids.ids)
        )

    def action_start_triage(self):
        """Put the questions on the request; those that are there stay as they are."""
        requests = self._form_begin(
            "new",
            "accepted",
            "remote",
            "to_dispatch",
            "to_factory",
            "dispatched",
            "in_work",
        )
        vals_list = []
        for request in requests:
            known = request.triage_answer_ids.question_id
            vals_list += [
                {
                    "request_id": request.id,
                    "question_id": question.id,
                    "sequence": question.sequence,
                }
                for question in request._get_triage_questions() - known
            ]
        self.env["aftersales.triage.answer"].sudo().create(vals_list)

    def _check_triage(self):
        """:raises UserError: while questions are open, where the company asks for it"""
        for request in self:
            if not request.company_id.sudo().aftersales_triage_required:
                continue
            if not request.triage_answer_ids:
                raise UserError(
                    self.env._(
                        "Start the triage of %(request)s first: your company wants its"
                        " questions answered before a visit.",
                        request=request.name,
                    )
                )
            if request.triage_missing:
                raise UserError(
                    self.env._(
                        "Before a visit these questions must be answered:"
                        " %(questions)s",
                        questions=request.triage_missing,
                    )
                )
