from odoo import api, fields, models


class AftersalesFaultCaseLineMixin(models.AbstractModel):
    """A line of a fault case: it changes with the draft only."""

    _name = "aftersales.fault.case.line.mixin"
    _description = "Line of a Fault Case"
    _inherit = ["aftersales.text.mixin"]
    _order = "case_id, sequence, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "aftersales.fault.case", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, index=True, precompute=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        if "case_id" in vals:
            self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su:
            self.case_id._check_draft()
