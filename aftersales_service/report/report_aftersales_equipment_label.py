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
    def _get_sheets(self, docs, rows=8, columns=3):
        """Machines in rows of a sheet; the last row is filled with empty ones.

        :return: list of sheets, each a list of rows of machines
        """
        empty = docs.browse()
        cells = [*docs, *[empty] * (-len(docs) % columns)]
        lines = [cells[at : at + columns] for at in range(0, len(cells), columns)]
        return [lines[at : at + rows] for at in range(0, len(lines), rows)]
