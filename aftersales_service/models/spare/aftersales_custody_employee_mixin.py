from odoo import fields, models


class AftersalesCustodyEmployeeMixin(models.AbstractModel):
    """What an engineer holds: his location, the kits in it, his counts.

    Part of ``hr.employee``.
    """

    _name = "aftersales.custody.employee.mixin"
    _description = "Parts Held by an Engineer"

    aftersales_van_count_ids = fields.One2many(
        "aftersales.van.count",
        "engineer_id",
        "Stock Counts",
        groups="aftersales_service.group_aftersales_user",
    )

    def _aftersales_get_location_barcode(self):
        self.ensure_one()
        return f"ASVAN{self.id:05d}"

    def _aftersales_get_stock(self, product=None, lot=None):
        """What lies in the engineer's location and in the kits he holds.

        :param product: ``product.product`` to look for; empty for all
        :param lot: ``stock.lot`` to look for; empty for all
        :return: ``stock.quant`` with sudo, his own location first
        """
        self.ensure_one()
        location = self.sudo().aftersales_location_id
        quants = self.env["stock.quant"].sudo()
        if not location:
            return quants
        domain = [("location_id", "child_of", location.id), ("quantity", "!=", 0)]
        if product:
            domain.append(("product_id", "in", product.ids))
        if lot:
            domain.append(("lot_id", "in", lot.ids))
        found = quants.search_fetch(
            domain, ["location_id", "quantity", "reserved_quantity"]
        )
        return found.sorted(lambda quant: quant.location_id != location)

    def _aftersales_get_held(self, product, lot=None):
        """Free quantity of ``product`` the engineer holds, in the product's unit.

        What is reserved for its way back to the warehouse does not count.

        :param product: ``product.product``, may be empty
        :param lot: ``stock.lot`` to count only that one
        """
        if not product or not self:
            return 0.0
        quants = self._aftersales_get_stock(product, lot)
        return sum(quant.quantity - quant.reserved_quantity for quant in quants)

    def action_aftersales_van_stock(self):
        """Open the parts that these engineers hold."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_van_stock_action"
        )
        action["domain"] = [("engineer_id", "in", self.ids)]
        return action
