from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .aftersales_workshop_mixin import ADVISOR

# While the customer has not decided, what is proposed may change.
OPEN_STATES = ("entered", "received", "diagnosis", "quoted")
WORK_STATES = ("agreed", "repair", "supplement", "testing")
# What the decision, the repair order and the booking set, nobody else.
SHEET_FIELDS = frozenset(
    {"state", "sale_line_id", "repair_id", "prerepair_line_id", "move_id"}
)
# What the technician enters on what was agreed to.
USE_FIELDS = frozenset({"used_quantity", "unused_reason"})


class AftersalesRepairChargeMixin(models.AbstractModel):
    """What a factory repair takes, part or work: who bears it, what became of it.

    Proposed from the signed pre-repair orders, priced on the quotation, agreed or
    declined by the customer, used, and settled with what was really used. A free
    line is on the order as a note with its relief, never as something to invoice.
    """

    _name = "aftersales.repair.charge.mixin"
    _description = "Line of a Factory Repair"
    _inherit = ["aftersales.repair.sale.mixin", "aftersales.part.verdict.mixin"]

    _verdict_path = "factory_repair_id.request_id"
    _use_fields = USE_FIELDS

    factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    repair_id = fields.Many2one(
        "repair.order",
        "Repair Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    prerepair_line_id = fields.Many2one(
        "aftersales.prerepair.line",
        "Signed Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(
        related="factory_repair_id.company_id", store=True, precompute=True
    )
    request_id = fields.Many2one(
        related="factory_repair_id.request_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(related="factory_repair_id.partner_id")
    sequence = fields.Integer(default=10)
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    quantity = fields.Float(
        required=True, default=1.0, digits="Product Unit", help="What is agreed to."
    )
    used_quantity = fields.Float(
        "Used",
        compute="_compute_used_quantity",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Unit",
        help="What was really used; the settlement counts this.",
    )
    unused_reason = fields.Char(
        "Why Not All", help="Needed when less is used than the customer agreed to."
    )
    price_unit = fields.Float(
        "Unit Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        compute="_compute_amounts", store=True, help="What the customer pays for it."
    )
    relief = fields.Monetary(
        "Warranty Relief",
        compute="_compute_amounts",
        store=True,
        help="What he would pay if it were not free.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("agreed", "Agreed"),
            ("declined", "Declined"),
            ("done", "Done"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="proposed",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Line of the Quotation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )
    _used_check = models.Constraint(
        "CHECK (used_quantity >= 0)", "What was used must not be negative."
    )
    _price_check = models.Constraint(
        "CHECK (price_unit >= 0)", "The price must not be negative."
    )
    _origin_uniq = models.UniqueIndex(
        "(prerepair_line_id) WHERE prerepair_line_id IS NOT NULL",
        "This line of the pre-repair order is taken over already.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("factory_repair_id")
    def _compute_currency_id(self):
        """What the customer is quoted in: of his price list, else the company's."""
        for line in self:
            company = line.company_id
            line.currency_id = line._get_pricelist().currency_id or company.currency_id

    def _get_pricelist(self):
        sheet = self.factory_repair_id.sudo()
        orders = self.env["sale.order"].sudo()
        return orders._aftersales_find_pricelist(sheet.request_id)

    @api.depends("quantity")
    def _compute_used_quantity(self):
        for line in self:
            line.used_quantity = line.quantity

    @api.depends("product_id", "factory_repair_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line._get_list_price()

    def _get_list_price(self):
        """The price by the price list of the case, in the currency of the line."""
        self.ensure_one()
        sheet = self.factory_repair_id.sudo()
        if not self.product_id or not sheet.request_id:
            return 0.0
        return (
            self.env["sale.order"]
            .sudo()
            ._aftersales_get_price(
                sheet.request_id,
                self.product_id,
                self.quantity,
                sheet._form_day(False),
                self.currency_id,
            )
        )

    @api.depends("used_quantity", "price_unit", "charge", "state")
    def _compute_amounts(self):
        for line in self:
            counts = line.state != "declined"
            value = line.used_quantity * line.price_unit if counts else 0.0
            if line.currency_id:
                value = line.currency_id.round(value)
            free = line.charge == "free"
            line.amount = 0.0 if free else value
            line.relief = value if free else 0.0

    # ----------------------------------------------------------- constraints

    @api.constrains("used_quantity", "quantity")
    def _check_not_more_than_agreed(self):
        for line in self:
            if line._compare(line.used_quantity, line.quantity) > 0:
                raise ValidationError(
                    self.env._(
                        "%(item)s: the customer agreed to %(agreed)g, not to"
                        " %(used)g. Write a supplement and let him sign it first.",
                        item=line._get_title(),
                        agreed=line.quantity,
                        used=line.used_quantity,
                    )
                )

    def _compare(self, first, second):
        """As ``float_compare``, in the precision of quantities."""
        unit = self.product_id.uom_id
        return unit.compare(first, second) if unit else (first > second)

    def _get_title(self):
        """What the line is, for messages and for the order."""
        self.ensure_one()
        return self.product_id.display_name

    # ----------------------------------------------------------------- rights

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            own = SHEET_FIELDS & self._fields.keys() - {"state"}
            if any(
                line.state != "proposed" or any(line[fname] for fname in own)
                for line in lines
            ):
                raise UserError(
                    self.env._("The customer's decision is made on the sheet.")
                )
            lines._check_content_open()
            lines._check_price()
            lines._check_used_as_quoted()
            lines._check_may_give_free()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_writer(vals.keys())
        result = super().write(vals)
        if "factory_repair_id" in vals and not self.env.su:
            # Not onto a sheet whose customer has decided, nor a colleague's.
            self._check_content_open()
        if "used_quantity" in vals and not self.env.su:
            self._check_used_as_quoted()
        if "price_unit" in vals and not self.env.su:
            self._check_price()
        if vals.keys() - self._use_fields - {"sequence"}:
            self._check_may_give_free()
        if {"product_id", "quantity", "price_unit", "charge", "name"} & vals.keys():
            proposed = self.filtered(lambda line: line.state == "proposed")
            proposed.sudo()._sync_sale_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_proposed(self):
        if not self.env.su:
            self._check_content_open()
        self.sudo()._drop_sale_lines()

    def _check_writer(self, fnames):
        """:raises UserError: when it is too late for these fields
        :raises AccessError: for others than the advisor or the technician
        """
        if SHEET_FIELDS & set(fnames):
            raise UserError(self.env._("The customer's decision is made on the sheet."))
        if set(fnames) - self._use_fields:
            self._check_content_open()
            return
        for line in self:
            sheet = line.sudo().factory_repair_id
            if line.state not in ("proposed", "agreed") or sheet.state not in (
                *OPEN_STATES,
                *WORK_STATES,
            ):
                raise UserError(
                    self.env._(
                        "%(item)s of %(sheet)s is settled and cannot be changed any"
                        " more.",
                        item=line._get_title(),
                        sheet=sheet.name,
                    )
                )
        self._check_person()

    def _check_price(self):
        """:raises UserError: on a price below the list; what is let off is a relief"""
        for line in self:
            listed = line._get_list_price()
            if line.currency_id.compare_amounts(line.price_unit, listed) < 0:
                raise UserError(
                    self.env._(
                        "%(item)s: %(price)s is below the price list (%(listed)s). Ask"
                        " for a relief instead of changing the price.",
                        item=line._get_title(),
                        price=line.currency_id.format(line.price_unit),
                        listed=line.currency_id.format(listed),
                    )
                )

    def _check_used_as_quoted(self):
        """The quotation counts what is used: until the customer has agreed, that is
        what he is asked about, or he would sign for less than he pays.

        :raises UserError: when it is something else
        """
        for line in self.filtered(lambda line: line.state == "proposed"):
            if line._compare(line.used_quantity, line.quantity):
                raise UserError(
                    self.env._(
                        "%(item)s: what was used is entered once the customer has"
                        " agreed.",
                        item=line._get_title(),
                    )
                )

    def _check_content_open(self):
        """:raises UserError: once the customer has decided"""
        for line in self:
            sheet = line.sudo().factory_repair_id
            if line.state != "proposed" or sheet.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "The customer has decided on %(sheet)s. What is needed beyond"
                        " it goes on a supplement, which he signs first.",
                        sheet=sheet.name,
                    )
                )
        self._check_person()

    def _check_person(self):
        """:raises AccessError: for others than the advisor or the technician"""
        if self.env.user.has_group(ADVISOR):
            return
        for line in self:
            technician = line.sudo().factory_repair_id.technician_id
            if technician.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only the technician or an advisor changes what %(sheet)s"
                        " takes.",
                        sheet=line.sudo().factory_repair_id.name,
                    )
                )

    # ------------------------------------------------------------------- done

    def _check_use(self):
        """Before the repair ends; called with sudo.

        :raises UserError: when less is used than agreed to and nobody says why
        """
        for line in self:
            if (
                line._compare(line.used_quantity, line.quantity) < 0
                and not (line.unused_reason or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "%(item)s: %(used)g of %(agreed)g used. Say why not all.",
                        item=line._get_title(),
                        used=line.used_quantity,
                        agreed=line.quantity,
                    )
                )

    def _mark_done(self, repair):
        """The repair has ended: what was used is what is settled; with sudo."""
        self.write({"state": "done", "repair_id": repair.id})
        self._sync_sale_lines()
