from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.van_advice import advise


class AftersalesVanAdvice(models.TransientModel):
    """What engineers should carry: min and max by the use of parts on the machine
    models of their region, each with a button to make it a reordering rule.
    """

    _name = "aftersales.van.advice"
    _description = "Van Stock Advice"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    months = fields.Integer(
        "Months of Use",
        required=True,
        default=lambda self: int(
            self.env.company._aftersales_parameter("van_use_months") or 12
        ),
        help="How far back the use of parts is counted.",
    )
    cover_days = fields.Float(
        "Cover (Days)",
        required=True,
        default=lambda self: (
            self.env.company._aftersales_parameter("van_cover_days") or 30
        ),
        help="How long the minimum should last.",
    )
    region_ids = fields.Many2many(
        "aftersales.region",
        string="Regions",
        check_company=True,
        help="Empty: all regions that have an engineer.",
    )
    line_ids = fields.One2many("aftersales.van.advice.line", "wizard_id", "Advice")
    is_computed = fields.Boolean()

    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Van Stock Advice")

    @api.constrains("months", "cover_days")
    def _check_figures(self):
        for wizard in self:
            if not 0 < wizard.months <= 120 or not 0 < wizard.cover_days <= 366:
                raise UserError(
                    self.env._(
                        "Count the use of 1 to 120 months, and cover 1 to 366 days."
                    )
                )

    def _get_crew(self):
        """All engineers of the company that have a region; a keeper may know them."""
        self.ensure_one()
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("aftersales_engineer", "=", True),
                    ("company_id", "=", self.company_id.id),
                    ("aftersales_region_id", "!=", False),
                ]
            )
        )

    def action_compute(self):
        """Work the advice out anew; what was typed before is replaced."""
        self.ensure_one()
        self._check_own_company(self.company_id)
        everybody = self._get_crew()
        regions = self.region_ids or everybody.aftersales_region_id
        wanted = set(
            everybody.filtered(lambda e: e.aftersales_region_id in regions).ids
        )
        if not wanted:
            raise UserError(
                self.env._("No engineer has a region; enter it at the employees.")
            )
        crew = {
            region.id: people.ids
            for region, people in everybody.grouped("aftersales_region_id").items()
        }
        uses = self.env["aftersales.van.stock"]._get_use_by_region(
            self.company_id, self.months
        )
        rows = advise(uses, crew, self.months, self.cover_days)
        self.write(
            {
                "is_computed": True,
                "line_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "engineer_id": person_id,
                            "product_id": product_id,
                            "monthly_use": row.monthly,
                            "min_quantity": row.minimum,
                            "max_quantity": row.maximum,
                        }
                    )
                    for (person_id, product_id), row in sorted(rows.items())
                    if person_id in wanted
                ],
            }
        )
        return self._reopen()

    def action_apply(self):
        """Make or change the reordering rules of the chosen lines."""
        self.ensure_one()
        chosen = self.line_ids.filtered(lambda row: row.chosen and not row.is_applied)
        if not chosen:
            raise UserError(self.env._("Choose at least one line that changes a rule."))
        chosen._apply()
        return self._reopen()

    def _check_own_company(self, companies):
        """:raises AccessError: for people and figures of a company one is not in"""
        if companies - self.env.companies:
            raise AccessError(
                self.env._("Van stock is advised within your own companies only.")
            )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Van Stock Advice"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }
