from odoo import fields, models


class AftersalesClaimMixin(models.AbstractModel):
    """A refund that claims old parts from their supplier, for ``account.move``."""

    _name = "aftersales.claim.mixin"
    _description = "Supplier Claim"

    aftersales_return_id = fields.Many2one(
        "aftersales.parts.return",
        "Old Parts",
        index="btree_not_null",
        copy=False,
        readonly=True,
        check_company=True,
        help="The verification whose old parts are claimed from the supplier.",
    )

    def write(self, vals):
        """What a claim recovers follows its posting.

        Said here and not by a dependency on journal items, which would look for old
        parts at every item of every entry.
        """
        result = super().write(vals)
        if "state" in vals:
            claims = self.sudo().filtered("aftersales_return_id")
            lines = claims.aftersales_return_id.line_ids.filtered(
                lambda line: line.claim_id in claims
            )
            lines.modified(["claim_line_id"])
        return result

    def action_view_aftersales_return(self):
        """Open the verification whose old parts are claimed."""
        self.ensure_one()
        return self.aftersales_return_id._get_records_action()
