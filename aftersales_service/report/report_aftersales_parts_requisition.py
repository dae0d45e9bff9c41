from odoo import models


class ReportAftersalesPartsRequisition(models.AbstractModel):
    """Print of the parts requisition (售后服务用零配件领取审批单), 001 App.14."""

    _name = "report.aftersales_service.report_aftersales_parts_requisition"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Parts Requisition"

    _print_model = "aftersales.parts.requisition"

    def _get_rows(self, requisition):
        """One dict per line, with what became of its parts, wherever they were used."""
        return [
            {
                "line": line,
                "used": line.used_free_quantity
                + line.used_charged_quantity
                + line.repair_quantity,
                "returned": line.returned_quantity,
            }
            for line in requisition.line_ids
        ]

    def _get_original(self, line):
        """Code and name of the part that this one stands for (替代件/原配件)."""
        part = line.original_product_id
        return " ".join(filter(None, [part.default_code, self._product_name(part)]))

    def _get_old_part_forms(self, requisition):
        """The forms on which the replaced parts of the visit came back."""
        returns = self.env["aftersales.parts.return"]
        if not requisition.dispatch_id:
            return returns
        return returns.search([("dispatch_id", "=", requisition.dispatch_id.id)])
