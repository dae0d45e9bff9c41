from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class AftersalesPrerepair(CustomerPortal):
    """The page of a pre-repair order, where the customer reads and signs it.

    Its address carries the order's own token, as that of Odoo's quotations.
    """

    def _get_prerepair(self, order_id, access_token):
        """The order with sudo, or None when the caller may not see it."""
        try:
            return self._document_check_access(
                "aftersales.prerepair.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return None

    @route(
        "/my/prerepair/<int:order_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def prerepair(self, order_id, access_token=None, message=None, **_values):
        order = self._get_prerepair(order_id, access_token)
        if not order or order.state in ("draft", "cancelled"):
            # A draft is the advisor's; what is cancelled is nobody's.
            return request.redirect("/my")
        query = f"&content={order._get_content_hash()}"
        values = {
            "order": order,
            "form": request.env[
                "report.aftersales_service.report_aftersales_prerepair_order"
            ].sudo(),
            "page_name": "prerepair",
            "message": message,
            "sign_url": order.get_portal_url(suffix="/sign", query_string=query),
            "refuse_url": order.get_portal_url(suffix="/refuse", query_string=query),
        }
        return request.render(
            "aftersales_service.prerepair_page", values, headers=HEADERS
        )

    @route(
        "/my/prerepair/<int:order_id>/sign",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def prerepair_sign(self, order_id, name=None, signature=None, **_values):
        """What the signature form of the portal calls; refusals are answered."""
        args = request.httprequest.args
        order = self._get_prerepair(order_id, args.get("access_token"))
        if not order:
            return {"error": request.env._("This order is not for you.")}
        try:
            with request.env.cr.savepoint():
                order._sign_on_portal(name, signature, args.get("content"))
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": order.get_portal_url(query_string="&message=signed"),
        }

    @route(
        "/my/prerepair/<int:order_id>/refuse",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def prerepair_refuse(self, order_id, access_token=None, reason=None, **_values):
        """The customer does not want the supplement."""
        order = self._get_prerepair(order_id, access_token)
        if not order:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                order._refuse_on_portal(reason)
        except UserError:
            return request.redirect(
                order.get_portal_url(query_string="&message=not_now")
            )
        return request.redirect(order.get_portal_url(query_string="&message=refused"))
