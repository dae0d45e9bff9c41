from odoo import api, fields, models
from odoo.exceptions import UserError

# What a register sheet decides on its repair order.
FROM_SHEET = frozenset(
    {
        "aftersales_factory_repair_id",
        "company_id",
        "location_dest_id",
        "location_id",
        "lot_id",
        "move_id",
        "parts_location_id",
        "partner_id",
        "picking_type_id",
        "product_id",
        "product_location_dest_id",
        "product_location_src_id",
        "product_qty",
        "product_uom",
        "recycle_location_id",
        "sale_order_id",
        "sale_order_line_id",
        "state",
        "under_warranty",
    }
)


class AftersalesRepairOrderMixin(models.AbstractModel):
    """A repair order that belongs to the stay of a customer's machine.

    The register sheet drives it: Odoo's own buttons are refused on it, because they
    know neither signatures nor who bears a part. All other repair orders are Odoo's
    and stay as they are.
    """

    _name = "aftersales.repair.order.mixin"
    _description = "Repair Order of a Factory Repair"

    aftersales_factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    aftersales_request_id = fields.Many2one(
        related="aftersales_factory_repair_id.request_id", string="Service Request"
    )
    aftersales_part_ids = fields.One2many(
        "aftersales.repair.part", "repair_id", "Parts of the Repair"
    )
    aftersales_labour_ids = fields.One2many(
        "aftersales.repair.labour", "repair_id", "Work of the Repair"
    )

    # ------------------------------------------------------------- protection

    def _aftersales_check_from_sheet(self):
        """:raises UserError: on a repair order that a register sheet drives"""
        if self.env.su:
            return
        for repair in self:
            sheet = repair.sudo().aftersales_factory_repair_id
            if sheet:
                raise UserError(
                    self.env._(
                        "%(repair)s is the repair of register sheet %(sheet)s. Do this"
                        " on the register sheet.",
                        repair=repair.name,
                        sheet=sheet.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        repairs = super().create(vals_list)
        if not self.env.su and repairs.sudo().aftersales_factory_repair_id:
            raise UserError(self.env._("A register sheet makes its own repair order."))
        return repairs

    def write(self, vals):
        if FROM_SHEET & vals.keys():
            self._aftersales_check_from_sheet()
        return super().write(vals)

    def copy_data(self, default=None):
        for repair in self:
            sheet = repair.sudo().aftersales_factory_repair_id
            if sheet:
                raise UserError(
                    self.env._(
                        "%(repair)s belongs to register sheet %(sheet)s and is not"
                        " copied. Write a new register sheet for another stay.",
                        repair=repair.name,
                        sheet=sheet.name,
                    )
                )
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_sheet(self):
        self._aftersales_check_from_sheet()

    # ---------------------------------------------------------------- buttons

    def action_validate(self):
        self._aftersales_check_from_sheet()
        return super().action_validate()

    def action_repair_start(self):
        self._aftersales_check_from_sheet()
        self.aftersales_factory_repair_id._check_may_start()
        return super().action_repair_start()

    def action_repair_end(self):
        self._aftersales_check_from_sheet()
        self._aftersales_check_demand()
        return super().action_repair_end()

    def action_repair_done(self):
        self._aftersales_check_from_sheet()
        self._aftersales_check_demand()
        return super().action_repair_done()

    def action_repair_cancel(self):
        self._aftersales_check_from_sheet()
        return super().action_repair_cancel()

    def action_repair_cancel_draft(self):
        self._aftersales_check_from_sheet()
        return super().action_repair_cancel_draft()

    def action_create_sale_order(self):
        """The quotation of a factory repair is made from its register sheet; Odoo's
        own way would leave out its labour, and fails on several orders."""
        self._aftersales_check_from_sheet()
        return super().action_create_sale_order()

    def _aftersales_check_demand(self):
        """Odoo cancels what was not done when a repair ends; ours has to say so.

        :raises UserError: naming the parts that are planned and not at hand
        """
        short = self.filtered("aftersales_factory_repair_id").move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            )
        )
        if short:
            raise UserError(
                self.env._(
                    "These parts of the repair are not at hand:\n%(parts)s\nDraw"
                    " them by requisition, or enter on the part what was used and why"
                    " not all.",
                    parts="\n".join(
                        self.env._(
                            "%(part)s: %(wanted)g needed, %(held)g at hand",
                            part=move.product_id.display_name,
                            wanted=move.product_uom_qty,
                            held=move.quantity,
                        )
                        for move in short
                    ),
                )
            )

    # ------------------------------------------------------------------ print

    def _aftersales_get_owner(self):
        """Whose the repaired machine is, empty for what is not ours to answer."""
        self.ensure_one()
        sheet = self.aftersales_factory_repair_id
        return sheet._get_machine_owner() if sheet else self.env["res.partner"]
