from odoo import api, fields, models
from odoo.exceptions import UserError

VERDICT_PATH = "order_id.factory_repair_id.request_id"


class AftersalesPrerepairLine(models.Model):
    """Work or a part proposed to the customer (App.9).

    Free or charged as the warranty verdict of the case says; against it with a
    reason, and free against it only by who may decide a warranty against its terms.
    """

    _name = "aftersales.prerepair.line"
    _description = "Proposed Work or Part"
    _inherit = ["aftersales.text.mixin", "aftersales.part.verdict.mixin"]
    _order = "order_id, kind desc, sequence, id"
    _check_company_auto = True

    _verdict_path = VERDICT_PATH

    order_id = fields.Many2one(
        "aftersales.prerepair.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("work", "Work"), ("part", "Part")], "Type", required=True, default="part"
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", check_company=True
    )
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(
        "Quantity or Hours", required=True, default=1.0, digits="Product Unit"
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    price_unit = fields.Float(
        "Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    in_warranty = fields.Boolean(
        compute="_compute_in_warranty",
        store=True,
        readonly=False,
        precompute=True,
        help="Free for the customer, as the warranty verdict says.",
    )
    charge = fields.Selection(
        compute="_compute_charge",
        store=False,
        precompute=False,
        readonly=True,
        required=False,
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )
    _price_check = models.Constraint(
        "CHECK (price_unit >= 0)", "The price must not be negative."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.depends("product_id", "kind")
    def _compute_price_unit(self):
        """By the price list that the quotation will charge by."""
        for line in self:
            line.price_unit = line._get_list_price() or line.price_unit

    def _get_list_price(self):
        """What the quotation would charge at least; 0 where nothing is known."""
        self.ensure_one()
        company = self.company_id
        request = self.order_id.factory_repair_id.sudo().request_id
        product = self.product_id
        if not product and self.kind == "work" and company:
            product = company.sudo().aftersales_labour_product_id
        if not product or not request:
            return product.lst_price
        orders = self.env["sale.order"].sudo()
        day = request._form_day(False)
        return orders._aftersales_get_price(
            request, product, self.quantity, day, self.currency_id
        )

    def _check_price(self):
        """:raises UserError: on a price below the list, before the customer signs it"""
        for line in self:
            listed = line._get_list_price()
            if line.currency_id.compare_amounts(line.price_unit, listed) < 0:
                raise UserError(
                    self.env._(
                        "%(item)s: %(price)s is below the price list (%(listed)s). Ask"
                        " for a relief on the quotation instead.",
                        item=line.name,
                        price=line.currency_id.format(line.price_unit),
                        listed=line.currency_id.format(listed),
                    )
                )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            amount = line.quantity * line.price_unit
            currency = line.currency_id
            line.amount = currency.round(amount) if currency else amount

    # --------------------------------------------------------------- verdict

    def _judge(self, request):
        """See the part verdict mixin: work by the verdict on labour."""
        if self.kind == "part":
            return super()._judge(request)
        reasons = (request.verdict_data or {}).get("reasons", {}).get("labour", [])
        return request.verdict_labour or "undecided", reasons

    @api.depends("kind", f"{VERDICT_PATH}.verdict_labour")
    def _compute_verdict(self):
        return super()._compute_verdict()

    @api.depends(
        "kind",
        "order_id",
        "product_id.aftersales_cover",
        f"{VERDICT_PATH}.verdict_data",
        f"{VERDICT_PATH}.verdict_parts",
        f"{VERDICT_PATH}.verdict_labour",
    )
    def _compute_in_warranty(self):
        """As the verdict says, until the customer has the order to sign; what was
        decided against it with a reason stays."""
        for line in self:
            if line._origin and (line.charge_reason or line.order_id.state != "draft"):
                line.in_warranty = line.in_warranty
                continue
            request = line._get_verdict_request()
            line.in_warranty = bool(request) and line._judge(request)[0] == "free"

    @api.depends("in_warranty")
    def _compute_charge(self):
        for line in self:
            line.charge = "free" if line.in_warranty else "charged"

    @api.constrains("charge_reason")
    def _check_charge_reason(self):
        """Also whenever somebody says who bears it; not when the verdict changes
        while the customer has the order: what he reads stays."""
        return super()._check_charge_reason()

    def _is_free_now(self):
        """Whether the quotation gives it free: the verdict of that day counts, which
        may have changed by the diagnosis; what was decided against it stays. What
        the customer agreed to by his signature is as he signed it.
        """
        self.ensure_one()
        agreed = self.order_id.factory_repair_id.decision in ("all", "partly")
        if agreed or self.charge_reason or self.verdict not in ("free", "charged"):
            return self.in_warranty
        return self.verdict == "free"

    def _tell_against_verdict(self):
        """A note in the case of who gave what free against the verdict, and why."""
        for line in self:
            if line.in_warranty and line.verdict not in (False, "free"):
                request = line._get_verdict_request().with_env(self.env)
                request.message_post(
                    body=self.env._(
                        "%(order)s: %(item)s is free against the warranty verdict:"
                        " %(reason)s",
                        order=line.order_id.name,
                        item=line.name,
                        reason=line.charge_reason,
                    )
                )

    def _get_content(self):
        """What the customer signs of it."""
        self.ensure_one()
        return [
            self.kind,
            self.product_id.id,
            self.name,
            self.quantity,
            self.price_unit,
            self.in_warranty,
        ]

    def _check_not_agreed(self):
        """:raises UserError: when the repair goes by this line already"""
        for line in self.sudo():
            sheet = line.order_id.factory_repair_id
            for taken in sheet._get_lines():
                if taken.prerepair_line_id == line and taken.state != "proposed":
                    raise UserError(
                        self.env._(
                            "The customer has decided on %(item)s. What is needed"
                            " beyond it goes on a supplement, which he signs first.",
                            item=line.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_charge_reason()
        if not self.env.su:
            lines.order_id._check_writer()
            lines._check_price()
            lines._check_may_give_free()
            lines._tell_against_verdict()
        lines.order_id._content_changed()
        return lines

    def write(self, vals):
        orders = self.order_id
        if not self.env.su:
            orders._check_writer()
            self._check_not_agreed()
        result = super().write(vals)
        if "in_warranty" in vals:
            self._check_charge_reason()
        orders |= self.order_id
        if not self.env.su:
            orders._check_writer()
            self._check_price()
            if vals.keys() - {"sequence"}:
                self._check_may_give_free()
            if {"in_warranty", "charge_reason"} & vals.keys():
                self._tell_against_verdict()
        orders._content_changed()
        return result

    def unlink(self):
        orders = self.order_id
        if not self.env.su:
            orders._check_writer()
            self._check_not_agreed()
        result = super().unlink()
        orders._content_changed()
        return result
