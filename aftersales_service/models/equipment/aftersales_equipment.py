from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesEquipment(models.Model):
    """The machine at the customer.

    Made by itself when a serial-tracked product that is marked for after-sales
    is delivered (:meth:`_create_from_moves`), by hand for machines sold before.
    """

    _name = "aftersales.equipment"
    _description = "Machine"
    _inherit = [
        "aftersales.warranty.mixin",
        "aftersales.guarantee.mixin",
        "aftersales.text.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["serial", "product_id", "partner_id"]

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    active = fields.Boolean(default=True)
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

    @api.model
    def _create_from_moves(self, moves):
        """Make the machines of delivered serials; called with sudo.

        A serial that is known already is given to the customer it now went to
        (sold again), never doubled.

        :param moves: done ``stock.move`` to a customer location
        """
        lines = moves.move_line_ids.filtered(
            lambda line: line.lot_id
            and line.product_id.tracking == "serial"
            and line.product_id.aftersales_tracked
            and line.quantity
        )
        if not lines:
            return self.browse()
        known = {
            (machine.company_id.id, machine.product_id.id, machine.serial): machine
            for machine in self.with_context(active_test=False).search(
                [
                    ("product_id", "in", lines.product_id.ids),
                    ("serial", "in", lines.lot_id.mapped("name")),
                ]
            )
        }
        vals_list = []
        for line in lines:
            vals = self._prepare_from_move_line(line)
            machine = known.get(
                (vals["company_id"], vals["product_id"], vals["serial"])
            )
            if machine:
                if machine.partner_id.id != vals["partner_id"] and vals["partner_id"]:
                    # Sold anew: what the former owner accepted is over.
                    machine.write(
                        {**vals, "acceptance_date": False, "first_use_date": False}
                    )
            elif vals["partner_id"]:
                vals_list.append(vals)
        return self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(vals_list)

    @api.model
    def _prepare_from_move_line(self, line):
        partner = line.picking_id.partner_id or line.move_id.partner_id
        order = line.move_id.sale_line_id.order_id
        delivered = fields.Date.context_today(line, line.move_id.date)
        return {
            "company_id": line.company_id.id,
            "product_id": line.product_id.id,
            "lot_id": line.lot_id.id,
            "serial": line.lot_id.name,
            "partner_id": (order.partner_id or partner).commercial_partner_id.id,
            "site_partner_id": partner.id,
            "purchase_date": fields.Date.context_today(line, order.date_order)
            if order.date_order
            else False,
            "delivery_date": delivered,
            **line.move_id.sale_line_id._aftersales_prepare_contract(),
            "active": True,
        }
