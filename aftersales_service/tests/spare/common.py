from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError

from ..common import AftersalesCommon


class SpareCommon(AftersalesCommon):
    """Parts on their way: issued, used, brought back."""

    @contextmanager
    def assertRefused(self, message, exception=UserError):
        """Raises ``exception`` with ``message`` (a regex), and nothing is written."""
        with self.assertRaises(exception) as refused:
            yield
        self.assertRegex(str(refused.exception), message)

    def _approve_requisition(self, dispatch, lines):
        """A requisition with its three signatures; its transfer waits."""
        requisition = self._create_requisition(dispatch, lines)
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        return requisition

    def _arrive_with(self, lines=(), request=None):
        """The engineer stands at the customer's with the issued parts."""
        dispatch = self._issue_dispatch(request)
        if lines:
            self._issue_parts(dispatch, lines)
        self._go_to_customer(dispatch)
        return dispatch.with_user(self.engineer_user)

    def _validate(self, picking, quantities=None, backorder=True):
        """Validate a transfer as the storekeeper does in the stock screens.

        :param quantities: ``{product: quantity}`` counted; all if empty
        """
        picking = picking.with_user(self.keeper)
        for product, quantity in (quantities or {}).items():
            move = picking.move_ids.filtered(lambda m, p=product: m.product_id == p)
            move.write({"quantity": quantity, "picked": True})
        if not backorder:
            picking = picking.with_context(skip_backorder=True)
            picking = picking.with_context(picking_ids_not_to_backorder=picking.ids)
        result = picking.button_validate()
        if isinstance(result, dict):
            self.assertEqual(result["res_model"], "stock.backorder.confirmation")
            wizard = self.env[result["res_model"]].with_user(self.keeper)
            wizard.with_context(**result["context"]).create({}).process()
        self.env.invalidate_all()

    def _get_quantity(self, product, location, lot=None):
        """Quantity on hand in a location and below it, reserved or not."""
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "child_of", location.id),
        ]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def _new_part(self, name, cost=40.0, **vals):
        """A storable part without stock."""
        return self.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "categ_id": self.part_category.id,
                "standard_price": cost,
                "lst_price": 2.5 * cost,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
                **vals,
            }
        )

    def _new_lot(self, product, name):
        return self.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "company_id": self.company.id}
        )

    @property
    def engineer_location(self):
        return self.engineer._aftersales_get_location()

    @property
    def expense_account(self):
        return self.company.aftersales_consumption_location_id.valuation_account_id

    def _get_stock_account(self, product):
        accounts = product.product_tmpl_id.get_product_accounts()
        return accounts["stock_valuation"]
