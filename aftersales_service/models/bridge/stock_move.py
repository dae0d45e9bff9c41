from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class StockMove(models.Model):
    """Links a move to the after-sales document it carries out."""

    _name = "stock.move"
    _inherit = ["aftersales.repair.move.mixin", "stock.move"]

    aftersales_request_id = fields.Many2one(
        "aftersales.service.request", "Service Request", index="btree_not_null"
    )
    aftersales_requisition_line_id = fields.Many2one(
        "aftersales.parts.requisition.line",
        "Requisition Line",
        index="btree_not_null",
        check_company=True,
    )
    aftersales_part_use_id = fields.Many2one(
        "aftersales.part.use",
        "Part Used",
        index="btree_not_null",
        copy=False,
        check_company=True,
    )
    aftersales_return_line_id = fields.Many2one(
        "aftersales.parts.return.line",
        "Old Part",
        index="btree_not_null",
        copy=False,
        check_company=True,
    )
    aftersales_lot_id = fields.Many2one(
        "stock.lot",
        "Lot Asked For",
        help="Serial or lot the document asks for.",
        copy=False,
    )
    aftersales_distribution = fields.Json(
        "Analytic of the Case", readonly=True, copy=False
    )

    def _prepare_merge_moves_distinct_fields(self):
        """Two lines of a document stay two moves, even of the same product."""
        return super()._prepare_merge_moves_distinct_fields() + [
            "aftersales_requisition_line_id",
            "aftersales_part_use_id",
            "aftersales_return_line_id",
            "aftersales_lot_id",
        ]

    def _prepare_move_split_vals(self, qty):
        """The rest that comes later belongs to the same line of the form."""
        vals = super()._prepare_move_split_vals(qty)
        vals["aftersales_return_line_id"] = self.aftersales_return_line_id.id
        vals["aftersales_lot_id"] = self.aftersales_lot_id.id
        return vals

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        """Goods from a customer are not reserved: the document names their serial."""
        vals = super()._prepare_move_line_vals(quantity, reserved_quant)
        if self.aftersales_lot_id and not reserved_quant:
            vals["lot_id"] = self.aftersales_lot_id.id
        return vals

    def _aftersales_get_quants(self):
        """Stock this move may take, its own location before those below it."""
        self.ensure_one()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("location_id", "child_of", self.location_id.id),
            ("quantity", ">", 0),
        ]
        if self.aftersales_lot_id:
            domain.append(("lot_id", "=", self.aftersales_lot_id.id))
        quants = self.env["stock.quant"].search(domain)
        return quants.sorted(lambda quant: quant.location_id != self.location_id)

    # -------------------------------------------------------------- analytic

    def _aftersales_get_engineer(self):
        """Whose account the value of this move is counted on; may be empty."""
        self.ensure_one()
        move = self.sudo()
        if not move.aftersales_part_use_id and move.origin_returned_move_id:
            return move.origin_returned_move_id._aftersales_get_engineer()
        return (
            move.aftersales_part_use_id.engineer_id
            or move.aftersales_return_line_id.return_id.dispatch_id.engineer_id
            or move.picking_id.aftersales_requisition_id.drawer_id
        )

    def _aftersales_set_distribution(self):
        """Write down where the value of these moves is counted, before they are done.

        Only what enters or leaves the company's stock has a value; the others need
        no account.
        """
        moves = self.sudo().filtered("aftersales_request_id")
        directions = moves._get_move_directions() if moves else {}
        by_pair = moves.filtered(lambda move: directions.get(move.id)).grouped(
            lambda move: (move.aftersales_request_id, move._aftersales_get_engineer())
        )
        if not by_pair:
            return
        requests = self.env["aftersales.service.request"]
        distributions = requests._aftersales_get_distributions(by_pair)
        for pair, group in by_pair.items():
            group.aftersales_distribution = distributions[pair]

    def _get_analytic_distribution(self):
        """Analytic lines of the move itself, where no journal item carries them.

        A perpetual part is on the case by its entry (free) or its invoice (charged);
        the closing entry of periodic parts knows no case.
        """
        if self.aftersales_distribution and not (
            self.product_id.is_storable and self.product_id.valuation == "real_time"
        ):
            return self.aftersales_distribution
        return super()._get_analytic_distribution()

    def _get_account_move_line_vals(self):
        """The cost of a free part on its case and its customer."""
        lines = super()._get_account_move_line_vals()
        if not self.aftersales_request_id:
            return lines
        stock_account = self.product_id._get_product_accounts()["stock_valuation"]
        partner = self.sudo().aftersales_request_id.partner_id.commercial_partner_id
        for vals in lines:
            vals["partner_id"] = partner.id
            if vals["account_id"] != stock_account.id:
                vals["analytic_distribution"] = self.aftersales_distribution
        return lines

    def _should_assign_at_confirm(self):
        if self.env.context.get("aftersales_as_planned"):
            return False
        return super()._should_assign_at_confirm()

    def _action_done(self, cancel_backorder=False):
        self._aftersales_set_distribution()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.sudo().filtered(lambda move: move.state == "done")
        self.env["aftersales.part.allocation"].sudo()._allocate(done)
        # A return made in the stock screens copies the link and issues nothing.
        issues = done.filtered(lambda move: not move.origin_returned_move_id)
        lines = issues.aftersales_requisition_line_id
        lines._check_may_be_issued()
        lines.requisition_id._update_issue_state()
        done.filtered(
            lambda m: m.location_id.usage == "customer"
        ).aftersales_return_line_id._check_serials()
        returns = done.picking_id.aftersales_return_id
        returns._mark_received()
        delivered = done.filtered(lambda m: m.location_dest_id.usage == "customer")
        machines = self.env["aftersales.equipment"].sudo()
        machines._create_from_moves(delivered)
        # What an after-sales document moves stays the customer's machine.
        machines._take_back_from_moves(
            done.filtered(
                lambda m: (
                    m.location_id.usage == "customer"
                    and m.location_dest_id.usage != "customer"
                    and not m.aftersales_request_id
                )
            )
        )
        return moves

    def _action_cancel(self):
        """What the warehouse will not issue ends the requisition that waits for it."""
        result = super()._action_cancel()
        moves = self.sudo().filtered(lambda move: not move.origin_returned_move_id)
        moves.aftersales_requisition_line_id.requisition_id._follow_transfers()
        return result

    def _aftersales_is_astray(self):
        """Whether a done issue went elsewhere than to the drawer, and still is there.

        Called with sudo.
        """
        self.ensure_one()
        line = self.aftersales_requisition_line_id
        back = self.returned_move_ids.filtered(lambda move: move.state == "done")
        return (
            self.state == "done"
            and not back
            and not all(
                line._is_with_drawer(move_line.location_dest_id)
                for move_line in self.move_line_ids
            )
        )

    @api.model
    def _aftersales_get_held(self, requisition):
        """What the drawer of ``requisition`` still holds of what its case was drawn.

        Of the requisition alone, when it is for no case. What is used elsewhere is
        not held any more, what came from elsewhere does not count.

        :return: dict ``{product: quantity in the product's unit}``
        """
        held = defaultdict(float)
        for product, quantity in self.env["aftersales.part.allocation"]._read_group(
            self._aftersales_get_line_domain(requisition)
            & Domain("engineer_id", "=", requisition.drawer_id.id),
            ["product_id"],
            ["change:sum"],
        ):
            held[product] = quantity
        return held

    @api.model
    def _aftersales_get_unused(self, requisition):
        """Parts to announce to the warehouse: held, and not announced yet.

        :return: dict ``{product: quantity in the product's unit}``, without zeros
        """
        drawer = requisition.drawer_id
        unused = self._aftersales_get_held(requisition)
        domain = self._aftersales_get_case_domain(requisition) & Domain(
            [
                ("location_id", "child_of", drawer.sudo().aftersales_location_id.ids),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        for product, quantity in self._read_group(
            domain, ["product_id"], ["product_qty:sum"]
        ):
            unused[product] -= quantity
        # Or taken out in a way that is not done yet.
        unused = {
            product: min(quantity, drawer._aftersales_get_held(product))
            for product, quantity in unused.items()
        }
        return {p: qty for p, qty in unused.items() if p.uom_id.compare(qty, 0) > 0}

    @api.model
    def _aftersales_get_line_domain(self, requisition):
        """Custody entries of the case of ``requisition``."""
        if requisition.request_id:
            return Domain("requisition_id.request_id", "=", requisition.request_id.id)
        return Domain("requisition_id", "=", requisition.id)

    @api.model
    def _aftersales_get_case_domain(self, requisition):
        """Moves of the case of ``requisition``."""
        if requisition.request_id:
            return Domain("aftersales_request_id", "=", requisition.request_id.id)
        return Domain("picking_id.aftersales_requisition_id", "=", requisition.id)
