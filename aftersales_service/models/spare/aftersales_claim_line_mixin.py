from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesClaimLineMixin(models.AbstractModel):
    """What an old part that went back to its supplier brings in again.

    For ``aftersales.parts.return.line``. The claim is a draft refund: against the
    supplier's bill of the part where there is one, else on its own. It is never
    posted here. Old parts carry no stock value, so the refund goes to the after-sales
    expense account and not to stock.
    """

    _name = "aftersales.claim.line.mixin"
    _description = "Claim on a Supplier"

    currency_id = fields.Many2one("res.currency")  # the line's own
    claim_line_id = fields.Many2one(
        "account.move.line", readonly=True, copy=False, index="btree_not_null"
    )
    claim_id = fields.Many2one(
        "account.move",
        "Supplier Claim",
        related="claim_line_id.move_id",
        store=True,
        index="btree_not_null",
    )
    recovered_amount = fields.Monetary(
        compute="_compute_recovered_amount",
        store=True,
        help="Without tax, once the claim is posted.",
    )

    @api.depends("claim_line_id")
    def _compute_recovered_amount(self):
        """Computed anew when the claim is posted, or is a draft again."""
        for line in self:
            item = line.sudo().claim_line_id
            posted = item.parent_state == "posted"
            line.recovered_amount = -item.balance if posted else 0.0

    def _create_claims(self):
        """Draft refunds for the lines that have none yet; called with sudo.

        One for each supplier, bill and currency of a form.

        :return: ``account.move``, drafts
        :raises UserError: when the company has no purchase journal
        """
        groups = {}
        for line in self.filtered(lambda line: not line.claim_line_id):
            source = line._get_claim_source()
            key = (line.return_id, line.supplier_id, source["bill"], source["currency"])
            groups.setdefault(key, []).append((line, source))
        claims = self.env["account.move"]
        for (form, supplier, bill, currency), rows in groups.items():
            claim = form._create_claim(supplier, bill, currency)
            for line, source in rows:
                claim.invoice_line_ids = [
                    Command.create(line._prepare_claim_line(claim, source))
                ]
                line.claim_line_id = claim.invoice_line_ids.sorted("id")[-1]
            claims |= claim
        return claims

    def _get_claim_source(self):
        """Where the price of the claim comes from: a bill, a price list, the value.

        :return: dict ``bill`` (``account.move``), ``bill_line``, ``currency``,
            ``price`` per unit of the part
        """
        self.ensure_one()
        bill_line = self._find_bill_line()
        unit = self.product_uom_id
        source = {"bill": bill_line.move_id, "bill_line": bill_line}
        if bill_line:
            price = bill_line.price_unit * (1 - bill_line.discount / 100)
            used = bill_line.product_uom_id or unit
            return {
                **source,
                "currency": bill_line.currency_id,
                "price": used._compute_price(price, unit),
            }
        seller = self.product_id.with_company(self.company_id)._select_seller(
            partner_id=self.supplier_id, quantity=None
        )
        if seller:
            price = seller.product_uom_id._compute_price(seller.price, unit)
            return {**source, "currency": seller.currency_id, "price": price}
        return {
            **source,
            "currency": self.currency_id,
            "price": self.value / self.quantity,
        }

    def _find_bill_line(self):
        """The posted bill line of this supplier with the part; may be empty.

        The one whose origin is the receipt of the same lot comes first, then the
        latest one.
        """
        lines = self.env["account.move.line"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("move_id.move_type", "=", "in_invoice"),
                (
                    "partner_id",
                    "child_of",
                    self.supplier_id.commercial_partner_id.id,
                ),
            ],
            order="date desc, id desc",
            limit=200,
        )
        if not lines or not self.lot_id:
            return lines[:1]
        receipts = (
            self.env["stock.move.line"]
            .search(
                [
                    ("lot_id", "=", self.lot_id.id),
                    ("state", "=", "done"),
                    ("location_id.usage", "=", "supplier"),
                ]
            )
            .picking_id
        )
        marks = {name for name in receipts.mapped("name") + receipts.mapped("origin")}
        marks.discard(False)
        own = lines.filtered(
            lambda line: marks & {line.move_id.invoice_origin, line.move_id.ref}
        )
        return (own or lines)[:1]

    def _prepare_claim_line(self, claim, source):
        company = self.company_id
        product = self.product_id.with_company(company)
        account = company._aftersales_get("consumption_location").valuation_account_id
        bill_line = source["bill_line"]
        taxes = bill_line.tax_ids or claim.fiscal_position_id.map_tax(
            product.supplier_taxes_id.filtered_domain(
                self.env["account.tax"]._check_company_domain(company)
            )
        )
        name = f"{self.return_id.name}: {product.display_name}"
        pair = (self.return_id.request_id, self.return_id.engineer_id)
        distributions = pair[0]._aftersales_get_distributions([pair])
        return {
            "product_id": product.id,
            "name": f"{name} {self.lot_id.name or self.serial or ''}".strip(),
            "quantity": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": source["price"],
            "tax_ids": [Command.set(taxes.ids)],
            # What is recovered lowers the cost of the case.
            "analytic_distribution": distributions[pair],
            "account_id": (
                account or product.product_tmpl_id.get_product_accounts()["expense"]
            ).id,
        }

    def _check_to_claim(self):
        """:raises UserError: when nothing of this went back to its supplier"""
        lines = self.filtered(
            lambda line: line.verdict == "supplier"
            and line.return_id.state == "disposed"
            and not line.claim_line_id
        )
        if not lines:
            raise UserError(self.env._("There is nothing to claim from a supplier."))
        return lines
