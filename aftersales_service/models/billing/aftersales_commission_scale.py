from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import commission


class AftersalesCommissionScale(models.Model):
    """A version of the commission scale (提成标准), 001 Art.37.

    The handbook names the scale of level-2 sales managers and no number: the company
    enters its own. A version in force does not change; the next one follows it.
    """

    _name = "aftersales.commission.scale"
    _description = "Commission Scale"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char("Version", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Force"), ("ended", "Ended")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    method = fields.Selection(
        [
            ("whole", "Whole Amount at the Rate Reached"),
            ("progressive", "Each Slice at Its Own Rate"),
        ],
        required=True,
        default="whole",
    )
    date_from = fields.Date("Valid From", required=True)
    date_to = fields.Date("Valid Until")
    tier_ids = fields.One2many(
        "aftersales.commission.tier", "scale_id", "Tiers", copy=True
    )
    note = fields.Text("Remarks")

    _dates_check = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day of a scale is not before its first.",
    )

    @api.constrains("state", "date_from", "date_to", "company_id")
    def _check_overlap(self):
        """On any day one version is in force, so that a rate is never a choice."""
        for scale in self.filtered(lambda s: s.state == "active"):
            domain = [
                ("id", "!=", scale.id),
                ("company_id", "=", scale.company_id.id),
                ("state", "in", ("active", "ended")),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", scale.date_from),
            ]
            if scale.date_to:
                domain.append(("date_from", "<=", scale.date_to))
            if other := self.search(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "“%(other)s” is in force on days of “%(scale)s”. End it first.",
                        other=other.name,
                        scale=scale.name,
                    )
                )

    def write(self, vals):
        fixed = {"method", "date_from", "tier_ids", "company_id"} & vals.keys()
        if fixed and any(scale.state != "draft" for scale in self):
            raise UserError(
                self.env._(
                    "A scale that was in force does not change. Copy it, and let the"
                    " new version follow."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(scale.state != "draft" for scale in self):
            raise UserError(self.env._("A scale that was in force is kept."))

    def copy_data(self, default=None):
        """The next version starts the day after the one it follows, if that ended."""
        vals_list = super().copy_data(default)
        for scale, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (next)", name=scale.name)
            vals["date_to"] = False
            if scale.date_to:
                vals["date_from"] = fields.Date.add(scale.date_to, days=1)
        return vals_list

    # --------------------------------------------------------------- buttons

    def action_activate(self):
        """Put the version in force.

        :raises UserError: without tiers, or with tiers that contradict each other
        """
        self.check_access("write")
        for scale in self:
            scale._check_tiers()
        self.filtered(lambda scale: scale.state == "draft").state = "active"

    def action_end(self):
        """The version ends today, unless its last day is set already."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for scale in self.filtered(lambda scale: scale.state == "active"):
            scale.write(
                {
                    "state": "ended",
                    "date_to": scale.date_to or max(today, scale.date_from),
                }
            )

    def _check_tiers(self):
        """:raises UserError: when no commission can be counted with these tiers"""
        self.ensure_one()
        texts = {
            "empty": self.env._(
                "The scale “%(scale)s” has no tiers. The handbook names no number for"
                " them: enter those of the company.",
                scale=self.name,
            ),
            "negative": self.env._("A tier must not have a negative number."),
            "rate": self.env._("A rate above 100 % cannot be paid."),
            "double": self.env._("Two tiers begin at the same amount and price."),
        }
        try:
            commission.check_tiers(self._get_tiers())
        except ValueError as error:
            raise UserError(texts[str(error)]) from error

    # --------------------------------------------------------------- for use

    def _get_tiers(self):
        return [
            (tier.amount_from, tier.ratio_from, tier.rate) for tier in self.tier_ids
        ]

    @api.model
    def _find(self, company, day):
        """The version in force on ``day``.

        :raises UserError: when there is none, with what to do
        """
        scale = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("active", "ended")),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )
        if not scale:
            raise UserError(
                self.env._(
                    "%(company)s has no commission scale in force on %(day)s. The"
                    " handbook names no numbers (Art. 37): enter them as a scale and"
                    " put it in force.",
                    company=company.name,
                    day=fields.Date.to_string(day),
                )
            )
        return scale

    def _get_rate(self, amount, list_amount):
        """Rate in percent of a deal and its share of the list price.

        :return: ``(rate as float, price ratio in percent)``
        """
        self.ensure_one()
        ratio = commission.price_ratio(amount, list_amount)
        rate = commission.rate_for(
            amount, ratio, self._get_tiers(), self.method == "progressive"
        )
        return float(rate), ratio
