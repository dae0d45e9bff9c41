from odoo import models


class ReportAftersalesQuotation(models.AbstractModel):
    """Print of the repair quotation (设备维修报价单), 001 App.11.

    The same machines, rows and amounts as on the settlement of the order.
    """

    _name = "report.aftersales_service.report_aftersales_quotation"
    _inherit = ["report.aftersales_service.report_aftersales_settlement"]
    _description = "Print of the Repair Quotation"

    def _get_decision(self, order):
        """What the customer has decided on all machines together; empty if not yet."""
        decisions = set(order.aftersales_factory_repair_ids.mapped("decision"))
        if not decisions or False in decisions:
            return False
        return decisions.pop() if len(decisions) == 1 else "partly"

    def _get_deciders(self, order):
        """Who of the customer's has decided."""
        names = order.aftersales_factory_repair_ids.mapped("decided_by")
        return ", ".join(dict.fromkeys(filter(None, names)))
