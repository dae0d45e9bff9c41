from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesVisitCostMixin(models.AbstractModel):
    """Expenses and labour cost of a visit; for ``aftersales.dispatch``."""

    _name = "aftersales.visit.cost.mixin"
    _description = "Cost of a Visit"

    company_currency_id = fields.Many2one(
        "res.currency", compute="_compute_company_currency_id"
    )
    region_id = fields.Many2one(
        "aftersales.region",
        compute="_compute_region_id",
        store=True,
        help="Region of the place where the machine stands.",
    )
    labour_cost = fields.Monetary(
        compute="_compute_labour_cost",
        store=True,
        currency_field="company_currency_id",
        groups="aftersales_service.group_aftersales_finance",
        help="Hours on site of all engineers at the cost of an hour when the visit"
        " was finished. Computed, not posted.",
    )
    expense_ids = fields.One2many("hr.expense", "aftersales_dispatch_id", "Expenses")
    expense_count = fields.Integer(compute="_compute_expense_total")
    expense_total = fields.Monetary(
        "Expenses of the Visit",
        compute="_compute_expense_total",
        currency_field="company_currency_id",
    )
    lead_ids = fields.One2many(
        "crm.lead", "aftersales_dispatch_id", "Follow-On Sale Leads"
    )
    lead_count = fields.Integer(compute="_compute_lead_count", compute_sudo=True)

    @api.depends("company_id")
    def _compute_company_currency_id(self):
        for dispatch in self:
            dispatch.company_currency_id = dispatch.company_id.currency_id

    @api.depends("request_id.partner_id", "request_id.equipment_id")
    def _compute_region_id(self):
        for dispatch in self:
            keys = dispatch.sudo().request_id._aftersales_get_keys()
            dispatch.region_id = keys[1]

    @api.depends("visit_hours", "engineer_id", "assistant_ids")
    def _compute_labour_cost(self):
        for dispatch in self:
            people = (dispatch.engineer_id | dispatch.assistant_ids).sudo()
            rate = sum(person._aftersales_get_hour_cost() for person in people)
            dispatch.labour_cost = dispatch.visit_hours * rate

    @api.depends("expense_ids.total_amount", "expense_ids.state")
    @api.depends_context("uid")
    def _compute_expense_total(self):
        """What the reader may see: an engineer his own, the department all."""
        totals = {}
        expenses = self.env["hr.expense"]
        if self.env.user.has_group("aftersales_service.group_aftersales_user"):
            expenses = expenses.sudo()
        for dispatch, total, count in expenses._read_group(
            [("aftersales_dispatch_id", "in", self.ids), ("state", "!=", "refused")],
            ["aftersales_dispatch_id"],
            ["total_amount:sum", "__count"],
        ):
            totals[dispatch.id] = (total, count)
        for dispatch in self:
            total, count = totals.get(dispatch._origin.id, (0.0, 0))
            dispatch.expense_total = total
            dispatch.expense_count = count

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        counts = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("aftersales_dispatch_id", "in", self.ids)],
                ["aftersales_dispatch_id"],
                ["__count"],
            )
        )
        for dispatch in self:
            dispatch.lead_count = counts.get(dispatch._origin, 0)

    def _get_cards_not_handed_in(self):
        """Numbers of the service cards that are still out; called with sudo.

        :return: list of numbers, empty when all are in or there is no visit
        """
        return self.card_ids.filtered(
            lambda card: card.state in ("issued", "filled", "signed")
        ).mapped("name")

    # --------------------------------------------------------------- buttons

    def action_view_expenses(self):
        """The expenses of this visit; a new one is one of its engineer's."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.hr_expense_action_aftersales"
        )
        me = self.env.user.employee_id
        is_mine = me and me in (self.engineer_id | self.assistant_ids)
        return {
            **action,
            "domain": [("aftersales_dispatch_id", "=", self.id)],
            "context": {
                "default_aftersales_dispatch_id": self.id,
                "default_employee_id": (me if is_mine else self.engineer_id).id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_new_expense(self):
        """A new expense of this visit, for the engineer's phone."""
        self.ensure_one()
        if self.state in ("draft", "signing", "refused", "cancelled"):
            raise UserError(
                self.env._(
                    "%(dispatch)s is not issued yet: it has no expenses.",
                    dispatch=self.name,
                )
            )
        return {
            **self.action_view_expenses(),
            "name": self.env._("New Expense"),
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_sell(self):
        """Dialog for what the customer would like to buy (二次销售, 001 Art.37)."""
        self.ensure_one()
        self._check_may_sell()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Wants to Buy"),
            "res_model": "aftersales.dispatch.sell",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispatch_id": self.id},
        }

    def _check_may_sell(self):
        """:raises AccessError: only the engineers of the visit and the desk"""
        if not self.is_mine and not self.env.user.has_group(
            "aftersales_service.group_aftersales_dispatcher"
        ):
            raise AccessError(
                self.env._(
                    "Only the engineers of %(dispatch)s pass on what its customer"
                    " wants to buy.",
                    dispatch=self.name,
                )
            )

    def action_view_leads(self):
        """Open the leads that came from this visit."""
        self.ensure_one()
        self.env["crm.lead"].check_access("read")
        return self.with_context(active_test=False).lead_ids._get_records_action()
