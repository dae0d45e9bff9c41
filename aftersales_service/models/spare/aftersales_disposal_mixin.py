from odoo import Command, models


class AftersalesDisposalMixin(models.AbstractModel):
    """Carrying out the verdict on an old part: the moves that go with it.

    For ``aftersales.parts.return.line``.
    """

    _name = "aftersales.disposal.mixin"
    _description = "Disposal of an Old Part"

    def _dispose(self):
        """Carry out the verdict of each line (called with sudo)."""
        for line in self:
            getattr(line, f"_dispose_{line.verdict}")()

    def _dispose_scrap(self):
        self.ensure_one()
        company = self.company_id
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.product_id.id,
                "scrap_qty": self.quantity,
                "product_uom_id": self.product_uom_id.id,
                "lot_id": self.lot_id.id,
                "location_id": company._aftersales_get("return_location").id,
                "scrap_location_id": company._aftersales_get_scrap_location().id,
                "origin": self.return_id.name,
                "company_id": company.id,
                "scrap_reason_tag_ids": [Command.set(self._get_scrap_tags().ids)],
            }
        )
        scrap.do_scrap()
        self.scrap_id = scrap

    def _get_scrap_tags(self):
        """Odoo's reason of a scrap: who answers for the part, else an old part."""
        for name in filter(None, (self.responsibility, "old_part")):
            tag = self.env.ref(
                f"aftersales_service.scrap_reason_{name}", raise_if_not_found=False
            )
            if tag:
                return tag
        return self.env["stock.scrap.reason.tag"]

    def _dispose_reuse(self):
        """Into stock at the inspector's value, against after-sales expense.

        Two moves, because the returned-parts location carries no account: the
        second one leaves the consumption location, and so books the recovery.
        """
        self.ensure_one()
        company = self.company_id
        returned = company._aftersales_get("return_location")
        consumption = company._aftersales_get_consumption_location(self.product_id)
        stock = company._aftersales_get_warehouse().lot_stock_id
        first = self._prepare_move_vals(returned, consumption)
        second = self._prepare_move_vals(consumption, stock)
        picking = self._create_disposal(returned, stock, [first, second])
        value_move = picking.move_ids.filtered(lambda m: m.location_dest_id == stock)
        # The value is on record before the move is done, so that the move itself
        # books it (stock_account reads product.value first). At standard cost stock
        # is worth its standard price, and another entry would not tie with it.
        if self.product_id.with_company(company).cost_method != "standard":
            self.env["product.value"].create(
                {
                    "move_id": value_move.id,
                    "value": self.reuse_value,
                    "company_id": company.id,
                    "description": self.return_id.name,
                }
            )
        picking._aftersales_force_done()
        self.picking_id = picking

    def _dispose_supplier(self):
        self.ensure_one()
        company = self.company_id
        returned = company._aftersales_get("return_location")
        supplier = self.supplier_id.with_company(company).property_stock_supplier
        picking = self._create_disposal(
            returned,
            supplier,
            [self._prepare_move_vals(returned, supplier)],
            partner_id=self.supplier_id.id,
        )
        picking._aftersales_force_done()
        self.picking_id = picking

    def _create_disposal(self, source, destination, rows, **vals):
        return self.env["stock.picking"].create(
            {
                "picking_type_id": self.company_id._aftersales_get("old_part_type").id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "origin": self.return_id.name,
                "company_id": self.company_id.id,
                "move_ids": [Command.create(row) for row in rows],
                **vals,
            }
        )
