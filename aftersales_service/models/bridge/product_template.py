from odoo import fields, models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = [
        "product.template",
        "aftersales.fee.mixin",
        "aftersales.part.product.mixin",
        "aftersales.expense.item.mixin",
    ]

    aftersales_tracked = fields.Boolean(
        "After-Sales Tracked",
        help="A machine record is made for each serial number delivered.",
    )
    aftersales_warranty_months = fields.Integer(
        "Warranty (Months)", help="Counted from acceptance, delivery or purchase."
    )
    aftersales_warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        "Warranty Policy",
        company_dependent=True,
        help="Empty: the policy of the category, then of the company.",
    )
    aftersales_guarantee_rule_id = fields.Many2one(
        "aftersales.guarantee.rule",
        "Three-Guarantees Rule",
        company_dependent=True,
        help="Empty: the rule of the category, then of the company.",
    )
    aftersales_cover = fields.Selection(
        [
            ("normal", "Part of the Machine"),
            ("main_component", "Main Component"),
            ("accessory", "Accessory"),
            ("wear_part", "Wear Part"),
            ("software", "Software"),
        ],
        "Warranty Cover",
        default="normal",
        help="As what the warranty covers this part.",
    )

    _aftersales_warranty_check = models.Constraint(
        "CHECK (aftersales_warranty_months >= 0)",
        "The warranty must not be negative.",
    )

    def _get_related_fields_variant_template(self):
        """What is given when a template is made goes to its one variant."""
        names = super()._get_related_fields_variant_template()
        return [*names, "aftersales_substitute_ids"]

    def _aftersales_get_preset(self, fname):
        """What rules this model in the current company: its own, else that of the
        nearest category, else the company's; an archived one rules nobody.

        :param str fname: a field that template, category and company have
        """
        found = self[fname].filtered("active")
        category = self.categ_id
        while not found and category:
            found = category[fname].filtered("active")
            category = category.parent_id
        return found or self.env.company[fname].filtered("active")
