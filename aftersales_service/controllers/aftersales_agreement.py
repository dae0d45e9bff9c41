from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class AftersalesAgreement(CustomerPortal):
    """The page of a charging agreement, where the customer reads it and says yes.

    Its address carries the agreement's own token, as that of Odoo's quotations.
    """

    def _get_agreement(self, agreement_id, access_token):
        """The agreement with sudo, or None when the caller may not see it."""
        try:
            agreement = self._document_check_access(
                "aftersales.charge.agreement", agreement_id, access_token
            )
        except (AccessError, MissingError):
            return None
        return agreement if agreement.state in ("draft", "agreed") else None

    @route(
        "/my/agreements/<int:agreement_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def agreement(self, agreement_id, access_token=None, message=None, **_values):
        agreement = self._get_agreement(agreement_id, access_token)
        if not agreement:
            return request.redirect("/my")
        values = {
            "agreement": agreement,
            "page_name": "agreement",
            "message": message,
            "accept_url": agreement.get_portal_url(suffix="/accept"),
        }
        return request.render(
            "aftersales_service.agreement_page", values, headers=HEADERS
        )

    @route(
        "/my/agreements/<int:agreement_id>/accept",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def agreement_accept(
        self, agreement_id, access_token=None, name=None, amount=None, **_values
    ):
        """The customer agrees, with his name, to the amount he read."""
        agreement = self._get_agreement(agreement_id, access_token)
        if not agreement:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                agreement._agree_on_portal(name, amount)
        except UserError:
            return request.redirect(
                agreement.get_portal_url(query_string="&message=not_now")
            )
        return request.redirect(
            agreement.get_portal_url(query_string="&message=agreed")
        )
