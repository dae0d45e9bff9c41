from odoo import fields, models


class AftersalesRepairCompanyMixin(models.AbstractModel):
    """Where customers' machines stand while they are repaired, per company.

    The workshop is of usage _inventory_ and carries no account, as the place of old
    parts does: a machine of a customer in an internal location would count in the
    FIFO stack of its product, whoever owns it.
    """

    _name = "aftersales.repair.company.mixin"
    _description = "Factory Repair Settings of a Company"
    _inherit = ["aftersales.company.mixin"]

    aftersales_workshop_location_id = fields.Many2one(
        "stock.location", "Machines in the Workshop", check_company=True
    )
    aftersales_machine_in_type_id = fields.Many2one(
        "stock.picking.type", "Machines for Repair", check_company=True
    )
    aftersales_machine_out_type_id = fields.Many2one(
        "stock.picking.type", "Repaired Machines", check_company=True
    )
    aftersales_repair_type_id = fields.Many2one(
        "stock.picking.type", "Factory Repair", check_company=True
    )
    aftersales_repair_from_stock = fields.Boolean(
        "Workshop Takes Parts from the Warehouse",
        help="A factory repair takes parts the technician did not draw straight from"
        " the warehouse. Otherwise every part needs a requisition.",
    )

    def _aftersales_setup_extra(self):
        """See the company mixin: the workshop and its operation types."""
        result = super()._aftersales_setup_extra()
        if not self.aftersales_workshop_location_id:
            locations = self.env["stock.location"]
            # Beside the company's inventory loss, and sorted after it.
            loss = locations.search(
                [("usage", "=", "inventory"), ("company_id", "=", self.id)], limit=1
            )
            self.aftersales_workshop_location_id = locations.create(
                {
                    "name": self.env._("Service Workshop"),
                    "usage": "inventory",
                    "location_id": loss.location_id.id,
                    "company_id": self.id,
                }
            )
        if self._aftersales_get_warehouse():
            self._aftersales_setup_repair_types()
        return result

    def _aftersales_get_named_fields(self):
        """See the company mixin: the operation types of the workshop."""
        return super()._aftersales_get_named_fields() + (
            "aftersales_machine_in_type_id",
            "aftersales_machine_out_type_id",
            "aftersales_repair_type_id",
        )

    def _aftersales_setup_repair_types(self):
        customers = self.env.ref("stock.stock_location_customers")
        workshop = self.aftersales_workshop_location_id
        consumption = self.aftersales_consumption_location_id
        returned = self.aftersales_return_location_id
        stock = self._aftersales_get_warehouse().lot_stock_id
        wanted = {
            "aftersales_machine_in_type_id": {
                "name": self.env._("Machines for Repair"),
                "code": "incoming",
                "sequence_code": "ASMI",
                "default_location_src_id": customers.id,
                "default_location_dest_id": workshop.id,
            },
            "aftersales_machine_out_type_id": {
                "name": self.env._("Repaired Machines"),
                "code": "outgoing",
                "sequence_code": "ASMO",
                "default_location_src_id": workshop.id,
                "default_location_dest_id": customers.id,
            },
            # Odoo's own type would send parts into production, unbooked or twice
            # booked, and look for the machine in the warehouse.
            "aftersales_repair_type_id": {
                "name": self.env._("Factory Repair"),
                "code": "repair_operation",
                "sequence_code": "ASRO",
                "default_location_src_id": stock.id,
                "default_location_dest_id": consumption.id,
                "default_product_location_src_id": workshop.id,
                "default_product_location_dest_id": workshop.id,
                "default_remove_location_dest_id": returned.id,
                "default_recycle_location_dest_id": returned.id,
            },
        }
        types = self.env["stock.picking.type"].with_context(active_test=False)
        # After all others: the first type of a kind is the default of other modules.
        last = types.search(
            [("sequence", "!=", False)], order="sequence desc", limit=1
        ).sequence
        for number, (fname, vals) in enumerate(wanted.items(), 1):
            if not self[fname]:
                self[fname] = types.create(
                    {
                        **vals,
                        "sequence": last + number,
                        "warehouse_id": self._aftersales_get_warehouse().id,
                        "company_id": self.id,
                        "use_existing_lots": True,
                        "use_create_lots": False,
                    }
                )

    def _aftersales_get_own_locations(self):
        """See the company mixin."""
        locations = super()._aftersales_get_own_locations()
        return locations | self.aftersales_workshop_location_id
