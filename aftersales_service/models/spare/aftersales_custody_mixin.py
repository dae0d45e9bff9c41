from odoo import api, fields, models


class AftersalesCustodyMixin(models.AbstractModel):
    """How far a requisition is accounted for (核销), for the requisition itself."""

    _name = "aftersales.custody.mixin"
    _description = "Reconciliation of a Requisition"

    reconcile_state = fields.Selection(
        [
            ("open", "Parts Not Reconciled"),
            ("partial", "Parts Partly Reconciled"),
            ("done", "Parts Reconciled"),
        ],
        "Reconciliation",
        compute="_compute_reconcile_state",
        store=True,
        help="Of what was issued: nothing, a part, or all of it is used, returned or"
        " explained. Empty: nothing was issued yet.",
    )

    @api.depends("line_ids.moved_quantity", "line_ids.held_quantity")
    def _compute_reconcile_state(self):
        for requisition in self:
            lines = requisition.line_ids.filtered("moved_quantity")
            held = [line.held_quantity > 0 for line in lines]
            if not lines:
                requisition.reconcile_state = False
            elif not any(held):
                requisition.reconcile_state = "done"
            elif all(line.held_quantity >= line.moved_quantity for line in lines):
                requisition.reconcile_state = "open"
            else:
                requisition.reconcile_state = "partial"

    def _get_held_debts(self):
        """What is still in somebody's hands, whoever has it now; called with sudo.

        :return: list of sentences in the reader's language
        """
        return [
            self.env._(
                "%(engineer)s still holds %(quantity)g × %(part)s",
                engineer=engineer.name,
                quantity=quantity,
                part=product.display_name,
            )
            for engineer, product, quantity in self.env[
                "aftersales.part.allocation"
            ]._read_group(
                [("requisition_id", "in", self.ids)],
                ["engineer_id", "product_id"],
                ["change:sum"],
            )
            if product.uom_id.compare(quantity, 0) > 0
        ]

    def action_view_custody(self):
        """Open the reconciliation of the lines of this requisition."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_parts_requisition_line_action_custody"
            ),
            "domain": [("requisition_id", "in", self.ids)],
            "context": {"create": False},
        }
