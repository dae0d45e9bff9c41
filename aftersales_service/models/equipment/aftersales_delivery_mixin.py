from collections import defaultdict

from odoo import api, fields, models


class AftersalesDeliveryMixin(models.AbstractModel):
    """A machine made, taken out and brought back by what Inventory does.

    Made by itself when a serial-tracked product that is marked for after-sales is
    delivered. A machine that comes back from the customer for good is taken out,
    delivered again it returns; goods that stay the customer's property (moved
    with their owner) never change anything here.
    """

    _name = "aftersales.delivery.mixin"
    _description = "Machine in Inventory"

    @api.model
    def _create_from_moves(self, moves):
        """Make the machines of delivered serials; called with sudo.

        A serial that is known already is brought back, or transferred to the
        customer it now went to (sold again), never doubled.

        :param moves: done ``stock.move`` to a customer location
        """
        lines = self._get_machine_lines(moves).filtered(
            lambda line: not self._is_given_back(line)
        )
        if not lines:
            return self.browse()
        known = self._find_by_lines(lines)
        vals_list = {}
        for line in lines:
            vals = self._prepare_from_move_line(line)
            machine = known.get(self._get_line_key(line))
            if not vals["partner_id"]:
                continue
            if machine:
                machine._deliver_again(line, vals)
            else:
                vals_list[self._get_line_key(line)] = vals
        machines = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(list(vals_list.values()))
        known.update({machine._get_key(): machine for machine in machines})
        self._add_kit_components(moves.move_line_ids, known)
        return machines

    @api.model
    def _is_given_back(self, line):
        """Whether the goods go to the one whose property they were all along."""
        owner = line.owner_id.commercial_partner_id
        receiver = line.picking_id.partner_id or line.move_id.partner_id
        return bool(owner) and owner == receiver.commercial_partner_id

    @api.model
    def _take_back_from_moves(self, moves):
        """Take out the machines of serials that came back; called with sudo.

        :param moves: done ``stock.move`` from a customer location
        """
        lines = self._get_machine_lines(moves).filtered(lambda line: not line.owner_id)
        known = self._find_by_lines(lines)
        bodies = {}
        for line in lines:
            machine = known.get(self._get_line_key(line))
            if not machine or machine.state != "in_use":
                continue
            scrapped = line.location_dest_id.usage == "inventory"
            machine.write(
                {
                    "state": "scrapped" if scrapped else "returned",
                    "out_on": fields.Date.context_today(machine, line.move_id.date),
                }
            )
            bodies[machine.id] = self.env._(
                "Came back with %(reference)s.", reference=line.reference or ""
            )
        self.browse(bodies)._message_log_batch(bodies)

    @api.model
    def _get_machine_lines(self, moves):
        return moves.move_line_ids.filtered(
            lambda line: (
                line.lot_id
                and line.product_id.tracking == "serial"
                and line.product_id.aftersales_tracked
                and line.quantity
            )
        )

    @api.model
    def _get_line_key(self, line):
        return line.company_id.id, line.product_id.id, line.lot_id.name

    def _get_key(self):
        return self.company_id.id, self.product_id.id, self.serial

    @api.model
    def _find_by_lines(self, lines):
        """The machines of the serials on ``lines``, archived ones too, by key."""
        machines = self.with_context(active_test=False).search(
            [
                ("product_id", "in", lines.product_id.ids),
                ("serial", "in", lines.lot_id.mapped("name")),
            ]
        )
        return {machine._get_key(): machine for machine in machines}

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
            "contract_ref": order.client_order_ref or order.name,
            **line.move_id.sale_line_id._aftersales_prepare_contract(),
            "purchase_date": fields.Date.context_today(line, order.date_order)
            if order.date_order
            else False,
            "delivery_date": delivered,
            "state": "in_use",
        }

    def _deliver_again(self, line, vals):
        """A known serial went to a customer again.

        To its owner: it is back in use, with its dates and its warranty. To
        somebody else: sold anew, what the former owner accepted is over.
        """
        self.ensure_one()
        partner = self.env["res.partner"].browse(vals.pop("partner_id"))
        reference = line.reference or ""
        if partner == self.partner_id.commercial_partner_id:
            if self.state != "in_use" or not self.active:
                self.write({"state": "in_use", "active": True})
                self._message_log(
                    body=self.env._(
                        "Delivered again with %(reference)s.", reference=reference
                    )
                )
            return
        self._transfer(
            partner,
            self.env["res.partner"].browse(vals.pop("site_partner_id")),
            vals["delivery_date"],
            self.env._("Delivered with %(reference)s", reference=reference),
            source="delivery",
            vals={
                **vals,
                "active": True,
                "acceptance_date": False,
                "first_use_date": False,
            },
        )

    @api.model
    def _add_kit_components(self, lines, known):
        """Serials sold as one with a machine (a kit, a combo) are its components.

        Only where it is certain: one machine, and others of the same sale.

        :param lines: delivered move lines
        :param known: machines by :meth:`_get_key`
        """
        kits = defaultdict(list)
        for line in lines.filtered(
            lambda line: line.lot_id and line.product_id.tracking == "serial"
        ):
            sale_line = line.move_id.sale_line_id
            if sale_line:
                kits[sale_line.linked_line_id or sale_line].append(line)
        rows = []
        for kit_lines in kits.values():
            parts = [li for li in kit_lines if not li.product_id.aftersales_tracked]
            machines = [
                known[self._get_line_key(line)]
                for line in kit_lines
                if line.product_id.aftersales_tracked
                and self._get_line_key(line) in known
            ]
            if len(machines) != 1:
                continue
            rows += [
                {
                    "equipment": machines[0],
                    "product": line.product_id,
                    "lot": line.lot_id,
                    "day": fields.Date.context_today(line, line.move_id.date),
                }
                for line in parts
                if line.lot_id.name != machines[0].serial
            ]
        self.env["aftersales.equipment.component"]._install(rows)
