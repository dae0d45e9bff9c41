from odoo import models
from odoo.exceptions import UserError


class AftersalesRepairSaleMixin(models.AbstractModel):
    """The line of the quotation that belongs to a part or work of a factory repair.

    It follows what is proposed, decided and really used. Called with sudo, save for
    the buttons.
    """

    _name = "aftersales.repair.sale.mixin"
    _description = "Line of a Factory Repair on the Quotation"

    def _is_free(self):
        self.ensure_one()
        return self.charge == "free"

    def _is_on_order(self):
        """Whether the customer reads the line on an order that stands."""
        self.ensure_one()
        return self.sale_line_id.order_id.state not in (False, "cancel")

    def _prepare_sale_line(self, order):
        """Values of the line on the quotation; a note when it is free."""
        self.ensure_one()
        vals = {
            "order_id": order.id,
            "aftersales_factory_repair_id": self.factory_repair_id.id,
            **self._prepare_sale_content(order),
        }
        if not self._is_free():
            vals["product_id"] = self.product_id.id
        return vals

    def _prepare_sale_content(self, order):
        """The part of the values that follows what is used and decided."""
        self.ensure_one()
        declined = self.state == "declined"
        quantity = 0.0 if declined else self.used_quantity
        if self._is_free():
            return {"display_type": "line_note", "name": self._get_free_text(order)}
        # Less is charged by a relief only, see the guard of settlement lines.
        vals = {"product_uom_qty": quantity, "aftersales_quantity": quantity}
        name = self._get_sale_name(order)
        if name:
            vals["name"] = name
        if self.product_id.type == "service":
            vals["qty_delivered"] = quantity if self.state == "done" else 0.0
        return vals

    def _get_sale_name(self, order):
        """Own words on the order, empty for those of the product."""
        return ""

    def _get_free_text(self, order):
        """What the customer reads of a free line."""
        self = self.with_context(lang=order.partner_id.lang)
        values = {
            "quantity": f"{self.used_quantity:g}",
            "item": self._get_title(),
            "relief": self.currency_id.format(self.relief),
        }
        if self.state == "declined":
            return self.env._("Declined by the customer: %(item)s", **values)
        return self.env._(
            "Free in warranty: %(quantity)s × %(item)s, relief %(relief)s", **values
        )

    def _sync_sale_lines(self):
        """Bring the order in step with the lines that are on it; with sudo."""
        for line in self.filtered("sale_line_id"):
            sale_line = line.sale_line_id
            order = sale_line.order_id
            if order.state == "cancel":
                continue
            if bool(sale_line.display_type) != line._is_free():
                line.sale_line_id = False
                sale_line._aftersales_drop()
                line._create_sale_line(order)
                continue
            vals = line._prepare_sale_content(order)
            vals.pop("display_type", None)
            if not line._is_free() and sale_line.product_id != line.product_id:
                vals["product_id"] = line.product_id.id
            sale_line.write(vals)
            line._apply_price()

    def _create_sale_line(self, order):
        """Put the line on ``order``, at the end of its machine; with sudo."""
        self.ensure_one()
        block = order.order_line.filtered(
            lambda li: li.aftersales_factory_repair_id == self.factory_repair_id
        )
        vals = self._prepare_sale_line(order)
        vals["sequence"] = max(block.mapped("sequence"), default=0) + 1
        self.sale_line_id = self.env["sale.order.line"].create(vals)
        self._apply_price()

    def _apply_price(self):
        """A price that is not the price list's is the line's own."""
        for line in self:
            sale_line = line.sale_line_id
            if line._is_free() or not sale_line or not sale_line.product_id:
                continue
            net = sale_line.price_unit * (1 - (sale_line.discount or 0.0) / 100)
            digits = self.env["decimal.precision"].precision_get("Product Price")
            if round(net - line.price_unit, digits):
                sale_line.write({"price_unit": line.price_unit, "discount": 0.0})

    def _drop_sale_lines(self):
        sale_lines = self.sale_line_id
        self.sale_line_id = False
        sale_lines._aftersales_drop()

    # --------------------------------------------------- what he wants of it

    def action_decline(self):
        """The customer does not want this one: marked while he decides."""
        self._set_decline(True)

    def action_want(self):
        """The customer wants this one after all."""
        self._set_decline(False)

    def _set_decline(self, declined):
        self.check_access("write")
        self._check_person()
        self.sudo()._mark_declined(declined)

    def _mark_declined(self, declined):
        """Mark what the customer wants; the quotation follows at once, so that he
        reads and signs what is left. Called with sudo.

        :raises UserError: unless the quotation is with him
        """
        sheets = self.factory_repair_id
        sheets._form_lock()
        for sheet in sheets:
            if sheet.state != "quoted":
                raise UserError(
                    self.env._(
                        "What the customer declines is marked while the quotation of"
                        " %(sheet)s is with him.",
                        sheet=sheet.name,
                    )
                )
        before, after = (
            ("proposed", "declined") if declined else ("declined", "proposed")
        )
        changed = self.filtered(lambda line: line.state == before)
        changed.write({"state": after})
        changed._sync_sale_lines()

    def _is_open_to_choice(self):
        """Whether the customer may leave it out by itself on his page."""
        return True

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        return [
            self.env._(
                "%(part)s is charged but not on a settlement", part=line._get_title()
            )
            for line in self
            if line.state == "done"
            and line.amount
            and (not line.sale_line_id or line.sale_line_id.state == "cancel")
        ]
