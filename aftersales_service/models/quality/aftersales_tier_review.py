from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...engine.tier import points_for, tier_for, weighted_score
from .aftersales_tier_policy import TIERS

TIER_ORDER = "cba"


class AftersalesTierReview(models.Model):
    """Yearly review of a customer's tier (客户等级评审), handbook 13.2.

    Measured from the records, scored by weight, decided by the manager. Only its
    confirmation gives the customer his tier, with reason and date.

    Rights: agents propose (make, measure, write the reason), managers confirm.
    """

    _name = "aftersales.tier.review"
    _description = "Tier Review"
    _inherit = ["aftersales.form.mixin"]
    _order = "year desc, id desc"
    _rec_names_search = ["name", "partner_id"]

    _form_sequence = ("aftersales.tier.review", "DJ")
    _form_protected = frozenset(
        {
            "name",
            "state",
            "line_ids",
            "limit_a",
            "limit_b",
            "previous_tier",
            "confirmed_by_id",
            "confirmed_at",
        }
    )

    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        group_expand=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    year = fields.Char(
        required=True,
        size=4,
        index=True,
        default=lambda self: str(fields.Date.context_today(self).year),
    )
    date = fields.Date(
        "Measured Up To", required=True, default=fields.Date.context_today
    )
    line_ids = fields.One2many(
        "aftersales.tier.review.line", "review_id", "Criteria", readonly=True
    )
    score = fields.Float(
        compute="_compute_score", store=True, digits=(5, 2), aggregator="avg"
    )
    limit_a = fields.Float(
        "Tier A from Score", readonly=True, copy=False, digits=(5, 2)
    )
    limit_b = fields.Float(
        "Tier B from Score", readonly=True, copy=False, digits=(5, 2)
    )
    previous_tier = fields.Selection(TIERS, readonly=True, copy=False)
    proposed_tier = fields.Selection(
        TIERS, compute="_compute_proposed_tier", store=True
    )
    decided_tier = fields.Selection(
        TIERS,
        compute="_compute_decided_tier",
        store=True,
        readonly=False,
        tracking=True,
    )
    is_change = fields.Boolean("Tier Changes", compute="_compute_is_change", store=True)
    reason = fields.Text(help="Needed when another tier is decided than proposed.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)

    _partner_year_uniq = models.UniqueIndex(
        "(company_id, partner_id, year) WHERE state != 'cancelled'",
        "This customer has a review for this year already.",
    )
    _year_check = models.Constraint(
        "CHECK (year ~ '^20[0-9]{2}$')", "The year has four digits, such as 2026."
    )

    # -------------------------------------------------------------- computes

    @api.depends("line_ids.points", "line_ids.weight")
    def _compute_score(self):
        for review in self:
            rows = [(line.weight, line.points) for line in review.line_ids]
            review.score = weighted_score(rows)

    @api.depends("score", "limit_a", "limit_b", "line_ids")
    def _compute_proposed_tier(self):
        """Nothing is proposed before something was measured."""
        for review in self:
            limits = [(review.limit_a, "a"), (review.limit_b, "b"), (0.0, "c")]
            # At the same score the better tier counts.
            limits.sort(key=lambda row: (row[0], TIER_ORDER.index(row[1])))
            review.proposed_tier = bool(review.line_ids) and tier_for(
                review.score, limits
            )

    @api.depends("proposed_tier")
    def _compute_decided_tier(self):
        for review in self:
            review.decided_tier = review.proposed_tier

    @api.depends("decided_tier", "previous_tier")
    def _compute_is_change(self):
        for review in self:
            review.is_change = bool(
                review.decided_tier and review.decided_tier != review.previous_tier
            )

    @api.constrains("partner_id")
    def _check_partner(self):
        for review in self:
            company = review.partner_id.commercial_partner_id
            if company != review.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: review the company, its"
                        " tier counts for its contacts.",
                        contact=review.partner_id.name,
                        customer=company.name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for review in self:
            if review.date > today:
                raise ValidationError(
                    self.env._(
                        "%(field)s must not lie in the future.",
                        field=self._fields["date"]._description_string(self.env),
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        for review in reviews.sudo():
            review.previous_tier = review.partner_id.aftersales_tier
        reviews.sudo()._measure()
        for review, vals in zip(reviews.sudo(), vals_list, strict=True):
            if vals.get("decided_tier"):  # what was decided stands, measured or not
                review.decided_tier = vals["decided_tier"]
        return reviews

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self._form_check_state("draft")
        result = super().write(vals)
        if {"date", "partner_id"} & vals.keys():
            self.sudo()._measure()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for review in self:
            if review.state == "confirmed":
                raise UserError(
                    self.env._(
                        "%(review)s gave the customer his tier and stays on file.",
                        review=review.name,
                    )
                )

    # ------------------------------------------------------------- measuring

    def _measure(self):
        """Measure anew from the records (called with sudo), few queries a batch."""
        measure = self.env["aftersales.tier.measure"]
        for (company, day), reviews in self.grouped(
            lambda review: (review.company_id, review.date)
        ).items():
            criteria = self.env["aftersales.tier.criterion"]._get_for(company)
            if not criteria:
                raise UserError(
                    self.env._(
                        "There are no tier criteria for %(company)s. Set them up"
                        " under Configuration.",
                        company=company.name,
                    )
                )
            values = measure._measure(reviews.partner_id, company, day, criteria)
            limits = self.env["aftersales.tier.policy"]._get_limits(company)
            lows = {tier: low for low, tier in limits}
            reviews.line_ids.unlink()
            self.env["aftersales.tier.review.line"].create(
                [
                    review._prepare_line(criterion, values[criterion.source])
                    for review in reviews
                    for criterion in criteria
                ]
            )
            reviews.write({f"limit_{tier}": lows.get(tier, 100.0) for tier in "ab"})

    def _prepare_line(self, criterion, values):
        value = values.get(self.partner_id.id) or 0.0
        thresholds = [(row.minimum, row.points) for row in criterion.threshold_ids]
        return {
            "review_id": self.id,
            "criterion_id": criterion.id,
            "sequence": criterion.sequence,
            "source": criterion.source,
            "value": value,
            "points": points_for(value, thresholds),
            "weight": criterion.weight,
        }

    @api.model
    def _prepare_year(self, company, year, day):
        """A draft for every customer with machines who has no review of the year.

        Run twice, nothing doubles.

        :return: the new reviews
        """
        machines = self.env["aftersales.equipment"].sudo()
        rows = machines._read_group([("company_id", "=", company.id)], ["partner_id"])
        owners = machines.partner_id.union(*(partner for (partner,) in rows))
        done = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("year", "=", year),
                ("state", "!=", "cancelled"),
            ],
            ["partner_id"],
        )
        customers = owners.search(
            [
                ("id", "in", owners.commercial_partner_id.ids),
                ("id", "not in", done.partner_id.ids),
                # A shared customer, or one of this very company.
                ("company_id", "in", (company.id, False)),
            ],
            order="id",
        )
        return self.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "year": year,
                    "date": day,
                }
                for partner in customers
            ]
        )

    @api.model
    def _cron_prepare_year(self):
        """Drafts of the year for companies that set the month of their reviews.

        Once a year: a company with any review of the year is left alone.
        """
        today = fields.Date.context_today(self)
        year = str(today.year)
        known = self.search([("year", "=", year)]).company_id
        criteria = self.env["aftersales.tier.criterion"]
        companies = self.env["res.company"].search([("id", "not in", known.ids)])
        for company in companies:
            month = company._aftersales_parameter("tier_review_month")
            if month and today.month >= month and criteria._get_for(company):
                self.with_company(company)._prepare_year(company, year, today)

    # --------------------------------------------------------------- buttons

    def action_measure(self):
        """Measure the customer anew, up to today; a tier decided before goes."""
        reviews = self._form_begin("draft")
        today = fields.Date.context_today(self)
        reviews.write({"date": today})

    def action_confirm(self):
        """Give the customers the tiers decided, with reason and date.

        :raises AccessError: unless by a manager
        :raises UserError: without a tier, or a reason where one is needed
        """
        if not self.env.user.has_group("aftersales_service.group_aftersales_manager"):
            raise AccessError(self.env._("Only a manager confirms a tier."))
        reviews = self._form_begin("draft")
        for review in reviews:
            review._check_decided()
        now = fields.Datetime.now()
        reviews.write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": now,
            }
        )
        for review in reviews:
            customer = review.partner_id.commercial_partner_id
            customer.with_company(review.company_id).write(
                {
                    "aftersales_tier": review.decided_tier,
                    "aftersales_tier_reason": review._get_reason(),
                    "aftersales_tier_date": review._form_day(now),
                }
            )

    def _check_decided(self):
        self.ensure_one()
        if not self.decided_tier:
            raise UserError(
                self.env._("%(review)s: decide on a tier first.", review=self.name)
            )
        if self.decided_tier != self.proposed_tier and not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "%(review)s: say why another tier is decided than the score"
                    " proposes.",
                    review=self.name,
                )
            )

    def _get_reason(self):
        """What the customer file says: the reason given, after the score."""
        self.ensure_one()
        text = self.env._(
            "Review %(year)s (%(number)s): %(score)s points",
            year=self.year,
            number=self.name,
            score=f"{self.score:g}",
        )
        return f"{text}. {self.reason.strip()}" if self.reason else text

    def action_cancel(self):
        """Put a draft aside; the year is free for another one."""
        self._form_begin("draft").write({"state": "cancelled"})
        self.flush_recordset(["state"])
