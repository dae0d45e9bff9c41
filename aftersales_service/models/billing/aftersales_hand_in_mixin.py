from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class AftersalesHandInMixin(models.AbstractModel):
    """When collected cash is to be handed in, and the reminder of what is late.

    001 Art.22(6)3: on the day of return to the company. While the engineer is out
    there is no such day; the limits of the company and the bank are there for that.
    """

    _name = "aftersales.hand.in.mixin"
    _description = "Day of Handing In Cash"

    collected_on = fields.Date(
        "Day of Collection",
        compute="_compute_collected_on",
        store=True,
        precompute=True,
    )
    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        "Visit",
        compute="_compute_dispatch_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The visit on which the cash was collected.",
    )
    hand_in_due = fields.Date(
        "To Hand In By",
        compute="_compute_hand_in_due",
        store=True,
        precompute=True,
        help="The day of return to the company; open while the engineer is out.",
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )
    warned_at = fields.Datetime("Reminded At", readonly=True, copy=False)

    _open_idx = models.Index("(collector_id, collected_on) WHERE state = 'collected'")

    @api.depends("collected_at", "company_id")
    def _compute_collected_on(self):
        for collection in self:
            collection.collected_on = collection._form_day(collection.collected_at)

    @api.depends("request_id", "collector_id", "collected_at")
    def _compute_dispatch_id(self):
        """The collector's last visit of the case that had begun by then."""
        visits = self.request_id.sudo().dispatch_ids.filtered("departed_at")
        for collection in self:
            mine = visits.filtered(
                lambda d, c=collection: d.request_id == c.request_id
                and c.collector_id in (d.engineer_id | d.assistant_ids)
                and (not c.collected_at or d.departed_at <= c.collected_at)
            )
            collection.dispatch_id = mine.sorted("departed_at")[-1:]

    @api.depends("dispatch_id.returned_at", "collected_on", "company_id")
    def _compute_hand_in_due(self):
        for collection in self:
            visit = collection.dispatch_id.sudo()
            if visit and not visit.returned_at:
                collection.hand_in_due = False
                continue
            day = collection.collected_on
            if visit:
                day = max(day, collection._form_day(visit.returned_at))
            grace = collection.company_id._aftersales_parameter("cash_hand_in")
            collection.hand_in_due = day + timedelta(days=int(grace or 0))

    @api.depends("state", "hand_in_due")
    def _compute_is_late(self):
        """Late: with the engineer after the day on which it was to be handed in."""
        for company, collections in self.grouped("company_id").items():
            today = company._aftersales_get_day()
            for collection in collections:
                due = collection.hand_in_due
                collection.is_late = bool(
                    collection.state == "collected" and due and due < today
                )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_late_domain()

    @api.model
    def _get_late_domain(self):
        """Late cash of all companies; the day has begun or not where each works."""
        # pylint: disable-next=no-search-all
        companies = self.env["res.company"].sudo().search([])
        days = companies.grouped(lambda company: company._aftersales_get_day())
        return Domain("state", "=", "collected") & Domain.OR(
            Domain("company_id", "in", group.ids) & Domain("hand_in_due", "<", day)
            for day, group in days.items()
        )

    @api.model
    def _cron_remind(self):
        """Remind of late cash, once for each receipt: the engineer and his superior.

        Run twice it reminds nobody twice: ``warned_at`` tells who was.
        """
        late = self.search(
            self._get_late_domain() & Domain("warned_at", "=", False), limit=500
        )
        for collection in late:
            collector = collection.collector_id
            users = collector.user_id | collector.aftersales_region_id.user_id
            for user in users:
                collection.with_context(
                    mail_activity_quick_update=True
                ).activity_schedule(
                    "aftersales_service.mail_activity_type_cash",
                    user_id=user.id,
                    summary=collection.with_context(lang=user.lang)._get_debts()[0],
                )
        late.warned_at = fields.Datetime.now()

    def _close_reminders(self):
        """The cash is handed over: nobody needs to be reminded; called with sudo."""
        self.activity_unlink(["aftersales_service.mail_activity_type_cash"])
