from odoo import models


class ReportAftersalesCommission(models.AbstractModel):
    """Print of the commission statement (提成结算单), 001 Art.37."""

    _name = "report.aftersales_service.report_aftersales_commission"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Commission Statement"

    _print_model = "aftersales.commission.statement"

    def _get_rows(self, statement):
        """The invoices in the order they were paid, refunds among them."""
        return statement.line_ids.sorted(lambda line: (line.paid_on, line.id))

    def _get_scales(self, statement):
        """Versions of the scale that were used."""
        return ", ".join(statement.line_ids.scale_id.mapped("name"))

    def _get_payment(self, statement):
        """How it is paid, in words; empty while it is not."""
        if statement.bill_id:
            bill = statement.bill_id
            return bill.name if bill.name and bill.name != "/" else self.env._("Bill")
        if statement.state == "payroll":
            return self.env._("With the wages")
        return ""
