from odoo import fields, models

KINDS = [
    ("issued", "Issued to Engineer"),
    ("received", "Other Receipt"),
    ("used_free", "Used Free"),
    ("used_charged", "Used Charged"),
    ("repair", "Used in Repair"),
    ("returned", "Returned Unused"),
    ("count", "Count Difference"),
    ("scrap", "Scrapped"),
    ("transfer", "Handed to Another Engineer"),
    ("other", "Other Way Out"),
]


class AftersalesPartAllocation(models.Model):
    """What a done stock move took into or out of an engineer's hands.

    One row per move line and requisition line: an issue belongs to the line it was
    drawn for, whatever leaves is taken from the requisition line it was drawn for,
    the nearest first (``engine/custody.py``). What no requisition explains, such as
    stock he had before, has no line. Written when a move is done, by nobody else.

    ``quantity`` counts in the direction of its kind, and is negative where that was
    reversed; ``change`` is what it does to the quantity in the engineer's hands.
    """

    _name = "aftersales.part.allocation"
    _description = "Part Custody Entry"
    _inherit = ["aftersales.allocation.mixin"]
    _order = "id desc"
    _rec_name = "reference"
    _check_company_auto = True

    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    move_id = fields.Many2one(
        "stock.move", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "stock.move.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    reference = fields.Char("Transfer", readonly=True)
    engineer_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product", "Part", required=True, readonly=True, ondelete="restrict"
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one("stock.lot", "Serial or Lot", readonly=True)
    requisition_line_id = fields.Many2one(
        "aftersales.parts.requisition.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    requisition_id = fields.Many2one(
        related="requisition_line_id.requisition_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        "Happened On",
        readonly=True,
        index="btree_not_null",
        help="The case the part was drawn, used or brought back on, which need not be"
        " the case it was drawn for.",
    )
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    change = fields.Float(
        "In Hand",
        required=True,
        readonly=True,
        digits="Product Unit",
        help="What it did to the quantity in the engineer's hands.",
    )
    value = fields.Monetary(
        readonly=True,
        groups="aftersales_service.group_aftersales_user",
        help="Cost of the move, its share of it.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _held_idx = models.Index("(engineer_id, product_id, requisition_line_id)")

    def action_view_move(self):
        """Open the transfer of the entry, or its move where there is none."""
        self.ensure_one()
        return (self.move_id.picking_id or self.move_id)._get_records_action()
