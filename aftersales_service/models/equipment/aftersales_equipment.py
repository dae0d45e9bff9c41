from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesEquipment(models.Model):
    """The machine at the customer.

    Made by itself when a serial-tracked product that is marked for after-sales is
    delivered, by hand or by an import for machines sold before. Each concern has
    its mixin: life, delivery, owner, components, meter, history, label, import.
    """

    _name = "aftersales.equipment"
    _description = "Machine"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.warranty.mixin",
        "aftersales.guarantee.mixin",
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

    # What the repairs say; everything computed is protected by itself.
    _form_protected = frozenset(
        {"guarantee_state", "guarantee_reasons", "repair_count", "repair_days"}
    )

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
        "res.partner",
        "Customer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    site_partner_id = fields.Many2one(
        "res.partner",
        "Site Address",
        check_company=True,
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
    note = fields.Html()

    _serial_uniq = models.UniqueIndex(
        "(company_id, product_id, serial)",
        "A machine of this model with this serial number exists already.",
    )

    @api.depends("product_id.display_name", "serial")
    def _compute_name(self):
        for machine in self:
            machine.name = machine._get_label()

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The stored name is in one language; the reader's is that of the model."""
        for machine in self:
            machine.display_name = machine._get_label()

    def _get_label(self):
        return " / ".join(filter(None, (self.product_id.sudo().name, self.serial)))

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

    @api.model_create_multi
    def create(self, vals_list):
        self._form_check_protected(vals_list, creating=True)
        machines = super(AftersalesEquipment, self._form_without_defaults())
        return machines.create(vals_list).with_env(self.env)

    def write(self, vals):
        self._form_check_protected([vals])
        return super().write(vals)

    def _check_owner(self, partner):
        """:raises ValidationError: when one of the machines is not ``partner``'s"""
        for machine in self.sudo():
            owner = machine.partner_id.commercial_partner_id
            if owner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Machine %(machine)s belongs to %(owner)s. Transfer the"
                        " machine first, or choose its owner as the customer.",
                        machine=machine.display_name,
                        owner=owner.name,
                    )
                )
