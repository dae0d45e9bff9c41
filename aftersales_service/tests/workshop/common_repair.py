from odoo import Command

from ..spare.common import SpareCommon
from .common import WorkshopCommon

METHODS = ("standard", "average", "fifo")
VALUATIONS = ("real_time", "periodic")


class RepairCommon(WorkshopCommon, SpareCommon):
    """A machine's stay with parts, work, quotation and settlement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workshop = cls.company._aftersales_get("workshop_location")
        cls.labour = cls.company.aftersales_labour_product_id
        cls.labour.taxes_id = False

    def _new_machine(self, method="fifo", valuation="real_time", **vals):
        """A model of which two pieces are the company's own stock."""
        category = self.env["product.category"].create(
            {
                "name": f"Machines {method} {valuation}",
                "property_valuation": valuation,
                "property_cost_method": method,
            }
        )
        model = self.env["product.product"].create(
            {
                "name": f"Machine {method} {valuation}",
                "is_storable": True,
                "tracking": "serial",
                "aftersales_tracked": True,
                "standard_price": 1000.0,
                "categ_id": category.id,
                **vals,
            }
        )
        for serial in ("OWN-1", "OWN-2"):
            lot = None
            if model.tracking != "none":
                lot = self._new_lot(model, f"{serial} {model.id}")
            move = self._receive(model, 1, lot).move_ids
            if method != "standard":
                move.value_manual = 1000.0 if serial == "OWN-1" else 1400.0
        return model

    def _new_equipment(self, model, serial="CU-1", partner=None):
        return self.env["aftersales.equipment"].create(
            {
                "product_id": model.id,
                "serial": serial,
                "partner_id": (partner or self.customer).id,
                "purchase_date": self.equipment.purchase_date,
            }
        )

    def _get_owned(self, product, location, owner):
        """Quantity of ``owner`` in ``location``; ours when owner is empty."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "=", location.id),
                ("owner_id", "=", owner.id if owner else False),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _snapshot(self, product):
        """What must not change by a customer's machine: quantity, value, ledger."""
        self.env.flush_all()
        product.invalidate_recordset()
        entries = self.env["account.move.line"].search(
            [("product_id", "=", product.id), ("parent_state", "=", "posted")]
        )
        lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
        return {
            "quantity": product.qty_available,
            "value": product.total_value,
            "cost": product.standard_price,
            "lots": sum(lots.mapped("total_value")) if product.lot_valuated else 0,
            "entries": len(entries),
            "balance": sum(entries.mapped("balance")),
        }

    # ----------------------------------------------------------- steps of a stay

    def _propose(self, sheet, parts=(), work=()):
        """Lines on the pre-repair order: ``[(product, quantity, free)]`` and
        ``[(text, hours, free)]``; what goes against the verdict has a reason, and
        free against it is given by the manager."""
        order = sheet.prerepair_ids.sorted("id")[-1:].with_user(self.advisor)
        rows = [
            {
                "kind": "part",
                "product_id": product.id,
                "quantity": quantity,
                "in_warranty": free,
            }
            for product, quantity, free in parts
        ]
        rows += [
            {"kind": "work", "name": text, "quantity": hours, "in_warranty": free}
            for text, hours, free in work
        ]
        for row in rows:
            line = order.line_ids.new({"order_id": order.id, **row, "in_warranty": 0})
            if line.verdict != ("free" if row["in_warranty"] else "charged"):
                row["charge_reason"] = "As agreed"
            goodwill = row["in_warranty"] and line.verdict != "free"
            writer = order.with_user(self.manager if goodwill else self.advisor)
            writer.line_ids = [Command.create(row)]
        return order

    def _quote(self, parts=(), work=(), sheet=None, machine=None):
        """A sheet whose quotation is with the customer."""
        sheet = sheet or self._receive_machine(machine)
        self._propose(sheet, parts, work)
        self._diagnose(sheet)
        sheet.action_quote()
        return sheet

    def _begin_work(self, sheet, decision="all"):
        sheet.action_decide(decision, note="As marked")
        sheet.with_user(self.engineer_user).action_start()
        return sheet

    def _stock_bag(self, *rows):
        """Parts in the technician's own location: ``(product, quantity, lot)``."""
        location = self.engineer_location
        for product, quantity, lot in rows:
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.company._aftersales_get("issue_type").id,
                    "location_id": self.stock.id,
                    "location_dest_id": location.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "location_id": self.stock.id,
                                "location_dest_id": location.id,
                                "aftersales_lot_id": lot.id if lot else False,
                            }
                        )
                    ],
                }
            )
            picking._aftersales_force_done()

    def _test(self, sheet):
        """Work done and tested: the parts are booked."""
        mine = sheet.with_user(self.engineer_user)
        mine.work_done = "Repaired"
        mine.action_finish()
        mine.write({"exterior_result": "Clean", "test_result": "Tight"})
        mine.action_test_passed()
        return sheet

    def _pay(self, invoices):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({})._create_payments()

    def _bill(self, order):
        """The posted invoice of what may be invoiced now."""
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        return invoice

    def _leave(self, sheet):
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        return sheet
