from odoo import models


class ReportAftersalesLabelSheet(models.AbstractModel):
    """Print of machine labels, 24 on a sheet of A4."""

    _name = "report.aftersales_service.report_aftersales_label_sheet"
    _inherit = ["report.aftersales_service.report_aftersales_equipment_label"]
    _description = "Print of a Sheet of Machine Labels"
