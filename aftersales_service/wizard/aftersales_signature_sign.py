from odoo import fields, models


class AftersalesSignatureSign(models.TransientModel):
    """Approve or refuse one or many signature boxes with one opinion."""

    _name = "aftersales.signature.sign"
    _description = "Sign Documents"

    signature_ids = fields.Many2many("aftersales.signature", string="Documents")
    signature_count = fields.Integer(compute="_compute_signature_count")
    opinion = fields.Text()

    def _compute_signature_count(self):
        for wizard in self:
            wizard.signature_count = len(wizard.signature_ids)

    def action_approve(self):
        """Sign all boxes (批准)."""
        return self._sign(approve=True)

    def action_refuse(self):
        """Refuse all boxes (驳回); needs the reason."""
        return self._sign(approve=False)

    def _sign(self, approve):
        self.ensure_one()
        for signatures in self.signature_ids.grouped("res_model").values():
            signatures._sign(approve, self.opinion)
        return {"type": "ir.actions.act_window_close"}
