from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesFaultCodeMixin(models.AbstractModel):
    """A fault said in codes: symptom, area, cause, remedy (故障代码, 000 1.4).

    The model that inherits this has ``product_id`` and ``company_id``.
    """

    _name = "aftersales.fault.code.mixin"
    _description = "Fault in Codes"

    fault_code_id = fields.Many2one(
        "aftersales.fault.code",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain=[("kind", "=", "symptom")],
        help="What is seen of the fault.",
    )
    area_code_id = fields.Many2one(
        "aftersales.fault.code",
        "Fault Area",
        check_company=True,
        ondelete="restrict",
        domain=[("kind", "=", "area")],
    )
    cause_code_id = fields.Many2one(
        "aftersales.fault.code",
        check_company=True,
        ondelete="restrict",
        domain=[("kind", "=", "cause")],
    )
    remedy_code_id = fields.Many2one(
        "aftersales.fault.code",
        check_company=True,
        ondelete="restrict",
        domain=[("kind", "=", "remedy")],
    )

    code_category_id = fields.Many2one(
        "product.category",
        "Category of the Codes",
        compute="_compute_code_category_id",
        help="Codes of this category and of those above it are offered.",
    )

    @api.depends("product_id")
    def _compute_code_category_id(self):
        for record in self:
            record.code_category_id = record.product_id.sudo().categ_id

    @api.model
    def _get_code_fields(self):
        """``{field: kind of code}``"""
        return {
            "fault_code_id": "symptom",
            "area_code_id": "area",
            "cause_code_id": "cause",
            "remedy_code_id": "remedy",
        }

    @api.constrains("fault_code_id", "area_code_id", "cause_code_id", "remedy_code_id")
    def _check_code_kinds(self):
        for record in self:
            for fname, kind in self._get_code_fields().items():
                code = record[fname]
                if code and code.kind != kind:
                    raise ValidationError(
                        self.env._(
                            "%(code)s is no code for “%(field)s”.",
                            code=code.display_name,
                            field=self._fields[fname]._description_string(self.env),
                        )
                    )
