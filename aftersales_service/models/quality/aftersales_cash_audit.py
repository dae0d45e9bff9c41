from datetime import time
from random import SystemRandom

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.three_way import draw_sample


class AftersalesCashAudit(models.Model):
    """Monthly three-way check (费用审计, 000 §8.3): what the receipts say, what the
    service card says, what the customer names at the call-back, and what the books
    say was handed in.

    All cases of the month that do not agree are listed, and those with a receipt that
    was cancelled in it, because that is how cash vanishes; a sample of the others is
    drawn by a seed that is kept, so that anyone can draw it again.
    """

    _name = "aftersales.cash.audit"
    _description = "Check of Service Money"
    _inherit = ["aftersales.form.mixin"]

    _form_sequence = ("aftersales.cash.audit", "HC")
    _form_protected = frozenset(
        {"name", "state", "seed", "prepared_at", "closed_at", "closed_by_id"}
    )

    state = fields.Selection(
        [("draft", "To Prepare"), ("checking", "Checking"), ("done", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._get_last_month(self.env.company),
        help="Any day of it; kept as its first day.",
    )
    sample_size = fields.Integer(
        "Cases to Draw",
        default=lambda self: self.env.company.aftersales_audit_sample,
    )
    seed = fields.Integer(
        readonly=True,
        copy=False,
        help="The sample is drawn by this number: who uses it again gets the same.",
    )
    line_ids = fields.One2many(
        "aftersales.cash.audit.line", "audit_id", "Checked Items"
    )
    case_count = fields.Integer("Cases of the Month", readonly=True, copy=False)
    difference_count = fields.Integer("Differences", compute="_compute_counts")
    open_count = fields.Integer("Not Checked Yet", compute="_compute_counts")
    wrong_count = fields.Integer("Wrong", compute="_compute_counts")
    cancelled_text = fields.Text(
        "Cancelled Receipts", compute="_compute_cancelled_text"
    )
    prepared_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text("Conclusion")

    _month_company_uniq = models.UniqueIndex(
        "(company_id, month)", "There is already a check of this month."
    )
    _sample_check = models.Constraint(
        "CHECK (sample_size >= 0)", "The number of cases to draw must not be negative."
    )

    @api.depends("line_ids.has_difference", "line_ids.result")
    def _compute_counts(self):
        for audit in self:
            lines = audit.line_ids
            audit.difference_count = len(lines.filtered("has_difference"))
            audit.open_count = len(lines.filtered(lambda r: r.result == "open"))
            audit.wrong_count = len(lines.filtered(lambda r: r.result == "wrong"))

    @api.depends("line_ids.cancelled_text")
    @api.depends_context("lang", "tz")
    def _compute_cancelled_text(self):
        for audit in self:
            audit.cancelled_text = "\n".join(
                filter(None, audit.line_ids.mapped("cancelled_text"))
            )

    @api.depends("name", "month")
    def _compute_display_name(self):
        for audit in self:
            audit.display_name = (
                f"{audit.name} {audit.month:%Y-%m}" if audit.name != "/" else False
            )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        audits = super().create([self._first_of_month(vals) for vals in vals_list])
        for audit in audits.sudo():
            audit.seed = SystemRandom().randrange(1, 2**31)
        return audits

    def write(self, vals):
        vals = self._first_of_month(vals)
        if not self.env.su and {"month", "sample_size"} & vals.keys():
            self._form_check_state("draft")
        return super().write(vals)

    @api.model
    def _get_last_month(self, company):
        """First day of the month that is over where ``company`` works."""
        today = company._aftersales_get_day()
        return today.replace(day=1) - relativedelta(months=1)

    @api.model
    def _first_of_month(self, vals):
        day = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": day.replace(day=1)} if day else vals

    # --------------------------------------------------------------- buttons

    def action_prepare(self):
        """List the differences of the month and draw the sample.

        Pressed again it brings the amounts up to date and doubles nothing; what was
        written down about a case stays.
        """
        audits = self._form_begin("draft", "checking")
        for audit in audits:
            if audit.month > audit._form_day(False):
                raise UserError(self.env._("This month has not begun yet."))
            audit._prepare_lines()
        audits.write({"state": "checking", "prepared_at": fields.Datetime.now()})

    def action_close(self):
        """All cases are looked at."""
        audits = self._form_begin("checking")
        for audit in audits:
            if audit.open_count:
                raise UserError(
                    self.env._(
                        "%(count)s cases of %(audit)s are not checked yet.",
                        count=audit.open_count,
                        audit=audit.name,
                    )
                )
        audits.write(
            {
                "state": "done",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )

    def action_reopen(self):
        """Something came up afterwards."""
        self._form_begin("done").write({"state": "checking"})

    def action_view_lines(self):
        """Open the cases as a list of its own."""
        return {
            **self._form_action_view("line_ids"),
            "view_mode": "list",
            "views": [(False, "list")],
            "res_id": False,
            "domain": [("audit_id", "=", self.id)],
        }

    # ------------------------------------------------------------- preparing

    def _prepare_lines(self):
        """Make the lines of one month; called with sudo."""
        self.ensure_one()
        lines = self.env["aftersales.cash.audit.line"]
        existing = {line.request_id: line for line in self.line_ids}
        rows = {
            request: lines._prepare_vals(self, request) for request in self._get_cases()
        }
        agreeing = [r.id for r, vals in rows.items() if not vals["difference_kinds"]]
        drawn = draw_sample(agreeing, self.sample_size, self.seed)
        for request, vals in rows.items():
            vals["is_sample"] = request.id in drawn
            line = existing.pop(request, lines)
            if line:
                line.write(vals)
            elif vals["is_sample"] or vals["difference_kinds"]:
                lines.create({"audit_id": self.id, "request_id": request.id, **vals})
        stale = self.line_ids.filtered(
            lambda line: line.result == "open"
            and not line.is_sample
            and not line.difference_kinds
        )
        (stale | self._get_untouched(existing.values())).unlink()
        self.case_count = len(rows)

    @api.model
    def _get_untouched(self, lines):
        """Of the lines whose case is no case of the month any more, those about
        which nobody has written anything."""
        result = self.env["aftersales.cash.audit.line"]
        for line in lines:
            result |= line.filtered(lambda r: r.result == "open")
        return result

    def _get_moments(self):
        """When the month begins and ends where the company works, in UTC."""
        self.ensure_one()
        company = self.company_id
        first, last = self.month, self.month + relativedelta(months=1)
        return (
            company._aftersales_get_moment(first, time.min),
            company._aftersales_get_moment(last, time.min),
        )

    def _get_cases(self):
        """Cases with a receipt, a charge on the card or a charge that the customer
        named, in this month, or whose receipt was cancelled in it."""
        self.ensure_one()
        first, last = self._get_moments()
        company = Domain("company_id", "=", self.company_id.id)
        collections = self.env["aftersales.collection"]
        receipts = collections.search(
            company
            & Domain("state", "!=", "cancelled")
            & Domain("collected_on", ">=", self.month)
            & Domain("collected_on", "<", self.month + relativedelta(months=1))
        )
        receipts |= collections.search(
            company
            & Domain("state", "=", "cancelled")
            & Domain("cancelled_at", ">=", first)
            & Domain("cancelled_at", "<", last)
        )
        cards = self.env["aftersales.service.card"].search(
            company
            & Domain("state", "!=", "cancelled")
            & Domain("charge_amount", ">", 0)
            & Domain("signed_at", ">=", first)
            & Domain("signed_at", "<", last)
        )
        calls = self.env["aftersales.followup"].search(
            company
            & Domain("state", "=", "done")
            & Domain("charge_told", ">", 0)
            & Domain("called_at", ">=", first)
            & Domain("called_at", "<", last)
        )
        return (receipts.request_id | cards.request_id | calls.request_id).sorted("id")

    @api.model
    def _cron_make(self):
        """The check of last month for every company that collects cash; made once,
        because a company has one check a month."""
        # pylint: disable-next=no-search-all
        companies = self.env["res.company"].search([])
        months = {company: self._get_last_month(company) for company in companies}
        oldest = min(months.values())
        # East of Greenwich the month began the day before.
        moment = fields.Datetime.to_datetime(oldest) - relativedelta(days=1)
        collecting = self.env["aftersales.collection"]._read_group(
            Domain("collected_on", ">=", oldest) | Domain("cancelled_at", ">=", moment),
            ["company_id"],
        )
        made = {
            (audit.company_id, audit.month)
            for audit in self.search([("month", ">=", oldest)])
        }
        for (company,) in collecting:
            month = months[company]
            if (company, month) not in made:
                audit = self.with_company(company).create(
                    {
                        "company_id": company.id,
                        "month": month,
                        "sample_size": company.aftersales_audit_sample,
                    }
                )
                audit.action_prepare()
