from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.warranty_term import STAND_INS

START_BASES = [
    ("purchase", "Purchase"),
    ("delivery", "Delivery"),
    ("acceptance", "Acceptance"),
    ("first_use", "Formal Use"),
]


class AftersalesWarrantyPolicy(models.Model):
    """What the company promises with a machine (保修政策, handbook 9.1).

    Its terms are copied onto a machine when it is sold; a change here alters
    nothing that is sold already.
    """

    _name = "aftersales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["aftersales.text.mixin", "aftersales.preset.mixin"]

    start_basis = fields.Selection(
        START_BASES,
        "Counted From",
        required=True,
        default="acceptance",
        help="Until this date is known, an earlier one stands in for it.",
    )
    cap_months = fields.Integer(
        "At the Latest Months after Delivery",
        help="The term begins at the latest so many months after the delivery, also"
        " when acceptance or first use come later. 0: no such limit.",
    )
    months_from_product = fields.Boolean(
        "Months of the Product",
        help="The whole machine is covered for the months set on the product.",
    )
    contract_max_months = fields.Integer(
        "Longest Contract (Months)",
        help="Most that a contract may promise for a project. 0: no limit.",
    )
    lifetime_service = fields.Boolean(
        "Lifetime Maintenance",
        help="After the warranty the machine is served for a fee for all its life.",
    )
    is_transferable = fields.Boolean(
        "Goes with the Machine",
        default=True,
        help="The warranty passes to a new owner; otherwise it ends with the sale.",
    )
    is_default = fields.Boolean(compute="_compute_is_default")
    line_ids = fields.One2many(
        "aftersales.warranty.policy.line", "policy_id", "Cover", copy=True
    )
    exclusion_ids = fields.Many2many("aftersales.warranty.exclusion", string="Excluded")
    note = fields.Text("Conditions", translate=True)

    _months_check = models.Constraint(
        "CHECK (cap_months >= 0 AND contract_max_months >= 0)",
        "Months must not be negative.",
    )

    @api.depends_context("company")
    @api.depends("company_id")
    def _compute_is_default(self):
        default = self.env.company.sudo().aftersales_warranty_policy_id
        for policy in self:
            policy.is_default = policy._origin == default

    @api.constrains("cap_months", "start_basis")
    def _check_cap(self):
        for policy in self:
            if policy.cap_months and policy.start_basis not in (
                "acceptance",
                "first_use",
            ):
                raise ValidationError(
                    self.env._(
                        "A latest start after delivery makes sense only when the"
                        " warranty counts from acceptance or first use."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"active", "sequence", "company_id", "bundle_id"}:
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _preset_is_used(self):
        """See the preset mixin: machines were sold by it."""
        rows = self.env["aftersales.warranty"].sudo()
        return bool(
            rows.with_context(active_test=False).search_count(
                [("policy_id", "=", self.id)], limit=1
            )
        )

    def action_make_default(self):
        """Let this policy rule the machines of its company that name no other."""
        self.ensure_one()
        self.check_access("write")
        if not self.company_id:
            raise ValidationError(self.env._("A template rules nobody: copy it first."))
        self.company_id.sudo().aftersales_warranty_policy_id = self

    def _prepare_terms(self, product_months, contract_months):
        """The terms to freeze on a machine.

        :param int product_months: months set on the product
        :param int contract_months: months the contract promises, 0 without one
        :return: list of vals of ``aftersales.warranty`` without the machine; empty
            when nothing is promised
        """
        if not self:
            months = contract_months or product_months
            return months and [self._prepare_default_terms(months)] or []
        self.ensure_one()
        common = {
            "policy_id": self.id,
            # In the words of the company, whoever enters the machine.
            "policy_name": self.with_context(
                lang=self.company_id.partner_id.lang or self.env.lang
            ).name,
            "start_basis": self.start_basis,
            "cap_months": self.cap_months,
            "is_transferable": self.is_transferable,
            "exclusion_ids": [fields.Command.set(self.exclusion_ids.ids)],
            "note": self.note,
        }
        rows = []
        for line in self.line_ids:
            months = line._get_months(product_months, contract_months)
            if months is not None:
                rows.append({**common, **line._prepare_terms(months)})
        return rows

    @api.model
    def _prepare_default_terms(self, months):
        """Without a policy: the months of the product, from the first date known."""
        return {
            "cover": "whole_machine",
            "months": months,
            "start_basis": "acceptance",
            "exclusion_ids": [],
        }

    @api.model
    def _get_event_fields(self):
        """The machine's date of each start event."""
        return {event: f"{event}_date" for event in STAND_INS}
