from odoo import Command

from .common import SpareCommon


class CustodyCommon(SpareCommon):
    """Parts in the hands of engineers, and who answers for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.part = self._new_part("Nozzle")
        cls._receive(cls.part, 50)
        cls.entries = cls.env["aftersales.part.allocation"]
        cls.place = cls.engineer._aftersales_get_location()
        cls.other_place = cls.other_engineer._aftersales_get_location()

    def _move(self, quantity, source, target, product=None, lot=None, **vals):
        """A done transfer of the storekeeper; ``vals`` go to the move."""
        picking_vals = {
            key: vals.pop(key)
            for key in ("aftersales_requisition_id", "picking_type_id")
            if key in vals
        }
        product = product or self.part
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company._aftersales_get("unused_type").id,
                "location_id": source.id,
                "location_dest_id": target.id,
                **picking_vals,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            "aftersales_lot_id": lot.id if lot else False,
                            **vals,
                        }
                    )
                ],
            }
        )
        picking._aftersales_force_done()
        return picking.move_ids

    def _give_back(self, moves, quantity=None):
        """Odoo's own return of a done transfer."""
        picking = moves.picking_id
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity if quantity is None else quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        for move in back.move_ids:
            move.picked = True
        back._action_done()
        return back.move_ids

    def _count(self, place, quantity, product=None, lot=None):
        """A stock count of the storekeeper that finds ``quantity``."""
        product = product or self.part
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": place.id,
                "lot_id": lot.id if lot else False,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def _draw(self, quantity, dispatch=None, product=None):
        """A requisition line, issued to the engineer."""
        dispatch = dispatch or self._issue_dispatch()
        requisition = self._issue_parts(dispatch, [(product or self.part, quantity)])
        return requisition.with_env(self.env).line_ids

    def _get_entries(self, moves):
        """``(kind, line, quantity, change)`` of ``moves``, in order of entry."""
        return [
            (row.kind, row.requisition_line_id, row.quantity, row.change)
            for row in self.entries.search([("move_id", "in", moves.ids)], order="id")
        ]

    def _find_differences(self):
        """What the check finds, as ``(kind, difference)``."""
        found = self.env["aftersales.custody.difference"]._custody_find(self.company)
        return sorted((row["kind"], float(row["difference"])) for row in found)

    def assertTies(self):
        """Stock, moves and entries say the same of everybody."""
        self.assertEqual(self._find_differences(), [])

    def assertLine(self, line, **quantities):
        """What the reconciliation of ``line`` shows; what is not named is zero."""
        self.env.flush_all()
        names = [
            "moved",
            "used_free",
            "used_charged",
            "repair",
            "returned",
            "lost",
            "held",
        ]
        found = {name: line[f"{name}_quantity"] for name in names}
        self.assertEqual(found, dict.fromkeys(names, 0) | quantities)
        self.assertEqual(line.custody_difference, 0)
