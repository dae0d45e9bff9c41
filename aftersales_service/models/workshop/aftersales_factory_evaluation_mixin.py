from odoo import api, fields, models
from odoo.exceptions import UserError

from ..field.aftersales_service_card import RATINGS

RATING_FIELDS = ("rating_repair", "rating_attitude", "rating_overall")
OPINION_SIZE = 2000
NAME_SIZE = 100


class AftersalesFactoryEvaluationMixin(models.AbstractModel):
    """The customer's evaluation of a factory repair (评价表), handbook 8.1 and App.13.

    Staff enter it, or the customer gives it himself on the page that the link in his
    mail, or the code on the settlement, opens. Either way once. Who has left without
    it may still give it from home, until the sheet is archived.
    """

    _name = "aftersales.factory.evaluation.mixin"
    _description = "Evaluation of a Factory Repair"
    _inherit = ["portal.mixin"]

    opinion = fields.Text("Customer's Opinion")
    rating_repair = fields.Selection(RATINGS, "Repair Level")
    rating_attitude = fields.Selection(RATINGS, "Service Attitude")
    rating_overall = fields.Selection(RATINGS)
    evaluation_way = fields.Selection(
        [("staff", "Entered by Staff"), ("online", "Given Online by the Customer")],
        "How Evaluated",
        readonly=True,
        copy=False,
    )
    evaluated_by = fields.Char("Evaluation Given By", readonly=True, copy=False)
    evaluation_asked_at = fields.Datetime(
        "Asked for the Evaluation", readonly=True, copy=False
    )

    def _compute_access_url(self):
        for sheet in self:
            sheet.access_url = f"/my/evaluation/{sheet.id}"

    # -------------------------------------------------------------- by staff

    def action_evaluate(self, event_time=False):
        """The customer has filled in the evaluation on paper (评价表, App.13)."""
        self._check_advisor()
        sheets = self._form_begin("settled")
        sheets._require(*RATING_FIELDS)
        sheets._step("evaluated", "evaluated_at", event_time, evaluation_way="staff")

    def action_ask_evaluation(self):
        """Write to the customer with the link to his page.

        :return: action of Odoo's mail dialog
        :raises UserError: before the settlement, or when he has given it
        """
        self.ensure_one()
        self._check_advisor()
        self.check_access("write")
        self._check_evaluation_open()
        self.sudo()._portal_ensure_token()
        template = self.env.ref(
            "aftersales_service.mail_template_evaluation", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for the Evaluation"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "aftersales_asks_evaluation": True,
                "force_email": True,
            },
        }

    def message_post(self, **kwargs):
        """The mail of the dialog is out: when the customer was asked."""
        message = super().message_post(**kwargs)
        if self.env.context.get("aftersales_asks_evaluation"):
            self.sudo().evaluation_asked_at = fields.Datetime.now()
        return message

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """The link stands in the mail itself; no other mail leads to the page."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        for name, _match, data in groups:
            if name == "portal_customer":
                data["has_button_access"] = False
        return groups

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        """Whoever has the link gives his evaluation; he does not read the chatter."""
        return super()._get_thread_with_access(thread_id, **kwargs)

    # ------------------------------------------------------- by the customer

    def _enter_settlement(self):
        """See the link mixin: the settlement is printed with the code of the page."""
        result = super()._enter_settlement()
        for sheet in self:
            sheet._portal_ensure_token()
        return result

    def _get_evaluation_state(self):
        """What the page shows: ``early``, ``open``, ``given`` or ``closed``."""
        self.ensure_one()
        if self.evaluated_at:
            return "given"
        if self.state == "settled" or (self.state == "left" and self.settled_at):
            return "open"
        return "closed" if self.state in ("left", "archived", "cancelled") else "early"

    def _check_evaluation_open(self):
        """:raises UserError: unless the evaluation may be given now"""
        for sheet in self:
            state, name = sheet._get_evaluation_state(), sheet.name
            if state == "early":
                raise UserError(
                    self.env._(
                        "The evaluation of %(sheet)s can be given once it is settled.",
                        sheet=name,
                    )
                )
            if state == "given":
                raise UserError(
                    self.env._(
                        "The evaluation of %(sheet)s is given and stays as it is.",
                        sheet=name,
                    )
                )
            if state == "closed":
                raise UserError(
                    self.env._(
                        "%(sheet)s is closed: no evaluation can be given any more.",
                        sheet=name,
                    )
                )

    def _evaluate_online(self, values):
        """The customer gives his evaluation; called with sudo by his page.

        :param dict values: what he entered: the three ratings, ``opinion``, ``name``
        :raises UserError: when it was given before, is too early or too late, or
            something in ``values`` cannot be taken
        """
        self.ensure_one()
        self._form_lock()
        self._check_evaluation_open()
        vals = self._read_evaluation(values)
        state = "evaluated" if self.state == "settled" else self.state
        self._step(state, "evaluated_at", evaluation_way="online", **vals)
        self._tell_evaluation()

    def _read_evaluation(self, values):
        """Values of the record from what came over the web.

        :raises UserError: on a mark outside the scale, no name, or too long a text
        """
        vals = {}
        for fname in RATING_FIELDS:
            if str(values.get(fname)) not in dict(RATINGS):
                raise UserError(
                    self.env._(
                        "Choose one of the five marks for “%(item)s”.",
                        item=self._fields[fname]._description_string(self.env),
                    )
                )
            vals[fname] = str(values[fname])
        name = self._clean_text(values.get("name"))
        if not name or len(name) > NAME_SIZE:
            raise UserError(
                self.env._(
                    "Write your name, with at most %(limit)s characters.",
                    limit=NAME_SIZE,
                )
            )
        opinion = self._clean_text(values.get("opinion"))
        if len(opinion) > OPINION_SIZE:
            raise UserError(
                self.env._(
                    "Your opinion has %(size)s characters; at most %(limit)s can be"
                    " taken. Please shorten it.",
                    size=len(opinion),
                    limit=OPINION_SIZE,
                )
            )
        return {**vals, "evaluated_by": name, "opinion": opinion or self.opinion}

    @api.model
    def _clean_text(self, value):
        """A text without what the database cannot hold; empty for anything else."""
        if not isinstance(value, str):
            return ""
        return value.replace("\x00", "").replace("\r\n", "\n").strip()

    def _tell_evaluation(self):
        """Who gave which marks, in the chatter, for the advisor; with sudo."""
        advisor = self.advisor_id.partner_id
        sheet = self.with_context(lang=advisor.lang or self.env.lang)
        marks = "; ".join(
            f"{sheet._fields[fname]._description_string(sheet.env)}: "
            + sheet._fields[fname].convert_to_export(sheet[fname], sheet)
            for fname in RATING_FIELDS
        )
        sheet.message_post(
            body=sheet.env._(
                "Evaluation given online by %(name)s. %(marks)s. %(opinion)s",
                name=sheet.evaluated_by,
                marks=marks,
                opinion=sheet.opinion or "",
            ),
            author_id=sheet.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=advisor.ids,
        )
