from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesRequisitionProcure(models.TransientModel):
    """How what is missing on a requisition is to be had: proposed, then decided."""

    _name = "aftersales.requisition.procure"
    _description = "Order Missing Parts"

    requisition_id = fields.Many2one(
        "aftersales.parts.requisition", required=True, readonly=True
    )
    warehouse_id = fields.Many2one(related="requisition_id.warehouse_id")
    line_ids = fields.One2many(
        "aftersales.requisition.procure.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("requisition_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create({"line_id": line.id, "quantity": quantity})
                for line, quantity in wizard._get_open_lines()
            ]

    def _get_open_lines(self):
        """Lines of which more is missing than was ordered for them already."""
        rows = []
        for line in self.requisition_id.line_ids:
            quantity = line.missing_quantity - line.raised_quantity
            if line.product_uom_id.compare(quantity, 0) > 0:
                rows.append((line, quantity))
        return rows

    def _open(self):
        """The dialog.

        :raises UserError: when nothing is left to order
        """
        if not self.line_ids:
            raise UserError(
                self.env._("Nothing is missing that was not ordered already.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Order Missing Parts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_procure(self):
        """Order or fetch what is chosen; a second press finds nothing to do."""
        self.ensure_one()
        self.requisition_id._check_may_procure()
        requisition = self.requisition_id
        requisition._form_lock()
        requisition._form_check_state("draft", "signing", "approved", "partial")
        said = []
        for row in self.line_ids.filtered(lambda row: row.quantity > 0):
            row._check_quantity()
            said.append(row._procure())
        if not said:
            raise UserError(self.env._("Enter the quantity of at least one part."))
        requisition.sudo().message_post(
            body="\n".join(said), subtype_xmlid="mail.mt_note"
        )
        return {"type": "ir.actions.act_window_close"}
