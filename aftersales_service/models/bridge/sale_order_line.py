from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = [
        "aftersales.factory.sale.line.mixin",
        "aftersales.settlement.line.mixin",
        "sale.order.line",
    ]

    aftersales_dispatch_id = fields.Many2one(
        "aftersales.dispatch", "Dispatch", index="btree_not_null", copy=False
    )
    aftersales_part_use_ids = fields.One2many(
        "aftersales.part.use", "sale_line_id", "Parts Used"
    )

    aftersales_contract_months = fields.Integer(
        "Contract Warranty (Months)",
        help="The contract promises its own warranty for the machines of this line.",
    )
    aftersales_contract_ref = fields.Char("Contract")

    _aftersales_contract_check = models.Constraint(
        "CHECK (aftersales_contract_months >= 0)", "Months must not be negative."
    )

    def _aftersales_get_engineer(self):
        """Whose account this line is counted on; may be empty."""
        self.ensure_one()
        line = self.sudo()
        return (
            line.aftersales_dispatch_id.engineer_id
            or line.aftersales_part_use_ids[:1].engineer_id
            or line.aftersales_factory_repair_id.technician_id
            or line.aftersales_relief_id.requested_by_id
        )

    def _aftersales_get_request(self):
        """The case of the line: of its own machine, else that of the order."""
        self.ensure_one()
        line = self.sudo()
        return (
            line.aftersales_factory_repair_id.request_id
            or line.order_id.aftersales_request_id
        )

    # ---------------------------------------------------------------- prices

    def _get_order_date(self):
        """A settlement charges by the price list of the visit."""
        if not self.sudo().order_id.aftersales_request_id:
            return super()._get_order_date()
        return self.aftersales_price_date or self.create_date or fields.Datetime.now()

    def _compute_pricelist_item_id(self):
        """The rules of a price list ask for model, region and warranty of the case."""
        cases = self.grouped(lambda line: line._aftersales_get_request())
        ordinary = cases.pop(self.env["aftersales.service.request"], self.browse())
        for request, lines in cases.items():
            facts = self.env["sale.order"]._aftersales_get_facts(request)
            lines = lines.with_context(aftersales_case=facts)
            super(SaleOrderLine, lines)._compute_pricelist_item_id()
        return super(SaleOrderLine, ordinary)._compute_pricelist_item_id()

    def _prepare_invoice_line(self, **optional_values):
        """A relief lowers the income on an account of its own, if one is set."""
        vals = super()._prepare_invoice_line(**optional_values)
        if kind := self.sudo().aftersales_relief_id.kind:
            account = self.company_id.sudo()[f"aftersales_{kind}_account_id"]
            if account:
                vals["account_id"] = account.id
        return vals

    # -------------------------------------------------------------- analytic

    @api.depends(
        "aftersales_dispatch_id",
        "aftersales_part_use_ids",
        "aftersales_factory_repair_id",
    )
    def _compute_analytic_distribution(self):
        """Lines of a settlement on the accounts of their case, whoever writes them;
        what the company's own distribution models add in other plans stays."""
        super()._compute_analytic_distribution()
        pairs = {
            line: (
                line._aftersales_get_request(),
                line._aftersales_get_engineer(),
            )
            for line in self
            if line.order_id.aftersales_request_id and not line.display_type
        }
        if not pairs:
            return
        requests = self.env["aftersales.service.request"]
        distributions = requests._aftersales_get_distributions(pairs.values())
        for line, pair in pairs.items():
            foreign = {
                key: share
                for key, share in (line.analytic_distribution or {}).items()
                if not self.env["account.analytic.account"]
                .sudo()
                .browse(map(int, key.split(",")))
                .filtered("aftersales_key")
            }
            line.analytic_distribution = {**foreign, **distributions[pair]}

    def copy_data(self, default=None):
        """A copy is no settlement: its amounts are not of the case."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            if line.order_id.aftersales_request_id:
                vals.pop("analytic_distribution", None)
        return vals_list

    def _aftersales_prepare_contract(self):
        """What the contract says of the machines that this line delivers."""
        if not self.aftersales_contract_months:
            return {}
        reference = self.aftersales_contract_ref
        return {
            "contract_months": self.aftersales_contract_months,
            "contract_ref": reference or self.order_id.name,
        }

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Parts used on site were delivered by the engineer: no second delivery."""
        van = self.filtered(lambda line: line.sudo().aftersales_part_use_ids)
        return super(SaleOrderLine, self - van)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
