from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

QUANTITIES = {
    "used_free": "used_free_quantity",
    "used_charged": "used_charged_quantity",
    "repair": "repair_quantity",
    "returned": "returned_quantity",
    "count": "lost_quantity",
    "scrap": "lost_quantity",
    "other": "lost_quantity",
}


class AftersalesCustodyLineMixin(models.AbstractModel):
    """What became of the parts of a requisition line, from done moves (7.1).

    issued = used free + used charged + used in repair + returned + lost + still held.
    For ``aftersales.parts.requisition.line``.
    """

    _name = "aftersales.custody.line.mixin"
    _description = "Parts Reconciliation"

    allocation_ids = fields.One2many(
        "aftersales.part.allocation", "requisition_line_id", "Custody Entries"
    )
    moved_quantity = fields.Float(
        "Issued Quantity (Moves)",
        compute="_compute_custody",
        store=True,
        digits="Product Unit",
        help="What the warehouse has issued for this line.",
    )
    used_free_quantity = fields.Float(
        "Used Free", compute="_compute_custody", store=True, digits="Product Unit"
    )
    used_charged_quantity = fields.Float(
        "Used Charged", compute="_compute_custody", store=True, digits="Product Unit"
    )
    repair_quantity = fields.Float(
        "Used in Repair", compute="_compute_custody", store=True, digits="Product Unit"
    )
    returned_quantity = fields.Float(
        "Returned Unused", compute="_compute_custody", store=True, digits="Product Unit"
    )
    lost_quantity = fields.Float(
        "Lost",
        compute="_compute_custody",
        store=True,
        digits="Product Unit",
        help="Differences of stock counts, and what was scrapped.",
    )
    held_quantity = fields.Float(
        "Still Held", compute="_compute_custody", store=True, digits="Product Unit"
    )
    custody_difference = fields.Float(
        "Difference",
        compute="_compute_custody",
        store=True,
        digits="Product Unit",
        help="What was issued less what became of it. If not zero, it does not tie.",
    )
    custody_due_date = fields.Date(
        "Unused Parts Due",
        compute="_compute_custody_due_date",
        store=True,
        help="When the visit is over, what was not used goes back.",
    )
    is_custody_overdue = fields.Boolean(
        "Unused Parts Overdue",
        compute="_compute_is_custody_overdue",
        search="_search_is_custody_overdue",
    )

    _custody_held_idx = models.Index("(custody_due_date) WHERE held_quantity > 0")
    _custody_difference_idx = models.Index("(company_id) WHERE custody_difference != 0")

    @api.depends("allocation_ids.quantity", "allocation_ids.change")
    def _compute_custody(self):
        """All lines of a batch in two queries."""
        names = set(QUANTITIES.values())
        found = {
            line_id: dict.fromkeys(names, 0.0) | {"held": 0.0} for line_id in self.ids
        }
        for line, kind, quantity, change in (
            self.env["aftersales.part.allocation"]
            .sudo()
            ._read_group(
                [("requisition_line_id", "in", self.ids)],
                ["requisition_line_id", "kind"],
                ["quantity:sum", "change:sum"],
            )
        ):
            found[line.id]["held"] += change
            if kind in QUANTITIES:
                found[line.id][QUANTITIES[kind]] += quantity
        moved = self._get_moved_quantities()
        for line in self:
            values = found.get(line._origin.id) or dict.fromkeys([*names, "held"], 0.0)
            for name in names:
                line[name] = values[name]
            line.held_quantity = values["held"]
            line.moved_quantity = moved.get(line._origin.id, 0.0)
            line.custody_difference = (
                line.moved_quantity
                - sum(values[name] for name in names)
                - values["held"]
            )

    def _get_moved_quantities(self):
        """Done issues of the lines, from stock moves alone.

        What went anywhere else than to the drawer is not issued.

        :return: dict ``{line id: quantity in the unit of the product}``
        """
        moved = defaultdict(float)
        for line, place, quantity in (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [
                    ("move_id.aftersales_requisition_line_id", "in", self.ids),
                    # A return made in the stock screens copies the link.
                    ("move_id.origin_returned_move_id", "=", False),
                    ("state", "=", "done"),
                ],
                ["move_id.aftersales_requisition_line_id", "location_dest_id"],
                ["quantity_product_uom:sum"],
            )
        ):
            if line._is_with_drawer(place):
                moved[line.id] += quantity
        return moved

    def _is_with_drawer(self, place):
        """Whether ``place`` is the drawer's own, or within it; called with sudo."""
        home = self.custody_engineer_id.aftersales_location_id
        return bool(home) and place._child_of(home)

    @api.depends(
        "requisition_id.dispatch_id.returned_at",
        "requisition_id.dispatch_id.return_expected_at",
        "requisition_id.purpose",
    )
    def _compute_custody_due_date(self):
        for line in self:
            requisition = line.requisition_id
            dispatch = requisition.dispatch_id.sudo()
            back = dispatch.returned_at or dispatch.return_expected_at
            stays = requisition.purpose == "travel" or not back
            line.custody_due_date = not stays and requisition._form_day(back)

    @api.depends("held_quantity", "custody_due_date")
    def _compute_is_custody_overdue(self):
        today = fields.Date.context_today(self)
        for line in self:
            due = line.custody_due_date
            line.is_custody_overdue = bool(
                line.held_quantity > 0 and due and due < today
            )

    @api.model
    def _search_is_custody_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("held_quantity", ">", 0) & Domain("custody_due_date", "<", today)

    def _custody_check_typed(self, vals_list):
        """:raises AccessError: when somebody types what moves tell"""
        typed = {
            name
            for vals in vals_list
            for name in vals.keys() & CUSTODY_FIELDS
            if vals[name]
        }
        if typed and not self.env.su:
            field = self._fields[min(typed)]
            raise AccessError(
                self.env._(
                    "%(field)s is counted from done stock moves, never typed.",
                    field=field._description_string(self.env),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._custody_check_typed(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._custody_check_typed([vals])
        return super().write(vals)

    def action_view_allocations(self):
        """Open the entries, with the moves they come from."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_part_allocation_action"
        )
        return {
            **action,
            "domain": [("requisition_line_id", "in", self.ids)],
            "context": {"create": False},
        }


CUSTODY_FIELDS = {
    *QUANTITIES.values(),
    "moved_quantity",
    "held_quantity",
    "custody_difference",
    "custody_due_date",
}
