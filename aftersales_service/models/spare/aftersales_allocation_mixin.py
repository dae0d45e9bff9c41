from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.custody import Stake, take

# Younger than every stake that is stored: those count by the id of their first row.
NEWEST = 1 << 60


class AftersalesAllocationMixin(models.AbstractModel):
    """How done moves become rows of ``aftersales.part.allocation``."""

    _name = "aftersales.allocation.mixin"
    _description = "Allocation of Parts"

    @api.model
    def _allocate(self, moves):
        """Enter the done ``moves`` that touch an engineer's location.

        Called with sudo after the moves are done; all of a batch at once.

        :param moves: done ``stock.move``
        :return: the new rows
        :raises UserError: when another transaction takes parts of the same engineer
        """
        events = self._get_events(moves)
        if not events:
            return self.browse()
        self._lock_engineers(events)
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        stakes = self._get_stakes(events)
        reversals = self._get_reversals(events)
        vals_list = []
        for event in events:
            vals_list += self._allocate_one(event, stakes, reversals, digits)
        return self.create(vals_list)

    @api.model
    def _lock_engineers(self, events):
        """One transaction at a time takes parts from an engineer.

        The row is also written, so that who began before this transaction ended is
        sent back by the database, and does not take from what is gone already.
        """
        leaving = self.env["hr.employee"].union(*(event[1] for event in events))
        for engineer in leaving:
            engineer._aftersales_lock_location()
        if leaving:
            self.env.cr.execute(
                SQL(
                    "UPDATE stock_location SET write_date = write_date WHERE id IN %s",
                    tuple(leaving.aftersales_location_id.ids),
                )
            )

    @api.model
    def _allocate_again(self, moves):
        """The same for moves that were changed after they were done."""
        self.search([("move_id", "in", moves.ids)]).unlink()
        return self._allocate(moves)

    @api.model
    def _rebuild(self, company, products=None):
        """Make all entries anew from the done moves, in the order they were done.

        :param products: only these; all if empty
        :return: the new rows
        """
        mine = Domain("company_id", "=", company.id)
        if products:
            mine &= Domain("product_id", "in", products.ids)
        self.search(mine).unlink()
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        places = employees.search(
            [("company_id", "=", company.id), ("aftersales_location_id", "!=", False)]
        ).aftersales_location_id
        touched = Domain("location_id", "child_of", places.ids) | Domain(
            "location_dest_id", "child_of", places.ids
        )
        lines = self.env["stock.move.line"].search(
            mine & Domain("state", "=", "done") & touched
        )
        rows = self.browse()
        # One after the other: what leaves is taken from what was there before it.
        for move in lines.move_id.sorted(lambda move: (move.date, move.id)):
            rows |= self._allocate(move)
        return rows

    @api.model
    def _get_holders(self, locations):
        """Engineers in whose places ``locations`` are.

        :return: dict ``{location: hr.employee}``; of several the innermost
        """
        paths = {
            location: [
                int(part) for part in (location.parent_path or "").split("/")[:-1]
            ]
            for location in locations
        }
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        found = employees.search_fetch(
            [
                (
                    "aftersales_location_id",
                    "in",
                    list({i for p in paths.values() for i in p}),
                )
            ],
            ["aftersales_location_id", "company_id"],
            order="id desc",
        )
        by_place = {engineer.aftersales_location_id.id: engineer for engineer in found}
        none = employees.browse()
        return {
            location: next((by_place[i] for i in reversed(path) if i in by_place), none)
            for location, path in paths.items()
        }

    @api.model
    def _get_events(self, moves):
        """What came and went: ``(move line, engineer it left, engineer it came to)``.

        Within the places of one engineer nothing has happened to him.
        """
        lines = moves.move_line_ids.filtered(lambda line: line.quantity_product_uom > 0)
        holders = self._get_holders(lines.location_id | lines.location_dest_id)
        events = [
            (line, holders[line.location_id], holders[line.location_dest_id])
            for line in lines.sorted("id")
        ]
        return [event for event in events if event[1] != event[2]]

    @api.model
    def _get_stakes(self, events):
        """What the requisition lines still have with the engineers of ``events``.

        :return: dict ``{(engineer id, product id, lot id): [Stake, ...]}``
        """
        stakes = defaultdict(list)
        for engineer, product, lot, line, held, since in self._read_group(
            [
                ("engineer_id", "in", [event[1].id for event in events if event[1]]),
                ("product_id", "in", [event[0].product_id.id for event in events]),
                ("requisition_line_id", "!=", False),
            ],
            ["engineer_id", "product_id", "lot_id", "requisition_line_id"],
            ["change:sum", "id:min"],
            having=[("change:sum", ">", 0)],
        ):
            stakes[engineer.id, product.id, lot.id].append(
                self._prepare_stake(line, since, held)
            )
        return stakes

    @api.model
    def _prepare_stake(self, line, since, quantity):
        return Stake(
            line.id,
            line.requisition_id.id,
            line.requisition_id.request_id.id,
            since,
            quantity,
        )

    @api.model
    def _get_reversals(self, events):
        """What may come back: of moves that are being returned, and of count losses.

        :return: dict ``{key of _get_reversal_key: [(kind, [Stake, ...])]}``
        """
        coming = [event for event in events if event[2] and not event[1]]
        origins = self.env["stock.move"].union(
            *(event[0].move_id.origin_returned_move_id for event in coming)
        )
        domain = Domain("move_id", "in", (origins | origins.returned_move_ids).ids)
        counted = [event for event in coming if self._is_count(event[0])]
        if counted:
            domain |= Domain(
                [
                    ("kind", "=", "count"),
                    ("engineer_id", "in", [event[2].id for event in counted]),
                    ("product_id", "in", [e[0].product_id.id for e in counted]),
                ]
            )
        elif not origins:
            return {}
        nets = defaultdict(float)
        for row in self.search(domain, order="id"):
            if row.kind in ("issued", "received", "transfer"):
                continue
            place = (row.engineer_id.id, row.product_id.id, row.lot_id.id)
            line = row.requisition_line_id
            # A return counts for what it returns, and may be returned itself.
            for move in row.move_id | row.move_id.origin_returned_move_id:
                nets[(move.id, *place), row.kind, line] += row.quantity
            if row.kind == "count":
                nets[("count", *place), row.kind, line] += row.quantity
        found = defaultdict(lambda: defaultdict(list))
        for number, ((key, kind, line), quantity) in enumerate(nets.items()):
            if quantity > 0:
                # What left last comes back first.
                stake = self._prepare_stake(line, -number, quantity)
                found[key][kind].append(stake)
        return found

    @api.model
    def _is_count(self, move_line):
        """Whether a stock count, and nothing else, made the quantity appear."""
        return move_line.move_id.is_inventory

    @api.model
    def _get_way_out(self, move_line, came):
        """The kind of a quantity that leaves an engineer."""
        move, target = move_line.move_id, move_line.location_dest_id
        if came:
            return "transfer"
        if target == move.company_id.aftersales_consumption_location_id:
            return "used_free"
        if move.scrap_id:
            return "scrap"
        return {
            "customer": "used_charged",
            "production": "repair",
            "inventory": "count",
            "internal": "returned",
            "transit": "returned",
        }.get(target.usage, "other")

    @api.model
    def _get_way_in(self, event, reversals):
        """The kind of a quantity that comes from nobody, and what it reverses.

        :return: ``(kind, stakes)``; without stakes it is new in his hands
        """
        move_line, _left, came = event
        move = move_line.move_id
        place = (came.id, move_line.product_id.id, move_line.lot_id.id)
        origin = move.origin_returned_move_id
        for kind, stakes in reversals.get((origin.id, *place), {}).items():
            return kind, stakes
        line = move.aftersales_requisition_line_id
        if line and line._is_with_drawer(move_line.location_dest_id):
            return "issued", None
        if self._is_count(move_line):
            return "count", reversals.get(("count", *place), {}).get("count", [])
        return "received", None

    @api.model
    def _allocate_one(self, event, stakes, reversals, digits):
        """Rows of one move line, as values; ``stakes`` are kept up to date."""
        move_line, left, came = event
        move = move_line.move_id
        quantity = move_line.quantity_product_uom
        product, lot = move_line.product_id, move_line.lot_id
        rows = []
        if left:
            kind = self._get_way_out(move_line, came)
            taken = take(
                quantity,
                stakes[left.id, product.id, lot.id],
                digits,
                line=move.aftersales_requisition_line_id.id,
                requisition=move.picking_id.aftersales_requisition_id.id,
                request=move.aftersales_request_id.id,
            )
            rows += [(left, kind, line, part, -part) for line, part in taken]
            if came:
                rows += [(came, kind, line, -part, part) for line, part in taken]
        else:
            kind, reversed_stakes = self._get_way_in(event, reversals)
            if reversed_stakes is None:
                line = move.aftersales_requisition_line_id.id if kind == "issued" else 0
                rows = [(came, kind, line, quantity, quantity)]
            else:
                taken = take(quantity, reversed_stakes, digits)
                rows = [(came, kind, line, -part, part) for line, part in taken]
        for engineer, _kind, line, _quantity, change in rows:
            if line and change > 0:
                line = self.env["aftersales.parts.requisition.line"].browse(line)
                stakes[engineer.id, product.id, lot.id].append(
                    self._prepare_stake(line, move_line.id + NEWEST, change)
                )
        return [self._prepare_row(move_line, *row) for row in rows]

    @api.model
    def _prepare_row(self, move_line, engineer, kind, line, quantity, change):
        move = move_line.move_id
        total = sum(move.move_line_ids.mapped("quantity_product_uom"))
        return {
            "date": move.date,
            "kind": kind,
            "company_id": move.company_id.id,
            "move_id": move.id,
            "move_line_id": move_line.id,
            "reference": move.reference,
            "engineer_id": engineer.id,
            "product_id": move_line.product_id.id,
            "lot_id": move_line.lot_id.id,
            "requisition_line_id": line or False,
            "request_id": move.aftersales_request_id.id,
            "quantity": quantity,
            "change": change,
            "value": move.value * quantity / total if total else 0.0,
        }
