from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesLineSubstituteMixin(models.AbstractModel):
    """Another part instead of the one that is short (替代件). Part of a line."""

    _name = "aftersales.line.substitute.mixin"
    _description = "Substitute of a Requested Part"

    original_product_id = fields.Many2one(
        "product.product",
        "Original Part",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The part that was asked for and replaced by a substitute.",
    )
    substitute_id = fields.Many2one(
        "product.product",
        "Proposed Substitute",
        compute="_compute_substitute_id",
        help="A substitute of which there is enough, when this part is short.",
    )

    @api.depends("product_id", "quantity", "missing_quantity")
    def _compute_substitute_id(self):
        short = self.filtered("missing_quantity")
        (self - short).substitute_id = False
        for warehouse, lines in short.grouped(
            lambda line: line.requisition_id.warehouse_id
        ).items():
            parts = lines.product_id._origin.sudo().aftersales_substitute_ids
            parts = parts.with_context(warehouse_id=warehouse.id)
            for line in lines:
                own = line.product_id._origin.sudo().aftersales_substitute_ids
                company = line.company_id or line.requisition_id.company_id
                enough = parts.filtered(
                    lambda part, line=line, own=own, company=company: (
                        part in own
                        and part.active
                        and part.company_id in (company, part.company_id.browse())
                        and part.uom_id.compare(part.free_qty, line.quantity) >= 0
                    )
                )
                line.substitute_id = enough.sorted("free_qty", reverse=True)[:1]

    def action_use_substitute(self):
        """Ask for the proposed substitute instead; the original part stays noted.

        Signatures that were given for the original part are void.

        :raises UserError: when no substitute is in stock
        """
        self.requisition_id._form_begin("draft", "signing", "refused")
        self.check_access("write")
        for line in self.sudo():
            if not line.substitute_id:
                raise UserError(
                    self.env._(
                        "There is no substitute for %(part)s in stock.",
                        part=line.product_id.display_name,
                    )
                )
            line._replace_part(
                line.substitute_id.with_env(line.env),
                line.original_product_id or line.product_id,
            )

    def action_use_original(self):
        """Go back to the part that was asked for."""
        self.requisition_id._form_begin("draft", "signing", "refused")
        self.check_access("write")
        for line in self.sudo().filtered("original_product_id"):
            line._replace_part(line.original_product_id, False)

    def _replace_part(self, product, original):
        self.ensure_one()
        self.write(
            {
                "product_id": product.id,
                "original_product_id": original.id
                if original and original != product
                else False,
            }
        )
