from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesFollowup(models.Model):
    """Call-back (回访), handbook 6.4: is the customer satisfied?

    Satisfied closes and archives the file, dissatisfied reopens it: serve until
    satisfied (001 App.8 #16, #18).
    """

    _name = "aftersales.followup"
    _description = "Call-back"
    _inherit = ["aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id", "request_id"]

    _form_sequence = ("aftersales.followup", "HF")
    _form_company_field = "request_id"
    _form_protected = frozenset({"name", "state", "result"})

    state = fields.Selection(
        [("due", "To Call"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="due",
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id", store=True, precompute=True
    )
    phone = fields.Char(related="request_id.phone")
    followup_type = fields.Selection(
        [
            ("service", "After Service"),
            ("card", "Service Card Received"),
            ("irregular_card", "Irregular Card"),
            ("phone_advice", "After Advice by Phone"),
            ("uncertain", "Repair Uncertain"),
            ("first_use", "First Use"),
        ],
        "Type",
        required=True,
        default="service",
    )
    due_at = fields.Datetime(default=fields.Datetime.now, required=True)
    called_at = fields.Datetime(copy=False)
    caller_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    channel = fields.Selection(
        string="Way of Calling",
        selection=[
            ("phone", "Phone"),
            ("sms", "SMS"),
            ("email", "E-mail"),
            ("wechat", "WeChat"),
            ("other", "Other"),
        ],
        required=True,
        default="phone",
    )
    answered_by = fields.Char(copy=False)
    is_reached = fields.Boolean("Reached", default=True, copy=False)
    is_completed = fields.Boolean("Work Confirmed as Done", default=True, copy=False)
    charge_told = fields.Monetary("Charge According to the Customer", copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    satisfaction = fields.Selection(
        [
            ("5", "Very Satisfied"),
            ("4", "Satisfied"),
            ("3", "Fair"),
            ("2", "Dissatisfied"),
            ("1", "Very Dissatisfied"),
        ],
        copy=False,
    )
    questions = fields.Text("Questions, Wishes, Complaints", copy=False)
    answer = fields.Text("Answer Given", copy=False)
    result = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("dissatisfied", "Dissatisfied"),
            ("not_reached", "Not Reached"),
        ],
        readonly=True,
        copy=False,
    )

    _due_idx = models.Index("(due_at) WHERE state = 'due'")

    @api.constrains("called_at")
    def _check_called_at(self):
        for followup in self.filtered("called_at"):
            followup._form_check_event_time(followup.called_at)

    @api.model_create_multi
    def create(self, vals_list):
        followups = super().create(vals_list)
        followups._check_file_open()
        return followups

    def _check_file_open(self):
        """:raises UserError: when the file is archived or cancelled"""
        for request in self.request_id:
            if request.state in ("archived", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(request)s is closed; reopen it for another call-back.",
                        request=request.name,
                    )
                )

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self._form_check_state("due")
        return super().write(vals)

    # --------------------------------------------------------------- buttons

    def action_done(self):
        """Conclude the call: archive the file, reopen it, or call again."""
        followups = self._form_begin("due")
        for followup in followups:
            followup._check_complete()
            followup.write(
                {
                    "state": "done",
                    "called_at": followup.called_at or fields.Datetime.now(),
                    "result": followup._get_result(),
                }
            )
            if followup.result != "not_reached":
                followup.request_id._sla_event("called_back", followup.called_at)
            followup._apply_result()

    def action_cancel(self):
        """The call-back is not needed any more."""
        self._form_begin("due").write({"state": "cancelled"})

    def _check_complete(self):
        self.ensure_one()
        if self.is_reached and not self.satisfaction:
            raise UserError(self.env._("Enter how satisfied the customer is."))
        self._check_file_open()
        if self.request_id.state not in ("confirm", "done", "called_back"):
            raise UserError(
                self.env._(
                    "The work on %(request)s is not done yet; call back afterwards.",
                    request=self.request_id.name,
                )
            )

    def _get_result(self):
        """Below “fair”, or work not confirmed, counts as dissatisfied."""
        self.ensure_one()
        if not self.is_reached:
            return "not_reached"
        if not self.is_completed or int(self.satisfaction) < 3:
            return "dissatisfied"
        return "satisfied"

    def _apply_result(self):
        self.ensure_one()
        request = self.request_id
        if self.result == "dissatisfied":
            request._reopen()
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(request.user_id or self.caller_id).id,
                summary=self.env._("Dissatisfied at the call-back: serve again"),
                note=self.questions,
            )
        elif self.result == "satisfied":
            request._advance("done")
            request.write({"state": "called_back"})
            if not request._get_debts():
                request._archive_file()
        else:
            self.copy({"due_at": fields.Datetime.now()})

    # ------------------------------------------------------------- the file

    def _story_entries(self):
        result = self._fields["result"]
        return [
            {
                "date": followup.called_at,
                "title": f"{followup.name}: {self.env._('Call-back')}",
                "text": f"{result.convert_to_export(followup.result, followup)}."
                f" {followup.questions or ''}",
            }
            for followup in self
            if followup.state == "done"
        ]
