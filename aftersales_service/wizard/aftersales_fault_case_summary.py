from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain


class AftersalesFaultCaseSummary(models.TransientModel):
    """Which cases the summary of a month shows (产品故障处理案例汇总表, 001 Art.9)."""

    _name = "aftersales.fault.case.summary"
    _description = "Summary of Fault Cases"

    name = fields.Char("Number", compute="_compute_name")
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month in which the cases were published.",
    )
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        help="With the categories below it. Empty: all products.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    case_ids = fields.Many2many("aftersales.fault.case", compute="_compute_cases")
    case_count = fields.Integer("Cases", compute="_compute_cases")

    @api.depends("month")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.month.strftime("%Y-%m") if wizard.month else False

    @api.depends("month", "category_id", "company_id")
    def _compute_cases(self):
        for wizard in self:
            wizard.case_ids = self.env["aftersales.fault.case"].search(
                wizard._get_case_domain(), order="category_id, published_at, id"
            )
            wizard.case_count = len(wizard.case_ids)

    def _get_case_domain(self):
        """Cases published in the month where the company works; the last version."""
        self.ensure_one()
        if not self.month:
            return Domain.FALSE
        zone = self.company_id.sudo().resource_calendar_id.tz or "UTC"
        start = fields.Date.start_of(self.month, "month")
        end = fields.Date.add(start, months=1)
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "published")
            & Domain("published_at", ">=", self._get_midnight(start, zone))
            & Domain("published_at", "<", self._get_midnight(end, zone))
        )
        if self.category_id:
            domain &= Domain("category_id", "child_of", self.category_id.id)
        return domain

    @api.model
    def _get_midnight(self, day, zone):
        """Beginning of ``day`` in the time zone ``zone``, in UTC."""
        local = timezone(zone).localize(datetime.combine(day, time.min))
        return local.astimezone(utc).replace(tzinfo=None)

    def _form_url(self):
        """The library, for the QR code: the summary itself is not kept."""
        return f"{self.get_base_url()}/odoo/aftersales-fault-cases"

    def action_print(self):
        """The summary as a PDF."""
        self.ensure_one()
        report = self.env.ref("aftersales_service.aftersales_fault_case_summary_report")
        return report.report_action(self)
