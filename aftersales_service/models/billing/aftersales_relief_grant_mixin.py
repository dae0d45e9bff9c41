from odoo import fields, models


class AftersalesReliefGrantMixin(models.AbstractModel):
    """How an approved relief comes onto its settlement; for ``aftersales.relief``."""

    _name = "aftersales.relief.grant.mixin"
    _description = "Relief on a Settlement"

    def _grant(self, order=None, sheet=None):
        """Write the approved relief on its settlement; called with sudo.

        One line per combination of taxes, so that the tax falls with the price.

        :param order: the settlement that was made after the approval
        :param sheet: the register sheet whose machine it is for, on an order that
            settles several, one after the other
        """
        self.ensure_one()
        if order:
            self.order_id = order
            self.currency_id = order.currency_id
        order = self.order_id
        lines = self._get_lines()
        if sheet:
            lines = lines.filtered(lambda li: li.aftersales_factory_repair_id == sheet)
        else:
            order._aftersales_check_open()
        if self._approval_outgrown():
            self._approval_void(
                self.env._(
                    "the settlement is higher than it was when they were given, and"
                    " others have to sign too."
                )
            )
            return
        groups = lines.grouped("tax_ids")
        bases = {
            taxes: sum(line._aftersales_get_charge() for line in lines)
            for taxes, lines in groups.items()
        }
        total = sum(bases.values())
        # What was approved before the work was known cannot exceed it.
        amount = min(self._get_amount(total), total)
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return
        company = order.company_id
        product = company._aftersales_get(f"{self.kind}_product")
        rest = amount
        for number, (taxes, base) in enumerate(bases.items(), 1):
            share = self.currency_id.round(amount * base / total)
            share = rest if number == len(bases) else share
            rest -= share
            if self.currency_id.is_zero(share):
                continue
            vals = self._prepare_settlement_line(product, share, taxes)
            if sheet:
                vals["sequence"] = max(lines.mapped("sequence")) + 1
                vals["aftersales_factory_repair_id"] = sheet.id
            self.env["sale.order.line"].create(vals)
        self.write({"state": "granted", "granted_amount": amount})

    def _prepare_settlement_line(self, product, share, taxes):
        """The line that lets ``share`` off, without tax, with the tax of its lines."""
        self.ensure_one()
        return {
            "order_id": self.order_id.id,
            "product_id": product.id,
            "name": self._get_line_name(),
            "product_uom_qty": 1.0,
            "price_unit": -share,
            "technical_price_unit": -share,
            "discount": 0.0,
            "tax_ids": [fields.Command.set(taxes.ids)],
            "sequence": 900,
            "aftersales_relief_id": self.id,
        }

    def _get_line_name(self):
        """What the customer reads: kind, number and reason."""
        self.ensure_one()
        record = self.with_context(lang=self.partner_id.lang)
        kind = dict(record._fields["kind"]._description_selection(record.env))[
            self.kind
        ]
        return f"{kind} {self.name}: {self.reason.strip()}"
