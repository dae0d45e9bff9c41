from collections import defaultdict

from odoo import api, fields, models

ASKING = ("draft", "signing", "refused")
WAITING = ("approved", "partial")


class AftersalesLineSupplyMixin(models.AbstractModel):
    """Is the part there, and if not, when will it be? Part of a requisition line.

    An engineer may know this without stock rights: the quantities are read with
    sudo, for the one warehouse that issues.
    """

    _name = "aftersales.line.supply.mixin"
    _description = "Supply of a Requested Part"

    on_hand = fields.Float(
        compute="_compute_supply",
        digits="Product Unit",
        help="Free quantity in the warehouse that issues.",
    )
    forecast_quantity = fields.Float(
        "Forecast",
        compute="_compute_supply",
        digits="Product Unit",
        help="On hand, less all demand, with all that is to come.",
    )
    missing_quantity = fields.Float(
        "Missing", compute="_compute_supply", digits="Product Unit"
    )
    expected_date = fields.Date(
        "Expected On",
        compute="_compute_supply",
        help="When enough of what is missing arrives in the warehouse.",
    )
    supply_state = fields.Selection(
        [("there", "In Stock"), ("coming", "On Its Way"), ("short", "Short")],
        "Supply",
        compute="_compute_supply",
    )
    raised_quantity = fields.Float(
        "Ordered for It",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="What was ordered or fetched from another warehouse for this line.",
    )

    @api.depends(
        "product_id",
        "quantity",
        "requisition_id.warehouse_id",
        "requisition_id.kit_location_id",
        "requisition_id.state",
        "move_ids.state",
        "move_ids.quantity",
    )
    def _compute_supply(self):
        for (warehouse, kit), lines in self.grouped(
            lambda line: (
                line.requisition_id.warehouse_id,
                line.requisition_id.kit_location_id,
            )
        ).items():
            # A kit is a place outside the warehouse with a stock of its own.
            place = {"location": kit.id} if kit else {"warehouse_id": warehouse.id}
            products = lines.product_id._origin.sudo().with_context(**place)
            free = {
                product.id: (product.free_qty, product.virtual_available)
                for product in products
                if warehouse
            }
            pool = {}
            for line in lines:
                product_id = line.product_id._origin.id
                line.on_hand, line.forecast_quantity = free.get(product_id, (0.0, 0.0))
                line.missing_quantity = line._get_missing(pool)
            lines._set_expected(warehouse)

    def _get_missing(self, pool):
        """What is neither issued, nor reserved for this line, nor free.

        :param dict pool: what lines of the same form have left of a free quantity
        """
        self.ensure_one()
        requisition, unit = self.requisition_id, self.product_uom_id
        if not self.product_id.is_storable or not unit:
            return 0.0
        if requisition.state in WAITING:
            coming = self.sudo().move_ids.filtered(
                lambda move: (
                    move.state not in ("done", "cancel")
                    and not move.origin_returned_move_id
                )
            )
            have = self.issued_quantity + sum(
                move.product_uom._compute_quantity(move.quantity, unit)
                for move in coming
            )
        elif requisition.state in ASKING:
            key = (requisition, self.product_id)
            have = max(pool.get(key, self.on_hand), 0.0)
            pool[key] = have - self.quantity
        else:
            return 0.0
        missing = self.quantity - have
        return missing if unit.compare(missing, 0) > 0 else 0.0

    def _set_expected(self, warehouse):
        short = self.filtered("missing_quantity")
        incoming = short._get_incoming(warehouse) if short else {}
        for line in self:
            day, total = False, 0.0
            for when, quantity in incoming.get(line.product_id._origin.id, ()):
                total += quantity
                if line.product_uom_id.compare(total, line.missing_quantity) >= 0:
                    day = when
                    break
            line.expected_date = line in short and day and fields.Date.to_date(day)
            line.supply_state = (
                (line.expected_date and "coming" or "short")
                if line in short
                else "there"
            )

    def _get_incoming(self, warehouse):
        """What comes into ``warehouse`` of the parts of these lines, in order.

        :return: dict ``{product id: [(datetime, quantity), ...]}``
        """
        place = warehouse.sudo().view_location_id.id
        moves = (
            self.env["stock.move"]
            .sudo()
            .search_fetch(
                [
                    ("product_id", "in", self.product_id._origin.ids),
                    ("location_dest_id", "child_of", place),
                    "!",
                    ("location_id", "child_of", place),
                    (
                        "state",
                        "in",
                        ("waiting", "confirmed", "assigned", "partially_available"),
                    ),
                ],
                ["product_id", "date", "product_qty"],
                order="date, id",
            )
        )
        incoming = defaultdict(list)
        for move in moves:
            incoming[move.product_id.id].append((move.date, move.product_qty))
        return incoming
