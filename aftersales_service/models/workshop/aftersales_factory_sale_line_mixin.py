from odoo import api, fields, models
from odoo.exceptions import UserError

# From here on a machine is settled: what it took may be invoiced.
SETTLED_STATES = ("settlement", "settled", "evaluated", "left", "archived")


class AftersalesFactorySaleLineMixin(models.AbstractModel):
    """A line of an order for one of the machines on it."""

    _name = "aftersales.factory.sale.line.mixin"
    _description = "Order Line of a Factory Repair"

    aftersales_factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="restrict",
    )
    aftersales_repair_part_ids = fields.One2many(
        "aftersales.repair.part", "sale_line_id", "Parts of a Repair"
    )
    aftersales_repair_labour_ids = fields.One2many(
        "aftersales.repair.labour", "sale_line_id", "Work of a Repair"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su and lines.sudo().aftersales_factory_repair_id:
            self._aftersales_raise_sheet()
        return lines

    def write(self, vals):
        if "aftersales_factory_repair_id" in vals and not self.env.su:
            self._aftersales_raise_sheet()
        return super().write(vals)

    def _aftersales_raise_sheet(self):
        """On another sheet, or none, a line would not be asked for before he leaves."""
        raise UserError(
            self.env._("The lines of a factory repair come from its register sheet.")
        )

    @api.depends("aftersales_factory_repair_id.state")
    def _compute_qty_to_invoice(self):
        """Nothing of a machine is invoiced before the customer has accepted it."""
        result = super()._compute_qty_to_invoice()
        for line in self:
            sheet = line.sudo().aftersales_factory_repair_id
            if sheet and sheet.state not in SETTLED_STATES:
                line.qty_to_invoice = 0.0
        return result

    def _action_launch_stock_rule(self, **kwargs):
        """The repair order moves its parts: no delivery beside it."""
        repaired = self.filtered(lambda line: line.sudo().aftersales_factory_repair_id)
        others = self - repaired
        return super(AftersalesFactorySaleLineMixin, others)._action_launch_stock_rule(
            **kwargs
        )

    def _aftersales_drop(self):
        """Take lines off a quotation, or to nothing on a confirmed order."""
        kept = self.filtered(lambda li: li.state == "sale" and not li.display_type)
        kept.write({"product_uom_qty": 0.0, "aftersales_quantity": 0.0})
        (self - kept).unlink()
