from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesCustomerMachineMixin(models.AbstractModel):
    """The customer's machine in our house: it comes, stands and goes as his.

    Both transfers name the customer as owner and pass a location that is not
    valued, so that neither a quantity nor a value of the company's stock changes.
    What is here is always read from done moves.
    """

    _name = "aftersales.customer.machine.mixin"
    _description = "Customer's Machine in the Workshop"
    _inherit = ["aftersales.factory.link.mixin"]

    machine_picking_ids = fields.One2many(
        "stock.picking",
        "aftersales_factory_repair_id",
        "Machine Transfers",
        readonly=True,
    )

    def _take_in(self):
        """Receive the machine with its owner; see the link mixin. Acts once."""
        for sheet in self:
            if sheet._has_machine_to_move() and not sheet._get_machine_inside():
                lot = sheet._get_machine_lot()
                sheet._check_not_here_already(lot)
                sheet._move_machine("in", [(sheet.product_id, lot, 1.0)])

    def _ship_back(self):
        """Deliver to the customer what of his is here; see the link mixin."""
        for sheet in self:
            rows = sheet._get_machine_inside()
            if rows:
                sheet._move_machine("out", rows)

    def _has_machine_to_move(self):
        """A machine we know by its product; others are on the sheet only."""
        self.ensure_one()
        return self.product_id.type == "consu"

    def _get_machine_owner(self):
        """Whose machine it was when it came in: the customer of the sheet."""
        self.ensure_one()
        receipts = self.machine_picking_ids.filtered("owner_id")
        return receipts[:1].owner_id or self.partner_id.commercial_partner_id

    def _get_machine_inside(self):
        """What of this sheet stands in the workshop, counted from done moves.

        :return: list of ``(product, lot, quantity)``
        """
        self.ensure_one()
        workshop = self.company_id.aftersales_workshop_location_id
        lines = self.machine_picking_ids.move_line_ids.filtered(
            lambda line: line.state == "done"
        )
        inside = defaultdict(float)
        for line in lines:
            key = line.product_id, line.lot_id
            if line.location_dest_id == workshop:
                inside[key] += line.quantity_product_uom
            if line.location_id == workshop:
                inside[key] -= line.quantity_product_uom
        return [
            (product, lot, quantity)
            for (product, lot), quantity in inside.items()
            if product.uom_id.compare(quantity, 0) > 0
        ]

    def _get_machine_lot(self):
        """The machine's serial in Inventory, made if it never was there.

        :raises UserError: when the model is tracked and no serial is known
        """
        self.ensure_one()
        product = self.product_id
        lots = self.env["stock.lot"]
        if product.tracking == "none":
            return lots
        serial = (self.serial or "").strip()
        if not serial:
            raise UserError(
                self.env._(
                    "%(sheet)s: %(product)s is tracked by serial number. Enter the"
                    " serial number of the machine first.",
                    sheet=self.name,
                    product=product.display_name,
                )
            )
        return lots.search(
            [
                ("product_id", "=", product.id),
                ("name", "=", serial),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        ) or lots.create(
            {
                "product_id": product.id,
                "name": serial,
                "company_id": self.company_id.id,
            }
        )

    def _check_not_here_already(self, lot):
        """:raises UserError: when the serial is in our own stock, or in the workshop"""
        self.ensure_one()
        if not lot or self.product_id.tracking != "serial":
            return
        workshop = self.company_id._aftersales_get("workshop_location")
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("company_id", "=", self.company_id.id),
                "|",
                ("location_id", "=", workshop.id),
                ("location_id.usage", "in", ("internal", "transit")),
            ]
        )
        if quants:
            raise UserError(
                self.env._(
                    "Serial number %(serial)s of %(product)s is in %(location)s"
                    " already. Check the number, or book that machine out first.",
                    serial=lot.name,
                    product=self.product_id.display_name,
                    location=quants[0].location_id.display_name,
                )
            )

    def _move_machine(self, direction, rows):
        """One done transfer of the customer's goods, into the workshop or out of it.

        :param str direction: ``"in"`` or ``"out"``
        :param rows: list of ``(product, lot, quantity)``
        """
        self.ensure_one()
        company = self.company_id
        outside = self.partner_id.with_company(company).property_stock_customer
        workshop = company._aftersales_get("workshop_location")
        source, destination = (
            (outside, workshop) if direction == "in" else (workshop, outside)
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": company._aftersales_get(
                    f"machine_{direction}_type"
                ).id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": self.partner_id.id,
                "owner_id": self._get_machine_owner().id,
                "origin": self.name,
                "company_id": company.id,
                "aftersales_factory_repair_id": self.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                            "company_id": company.id,
                            "aftersales_request_id": self.request_id.id,
                            "aftersales_lot_id": lot.id,
                        }
                    )
                    for product, lot, quantity in rows
                ],
            }
        )
        picking._aftersales_force_done()
        return picking
