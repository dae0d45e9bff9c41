from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRepairMoveMixin(models.AbstractModel):
    """Moves of the repair of a customer's machine.

    Its parts go one way each, as their line says, and its sale lines are made by
    the quotation. The move of the machine itself keeps its owner: Odoo looks for
    the owner where the parts are, and would move the customer's machine as ours.
    """

    _name = "aftersales.repair.move.mixin"
    _description = "Move of a Factory Repair"

    aftersales_repair_part_id = fields.Many2one(
        "aftersales.repair.part",
        "Part of the Repair",
        index="btree_not_null",
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        repairs = self.env["repair.order"].browse(
            {vals["repair_id"] for vals in vals_list if vals.get("repair_id")}
        )
        sheets = repairs.sudo().filtered("aftersales_factory_repair_id")
        if sheets:
            vals_list = [
                self._aftersales_prepare_repair_move(vals)
                if vals.get("repair_id") in sheets.ids
                else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if {"repair_id", "aftersales_repair_part_id"} & vals.keys():
            self._aftersales_check_repair(vals)
        return super().write(vals)

    def _aftersales_check_repair(self, vals):
        """:raises UserError: on a move hung on a factory repair, or taken off it"""
        if self.env.su:
            return
        repairs = self.env["repair.order"].browse(vals.get("repair_id") or [])
        if (
            vals.get("aftersales_repair_part_id")
            or (repairs | self.repair_id).sudo().aftersales_factory_repair_id
        ):
            raise UserError(
                self.env._(
                    "Enter the parts of a factory repair on its register sheet:"
                    " there it is said who bears them."
                )
            )

    @api.model
    def _aftersales_prepare_repair_move(self, vals):
        """Values of a move of a factory repair: parts by their line, the machine
        with its owner.

        :raises UserError: when a part has no line of ours
        """
        if vals.get("repair_line_type"):
            if not self.env.su or not vals.get("aftersales_repair_part_id"):
                raise UserError(
                    self.env._(
                        "Enter the parts of a factory repair on its register sheet:"
                        " there it is said who bears them."
                    )
                )
            return vals
        repair = self.env["repair.order"].sudo().browse(vals["repair_id"])
        owner = repair._aftersales_get_owner()
        lines = [
            (command, line_id, {**line, "owner_id": owner.id})
            for command, line_id, line in vals.get("move_line_ids", [])
        ]
        return {**vals, "restrict_partner_id": owner.id, "move_line_ids": lines}

    def _aftersales_is_of_sheet(self):
        self.ensure_one()
        return bool(self.sudo().repair_id.aftersales_factory_repair_id)

    # ------------------------------------------------------------ sale lines

    def _create_repair_sale_order_line(self):
        """The quotation makes the lines of a factory repair, with its labour."""
        others = self.filtered(lambda move: not move._aftersales_is_of_sheet())
        return super(AftersalesRepairMoveMixin, others)._create_repair_sale_order_line()

    def _update_repair_sale_order_line(self):
        others = self.filtered(lambda move: not move._aftersales_is_of_sheet())
        return super(AftersalesRepairMoveMixin, others)._update_repair_sale_order_line()

    def _clean_repair_sale_order_line(self):
        others = self.filtered(lambda move: not move._aftersales_is_of_sheet())
        return super(AftersalesRepairMoveMixin, others)._clean_repair_sale_order_line()

    # -------------------------------------------------------------- locations

    def _set_repair_locations(self):
        """The places of a part follow from its line."""
        others = self.filtered(lambda move: not move._aftersales_is_of_sheet())
        return super(AftersalesRepairMoveMixin, others)._set_repair_locations()

    def _prepare_merge_moves_distinct_fields(self):
        fnames = super()._prepare_merge_moves_distinct_fields()
        return fnames + ["aftersales_repair_part_id"]
