from odoo import fields, models
from odoo.fields import Domain


class AftersalesRole(models.Model):
    """Role slot (角色): a signature box names a slot, not a person (handbook 2.2).

    Who holds a slot in a company is an ``aftersales.role.assignment``; the right
    to sign comes from there and not from user groups.
    """

    _name = "aftersales.role"
    _description = "Role Slot"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)
    support_line = fields.Selection(
        [("2", "Line 2: Technical Support"), ("3", "Line 3: Experts")],
        help="Holders are told when a request is escalated to this line.",
    )
    assignment_ids = fields.One2many("aftersales.role.assignment", "role_id", "Holders")

    _code_uniq = models.Constraint("UNIQUE (code)", "The code must be unique.")

    def _get_users(self, company):
        """Active users who hold this slot in ``company`` today."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        assignments = self.env["aftersales.role.assignment"].sudo()
        return assignments.search(
            assignments._get_valid_domain(today)
            & Domain("role_id", "=", self.id)
            & Domain("company_id", "=", company.id)
            & Domain("user_id.active", "=", True)
        ).user_id
