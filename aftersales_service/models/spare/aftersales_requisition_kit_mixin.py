from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesRequisitionKitMixin(models.AbstractModel):
    """A kit the storekeeper has prepared, drawn as a whole. Part of the requisition.

    A kit is a location below the company's kits. It is signed for like all parts and
    leaves by a done transfer to a place of the same name with the engineer, so that
    what he holds is always the sum of done moves.
    """

    _name = "aftersales.requisition.kit.mixin"
    _description = "Kit on a Requisition"

    kit_root_id = fields.Many2one("stock.location", compute="_compute_kit_root_id")
    kit_location_id = fields.Many2one(
        "stock.location",
        "Kit",
        check_company=True,
        index="btree_not_null",
        copy=False,
        domain="[('location_id', '=', kit_root_id), ('usage', '=', 'internal')]",
        help="The parts are issued out of this kit, and unused ones go back into it.",
    )

    @api.depends("company_id")
    def _compute_kit_root_id(self):
        for requisition in self:
            company = requisition.company_id.sudo()
            requisition.kit_root_id = company.aftersales_kit_root_id

    @api.constrains("kit_location_id", "company_id")
    def _check_kit(self):
        """Parts are issued out of it: never out of somebody's bag."""
        for requisition in self.filtered("kit_location_id"):
            if not requisition._is_kit(requisition.kit_location_id):
                raise ValidationError(self.env._("Choose one of the prepared kits."))

    def _is_kit(self, place):
        root = self.company_id.sudo().aftersales_kit_root_id
        return bool(root) and place.sudo().location_id == root

    def action_load_kit(self):
        """Put on the form what lies in the kit, instead of the lines it has.

        :raises UserError: for an empty kit, or a place that is no kit
        """
        for requisition in self._form_begin("draft", "refused"):
            kit = requisition.kit_location_id
            if not requisition._is_kit(kit):
                raise UserError(self.env._("Choose one of the prepared kits."))
            quantities = {}
            for quant in self.env["stock.quant"].search(
                [("location_id", "child_of", kit.id), ("quantity", ">", 0)]
            ):
                free = quant.quantity - quant.reserved_quantity
                if free > 0:
                    product = quant.product_id
                    quantities[product] = quantities.get(product, 0.0) + free
            if not quantities:
                raise UserError(
                    self.env._("There is nothing in %(kit)s.", kit=kit.name)
                )
            requisition.line_ids.unlink()
            requisition.line_ids.create(
                [
                    {
                        "requisition_id": requisition.id,
                        "product_id": product.id,
                        "quantity": quantity,
                    }
                    for product, quantity in quantities.items()
                ]
            )

    def _get_store_location(self):
        """Where the parts come from, and where unused ones go back to."""
        self.ensure_one()
        return self.kit_location_id or self.warehouse_id.lot_stock_id

    def _get_drawer_location(self):
        """Where the parts go: the drawer's place, or his place for the kit."""
        self.ensure_one()
        home = self.drawer_id._aftersales_get_location()
        if not self.kit_location_id:
            return home
        places = self.env["stock.location"]
        name = self.kit_location_id.name
        return places.search(
            [("location_id", "=", home.id), ("name", "=", name)], limit=1
        ) or places.create(
            {
                "name": name,
                "usage": "internal",
                "location_id": home.id,
                "company_id": self.company_id.id,
            }
        )
