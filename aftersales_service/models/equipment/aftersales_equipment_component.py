from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesEquipmentComponent(models.Model):
    """A main part of a machine, with a serial number of its own.

    It is put in and taken out, never overwritten: what was in the machine before
    stays readable. A part used on a visit comes here by itself
    (see the install mixin).
    """

    _name = "aftersales.equipment.component"
    _description = "Machine Component"
    _inherit = [
        "aftersales.machine.line.mixin",
        "aftersales.install.mixin",
        "aftersales.text.mixin",
    ]
    _order = "equipment_id, removed_on desc, sequence, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        "Component",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    parent_id = fields.Many2one(
        "aftersales.equipment.component",
        "Part Of",
        index="btree_not_null",
        check_company=True,
        domain="[('equipment_id', '=', equipment_id), ('removed_on', '=', False)]",
        ondelete="restrict",
    )
    child_ids = fields.One2many(
        "aftersales.equipment.component", "parent_id", "Consists Of"
    )
    product_id = fields.Many2one(
        "product.product",
        "Part",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Serial in Stock",
        index="btree_not_null",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    serial = fields.Char(
        "Serial Number",
        index="trigram",
        compute="_compute_serial",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    installed_on = fields.Date()
    removed_on = fields.Date()
    removal_reason = fields.Char("Why It Was Removed")
    from_swap = fields.Boolean(
        "Known Only From Its Removal",
        readonly=True,
        copy=False,
        help="Nobody had recorded it before an engineer took it out.",
    )
    replaces_id = fields.Many2one(
        "aftersales.equipment.component",
        index="btree_not_null",
        check_company=True,
        domain="[('equipment_id', '=', equipment_id), ('removed_on', '=', False)]",
        ondelete="restrict",
        help="The old part, which is taken out on the day this one is put in.",
    )
    replacement_ids = fields.One2many(
        "aftersales.equipment.component", "replaces_id", "Replacements"
    )
    replaced_by_id = fields.Many2one(
        "aftersales.equipment.component",
        compute="_compute_replaced_by_id",
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)",
        "The quantity of a component must be greater than zero.",
    )
    _serial_uniq = models.UniqueIndex(
        "(company_id, COALESCE(product_id::text, name), serial)"
        " WHERE removed_on IS NULL AND serial IS NOT NULL",
        "A component with this serial number is in a machine already.",
    )
    _replaces_uniq = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL",
        "A component is replaced by one other only.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("product_id")
    def _compute_name(self):
        for component in self:
            component.name = component.name or component.product_id.name

    @api.depends("lot_id")
    def _compute_serial(self):
        for component in self:
            component.serial = component.lot_id.name or component.serial

    @api.depends("replacement_ids")
    def _compute_replaced_by_id(self):
        for component in self:
            component.replaced_by_id = component.replacement_ids[:1]

    @api.depends("name", "serial")
    def _compute_display_name(self):
        for component in self:
            parts = (component.name, component.serial)
            component.display_name = " / ".join(part for part in parts if part)

    # ----------------------------------------------------------- constraints

    @api.constrains("parent_id", "equipment_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A component cannot be a part of itself, not even in turn.")
            )
        for component in self:
            relatives = component.parent_id | component.child_ids
            if relatives.equipment_id - component.equipment_id:
                raise ValidationError(
                    self.env._(
                        "%(component)s and what it is part of must be in the same"
                        " machine.",
                        component=component.display_name,
                    )
                )

    @api.constrains("replaces_id", "equipment_id")
    def _check_replaces(self):
        for component in self:
            old = component.replaces_id
            if old == component or old.equipment_id - component.equipment_id:
                raise ValidationError(
                    self.env._("A component replaces another one of the same machine.")
                )

    @api.constrains("installed_on", "removed_on")
    def _check_dates(self):
        self._date_check("installed_on", "removed_on")
        self._date_check_order(("installed_on", "removed_on"))

    @api.constrains("lot_id", "product_id", "quantity")
    def _check_lot(self):
        for component in self:
            lot = component.lot_id
            if lot and lot.product_id != component.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial %(serial)s belongs to %(product)s, not to this part.",
                        serial=lot.name,
                        product=lot.product_id.display_name,
                    )
                )

    @api.constrains(
        "serial", "quantity", "equipment_id", "product_id", "name", "removed_on"
    )
    def _check_serial(self):
        live = self.filtered(lambda c: c.serial and not c.removed_on)
        for component in live:
            if component.serial == component.equipment_id.serial:
                raise ValidationError(
                    self.env._(
                        "%(serial)s is the serial number of the machine itself: a"
                        " component has one of its own.",
                        serial=component.serial,
                    )
                )
            if component.quantity != 1:
                raise ValidationError(
                    self.env._("One serial number is one piece: enter quantity 1.")
                )
