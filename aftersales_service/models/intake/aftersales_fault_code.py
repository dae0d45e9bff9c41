from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

CODE_KINDS = [
    ("symptom", "Symptom"),
    ("area", "Area"),
    ("cause", "Cause"),
    ("remedy", "Remedy"),
]


class AftersalesFaultCode(models.Model):
    """Fault code (故障代码): a symptom, an area, a cause or a remedy with a code.

    Every code is looked through at least once a year (000 1.4): the day is on the
    code, and its responsible is asked when the day has come.
    """

    _name = "aftersales.fault.code"
    _description = "Fault Code"
    _inherit = ["aftersales.text.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "kind, code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    kind = fields.Selection(CODE_KINDS, required=True, default="symptom", index=True)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Offered for products of these categories. Empty: for all.",
    )
    cause_class = fields.Selection(
        [
            ("design", "Design"),
            ("manufacturing", "Manufacturing"),
            ("purchased", "Purchased Part"),
            ("transport", "Transport"),
            ("misuse", "Misuse"),
            ("wear", "Wear"),
        ],
        help="For the analysis of the month; of causes only.",
    )
    description = fields.Text(translate=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    # --- the yearly review
    user_id = fields.Many2one(
        "res.users", "Responsible", domain=[("share", "=", False)]
    )
    next_review_date = fields.Date(
        "Next Review",
        required=True,
        index=True,
        default=lambda self: self._get_next_review_date(),
    )
    reviewed_at = fields.Datetime("Last Reviewed At", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", "Last Reviewed By", readonly=True, copy=False
    )
    is_overdue = fields.Boolean(
        "Review Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _code_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, code)",
        "A code of this kind exists already.",
    )
    _cause_class_check = models.Constraint(
        "CHECK (cause_class IS NULL OR kind = 'cause')",
        "Only a cause has a cause class.",
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for code in self:
            code.display_name = " ".join(filter(None, (code.code, code.name)))

    @api.depends("next_review_date", "active")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for code in self:
            day = code.next_review_date
            code.is_overdue = bool(code.active and day and day < today)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("active", "=", True) & Domain(
            "next_review_date", "<", fields.Date.context_today(self)
        )
        return overdue if True in value else ~overdue

    @api.model
    def _get_next_review_date(self, company=None):
        """A review a year, or as often as the company has set (000 1.4)."""
        company = company or self.env.company
        times = company._aftersales_parameter("fault_code_update_per_year")
        months = round(12 / times) if times and times >= 1 else 12
        return fields.Date.context_today(self) + relativedelta(months=max(months, 1))

    def action_reviewed(self):
        """The code is as it should be: the next review is due in a year."""
        self.check_access("write")
        for code in self:
            code.write(
                {
                    "reviewed_at": fields.Datetime.now(),
                    "reviewed_by_id": self.env.uid,
                    "next_review_date": self._get_next_review_date(code.company_id),
                }
            )
        self.activity_feedback(["aftersales_service.mail_activity_type_code_review"])

    # ------------------------------------------------------------------ cron

    @api.model
    def _cron_ask_for_review(self):
        """Ask the responsible of every code whose day has come, once.

        A code that is asked for already, or without anybody to ask, is left alone;
        so a second run makes nothing new.
        """
        codes = self.search([("next_review_date", "<=", fields.Date.today())])
        kind = self.env.ref("aftersales_service.mail_activity_type_code_review")
        activities = self.env["mail.activity"]
        asked = set(
            activities.search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", codes.ids),
                    ("activity_type_id", "=", kind.id),
                ],
                ["res_id"],
            ).mapped("res_id")
        )
        model_id = self.env["ir.model"]._get_id(self._name)
        fallback = {c: self._get_reviewer(c) for c in codes.company_id}
        fallback[self.env["res.company"]] = self._get_reviewer(self.env.company)
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": code.id,
                    "user_id": user.id,
                    "date_deadline": code.next_review_date,
                    "automated": True,
                }
                for code in codes
                if code.id not in asked
                and (user := code.user_id or fallback[code.company_id])
            ]
        )

    @api.model
    def _get_reviewer(self, company):
        """Whom to ask when a code names nobody: the head of after-sales."""
        role = self.env.ref(
            "aftersales_service.role_aftersales_head", raise_if_not_found=False
        )
        return role._get_users(company)[:1] if role else self.env["res.users"]
