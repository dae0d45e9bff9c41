from odoo import fields, models


class AftersalesPartsReturnAccept(models.TransientModel):
    """Why an old part comes back although its serial is not the customer's."""

    _name = "aftersales.parts.return.accept"
    _description = "Accept the Serial of an Old Part"

    line_id = fields.Many2one(
        "aftersales.parts.return.line", "Old Part", required=True, readonly=True
    )
    serial = fields.Char("Serial", related="line_id.serial")
    partner_id = fields.Many2one(related="line_id.return_id.partner_id")
    reason = fields.Text(required=True)

    def action_accept(self):
        """Accept the serial; who, when and why is kept on the line."""
        self.ensure_one()
        self.line_id._accept_serial(self.reason)
        return {"type": "ir.actions.act_window_close"}
