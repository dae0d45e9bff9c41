from odoo import api, fields, models


class AftersalesChargeAgreementLine(models.Model):
    """One item of the estimate, at the price of the price list of that day."""

    _name = "aftersales.charge.agreement.line"
    _description = "Item of a Charging Agreement"
    _inherit = ["aftersales.protected.mixin"]
    _order = "agreement_id, sequence, id"
    _check_company_auto = True

    agreement_id = fields.Many2one(
        "aftersales.charge.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="agreement_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Service or Part",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain=[("sale_ok", "=", True)],
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Charged Per")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    price_unit = fields.Monetary(
        "Unit Price",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        help="By the price list of the day for this customer and machine.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )

    @api.depends("product_id", "quantity", "agreement_id.date")
    def _compute_price_unit(self):
        orders = self.env["sale.order"]
        for line in self:
            agreement = line.agreement_id
            if not (line.product_id and agreement.request_id):
                line.price_unit = 0.0
                continue
            line.price_unit = orders._aftersales_get_price(
                agreement.request_id,
                line.product_id,
                line.quantity,
                agreement.date,
                agreement.currency_id,
            )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit

    # The estimate is what was agreed.

    @api.model_create_multi
    def create(self, vals_list):
        self = self._form_without_defaults()
        self._form_check_protected(vals_list, creating=True)
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        self._form_check_protected([vals])
        self._check_editable()
        result = super().write(vals)
        if "agreement_id" in vals:
            self._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_editable()

    def _check_editable(self):
        """:raises UserError: once the customer has answered"""
        if not self.env.su:
            self.agreement_id._form_check_state("draft")
