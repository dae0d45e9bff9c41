from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesApprovalStep(models.Model):
    """One box of a route: its printed title and the slot that signs it."""

    _name = "aftersales.approval.step"
    _description = "Approval Step"
    _order = "route_id, sequence, id"

    route_id = fields.Many2one(
        "aftersales.approval.route", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="route_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Title of the Box", required=True, translate=True)
    role_id = fields.Many2one(
        "aftersales.role", "Role Slot", required=True, ondelete="restrict"
    )
    min_amount = fields.Float(
        "From Amount",
        digits="Product Price",
        help="The box applies from this amount, in the currency of the company.",
    )

    _min_amount_check = models.Constraint(
        "CHECK (min_amount >= 0)", "The amount must not be negative."
    )

    def _check_holder(self, company):
        """:raises UserError: when nobody holds the slot in ``company``"""
        self.ensure_one()
        if not self.role_id._get_users(company):
            raise UserError(
                self.env._(
                    "Nobody holds the slot “%(role)s” in %(company)s. Name a person"
                    " under Configuration > Role Slots.",
                    role=self.role_id.name,
                    company=company.name,
                )
            )

    def _prepare_signature_vals(self, document, amount):
        self.ensure_one()
        return {
            "res_model": document._name,
            "res_id": document.id,
            "company_id": document.company_id.id,
            "document_name": document.display_name,
            "route_id": self.route_id.id,
            "step_id": self.id,
            "role_id": self.role_id.id,
            "sequence": self.sequence,
            "amount": amount,
        }
