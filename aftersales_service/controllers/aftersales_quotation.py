from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class AftersalesQuotation(CustomerPortal):
    """The quotation of a factory repair on Odoo's own page of an order.

    The customer leaves out lines or machines before he signs, and signs what he read.
    """

    def _get_quotation(self, order_id, access_token):
        """The order with sudo, or None when the caller may not see it."""
        try:
            return self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return None

    @route(
        "/my/orders/<int:order_id>/choice",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def aftersales_choice(
        self, order_id, access_token=None, decline=None, want=None, **_values
    ):
        """One line, or one machine, is left out or put back."""
        order = self._get_quotation(order_id, access_token)
        if not order:
            return request.redirect("/my")
        line = want or decline
        user = request.env.user
        author = order.partner_id if user._is_public() else user.partner_id
        try:
            with request.env.cr.savepoint():
                order._aftersales_choose(
                    int(line) if str(line).isdecimal() else 0, bool(want), author
                )
        except UserError:
            return request.redirect(
                order.get_portal_url(query_string="&message=choice_late")
            )
        return request.redirect(order.get_portal_url(anchor="details"))

    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        args = request.httprequest.args
        order = self._get_quotation(order_id, access_token or args.get("access_token"))
        if order:
            try:
                with request.env.cr.savepoint():
                    order._aftersales_check_read(args.get("content"))
            except UserError as error:
                return {"error": str(error)}
        return super().portal_quote_accept(order_id, access_token, name, signature)
