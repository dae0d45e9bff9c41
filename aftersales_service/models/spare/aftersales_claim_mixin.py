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

    def action_view_aftersales_return(self):
        """Open the verification whose old parts are claimed."""
        self.ensure_one()
        return self.aftersales_return_id._get_records_action()
