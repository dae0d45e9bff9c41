from odoo import fields, models


class AftersalesTriageQuestion(models.Model):
    """A question to clear before somebody travels (001 App.8 #2)."""

    _name = "aftersales.triage.question"
    _description = "Triage Question"
    _inherit = ["aftersales.text.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Question", required=True, translate=True)
    code = fields.Char(required=True)
    hint = fields.Text(translate=True, help="What to do about the answer.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Asked about machines of these categories only. Empty: about all.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )

    _code_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)",
        "The code of a question must be unique in a company.",
    )
