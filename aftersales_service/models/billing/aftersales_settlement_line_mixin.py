from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_settlement_frozen_mixin import CONTENT

OWN = frozenset(
    {
        "aftersales_relief_id",
        "aftersales_quantity",
        "aftersales_price_date",
        # says which visit is billed
        "aftersales_dispatch_id",
    }
)


class AftersalesSettlementLineMixin(models.AbstractModel):
    """Guard of the prices of a settlement; for ``sale.order.line``.

    Nobody sells below the price list, gives a discount, writes a negative line or
    takes away what the work gave; whoever may write the order, and however he calls.
    The system itself (sudo) writes the lines of the work and of approved reliefs.
    """

    _name = "aftersales.settlement.line.mixin"
    _description = "Prices of a Settlement Line"
    _inherit = ["aftersales.settlement.frozen.mixin"]

    aftersales_relief_id = fields.Many2one(
        "aftersales.relief",
        "Relief",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    aftersales_quantity = fields.Float(
        "Quantity of the Work",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="What the visit or the used part gave; less is charged by a relief only.",
    )
    aftersales_price_date = fields.Datetime(
        "Price of the Day",
        readonly=True,
        copy=False,
        help="The price list in force at this time counts: that of the visit.",
    )

    def _aftersales_get_charge(self):
        """What the line charges, on the footing of its unit price."""
        self.ensure_one()
        return self.price_unit * self.product_uom_qty * (1 - self.discount / 100)

    def _aftersales_get_list_price(self):
        """The unit price by the pricelist, after its own discount."""
        self.ensure_one()
        line = self.with_company(self.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_pricelist_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(
                line.company_id
            ),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # Before Odoo plans a delivery for the line.
            ids = {v.get("order_id") for v in vals_list if not v.get("is_downpayment")}
            orders = self.env["sale.order"].sudo().browse(filter(None, ids))
            orders = orders.filtered("aftersales_request_id")
            orders._aftersales_check_open()
            orders._aftersales_check_unsigned()
        lines = super().create(vals_list)
        if not self.env.su:
            for vals in vals_list:
                if any(vals.get(name) for name in OWN):
                    self._aftersales_raise_own()
            mine = lines._aftersales_filter_settled()
            if mine and any(vals.get("invoice_lines") for vals in vals_list):
                mine._aftersales_raise_billed("invoice_lines")
            mine._aftersales_check_open(mine)
            mine._aftersales_check_price()
        return lines

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._aftersales_check_billed(vals)
        if not (CONTENT | OWN | {"name"}) & vals.keys():
            return super().write(vals)
        if OWN & vals.keys():
            self._aftersales_raise_own()
        before = self._aftersales_filter_settled()
        before._aftersales_check_relief(vals)
        changed = before.filtered(lambda line: line._aftersales_differs(vals))
        changed._aftersales_check_open(changed)
        changed._aftersales_check_agreed(vals)
        for line in changed.sudo():
            if line.aftersales_quantity and {"product_id", "order_id"} & vals.keys():
                self._aftersales_raise_work(line)
        result = super().write(vals)
        after = before | self._aftersales_filter_settled()
        (after - before)._aftersales_check_open(after - before)
        (after - before).sudo().order_id._aftersales_check_unsigned()
        (changed | (after - before))._aftersales_check_price()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        if self.env.su:
            return
        lines = self._aftersales_filter_settled()
        lines._aftersales_check_open(lines)
        for line in lines.sudo():
            if line.aftersales_relief_id:
                self._aftersales_raise_relief(line)
            if line.aftersales_quantity:
                self._aftersales_raise_work(line)

    # ---------------------------------------------------------------- checks

    def _aftersales_filter_settled(self):
        return self.filtered(lambda line: line.sudo().order_id.aftersales_request_id)

    def _aftersales_differs(self, vals, fnames=CONTENT):
        """Whether ``vals`` really changes what the line charges, or ``fnames``."""
        self.ensure_one()
        names = fnames & vals.keys()
        line = self.sudo()
        draft = line.new({name: vals[name] for name in names}, origin=self)
        for name in names:
            value = draft[name]
            if line._fields[name].relational:
                # a record that is new yet has no origin to compare with
                if len(value._origin) != len(value) or value._origin != line[name]:
                    return True
            elif value != line[name]:
                return True
        return False

    @api.model
    def _aftersales_check_open(self, lines):
        """A settlement whose invoice is posted is closed, see the order's mixin.

        The lines that a down payment leaves on the order are Odoo's own.
        """
        orders = lines.sudo().filtered(lambda line: not line.is_downpayment).order_id
        orders._aftersales_check_open()

    def _aftersales_check_relief(self, vals):
        for line in self.sudo().filtered("aftersales_relief_id"):
            renamed = vals.get("name", line.name) != line.name
            if renamed or line._aftersales_differs(vals):
                self._aftersales_raise_relief(line)

    def _aftersales_check_price(self):
        """:raises UserError: on a line that charges less than the price list or the
        work says"""
        for line in self.sudo():
            if line.display_type or not line.product_id:
                continue
            if line.price_unit < 0 or line.product_uom_qty < 0:
                raise UserError(
                    self.env._(
                        "A settlement has no negative line. What is let off is a"
                        " relief, which the superior approves."
                    )
                )
            if line.is_downpayment:
                continue
            if (
                line.product_uom_id.compare(
                    line.product_uom_qty, line.aftersales_quantity
                )
                < 0
            ):
                self._aftersales_raise_work(line)
            listed = line._aftersales_get_list_price() * (line.product_uom_qty or 1.0)
            charged = (
                line.price_unit
                * (line.product_uom_qty or 1.0)
                * (1 - line.discount / 100)
            )
            # A discount has two digits, so its product may miss the price by a hair.
            slack = max(line.currency_id.rounding / 2, abs(listed) * 0.0001)
            if charged < listed - slack:
                raise UserError(
                    self.env._(
                        "%(item)s: %(charged)s is below the price list (%(listed)s)."
                        " Ask for a relief instead of changing the price.",
                        item=line.product_id.display_name,
                        charged=line.currency_id.format(charged),
                        listed=line.currency_id.format(listed),
                    )
                )

    def _aftersales_raise_own(self):
        raise UserError(
            self.env._("Relief, work and price day of a line are not entered by hand.")
        )

    def _aftersales_raise_relief(self, line):
        raise UserError(
            self.env._(
                "The line of %(relief)s stays as it was approved.",
                relief=line.aftersales_relief_id.name,
            )
        )

    def _aftersales_raise_work(self, line):
        raise UserError(
            self.env._(
                "%(item)s: the work gave %(quantity)g %(unit)s. Less is charged by a"
                " relief only.",
                item=line.product_id.display_name,
                quantity=line.aftersales_quantity,
                unit=line.product_uom_id.name,
            )
        )
