from odoo import models
from odoo.tools import format_amount


class ReportAftersalesPartsReturn(models.AbstractModel):
    """Print of the replaced-part verification (报废(更换)零配件交库验证单), App.7."""

    _name = "report.aftersales_service.report_aftersales_parts_return"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Replaced Part Verification"

    _print_model = "aftersales.parts.return"

    def _get_pairs(self, record, least=8):
        """The lines two side by side, as on the paper form.

        Numbered downwards, and padded with empty lines to ``least`` rows.

        :return: list of two ``(number, line)``; number and line may be empty
        """
        lines = list(record.line_ids)
        height = max(-(-len(lines) // 2), least)
        cells = [(index + 1, line) for index, line in enumerate(lines)]
        cells += [(False, record.line_ids.browse())] * (2 * height - len(cells))
        return list(zip(cells[:height], cells[height:], strict=True))

    def _get_quantities(self, line):
        """Due, handed in and received quantity of an old part."""
        handed_in = line.quantity if line.return_id.handed_in_at else 0.0
        received = line.quantity - line._get_missing_quantity()
        return line.quantity, handed_in, received

    def _get_requisitions(self, record):
        """Numbers of the requisitions on which the new parts were drawn.

        Those the used parts were taken from; before the booking those of the visit.
        """
        moves = record.line_ids.part_use_id.sudo().move_id
        entries = record.env["aftersales.part.allocation"].sudo()
        drawn = entries.search([("move_id", "in", moves.ids)]).requisition_id
        drawn = drawn or record.dispatch_id.requisition_ids.filtered(
            lambda r: r.state not in ("refused", "withdrawn")
        )
        return ", ".join(drawn.sorted("id").mapped("name"))

    def _get_failure(self, line):
        """Failure mode: the code and what was said in words."""
        return ", ".join(filter(None, (line.failure_code_id.name, line.failure_mode)))

    def _get_claim(self, line):
        """Number of the claim on the supplier and what it brought; a draft has none."""
        claim = line.sudo().claim_id
        if not claim.name or claim.state != "posted":
            return self.env._("Draft")
        amount = format_amount(self.env, line.recovered_amount, line.currency_id)
        return f"{claim.name} {amount}"
