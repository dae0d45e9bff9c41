from collections import defaultdict

from odoo import models


class ReportAftersalesPartsRequisition(models.AbstractModel):
    """Print of the parts requisition (售后服务用零配件领取审批单), 001 App.14."""

    _name = "report.aftersales_service.report_aftersales_parts_requisition"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Parts Requisition"

    _print_model = "aftersales.parts.requisition"

    def _get_rows(self, requisition):
        """One dict per line, with what became of the part.

        Used and brought back are counted per product from done moves; when a
        product is on several lines, the first one shows them.
        """
        used = self._get_used(requisition)
        returned = self._get_returned(requisition)
        rows = []
        for line in requisition.line_ids:
            product = line.product_id
            rows.append(
                {
                    "line": line,
                    "used": used.pop(product, 0.0),
                    "returned": returned.pop(product, 0.0),
                }
            )
        return rows

    def _get_original(self, line):
        """Code and name of the part that this one stands for (替代件/原配件)."""
        part = line.original_product_id
        return " ".join(filter(None, [part.default_code, self._product_name(part)]))

    def _get_used(self, requisition):
        """Parts used on the visits of the requisition: ``{product: quantity}``."""
        used = defaultdict(float)
        uses = requisition.dispatch_id.part_use_ids.filtered("move_id")
        for use in uses.filtered(lambda u: u.engineer_id == requisition.drawer_id):
            used[use.product_id] += use.quantity
        return used

    def _get_returned(self, requisition):
        """Unused parts that came back to the warehouse: ``{product: quantity}``."""
        returned = defaultdict(float)
        location = requisition.drawer_id.aftersales_location_id
        for move in requisition.picking_ids.move_ids:
            if move.state == "done" and location and move.location_id == location:
                returned[move.product_id] += move.product_qty
        return returned

    def _get_reconciliation(self, requisition):
        """Are the parts accounted for: ``open``, ``partly``, ``closed``, or empty
        before anything was issued."""
        if requisition.state not in ("partial", "issued"):
            return ""
        held = self.env["stock.move"]._aftersales_get_held(requisition)
        issued = sum(requisition.line_ids.mapped("issued_quantity"))
        left = sum(
            max(held.get(product, 0.0), 0.0)
            for product in requisition.line_ids.product_id
        )
        if requisition.company_id.currency_id.is_zero(left):
            return "closed"
        return "partly" if left < issued else "open"

    def _get_old_part_forms(self, requisition):
        """The forms on which the replaced parts of the visit came back."""
        returns = self.env["aftersales.parts.return"]
        if not requisition.dispatch_id:
            return returns
        return returns.search([("dispatch_id", "=", requisition.dispatch_id.id)])
