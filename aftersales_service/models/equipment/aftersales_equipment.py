from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesEquipment(models.Model):
    """The machine at the customer.

    Made by itself when a serial-tracked product that is marked for after-sales is
    delivered, by hand or by an import for machines sold before. Each concern has
    its mixin: life, delivery, owner, components, meter, history, label, import.
    """

    _name = "aftersales.equipment"
    _description = "Machine"
    _inherit = [
        "aftersales.import.mixin",
        "aftersales.delivery.mixin",
        "aftersales.owner.mixin",
        "aftersales.component.mixin",
        "aftersales.meter.mixin",
        "aftersales.history.mixin",
        "aftersales.label.mixin",
        "aftersales.text.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["serial", "product_id", "partner_id"]

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product",
        "Model",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial in Stock",
        index="btree_not_null",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
        help="The serial number of Inventory, when the machine passed through it.",
    )
    serial = fields.Char(
        "Serial Number",
        required=True,
        index="trigram",
        compute="_compute_serial",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, tracking=True
    )
    site_partner_id = fields.Many2one(
        "res.partner",
        "Site Address",
        compute="_compute_site_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the machine stands, when it is not the customer's own address.",
    )
    factory_date = fields.Date()
    purchase_date = fields.Date()
    delivery_date = fields.Date()
    acceptance_date = fields.Date()
    first_use_date = fields.Date()
    warranty_start = fields.Date(
        compute="_compute_warranty_start", store=True, precompute=True
    )
    warranty_end = fields.Date(
        compute="_compute_warranty_end",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day of the warranty. Counted from acceptance, delivery or"
        " purchase, whichever is known first in this order; may be corrected.",
    )
    warranty_state = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty"), ("unknown", "Unknown")],
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )
    note = fields.Html()

    _serial_uniq = models.UniqueIndex(
        "(company_id, product_id, serial)",
        "A machine of this model with this serial number exists already.",
    )

    @api.depends("product_id.display_name", "serial")
    def _compute_name(self):
        for machine in self:
            parts = (machine.product_id.name, machine.serial)
            machine.name = " / ".join(part for part in parts if part)

    @api.depends("lot_id")
    def _compute_serial(self):
        for machine in self:
            machine.serial = machine.lot_id.name or machine.serial

    @api.depends("partner_id")
    def _compute_site_partner_id(self):
        for machine in self:
            if machine.site_partner_id.commercial_partner_id != (
                machine.partner_id.commercial_partner_id
            ):
                machine.site_partner_id = machine.partner_id

    @api.depends("acceptance_date", "delivery_date", "purchase_date")
    def _compute_warranty_start(self):
        for machine in self:
            machine.warranty_start = (
                machine.acceptance_date
                or machine.delivery_date
                or machine.purchase_date
            )

    # Not on the months of the product: a later change of them alters nothing sold.
    @api.depends("warranty_start", "product_id")
    def _compute_warranty_end(self):
        for machine in self:
            months = machine.product_id.aftersales_warranty_months
            start = machine.warranty_start
            machine.warranty_end = (
                start + relativedelta(months=months) - timedelta(days=1)
                if start and months
                else False
            )

    @api.depends("warranty_end")
    def _compute_warranty_state(self):
        today = fields.Date.context_today(self)
        for machine in self:
            machine.warranty_state = machine._get_warranty_state(today)

    def _get_warranty_state(self, day):
        """``in``, ``out`` or ``unknown`` on the date ``day``; the last day counts."""
        if not self.warranty_end:
            return "unknown"
        return "in" if day <= self.warranty_end else "out"

    @api.model
    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "in": Domain("warranty_end", ">=", today),
            "out": Domain("warranty_end", "<", today),
            "unknown": Domain("warranty_end", "=", False),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("lot_id", "product_id", "serial")
    def _check_lot(self):
        for machine in self:
            lot = machine.lot_id
            if lot and lot.product_id != machine.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial %(serial)s belongs to %(product)s, not to this model.",
                        serial=lot.name,
                        product=lot.product_id.display_name,
                    )
                )

    def _check_owner(self, partner):
        """:raises ValidationError: when one of the machines is not ``partner``'s"""
        for machine in self.sudo():
            owner = machine.partner_id.commercial_partner_id
            if owner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Machine %(machine)s belongs to %(owner)s. Transfer the"
                        " machine first, or choose its owner as the customer.",
                        machine=machine.name,
                        owner=owner.name,
                    )
                )
