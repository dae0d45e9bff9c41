from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_fee_mixin import FEES

CONDITIONS = ("model_id", "categ_id", "region_id", "warranty_state")


class AftersalesPriceListLine(models.Model):
    """One price: what is charged, per what, and where it applies.

    Without condition it applies to every case; the more a line says about model,
    category, region and warranty, the earlier it is asked.
    """

    _name = "aftersales.price.list.line"
    _description = "Price"
    _order = "list_id, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    list_id = fields.Many2one(
        "aftersales.price.list", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="list_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="list_id.currency_id")
    sequence = fields.Integer(default=10)
    fee = fields.Selection(FEES, "Item", required=True, default="labour")
    product_id = fields.Many2one(
        "product.product",
        "Service or Part",
        required=True,
        index=True,
        check_company=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Charged Per")
    price = fields.Monetary("Unit Price", required=True)
    model_id = fields.Many2one(
        "product.product",
        "Machine Model",
        check_company=True,
        help="Only for this model; empty: for all.",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Machine Category",
        help="Only for machines of this category and those below it; empty: for all.",
    )
    region_id = fields.Many2one(
        "aftersales.region",
        check_company=True,
        help="Only in this region; empty: in all.",
    )
    warranty_state = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty")],
        "Warranty",
        help="Only for machines in that state; empty: for all.",
    )
    note = fields.Char("Remarks")
    rule_ids = fields.One2many(
        "product.pricelist.item",
        "aftersales_price_line_id",
        "Pricelist Rules",
        readonly=True,
        copy=False,
    )

    _price_check = models.Constraint(
        "CHECK (price >= 0)", "A price must not be negative."
    )
    _once_uniq = models.UniqueIndex(
        "(list_id, product_id, COALESCE(model_id, 0), COALESCE(categ_id, 0),"
        " COALESCE(region_id, 0), COALESCE(warranty_state, ''))",
        "The same item has two prices for the same model, region and warranty.",
    )

    @api.depends("fee", "company_id")
    def _compute_product_id(self):
        """The service of that fee; a part is chosen by hand."""
        templates = self.env["product.template"]
        for line in self:
            fitting = line.product_id.type == "consu"
            if line.fee != "part":
                company = line.company_id or self.env.company
                product = templates._aftersales_get_fee_product(company, line.fee)
                line.product_id = product or line.product_id
            elif not fitting:
                line.product_id = False

    @api.constrains("fee", "product_id")
    def _check_product(self):
        for line in self:
            if (line.fee == "part") != (line.product_id.type == "consu"):
                raise ValidationError(
                    self.env._(
                        "%(product)s does not fit “%(fee)s”: a part is a good, every"
                        " other item is a service.",
                        product=line.product_id.display_name,
                        fee=dict(self._fields["fee"]._description_selection(self.env))[
                            line.fee
                        ],
                    )
                )

    # --------------------------------------------------------------- the rule

    def _get_rank(self):
        """How special this line is; the highest that fits is the price."""
        self.ensure_one()
        weights = {"model_id": 8, "categ_id": 4, "region_id": 2, "warranty_state": 1}
        return sum(weights[name] for name in CONDITIONS if self[name])

    def _fits(self, facts):
        """Whether this price applies to a case.

        :param dict facts: ``model_id``, ``categ_ids`` (with those above),
            ``region_id`` and ``warranty_state`` of the case; None for no case
        """
        self.ensure_one()
        if not facts:
            return not self._get_rank()
        return (
            (not self.model_id or self.model_id.id == facts["model_id"])
            and (not self.categ_id or self.categ_id.id in facts["categ_ids"])
            and (not self.region_id or self.region_id.id == facts["region_id"])
            and (
                not self.warranty_state
                or self.warranty_state == facts["warranty_state"]
            )
        )

    def _prepare_rule_vals(self):
        """The rule of Odoo's pricelist that this line becomes."""
        self.ensure_one()
        return {
            "pricelist_id": self.list_id.pricelist_id.id,
            "applied_on": "0_product_variant",
            "product_tmpl_id": self.product_id.product_tmpl_id.id,
            "product_id": self.product_id.id,
            "compute_price": "fixed",
            "fixed_price": self.price,
            "date_start": self.list_id._get_first_moment(),
            "date_end": self.list_id._get_last_moment(),
            "aftersales_price_line_id": self.id,
        }

    # ------------------------------------ a line is content that was signed

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.list_id._approval_content_changed()
        return lines

    def write(self, vals):
        changed = self.filtered(
            lambda line: any(
                line._fields[name].convert_to_write(line[name], line) != vals[name]
                for name in vals
                if name in line._fields and name not in ("sequence", "rule_ids")
            )
        )
        result = super().write(vals)
        changed.list_id._approval_content_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_voids_signatures(self):
        self.list_id._approval_content_changed()
