from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesRoleAssignment(models.Model):
    """Who holds a role slot in a company, and from when to when (deputies)."""

    _name = "aftersales.role.assignment"
    _description = "Role Holder"
    _order = "role_id, company_id, id"
    _rec_name = "user_id"

    role_id = fields.Many2one(
        "aftersales.role", "Role Slot", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    _dates_check = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_from <= date_to)",
        "The end of an assignment must not be before its start.",
    )

    @api.model
    def _get_valid_domain(self, day):
        """Assignments that hold on ``day``; an open end holds for ever."""
        started = Domain("date_from", "=", False) | Domain("date_from", "<=", day)
        not_ended = Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        return started & not_ended

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for assignment in self:
            user = assignment.user_id.sudo()
            if not user.has_group("aftersales_service.group_aftersales_user"):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot read after-sales documents yet. Give the"
                        " user an After-Sales access right first.",
                        user=user.name,
                    )
                )
            if assignment.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not belong to company %(company)s.",
                        user=user.name,
                        company=assignment.company_id.name,
                    )
                )
