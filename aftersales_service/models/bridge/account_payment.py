from odoo import fields, models


class AccountPayment(models.Model):
    """A customer's payment whose money is still in an engineer's pocket."""

    _inherit = "account.payment"

    aftersales_custodian_id = fields.Many2one(
        "res.partner",
        "Cash Held By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The engineer who took the cash: it stands in the books under his name.",
    )

    def _prepare_move_line_default_vals(
        self, write_off_line_vals=None, force_balance=None
    ):
        lines = super()._prepare_move_line_default_vals(
            write_off_line_vals=write_off_line_vals, force_balance=force_balance
        )
        if self.aftersales_custodian_id:
            # The first line is the money, see Odoo.
            lines[0]["partner_id"] = self.aftersales_custodian_id.id
        return lines
