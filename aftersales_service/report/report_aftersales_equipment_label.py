from odoo import api, models


class ReportAftersalesEquipmentLabel(models.AbstractModel):
    """Print of one label per machine, for a label printer."""

    _name = "report.aftersales_service.report_aftersales_equipment_label"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Machine Label"

    _print_model = "aftersales.equipment"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        values["docs"]._ensure_label_tokens()
        return values

    @api.model
    def _get_sheets(self, docs, size=24):
        """Machines by the sheet, as many as it has labels."""
        return [docs[at : at + size] for at in range(0, len(docs), size)]
