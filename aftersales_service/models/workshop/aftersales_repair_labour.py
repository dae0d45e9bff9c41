from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_repair_charge_mixin import USE_FIELDS

KINDS = [
    ("labour", "Labour"),
    ("diagnosis", "Diagnosis"),
    ("test", "Test"),
    ("outside", "Outside Work"),
    ("towing", "Towing"),
    ("other", "Other"),
]
# Kind of work -> class of fee on the price list.
FEES = {
    "labour": "labour",
    "diagnosis": "diagnosis",
    "test": "test",
    "outside": "outside",
    "towing": "freight",
}
# What is done before the customer decides: it goes with the machine.
DONE_BEFORE = ("diagnosis", "towing")


class AftersalesRepairLabour(models.Model):
    """Work on a machine in the factory, or bought for it: on the same order as parts.

    Hours of a technician, or a quantity of outside work with what it costs us. Free
    or charged by the request's verdict on labour; towing by that on travel.
    """

    _name = "aftersales.repair.labour"
    _description = "Work of a Factory Repair"
    _inherit = ["aftersales.text.mixin", "aftersales.repair.charge.mixin"]
    _order = "factory_repair_id, sequence, id"
    _check_company_auto = True

    _use_fields = USE_FIELDS | {
        "technician_id",
        "vendor_id",
        "cost",
        "date",
    }

    kind = fields.Selection(KINDS, "Type", required=True, default="labour")
    name = fields.Char("Work", required=True)
    product_id = fields.Many2one(
        "product.product",
        "Service",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "service")],
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    technician_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        check_company=True,
        compute="_compute_technician_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
    )
    vendor_id = fields.Many2one(
        "res.partner", "Done By", check_company=True, help="Who does the outside work."
    )
    cost = fields.Monetary(
        currency_field="company_currency_id", help="What outside work costs us."
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date = fields.Date()

    _cost_check = models.Constraint("CHECK (cost >= 0)", "A cost must not be negative.")

    @api.depends("kind", "company_id")
    def _compute_product_id(self):
        for line in self:
            services = self._get_services(line.company_id)
            line.product_id = services.get(line.kind) or line.product_id

    @api.model
    def _get_services(self, company):
        """The service product of each kind of work in ``company``."""
        templates = self.env["product.template"].sudo()
        services = {
            kind: templates._aftersales_get_fee_product(company, fee)
            for kind, fee in FEES.items()
        }
        services["other"] = self.env.ref(
            "aftersales_service.product_repair_other", raise_if_not_found=False
        )
        return services

    @api.model
    def _get_kind(self, product, company):
        """What kind of work the service ``product`` is; labour if it does not say."""
        kinds = {fee: kind for kind, fee in FEES.items()}
        if product == self._get_services(company)["other"]:
            return "other"
        return kinds.get(product.aftersales_fee, "labour")

    @api.depends("kind", "factory_repair_id.technician_id")
    def _compute_technician_id(self):
        for line in self:
            if line.kind in ("labour", "diagnosis", "test"):
                line.technician_id = (
                    line.technician_id or line.factory_repair_id.technician_id
                )
            else:
                line.technician_id = False

    # --------------------------------------------------------------- verdict

    @api.depends(
        "kind",
        "factory_repair_id.request_id.verdict_labour",
        "factory_repair_id.request_id.verdict_travel",
    )
    def _compute_verdict(self):
        return super()._compute_verdict()

    def _judge(self, request):
        """See the part verdict mixin: work by the verdict on labour."""
        aspect = "travel" if self.kind == "towing" else "labour"
        reasons = (request.verdict_data or {}).get("reasons", {}).get(aspect, [])
        return request[f"verdict_{aspect}"] or "undecided", reasons

    @api.depends("kind")
    def _compute_charge(self):
        return super()._compute_charge()

    @api.constrains("product_id")
    def _check_product(self):
        """Goods on a line of work would be invoiced and never leave the stock."""
        for line in self:
            if line.product_id.type != "service":
                raise ValidationError(
                    self.env._(
                        "%(product)s is no service. Enter it as a part.",
                        product=line.product_id.display_name,
                    )
                )

    # ------------------------------------------------------------------ order

    def _is_open_to_choice(self):
        """See the charge mixin."""
        return self.kind not in DONE_BEFORE

    def _get_title(self):
        """The work in words."""
        self.ensure_one()
        return self.name

    def _get_sale_name(self, order):
        return self.name
