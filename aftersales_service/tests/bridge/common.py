from datetime import timedelta

from ..spare.common import SpareCommon


class SettlementCommon(SpareCommon):
    """Finished visits with something to charge."""

    def _finish_visit(self, parts=(), hours=0, request=None, **vals):
        """A finished visit with charged ``parts``: ``[(product, quantity, lot)]``.

        :param hours: how long the engineer was at the customer's
        :param vals: values of the dispatch order
        """
        request = request or self._create_request(warranty_state="out")
        dispatch = self._issue_dispatch(request, **vals)
        if parts:
            self._issue_parts(
                dispatch, [(part, quantity) for part, quantity, _ in parts]
            )
        mine = self._go_to_customer(dispatch)
        for part, quantity, lot in parts:
            self._use(
                dispatch,
                part,
                quantity,
                lot_id=lot.id if lot else False,
                charge="charged",
                charge_reason="As agreed",
            )
        if hours:
            dispatch.sudo().arrived_at -= timedelta(hours=hours)
            dispatch.sudo().departed_at = dispatch.arrived_at
        mine.action_finished()
        return dispatch

    def _settle(self, request, user=None):
        """The settlement made by the dispatcher, as he sees it."""
        user = user or self.dispatcher
        before = request.sudo().sale_order_ids
        request.with_user(user).action_create_settlement()
        return (request.sudo().sale_order_ids - before).with_user(user)

    def _invoice(self, order):
        """The posted invoice of all that is to be billed, by the accountant."""
        invoice = order.with_user(self.finance).sudo()._create_invoices()
        invoice.action_post()
        return invoice
