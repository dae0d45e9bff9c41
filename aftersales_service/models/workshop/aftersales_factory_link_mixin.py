from odoo import fields, models


class AftersalesFactoryLinkMixin(models.AbstractModel):
    """Where the stay of a machine meets stock, repair order and settlement.

    The steps of the register sheet call these methods with sudo, under the lock of
    the sheet. Here they do nothing; a mixin that stands before this one in the
    ``_inherit`` of the sheet makes the documents of Odoo.
    """

    _name = "aftersales.factory.link.mixin"
    _description = "Register Sheet: Stock, Repair Order, Settlement"

    repair_order_id = fields.Many2one(
        "repair.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "Quotation and Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="One order may carry the machines of several register sheets.",
    )

    def _take_in(self):
        """The machine is received: its receipt, which leaves it the customer's.

        :raises UserError: when it cannot be received
        """

    def _create_repair_order(self):
        """The repair order of each sheet, made once the machine is received.

        :return: the ``repair.order`` records, those that were there before too
        """
        return self.repair_order_id

    def _create_quotation(self):
        """The quotation (App.11) from the lines of the signed pre-repair orders.

        Sheets of one customer and one visit that are quoted together share it.

        :return: the ``sale.order`` records
        """
        return self.sale_order_id

    def _apply_decision(self):
        """The customer has decided (``decision``): confirm, cut or cancel the order."""

    def _start_repair(self):
        """The work begins: start the repair order."""

    def _apply_supplement(self, order):
        """The customer has signed a supplement: put its lines on repair and order.

        :param order: the ``aftersales.prerepair.order``
        """

    def _end_repair(self):
        """The test is passed: end the repair order, the parts are used."""

    def _get_parts_replaced(self):
        """What was replaced, for the register sheet and the customer's file.

        Here what the customer has agreed to; the repair order knows what was used.

        :return: list of ``(product or empty, name, quantity, price, amount)`` of the
            one sheet, the price and amount for the customer
        """
        self.ensure_one()
        orders = self.prerepair_ids.filtered(
            lambda order: order.state in ("signed", "closed")
        )
        return [
            (
                line.product_id,
                line.name,
                line.quantity,
                0.0 if line.in_warranty else line.price_unit,
                0.0 if line.in_warranty else line.amount,
            )
            for line in orders.line_ids
            if line.kind == "part"
        ]

    def _enter_settlement(self):
        """What was used is known, the order of the sheet becomes its settlement."""

    def _check_settled(self):
        """Before a sheet is settled.

        :raises UserError: while the settlement is not confirmed, invoiced and paid
        """

    def _ship_back(self):
        """The machine leaves: deliver it, still the customer's, to the customer."""

    def _create_diagnosis_fee(self):
        """The customer declines and pays the diagnosis: its order.

        :return: the ``sale.order`` records
        """
        return self.sale_order_id
