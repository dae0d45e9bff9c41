from odoo import fields, models


class AftersalesPartsReturnSplit(models.TransientModel):
    """How much of an old part gets a verdict of its own."""

    _name = "aftersales.parts.return.split"
    _description = "Judge a Part of an Old Part Line"

    line_id = fields.Many2one(
        "aftersales.parts.return.line", "Old Part", required=True, readonly=True
    )
    line_quantity = fields.Float(
        "Quantity on the Line", related="line_id.quantity", digits="Product Unit"
    )
    quantity = fields.Float(
        "Quantity to Cut Off", required=True, default=1.0, digits="Product Unit"
    )

    def action_split(self):
        """Cut the quantity off; both lines are then judged on their own."""
        self.ensure_one()
        form = self.line_id.return_id
        form._check_group("aftersales_service.group_aftersales_quality")
        form._form_begin("received", "inspected", "refused", "signing", "approved")
        self.line_id.sudo()._split(self.quantity)
        return {"type": "ir.actions.act_window_close"}
